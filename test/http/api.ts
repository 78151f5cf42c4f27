import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll } from 'vitest';
import type { InboundEvent } from '../../activities/messages.js';
import { contextFor } from '../../src/channels/context.js';
import { channelFor, channels } from '../../src/channels/index.js';
import { createConversations } from '../../src/conversations/conversations.js';
import type { InboundPort } from '../../src/conversations/inbound-port.js';
import { createAuth } from '../../src/http/auth.js';
import { healthRoutes } from '../../src/http/health.js';
import { createHttpServer } from '../../src/http/server.js';
import { webhookRoutes } from '../../src/http/webhooks.js';
import { createMetrics } from '../../src/metrics.js';
import { createOutgoing } from '../../src/outgoing/guarded-http.js';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { findInstance } from '../../src/store/instances.js';
import type { InstanceRow } from '../../src/store/rows.js';
import { createKeyRing } from '../../src/store/secrets.js';
import { compatibilitySurfaces } from '../../src/surfaces/compatibility.js';
import { callbackRoute } from '../../src/surfaces/native/callback-route.js';
import { nativeRoutes } from '../../src/surfaces/native/routes.js';
import { nativeErrors, nativeSurface } from '../../src/surfaces/native/surface.js';
import { tokenRoute } from '../../src/surfaces/native/token-route.js';
import { provisioningRoutes } from '../../src/surfaces/provisioning/routes.js';
import { createTestDatabase } from '../support/postgres.js';

export const ADMIN_KEY = 'admin-key-of-the-tests';

export interface Reply {
  status: number;
  headers: Headers;
  body: any;
}

export interface ApiOptions {
  rateLimitPerSecond?: number;
  tokenTtlSeconds?: number;
  temporalIsUp?: () => Promise<boolean>;
  /** A database that answers nothing. */
  databaseUrl?: string;
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
}

/** The whole API on a database of its own, without Temporal: every control call must work all the same. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const database = await createTestDatabase();
  const db = openDb(options.databaseUrl ?? database.url, { maxConnections: 5 });
  const keyRing = createKeyRing([randomBytes(32)]);
  const logLines: string[] = [];
  const logger = pino(
    { level: 'info' },
    new Writable({ write: (line, _encoding, done) => (logLines.push(String(line)), done()) }),
  );
  const http = createOutgoing({ allowPrivate: ['127.0.0.0/8'] });
  const connect = (instance: InstanceRow) => contextFor(instance, { http, publicUrl: 'http://parley.test' });
  const accepted: Api['accepted'] = [];
  const callbacks: Api['callbacks'] = [];
  const inbound: InboundPort = {
    accept: async (instance, events) => {
      accepted.push({ instance, events });
      return events.map(() => 'accepted');
    },
    callback: async (token, json) => {
      callbacks.push({ token, json });
      return token === 'waiting';
    },
  };
  const conversations = createConversations(
    {
      db,
      log: logger,
      signals: {
        tell: async () => false,
        deliver: async () => undefined,
        startOutgoing: async () => false,
        startEnding: async () => false,
      },
      instances: { find: (id) => findInstance(db, keyRing, id), connect },
    },
    new EventEmitter(),
  );
  const auth = createAuth(db, keyRing, {
    adminKey: ADMIN_KEY,
    tokenTtlSeconds: options.tokenTtlSeconds ?? 3600,
  });
  const metrics = createMetrics({ processMetrics: false });
  const defaults = { locale: 'pt-BR', timeZone: 'UTC' } as const;
  const mediaUrl = (id: string) => `http://parley.test/media/signed/${id}`;
  const native = nativeSurface([
    tokenRoute(auth),
    ...provisioningRoutes({ db, auth, conversations, errors: nativeErrors }),
    ...nativeRoutes({
      db,
      keyRing,
      auth,
      conversations,
      defaults,
      mediaUrl,
      channels: { types: Object.keys(channels), find: channelFor, connect },
    }),
    callbackRoute(inbound),
  ]);
  const server = createHttpServer({
    surfaces: [
      native,
      ...compatibilitySurfaces({ auth, db, conversations, defaults, mediaUrl, replyTimeoutMs: 100 }),
    ],
    health: healthRoutes({
      db,
      metrics,
      checkTemporal: options.temporalIsUp ?? (async () => true),
      now: Date.now,
    }),
    webhooks: webhookRoutes({ db, keyRing, inbound, connect, metrics }),
    extras: [],
    rateLimitPerSecond: options.rateLimitPerSecond ?? 0,
    info: { version: '0.0.0', publicUrl: 'http://parley.test' },
    metrics,
    logger,
  });
  const port = await server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const call = (method: string, path: string, given?: CallOptions) => request(url, method, path, given);
  return {
    url,
    db,
    accepted,
    callbacks,
    logLines,
    call,
    tenant: () => makeTenant(call),
    close: async () => {
      await server.stop(1_000);
      await http.close();
      await db.close();
      await database.drop();
    },
  };
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
    body: json === undefined ? body : JSON.stringify(json),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
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

let phones = 0;

/** A phone number no other test of the file has. */
export function newPhone(): string {
  phones += 1;
  return `1202555${String(phones).padStart(4, '0')}`;
}
