import { request } from 'node:http';
import type { Sent } from './hostile.js';

/** A request as it goes out: nothing of the path is put right. */
export interface Shot extends Partial<Sent> {
  /** What it is counted under. */
  kind: string;
  method: string;
  path: string;
}

export interface Hit {
  /** 0: the sender hung up before an answer. */
  status: number;
  bytes: number;
  text: string;
}

const STREAM_MS = 150;

/** Sends a request and reads its answer; a stream is left after a moment. */
export function shoot(port: number, shot: Shot): Promise<Hit> {
  return new Promise((resolve, reject) => {
    const { method, path, body, headers = {}, breaksOff } = shot;
    const length = body === undefined ? {} : { 'content-length': String(body.length + (breaksOff ? 10 : 0)) };
    const sent = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...length, ...headers },
      agent: false,
    });
    sent.on('error', (error) => (breaksOff ? resolve({ status: 0, bytes: 0, text: '' }) : reject(error)));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      const end = () => {
        const text = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, bytes: text.length, text: text.toString() });
      };
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', end);
      response.on('error', end);
      if (response.headers['content-type']?.startsWith('text/event-stream'))
        setTimeout(() => (end(), response.destroy()), STREAM_MS);
    });
    if (breaksOff) {
      sent.write(body);
      setTimeout(() => sent.destroy(), 20);
    } else sent.end(body);
  });
}

/** Sends all of them, some at a time, and tells of each answer. */
export async function shootAll(
  port: number,
  shots: readonly Shot[],
  seen: (shot: Shot, hit: Hit) => void,
): Promise<void> {
  const waiting = [...shots];
  const shooter = async () => {
    for (let shot = waiting.pop(); shot !== undefined; shot = waiting.pop()) {
      const hit = await shoot(port, shot).catch((error: Error) => {
        throw new Error(`${describe(shot as Shot)}: ${error.message}`);
      });
      seen(shot, hit);
    }
  };
  await Promise.all(Array.from({ length: 8 }, shooter));
}

/** Enough of a request to send it again by hand. */
export function describe({ method, path, headers, body }: Shot): string {
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${body?.toString().slice(0, 600) ?? ''}`;
}
