import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Request, Response } from 'express';
import { onTestFinished } from 'vitest';
import { AppError } from '../../src/errors.js';
import { createAuth } from '../../src/http/access/auth.js';
import type { Route } from '../../src/http/surface.js';
import { insertApiKey } from '../../src/store/accounts/api-keys.js';
import type { Db } from '../../src/store/db.js';
import { hashSecret, newSecret } from '../../src/store/secrets.js';
import { printNativeError } from '../../src/surfaces/native/surface.js';
import { eventRoutes } from '../../src/surfaces/subscriptions/event-routes.js';
import { subscriptionRoutes } from '../../src/surfaces/subscriptions/subscription-routes.js';
import { keyRing, startEventsOut } from './events-harness.js';
import type { EventsHarness } from './events-harness.js';
import type { EventsOutSettings } from '../../src/events-out/events-out.js';

export interface EventsApi extends EventsHarness {
  url: string;
  call(key: string, method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }>;
}

/** The routes of this part alone behind a real HTTP server, with events out running. */
export async function startEventsApi(db: Db, settings?: EventsOutSettings): Promise<EventsApi> {
  const harness = await startEventsOut(db, settings);
  const { events } = harness;
  const auth = createAuth(db, keyRing, { adminKey: undefined, tokenTtlSeconds: 60 });
  const { giveUpMs, manualRetryMs } = events.settings.deliveries;
  const url = await serve([
    ...eventRoutes({ auth, db, streams: events.streams, tokens: events.tokens }),
    ...subscriptionRoutes({
      auth,
      db,
      quotas: { keys: 0, instances: 0, typebots: 0, subscriptions: 0 },
      secrets: keyRing,
      giveUpMs,
      manualRetryMs,
    }),
  ]);
  const call = async (key: string, method: string, path: string, body?: unknown) => {
    const headers = { 'api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: response.status, json: await response.json() };
  };
  return { ...harness, url, call };
}

async function serve(routes: Route[]): Promise<string> {
  const app = express();
  for (const { method, path, run } of routes) {
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), (request: Request, response: Response, next) => {
      if (request.method !== method && !(request.method === 'HEAD' && method === 'GET')) return next();
      run(request, {
        bodyTypes: ['json'],
        limit: async () => {},
        keyed: { once: (_request, work) => work(), find: () => Promise.resolve(undefined) },
        audit: async () => {},
      })
        .then((answer) =>
          'stream' in answer
            ? answer.stream(response)
            : void response.status(answer.status).json(answer.body),
        )
        .catch((error: unknown) => {
          const known = error instanceof AppError ? error : new AppError('internal', String(error));
          const { status, body } = printNativeError(known);
          if (known.retryAfterSeconds !== undefined)
            response.setHeader('retry-after', known.retryAfterSeconds);
          response.status(status).json(body);
        });
    });
  }
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A key of a workspace, limited to an instance when one is given. */
export async function makeKey(
  db: Db,
  workspaceId: string,
  instanceId: string | null = null,
): Promise<{ id: string; key: string }> {
  const [id, key] = [randomUUID(), newSecret('test')];
  await insertApiKey(db, {
    id,
    workspaceId,
    instanceId,
    kind: 'key',
    name: 'test',
    keyHash: hashSecret(key),
  });
  return { id, key };
}

export interface StreamedEvent {
  id: string;
  type: string;
  at: string;
  data: Record<string, unknown>;
  session_id: string;
  instance_id: string;
}

export interface OpenStream {
  status: number;
  headers: Headers;
  events: StreamedEvent[];
  comments: number;
  /** Id line of the last event. */
  lastId: string | undefined;
  ended: Promise<void>;
  close(): void;
}

/** Reads a server-sent stream as an EventSource does. */
export async function openStream(
  url: string,
  options: { key?: string; lastEventId?: string; query?: string },
): Promise<OpenStream> {
  const closing = new AbortController();
  const response = await fetch(`${url}/events${options.query ?? ''}`, {
    signal: closing.signal,
    headers: {
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
      ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
    },
  });
  const stream: OpenStream = {
    status: response.status,
    headers: response.headers,
    events: [],
    comments: 0,
    lastId: undefined,
    ended: Promise.resolve(),
    close: () => closing.abort(),
  };
  stream.ended = readFrames(response, stream).catch(() => undefined);
  onTestFinished(() => closing.abort());
  return stream;
}

async function readFrames(response: globalThis.Response, stream: OpenStream): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    const frames = (rest + read.value).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) readFrame(frame, stream);
  }
}

function readFrame(frame: string, stream: OpenStream): void {
  for (const line of frame.split('\n')) {
    if (line.startsWith(':')) stream.comments += 1;
    if (line.startsWith('id: ')) stream.lastId = line.slice(4);
    if (line.startsWith('data: ')) stream.events.push(JSON.parse(line.slice(6)) as StreamedEvent);
  }
}
