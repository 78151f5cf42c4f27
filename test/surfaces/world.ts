import { EventEmitter } from 'node:events';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { sandbox } from '../../src/channels/sandbox/index.js';
import type { Conversations } from '../../src/conversations/api.js';
import type { CommitBell } from '../../src/conversations/commands/bot-reply.js';
import { createInbound } from '../../src/conversations/arrivals/inbound.js';
import { createConversations } from '../../src/conversations/conversations.js';
import type { Core } from '../../src/conversations/core.js';
import { instanceComponents } from '../../src/surfaces/native/instances/components.js';
import type { Signals } from '../../src/conversations/signals.js';
import { createAuth } from '../../src/http/access/auth.js';
import { createLogger } from '../../src/logger.js';
import { insertApiKey } from '../../src/store/accounts/api-keys.js';
import { openDb, type Db } from '../../src/store/db.js';
import { findInstance, insertInstance } from '../../src/store/accounts/instances.js';
import { keepInstances } from '../../src/store/accounts/kept-instances.js';
import type { InstanceRow, TypebotRow, TypebotSettings } from '../../src/store/rows.js';
import { createKeyRing, hashSecret, newSecret } from '../../src/store/secrets.js';
import { insertTypebot } from '../../src/store/accounts/typebots.js';
import { insertWorkspace } from '../../src/store/accounts/workspaces.js';
import { botpressSurface } from '../../src/surfaces/botpress/routes.js';
import { codechatSurface } from '../../src/surfaces/codechat/routes.js';
import { typebotDefaults } from '../../src/surfaces/native/typebots/defaults.js';
import type { NativeDeps } from '../../src/surfaces/native/deps.js';
import { nativeRoutes } from '../../src/surfaces/native/routes.js';
import { nativeSurface } from '../../src/surfaces/native/surface.js';
import { yourgptSurface } from '../../src/surfaces/yourgpt/routes.js';
import { createTestDatabase } from '../support/postgres.js';
import { serveSurfaces } from './serve.js';

/** One tenant: a workspace key, an instance and its token. */
export interface Tenant {
  workspaceId: string;
  projectId: number;
  key: string;
  instance: InstanceRow;
  token: string;
}

/** A JSON answer to look into: every member is one again. */
export interface Json {
  readonly [member: string]: Json;
}

/** The entries of a JSON array. */
export function list(json: Json | undefined): Json[] {
  return Array.isArray(json) ? json : [];
}

export interface Reply {
  status: number;
  body: Json;
  headers: Headers;
}

export interface CallOptions {
  body?: unknown;
  /** Sent as it is, with this content type. */
  raw?: { type: string; text: string };
  headers?: Record<string, string>;
}

/** All surfaces on a real server and database; nobody hears the signals, as while Temporal is down. */
export interface World {
  url: string;
  db: Db;
  conversations: Conversations;
  /** Rings by workspace id, with the id of a session in which something was committed. */
  bell: EventEmitter;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  tenant(): Promise<Tenant>;
  instance(workspaceId: string): Promise<{ instance: InstanceRow; token: string }>;
  typebot(instance: InstanceRow, settings?: Partial<TypebotSettings>): Promise<TypebotRow>;
}

export const defaultSettings: TypebotSettings = {
  description: '',
  typebot_url: 'https://typebot.io',
  typebot_api_url: null,
  trigger_type: 'none',
  trigger_operator: null,
  trigger_value: '',
  expire_in_minutes: 0,
  keyword_finish: '',
  default_delay_ms: 0,
  unknown_message: '',
  transcribe_audio: false,
  listen_from_me: false,
  stop_bot_from_me: false,
  keep_open: true,
  debounce_ms: 0,
  ignore_groups: true,
  declared_tags: [],
  open_tags: false,
  cooldown_minutes: 0,
  takeover_quiet_minutes: 0,
  locale: 'en',
  time_zone: 'UTC',
  input_hints: true,
  typing_emulation: false,
  handoff_on_chatwoot: false,
  max_invalid_replies: 0,
  max_turns_per_minute: 20,
  interrupts: false,
  pause_word: '',
  resume_word: '',
};

const deafSignals: Signals = {
  tell: () => Promise.resolve(false),
  deliver: () => Promise.resolve(),
  startOutgoing: () => Promise.resolve(false),
  startEnding: () => Promise.resolve(false),
  startMedia: () => Promise.resolve(false),
};

/** Starts a world before the tests of a file and ends it after them. */
export function useWorld(options: { replyTimeoutMs?: number } = {}): World {
  const world: Partial<World> = {};
  let end: () => Promise<void> = () => Promise.resolve();
  beforeAll(async () => {
    const started = await startWorld(options.replyTimeoutMs ?? 200);
    Object.assign(world, started.world);
    end = started.end;
  });
  afterAll(() => end());
  return world as World;
}

async function startWorld(replyTimeoutMs: number): Promise<{ world: World; end: () => Promise<void> }> {
  const database = await createTestDatabase();
  const db = openDb(database.url);
  const ring = createKeyRing([randomBytes(32)]);
  const bell = new EventEmitter();
  const listen: CommitBell = (workspaceId, callback) => {
    bell.on(workspaceId, callback);
    return () => bell.off(workspaceId, callback);
  };
  const core = coreOf(db, ring);
  const conversations = createConversations(core, listen);
  const deps: NativeDeps = {
    auth: createAuth(db, ring, { adminKey: 'admin', tokenTtlSeconds: 3600 }),
    db,
    keyRing: ring,
    quotas: { keys: 0, instances: 0, typebots: 0, subscriptions: 0 },
    conversations,
    channels: { types: ['sandbox'], find: () => sandbox, connect: core.instances.connect },
    defaults: { locale: 'pt-BR', timeZone: 'UTC' },
    inbound: createInbound(core),
    readEvolution: () => Promise.resolve({ ok: false, reason: 'unreachable' }),
    tryFlow: () => Promise.reject(new Error('no network in these tests')),
    mediaUrl: (id) => `https://parley.test/media/${id}`,
    workflowUrl: () => null,
  };
  const { server, port } = await serveSurfaces([
    nativeSurface(nativeRoutes(deps), instanceComponents(deps.channels)),
    codechatSurface({ ...deps, typebotDefaults: typebotDefaults(deps.defaults) }),
    yourgptSurface({ ...deps, replyTimeoutMs }),
    botpressSurface(deps),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const world: World = {
    url,
    db,
    conversations,
    bell,
    call: (method, path, options) => call(url, method, path, options),
    tenant: () => makeTenant(db, ring),
    instance: (workspaceId) => makeInstance(db, ring, workspaceId),
    typebot: (instance, settings = {}) =>
      insertTypebot(db, {
        id: randomUUID(),
        workspaceId: instance.workspaceId,
        instanceId: instance.id,
        publicId: 'my-bot',
        enabled: true,
        priority: 0,
        settings: { ...defaultSettings, ...settings },
        codechatIntegration: false,
      }),
  };
  const end = async () => {
    await server.stop(0);
    await db.close();
    await database.drop();
  };
  return { world, end };
}

function coreOf(db: Db, ring: ReturnType<typeof createKeyRing>): Core {
  const settings = sandbox.parseSettings({});
  if (!settings.ok) throw new Error('sandbox settings');
  return {
    db,
    signals: deafSignals,
    log: createLogger({ level: 'silent', name: 'test' }),
    instances: {
      ...keepInstances((id) => findInstance(db, ring, id)),
      connect: (instance) => ({
        channel: sandbox,
        context: {
          instanceId: instance.id,
          settings: settings.settings,
          capabilities: sandbox.capabilities(settings.settings),
          http: { request: () => Promise.reject(new Error('no network in these tests')) } as never,
          webhookUrl: `http://127.0.0.1/webhooks/${instance.id}`,
        },
      }),
    },
  };
}

async function call(url: string, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const { body, raw, headers = {} } = options;
  const type = raw?.type ?? (body === undefined ? undefined : 'application/json');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    body: raw?.text ?? (body === undefined ? undefined : JSON.stringify(body)),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers };
}

async function makeTenant(db: Db, ring: ReturnType<typeof createKeyRing>): Promise<Tenant> {
  const workspace = await insertWorkspace(db, {
    id: randomUUID(),
    name: 'Test',
    clientToken: randomUUID(),
    clientSecretHash: hashSecret('secret'),
  });
  const key = newSecret('key');
  await insertApiKey(db, {
    id: randomUUID(),
    workspaceId: workspace.id,
    instanceId: null,
    kind: 'key',
    name: 'test',
    keyHash: hashSecret(key),
  });
  const made = await makeInstance(db, ring, workspace.id);
  return { workspaceId: workspace.id, projectId: workspace.projectId, key, ...made };
}

async function makeInstance(db: Db, ring: ReturnType<typeof createKeyRing>, workspaceId: string) {
  const instance = await insertInstance(db, ring, {
    id: `VZ${randomBytes(13).toString('hex').toUpperCase()}`,
    workspaceId,
    name: 'Test',
    phone: null,
    channelType: 'sandbox',
    channel: { settings: {}, secretMembers: [] },
    transcription: null,
    status: 'connected',
  });
  const token = newSecret('token');
  await insertApiKey(db, {
    id: randomUUID(),
    workspaceId,
    instanceId: instance.id,
    kind: 'instance_token',
    name: 'instance',
    keyHash: hashSecret(token),
  });
  return { instance, token };
}

/** A phone number nobody else in the run has. */
export function newPhone(): string {
  return `55119${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
}
