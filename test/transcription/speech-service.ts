import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Never answers. */
  silent?: boolean;
  /** Breaks the connection instead. */
  reset?: boolean;
}

export interface Upload {
  path: string;
  authorization: string | undefined;
  fields: Record<string, string>;
  file: { fileName: string; contentType: string; bytes: Buffer };
}

/** A transcription service that gives one answer after the other, the last one again and again. */
export async function speechServiceForThisTest(...answers: Answer[]) {
  const uploads: Upload[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const answer = answers[Math.min(uploads.length, answers.length - 1)] ?? {};
      const contentType = request.headers['content-type'] ?? '';
      uploads.push({
        path: request.url ?? '',
        authorization: request.headers.authorization,
        ...(await readForm(body, contentType)),
      });
      if (answer.silent) return;
      if (answer.reset) return void request.socket.destroy();
      response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, uploads };
}

async function readForm(body: Buffer, contentType: string): Promise<Pick<Upload, 'fields' | 'file'>> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const file = form.get('file');
  if (!(file instanceof File)) throw new Error('no file was uploaded');
  form.delete('file');
  const bytes = Buffer.from(await file.arrayBuffer());
  return {
    fields: Object.fromEntries([...form].map(([name, value]) => [name, String(value)])),
    file: { fileName: file.name, contentType: file.type, bytes },
  };
}
