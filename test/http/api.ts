import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { afterAll, beforeAll } from 'vitest';
import type { InboundEvent } from '../../activities/ports/messages.js';
import { contextFor } from '../../src/channels/context.js';
import { createEvolutionReader } from '../../src/channels/evolution/typebots.js';
import { channelFor, channels } from '../../src/channels/index.js';
import { parseConfig } from '../../src/config.js';
import { createConversations } from '../../src/conversations/conversations.js';
import type { Core } from '../../src/conversations/core.js';
import { createInbound } from '../../src/conversations/arrivals/inbound.js';
import type { InboundPort } from '../../src/conversations/arrivals/inbound.js';
import { createEventsOut } from '../../src/events-out/events-out.js';
import { createAuth } from '../../src/http/access/auth.js';
import { createAudit } from '../../src/http/audit.js';
import { healthRoutes } from '../../src/http/health/health.js';
import { createKeyedAnswers } from '../../src/http/idempotency.js';
import { createHttpServer } from '../../src/http/server.js';
import { webhookRoutes } from '../../src/http/webhooks.js';
import { createMediaLinks } from '../../src/media/links.js';
import { createMediaLibrary } from '../../src/media/media-library.js';
import { createMediaStorage } from '../../src/media/create-storage.js';
import { createMetrics } from '../../src/metrics.js';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { HttpFailure } from '../../src/guarded-http/http.js';
import type { HttpClient } from '../../src/guarded-http/http.js';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { findInstance } from '../../src/store/accounts/instances.js';
import { keepInstances } from '../../src/store/accounts/kept-instances.js';
import type { InstanceRow } from '../../src/store/rows.js';
import type { TemporalState } from '../../src/temporal/client.js';
import { createReadiness } from '../../src/store/readiness.js';
import { requestTransactions } from '../../src/store/request-transactions.js';
import { createKeyRing } from '../../src/store/secrets.js';
import { createFlowTrial } from '../../src/typebot/calls/try-flow.js';
import { apiSurfaces } from '../../src/surfaces/surfaces.js';
import { createTestDatabase } from '../support/postgres.js';
import { documented } from './documented.js';

/** A JSON value as a test reads it: what is not there fails the comparison, not the compiler. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export const ADMIN_KEY = 'admin-key-of-the-tests';

export interface Reply {
  status: number;
  headers: Headers;
  body: Json;
}

export interface ApiOptions {
  rateLimitPerSecond?: number;
  tokenTtlSeconds?: number;
  temporalState?: () => Promise<TemporalState>;
  /** Default true, as under `npm start`. */
  openSandbox?: boolean;
  /** More of the environment. */
  env?: Record<string, string>;
  /** A database that answers nothing. */
  databaseUrl?: string;
  /** Something between the API and its database. */
  overDb?: (real: Db) => Db;
}

/** A workspace with a key of its own and an instance with its token. */
export interface Tenant {
  workspaceId: string;
  clientToken: string;
  clientSecret: string;
  key: string;
  instanceId: string;
  token: string;
}

export interface Api {
  url: string;
  db: Db;
  /** What the webhook routes handed over. */
  accepted: { instance: InstanceRow; events: InboundEvent[] }[];
  callbacks: { token: string; json: unknown }[];
  /** Every line that was logged. */
  logLines: string[];
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  tenant(): Promise<Tenant>;
  close(): Promise<void>;
}

export interface CallOptions {
  key?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Uint8Array;
  /** The answer need not be as documented: something was broken on purpose. */
  undocumented?: true;
}

/** Nobody hears: every control call must work all the same. */
const deafSignals: Core['signals'] = {
  tell: async () => false,
  deliver: async () => undefined,
  startOutgoing: async () => false,
  startMedia: async () => false,
  startEnding: async () => false,
};

/** The whole API on a database of its own, as while Temporal is down. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-api-'));
  const key = randomBytes(32);
  const { config } = parseConfig({
    DATABASE_URL: database.url,
    PARLEY_ENCRYPTION_KEYS: key.toString('base64'),
    PARLEY_PUBLIC_URL: 'http://parley.test',
    ...options.env,
  });
  const opened = openDb(options.databaseUrl ?? database.url, { maxConnections: 5 });
  const transactions = requestTransactions(options.overDb?.(opened) ?? opened);
  const { db } = transactions;
  const keyRing = createKeyRing([key]);
  const logLines: string[] = [];
  const keep = new Writable({ write: (line, _encoding, done) => (logLines.push(String(line)), done()) });
  const logger = pino({ level: 'info' }, keep);
  const http = createHttpClient({ allowPrivate: ['127.0.0.0/8'] });
  const { openSandbox = true } = options;
  const connect = (instance: InstanceRow) =>
    contextFor(instance, { http, openSandbox, publicUrl: config.publicUrl });
  const kept = keepInstances((id) => findInstance(db, keyRing, id));
  const core: Core = { db, log: logger, signals: deafSignals, instances: { ...kept, connect } };
  const connection = Connection.lazy({ address: '127.0.0.1:9' });
  const events = createEventsOut({
    ...{ db, log: logger, secrets: keyRing, http },
    ...{ temporal: new Client({ connection }), taskQueue: 'nobody' },
  });
  const auth = createAuth(db, keyRing, {
    adminKey: ADMIN_KEY,
    tokenTtlSeconds: options.tokenTtlSeconds ?? config.tokenTtlSeconds,
  });
  const { inbound, accepted, callbacks } = overheard(createInbound(core));
  const metrics = createMetrics({ processMetrics: false });
  const library = createMediaLibrary({
    db,
    storage: createMediaStorage({ type: 'folder', folder }, undefined),
    links: createMediaLinks({ publicUrl: config.publicUrl, encryptionKeys: [key] }),
  });
  const server = createHttpServer({
    surfaces: apiSurfaces({
      ...{ config, db, keyRing, auth, inbound, events, library },
      tryFlow: createFlowTrial(byAddress(http)),
      readEvolution: createEvolutionReader(byAddress(http)),
      conversations: createConversations(core, events.watch.onEvent),
      directory: { types: Object.keys(channels), find: channelFor, connect },
    }),
    health: healthRoutes({
      ...{ db, metrics, now: Date.now },
      checkDatabase: createReadiness(db, keyRing),
      checkTemporal: options.temporalState ?? (async () => 'up'),
    }),
    webhooks: webhookRoutes({ db, keyRing, inbound, connect, metrics }),
    extras: [],
    keyed: createKeyedAnswers(transactions, keyRing),
    audit: createAudit(db, logger),
    rateLimitPerSecond: options.rateLimitPerSecond ?? 0,
    info: { version: '0.0.0', publicUrl: config.publicUrl },
    metrics,
    logger,
  });
  const url = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`;
  const conforms = documented((await request(url, 'GET', '/openapi.json')).body);
  const call = async (method: string, target: string, given?: CallOptions) => {
    const reply = await request(url, method, target, given);
    if (options.databaseUrl === undefined && !given?.undocumented) conforms(method, target, reply);
    return reply;
  };
  const close = async () => {
    await events.stop();
    await server.stop(1_000);
    await connection.close();
    await http.close();
    await db.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url, db, accepted, callbacks, logLines, call, tenant: () => makeTenant(call), close };
}

/** Nothing that a test makes up is looked for outside this machine. */
function byAddress(http: HttpClient): HttpClient {
  return (request) =>
    isIP(new URL(request.url).hostname) === 0
      ? Promise.reject(new HttpFailure('before', 'ENOTFOUND'))
      : http(request);
}

/** Keeps what is handed over; a callback with the token `waiting` finds a flow. */
function overheard(real: InboundPort) {
  const accepted: Api['accepted'] = [];
  const callbacks: Api['callbacks'] = [];
  const inbound: InboundPort = {
    accept: (instance, events, receivedAt) => {
      accepted.push({ instance, events });
      return real.accept(instance, events, receivedAt);
    },
    callback: async (token, json) => {
      callbacks.push({ token, json });
      return token === 'waiting' || real.callback(token, json);
    },
  };
  return { inbound, accepted, callbacks };
}

/** One API for a test file. */
export function useApi(options: ApiOptions = {}): () => Api {
  let api: Api | undefined;
  beforeAll(async () => {
    api = await startApi(options);
  });
  afterAll(() => api?.close());
  return () => {
    if (api === undefined) throw new Error('the API has not started');
    return api;
  };
}

async function request(url: string, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const { key, headers = {}, json, body } = options;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: json === undefined ? asBody(body) : JSON.stringify(json),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

function asBody(body: string | Uint8Array | undefined): BodyInit | undefined {
  return typeof body === 'string' || body === undefined ? body : new Blob([new Uint8Array(body)]);
}

async function makeTenant(call: Api['call']): Promise<Tenant> {
  const workspace = (await call('POST', '/workspaces', { key: ADMIN_KEY, json: { name: 'Acme' } })).body;
  const made = await call('POST', `/workspaces/${workspace.id}/keys`, {
    key: ADMIN_KEY,
    json: { name: 'main' },
  });
  const instance = (await call('POST', '/instances', { key: made.body.key, json: { name: 'Shop' } })).body;
  return {
    workspaceId: workspace.id,
    clientToken: workspace.client_token,
    clientSecret: workspace.client_secret,
    key: made.body.key,
    instanceId: instance.id,
    token: instance.token,
  };
}

/** A copy of an object without one member. */
export function without(value: Json, name: string): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

let phones = 0;

/** A phone number no other test of the file has. */
export function newPhone(): string {
  phones += 1;
  return `1202555${String(phones).padStart(4, '0')}`;
}
