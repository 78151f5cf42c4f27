import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.js';
import { json, readBody } from './viewer.js';

/** One message as the contact saw it. */
export interface Shown {
  text: string;
  atMs: number;
  /** Buttons or list rows. */
  options: { id: string; title: string }[];
}

export interface Provider {
  url: string;
  /** URL of a picture that contacts send. */
  fileUrl: string;
  /** What a contact saw, in order: for each idempotency key, the first request that was accepted. */
  shownTo(contact: string): Shown[];
  /** Number of requests to send a message, and how many of them repeated a key that had been accepted. */
  counts(): { requests: number; repeated: number };
  /** From now on this share of requests (0 to 1) fails, loses its response or is late. */
  trouble(share: number): void;
  /** From now on all messages are refused with this status; undefined ends it. */
  refuse(status: number | undefined): void;
  close(): Promise<void>;
}

/** Stand-in for the system behind a generic channel; it shows the message of each idempotency key once. */
export async function startProvider(chance: Chance): Promise<Provider> {
  const shown = new Map<string, Shown[]>();
  const keys = new Set<string>();
  const state = { share: 0, refusal: undefined as number | undefined, requests: 0, repeated: 0 };

  const take = (key: string, body: Record<string, unknown>) => {
    const { contactId } = body['to'] as { contactId: string };
    state.requests += 1;
    if (keys.has(key)) return void (state.repeated += 1);
    keys.add(key);
    shown.set(contactId, [...(shown.get(contactId) ?? []), readShown(body['content'] as Content)]);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET')
      return void response.writeHead(200, { 'content-type': 'image/png' }).end(PIXEL);
    const body = await readBody(request);
    const key = String(request.headers['idempotency-key']);
    if (body['type'] !== 'message') return json(response, 200, {});
    if (state.refusal !== undefined) return json(response, state.refusal, {});
    const kind = chance.next() < state.share ? chance.pick(KINDS) : 'none';
    if (kind === 'busy') return void response.writeHead(429, { 'retry-after': '1' }).end('{}');
    if (kind === 'error') return json(response, 500, {});
    if (kind === 'late') await sleep(chance.between(100, 800));
    take(key, body);
    if (kind === 'lost answer') return void response.socket?.resetAndDestroy();
    json(response, 200, { keyId: `shown-${key}` });
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    fileUrl: `${url}/picture.png`,
    shownTo: (contact) => shown.get(contact) ?? [],
    counts: () => ({ requests: state.requests, repeated: state.repeated }),
    trouble: (share) => void (state.share = share),
    refuse: (status) => void (state.refusal = status),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const KINDS = ['busy', 'error', 'late', 'lost answer'] as const;

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

interface Content {
  text?: string;
  body?: string;
  buttons?: { id: string; title: string }[];
  sections?: { rows: { id: string; title: string }[] }[];
}

function readShown(content: Content): Shown {
  const rows = content.sections?.flatMap((section) => section.rows) ?? [];
  return {
    // A bubble is one line; below it there may be text that belongs to the question.
    text: (content.text ?? content.body ?? '').split('\n')[0] ?? '',
    atMs: Date.now(),
    options: [...(content.buttons ?? []), ...rows],
  };
}
