import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface LocalServer {
  url: string;
  requests: SeenRequest[];
  close(): Promise<void>;
}

export type Answer = { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

/** A provider on 127.0.0.1 that notes every request and answers what `answer` says. */
export async function localServer(answer: (request: SeenRequest) => Answer): Promise<LocalServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void respond(request, response, { requests, answer });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()));
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { requests, answer }: { requests: SeenRequest[]; answer: (request: SeenRequest) => Answer },
) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const body = Buffer.concat(chunks).toString();
  const seen = { method: request.method ?? '', url: request.url ?? '', headers, body };
  requests.push(seen);
  const { status = 200, headers: answerHeaders = {}, body: answerBody = '' } = answer(seen);
  response.writeHead(status, answerHeaders).end(answerBody);
}
