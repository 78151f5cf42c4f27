import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { inject, onTestFinished, vi } from 'vitest';
import { createDeliveryActivities } from '../../activities/deliver-event.js';
import { createEventsOut, defaultEventsOutSettings } from '../../src/events-out/events-out.js';
import type { EventsOut, EventsOutSettings } from '../../src/events-out/events-out.js';
import { createLogger } from '../../src/logger.js';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { createKeyRing } from '../../src/store/secrets.js';
import { recordEvent } from '../../src/store/events/session-events.js';
import type { EventType } from '../../src/store/events/session-events.js';
import { insertSubscription } from '../../src/store/events/subscriptions.js';
import type { SubscriptionEvent } from '../../src/store/events/subscriptions.js';
import { lastingPort } from '../support/lasting-port.js';
import { createTestDatabase } from '../support/postgres.js';
import { connectTemporal, connectWorker } from '../support/temporal.js';
import type { Place } from './seeds.js';

export const SECRET = 'a secret of the test';
export const log = createLogger({ level: 'silent', name: 'test' });
export const keyRing = createKeyRing([randomBytes(32)]);

/** Times short enough for a test; everything else as in production. */
export const quick: EventsOutSettings = {
  relay: { ...defaultEventsOutSettings.relay, lookMs: 50, leaseMs: 1_000 },
  deliveries: {
    ...defaultEventsOutSettings.deliveries,
    timeoutMs: 30_000,
    firstDelayMs: 50,
    maxDelayMs: 200,
  },
  streams: { ...defaultEventsOutSettings.streams, commentMs: 500 },
};

/** A database of its own, closed and dropped with the test. */
export async function databaseOfTest(): Promise<{ db: Db; url: string }> {
  const database = await createTestDatabase();
  const db = openDb(database.url);
  onTestFinished(async () => {
    await db.close();
    await database.drop();
  });
  return { db, url: database.url };
}

export interface EventsHarness {
  events: EventsOut;
  client: Client;
  /** Runs workflows and deliveries until the test ends. */
  startWorker(): Promise<void>;
}

/** Events out on the real parts, started; stopped with the test. */
export async function startEventsOut(
  db: Db,
  settings: EventsOutSettings = quick,
  options: { temporal?: Client; allowPrivate?: string[] } = {},
): Promise<EventsHarness> {
  const temporal = await connectTemporal();
  const http = createHttpClient({ allowPrivate: options.allowPrivate ?? ['127.0.0.0/8'] });
  const taskQueue = `events-${randomUUID()}`;
  const client = options.temporal ?? temporal.client;
  const events = createEventsOut({
    db,
    temporal: client,
    taskQueue,
    http,
    secrets: keyRing,
    log,
    settings,
  });
  events.start();
  const stops = [() => temporal.close(), () => http.close(), () => events.stop()];
  onTestFinished(async () => {
    for (const stop of stops.toReversed()) await stop();
  });
  const startWorker = async () => {
    const connection = await connectWorker();
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowBundle: { codePath: inject('workflowBundlePath') },
      activities: createDeliveryActivities(events.deliverOldest),
    });
    const running = worker.run();
    stops.push(async () => {
      worker.shutdown();
      await running;
      await connection.close();
    });
  };
  return { events, client, startWorker };
}

export interface Received {
  event: string;
  delivery: string;
  sequence: number;
  sessionId: string;
  signed: boolean;
  timestampFits: boolean;
}

/** A subscriber that answers as told and remembers what it took. */
export async function startSubscriber(secret = SECRET) {
  const state = { answer: 200, headers: {}, body: '', silent: false, attempts: 0, taken: [] as Received[] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      state.attempts += 1;
      if (state.silent) return;
      if (state.answer < 300) state.taken.push(read(request.headers, Buffer.concat(chunks), secret));
      response.writeHead(state.answer, state.headers).end(state.body);
    });
  });
  const port = await lastingPort();
  const listen = () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen();
  onTestFinished(close);
  return { state, url: `http://127.0.0.1:${port}/hook`, goDown: close, comeBack: listen };
}

function read(headers: Record<string, unknown>, body: Buffer, secret: string): Received {
  const json = JSON.parse(body.toString()) as {
    session_id: string;
    sent_at: number;
    data: { sequence: number };
  };
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    event: String(headers['x-parley-event']),
    delivery: String(headers['x-parley-delivery']),
    sequence: json.data.sequence,
    sessionId: json.session_id,
    signed: headers['x-parley-signature'] === `sha256=${signature}`,
    timestampFits: headers['x-parley-timestamp'] === String(json.sent_at),
  };
}

export async function subscribe(
  db: Db,
  place: Place,
  url: string,
  events: SubscriptionEvent[] = ['message.sent'],
): Promise<string> {
  const id = randomUUID();
  await insertSubscription(db, {
    ...{ id, url, events, instanceId: null },
    workspaceId: place.workspaceId,
    secret: keyRing.encrypt(SECRET, { column: 'subscriptions.secret', row: id }),
  });
  return id;
}

/** Records one event, `message.sent` unless told; its number is in its data. */
export function record(
  db: Db,
  place: Place,
  sessionId: string,
  event: { sequence: number; type?: EventType },
): Promise<number> {
  const { sequence, type = 'message.sent' } = event;
  return db.transaction((tx) => recordEvent(tx, { ...place, sessionId, type, data: { sequence } }));
}

export async function deliveryLog(db: Db, subscriptionId: string) {
  const { rows } = await db.query<{
    id: string;
    status: string;
    attempt: number;
    response_status: number | null;
    next_attempt_at: Date | null;
  }>(
    'SELECT id, status, attempt, response_status, next_attempt_at FROM deliveries WHERE subscription_id = $1 ORDER BY row_id',
    [subscriptionId],
  );
  return rows;
}

/** Waits for a state; fails with the last reason after 90 s. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 90_000, interval: 20 });
}
