import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface S3StandIn {
  endpoint: string;
  /** `<bucket>/<key>` → what was put there. */
  objects: Map<string, { bytes: Buffer; contentType: string | undefined }>;
  /** Authorization headers as they came. */
  authorizations: string[];
  close(): Promise<void>;
}

/** The object calls of S3's HTTP API, path style, for one bucket. */
export async function startS3StandIn(bucket: string): Promise<S3StandIn> {
  const objects: S3StandIn['objects'] = new Map();
  const authorizations: string[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization ?? '');
    void answer(request, response, { bucket, objects });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, objects, authorizations, close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { bucket, objects }: { bucket: string; objects: S3StandIn['objects'] },
): Promise<void> {
  const name = decodeURIComponent(new URL(request.url ?? '', 'http://s3').pathname.slice(1));
  if (!name.startsWith(`${bucket}/`)) return refuse(response, 'NoSuchBucket');
  if (request.method === 'PUT') {
    objects.set(name, { bytes: await buffer(request), contentType: request.headers['content-type'] });
    response.end();
    return;
  }
  if (request.method === 'DELETE') {
    objects.delete(name);
    response.writeHead(204).end();
    return;
  }
  const object = objects.get(name);
  if (!object) return refuse(response, 'NoSuchKey');
  response.writeHead(200, { 'content-length': object.bytes.length }).end(object.bytes);
}

function refuse(response: ServerResponse, code: string): void {
  response
    .writeHead(404, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}
