import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { RequestHandler } from 'express';
import { afterAll, beforeAll, inject, vi } from 'vitest';
import { createApi } from '../../src/api.js';
import type { RunningApi } from '../../src/api.js';
import { parseConfig } from '../../src/config.js';
import type { Environment, Settings } from '../../src/config.js';
import { createLogger } from '../../src/logger.js';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import type { Traces } from '../../src/tracing/tracing.js';
import { createWorker } from '../../src/worker.js';
import type { RunningWorkerProcess } from '../../src/worker.js';
import './quiet-runtime.js';
import { createTestDatabase } from './postgres.js';
import { startReceiver } from './receiver.js';
import type { SharedReceiver } from './receiver.js';
import { startTypebotStandIn } from './typebot/stand-in.js';
import type { SharedTypebot } from './typebot/stand-in.js';

type Json = Record<string, unknown>;

export interface Reply {
  status: number;
  // Each test knows the form of the answers it looks at.
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** An instance with a generic channel, a typebot on the stand-in, and its contacts. */
export interface TestInstance {
  id: string;
  token: string;
  typebotId: string;
  /** Changes the typebot's settings. */
  change(settings: Json): Promise<void>;
  contact(phone?: string): TestContact;
}

export interface TestContact {
  phone: string;
  jid: string;
  /** Posts one signed webhook with these messages of the contact; resolves to its answer. */
  says(...texts: string[]): Promise<Reply>;
  sends(message: Json): Promise<Reply>;
  sessions(): Promise<any[]>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** The newest session. */
  session(): Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** What the contact has received so far. */
  heard(): string[];
  /** Waits until the contact has received `count` messages and Parley has recorded this; returns the messages. */
  hears(count: number): Promise<string[]>;
}

/** The whole product in this process: real PostgreSQL, Temporal and HTTP; stand-ins for Typebot and the channel. */
export interface Parley {
  db: Db;
  client: Client;
  settings: Settings;
  taskQueue: string;
  typebot: SharedTypebot;
  receiver: SharedReceiver;
  api: RunningApi;
  worker: { start(): Promise<void>; stop(): Promise<void> };
  /** Calls the API with the workspace's key, or with the given headers. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  workspaceId: string;
  key: string;
  instance(settings?: Json, channel?: Json): Promise<TestInstance>;
  /** One more API process on the same data. */
  secondApi(): Promise<{ url: string; stop(): Promise<void> }>;
}

export interface ParleyOptions {
  /** Environment variables besides the usual ones. */
  env?: Environment;
  /** `publicId` → flow of the stand-in; see `typebot/stand-in.ts`. */
  flows?: Parameters<typeof startTypebotStandIn>[0];
  /** Gets every line of the log from level `debug` on. Without it nothing is logged. */
  log?: { write(line: string): void };
  /** Default true. */
  startWorker?: boolean;
  /** Additional routes of the API. */
  extraRoutes?: (db: Db) => RequestHandler;
  /** For tests of tracing, together with the bundle whose workflows create spans. */
  traces?: Traces;
  workflowBundlePath?: string;
}

/** A debounce window that is still open after a few requests, also on a busy machine. */
export const WIDE_WINDOW_MS = 4_000;

/** Waits for a state: calls `look` until it no longer throws. */
export function until<T>(look: () => T | Promise<T>, timeoutMs = 90_000): Promise<T> {
  return vi.waitFor(look, { timeout: timeoutMs, interval: 20 });
}

/**
 * Waits until Parley has recorded the outcome of these messages. A message arrives before it is recorded as sent, so a
 * test that looks at records must wait for this.
 */
export function recorded(db: Db, heard: { id: string }[]): Promise<void> {
  return until(async () => {
    const { rowCount } = await db.query(
      "SELECT 1 FROM outbox WHERE outbound_id = ANY ($1) AND state = 'sending'",
      [heard.map(({ id }) => id)],
    );
    if (rowCount !== 0) throw new Error(`${rowCount} of the messages that arrived are not recorded`);
  });
}

/** Starts a product before the tests of a file and stops it after them. */
export function useParley(options: ParleyOptions = {}): Parley {
  const parley: Partial<Parley> = {};
  let stop: () => Promise<void> = () => Promise.resolve();
  beforeAll(async () => {
    const started = await startParley(options);
    Object.assign(parley, started.parley);
    stop = started.stop;
  });
  afterAll(() => stop());
  return parley as Parley;
}

/** As `useParley`, for tests that start and stop it themselves. */
export async function startParley(
  options: ParleyOptions = {},
): Promise<{ parley: Parley; stop(): Promise<void> }> {
  const database = await createTestDatabase();
  const [typebot, receiver] = await Promise.all([startTypebotStandIn(options.flows), startReceiver()]);
  const taskQueue = `test-${randomUUID()}`;
  const adminKey = randomBytes(24).toString('hex');
  const settings = parseConfig({
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    PARLEY_ADMIN_KEY: adminKey,
    PARLEY_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    PARLEY_ALLOW_PRIVATE_HOSTS: '127.0.0.0/8,localhost',
    PARLEY_MEDIA_DIR: path.join(inject('runFolder'), taskQueue),
    PARLEY_RATE_LIMIT: '0',
    ...options.env,
  });
  settings.config.port = 0;
  const level = settings.config.logLevel === 'info' ? 'silent' : settings.config.logLevel;
  const logger = createLogger({ level: options.log ? 'debug' : level, name: 'test' }, options.log);
  const db = openDb(settings.secrets.databaseUrl);
  const { traces, workflowBundlePath } = options;
  const api = await createApi(settings, {
    ...{ logger, taskQueue, traces, openSandbox: true },
    extraRoutes: options.extraRoutes?.(db),
  });
  const connection = Connection.lazy(settings.secrets.temporal.connectionOptions);
  const client = new Client({ connection });
  const worker = workerOf(settings, { logger, taskQueue, traces, workflowBundlePath });
  if (options.startWorker !== false) await worker.start();
  const call = caller(`http://127.0.0.1:${api.port}`);
  const admin = { authorization: `Bearer ${adminKey}` };
  const workspace = await call('POST', '/workspaces', { name: 'Test' }, admin);
  const made = await call('POST', `/workspaces/${workspace.body.id}/keys`, { name: 'test' }, admin);
  const key = String(made.body.key);
  const parley: Parley = {
    ...{ db, client, settings, taskQueue, typebot, receiver, api, worker, key },
    workspaceId: String(workspace.body.id),
    call: (method, path, body, headers = { 'api-key': key }) => call(method, path, body, headers),
    instance: (typebotSettings = {}, channel = {}) => makeInstance(parley, typebotSettings, channel),
    secondApi: async () => {
      const second = await createApi(settings, { logger, taskQueue, openSandbox: true });
      return { url: `http://127.0.0.1:${second.port}`, stop: () => second.stop() };
    },
  };
  const stop = async () => {
    await worker.stop();
    await endRuns(client, taskQueue);
    await api.stop();
    await Promise.all([connection.close(), db.close(), typebot.close(), receiver.close()]);
    await database.drop();
  };
  return { parley, stop };
}

function workerOf(settings: Settings, deps: Parameters<typeof createWorker>[1]) {
  let running: { worker: RunningWorkerProcess; done: Promise<void> } | undefined;
  return {
    start: async () => {
      const worker = await createWorker(settings, {
        ...deps,
        workflowBundlePath: deps.workflowBundlePath ?? inject('workflowBundlePath'),
      });
      running = { worker, done: worker.run() };
    },
    stop: async () => {
      await running?.worker.stop();
      await running?.done;
      running = undefined;
    },
  };
}

/** Terminates the workflows of this test, because the Temporal server is shared. */
async function endRuns(client: Client, taskQueue: string): Promise<void> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  for await (const run of client.workflow.list({ query })) {
    await client.workflow
      .getHandle(run.workflowId)
      .terminate('the test is over')
      .catch(() => undefined);
  }
}

function caller(base: string) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    };
  };
}

const INBOUND_SECRET = 'inbound-secret-of-the-tests';
let nextPhone = 551190000000 + Math.floor(Math.random() * 1_000_000);

async function makeInstance(parley: Parley, settings: Json, channel: Json): Promise<TestInstance> {
  const { receiver, typebot } = parley;
  const made = await parley.call('POST', '/instances', {
    name: 'Shop',
    channel: {
      type: 'generic',
      inbound_secrets: [INBOUND_SECRET],
      outbound_url: receiver.url,
      outbound_secrets: [receiver.secret],
      ...channel,
    },
  });
  if (made.status !== 201) throw new Error(`instance: ${JSON.stringify(made.body)}`);
  const id = String(made.body.id);
  const config = {
    typebot_url: typebot.url,
    public_id: 'branch-pub',
    trigger_type: 'all',
    keep_open: true,
    // Tests write faster than people.
    max_turns_per_minute: 0,
    ...settings,
  };
  const configured = await parley.call('POST', `/instances/${id}/typebots`, config);
  if (configured.status !== 201) throw new Error(`typebot: ${JSON.stringify(configured.body)}`);
  const typebotId = String(configured.body.typebot_id);
  return {
    id,
    token: String(made.body.token),
    typebotId,
    change: async (change) => {
      const changed = await parley.call('PATCH', `/instances/${id}/typebots/${typebotId}`, change);
      if (changed.status !== 200) throw new Error(`change: ${JSON.stringify(changed.body)}`);
    },
    contact: (phone = String((nextPhone += 1))) => makeContact(parley, id, phone),
  };
}

function makeContact(parley: Parley, instanceId: string, phone: string): TestContact {
  const heard = () => parley.receiver.texts(phone);
  const post = (events: unknown[]) => parley.call('POST', `/webhooks/${instanceId}`, ...signed({ events }));
  const sessions = async () => {
    const list = await parley.call('GET', `/instances/${instanceId}/typebots/sessions?phone=${phone}`);
    return list.body;
  };
  return {
    phone,
    jid: `${phone}@s.whatsapp.net`,
    says: (...texts) =>
      post(texts.map((text) => messageEvent(phone, { content: { contentType: 'text', text } }))),
    sends: (message) => post([messageEvent(phone, message)]),
    sessions,
    session: async () => (await sessions())[0],
    heard,
    hears: async (count) => {
      const texts = await until(() => {
        const sofar = heard();
        if (sofar.length < count)
          throw new Error(`heard ${sofar.length} of ${count}: ${JSON.stringify(sofar)}`);
        return sofar;
      });
      await recorded(parley.db, parley.receiver.sentTo(phone));
      return texts;
    },
  };
}

function messageEvent(phone: string, message: Json) {
  const keyId = `m-${randomUUID()}`;
  const timestamp = Math.floor(Date.now() / 1000);
  return {
    id: `evt-${keyId}`,
    type: 'message',
    message: { keyId, contact: { id: phone, name: 'Ana' }, timestamp, ...message },
  };
}

/** Body and headers of a signed request to a generic channel's webhook. */
export function signed(envelope: Json, secret = INBOUND_SECRET): [string, Record<string, string>] {
  const sentAt = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ version: 1, sentAt, ...envelope });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return [
    body,
    {
      'content-type': 'application/json',
      'x-parley-timestamp': String(sentAt),
      'x-parley-signature': `sha256=${signature}`,
    },
  ];
}
