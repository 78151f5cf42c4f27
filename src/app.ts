import type { RequestHandler } from 'express';
import { createActivities } from '../activities/index.js';
import { contextFor } from './channels/context.js';
import { channelFor, channels } from './channels/index.js';
import type { Settings } from './config.js';
import { createConversations } from './conversations/conversations.js';
import type { Core } from './conversations/core.js';
import { createInbound } from './conversations/arrivals/inbound.js';
import { createRelay } from './conversations/relay.js';
import { createSignals } from './conversations/signals.js';
import { createEventsOut } from './events-out/events-out.js';
import type { EventsOut } from './events-out/events-out.js';
import { createAuth } from './http/auth.js';
import { healthRoutes } from './http/health.js';
import { createHttpServer } from './http/server.js';
import type { HttpServer } from './http/server.js';
import { webhookRoutes } from './http/webhooks.js';
import type { Logger } from './logger.js';
import { createMediaLinks } from './media/links.js';
import { createMediaLibrary } from './media/media-library.js';
import type { MediaLibrary } from './media/media-library.js';
import { mediaRoutes } from './media/routes.js';
import { createMediaStorage } from './media/create-storage.js';
import type { MediaStorage } from './media/storage.js';
import { createMetrics } from './metrics.js';
import { createOutgoing } from './guarded-http/client.js';
import { refuseStart } from './start-refused.js';
import { openDb } from './store/db.js';
import type { Db } from './store/db.js';
import { findInstance } from './store/accounts/instances.js';
import { createReadiness } from './store/readiness.js';
import { createKeyRing } from './store/secrets.js';
import type { KeyRing } from './store/secrets.js';
import { apiSurfaces } from './surfaces/surfaces.js';
import { createTemporalClient } from './temporal/client.js';
import type { TemporalClient } from './temporal/client.js';
import { keepProvisioned } from './temporal/provision.js';
import { createTemporalWorker } from './temporal/worker.js';
import { activityPorts } from './worker-ports.js';

/** What the launcher and tests add or replace. */
export interface ProcessDeps {
  logger: Logger;
  /** Default `parley`; tests use one of their own. */
  taskQueue?: string;
}

/** The launcher's additions to the API. */
export interface ApiExtras {
  extraRoutes?: RequestHandler;
}

/** What API and worker have in common, made in the order in which the parts need each other. */
export interface Parts {
  settings: Settings;
  log: Logger;
  taskQueue: string;
  db: Db;
  keyRing: KeyRing;
  temporal: TemporalClient;
  http: ReturnType<typeof createOutgoing>;
  storage: MediaStorage;
  library: MediaLibrary;
  core: Core;
  events: EventsOut;
}

function createParts(settings: Settings, { logger: log, taskQueue = 'parley' }: ProcessDeps): Parts {
  const { config, secrets } = settings;
  const db = openDb(secrets.databaseUrl, {
    onError: (error) => log.warn({ err: error }, 'a connection was lost'),
  });
  const keyRing = createKeyRing(secrets.encryptionKeys);
  const temporal = createTemporalClient(secrets.temporal);
  const http = createOutgoing({ allowPrivate: config.allowPrivateHosts });
  const storage = createMediaStorage(config.media, secrets.s3);
  const links = createMediaLinks({ publicUrl: config.publicUrl, encryptionKeys: secrets.encryptionKeys });
  const library = createMediaLibrary({ db, storage, links });
  const signals = createSignals(temporal.client, { taskQueue, contact: config.temporalContact });
  const core: Core = {
    db,
    signals,
    log,
    instances: {
      find: (id) => findInstance(db, keyRing, id),
      connect: (instance) => contextFor(instance, { http, publicUrl: config.publicUrl }),
    },
  };
  const events = createEventsOut({
    db,
    temporal: temporal.client,
    taskQueue,
    outgoing: http,
    secrets: keyRing,
    log,
  });
  return { settings, log, taskQueue, db, keyRing, temporal, http, storage, library, core, events };
}

/** Closes what `createParts` opened, the database last. */
async function closeParts(parts: Parts): Promise<void> {
  await parts.events.stop();
  await parts.http.close();
  await parts.temporal.close();
  await parts.storage.close();
  await parts.db.close();
}

export interface RunningApi {
  port: number;
  /** Takes no new request, lets the running ones end, closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts the API; resolves when it listens. Needs PostgreSQL to answer requests, not to start. Throws `StartRefused`. */
export async function createApi(settings: Settings, deps: ProcessDeps & ApiExtras): Promise<RunningApi> {
  const parts = createParts(settings, deps);
  const relay = createRelay(parts.core);
  const server = createServer(parts, deps.extraRoutes);
  const wanted = settings.config.port;
  const port = await server.listen(wanted).catch(refuseStart(`Port ${wanted} (PORT) cannot be opened`));
  parts.events.start();
  relay.start();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    // Streams never end by themselves: the server would wait for them.
    await parts.events.streams.stop();
    await server.stop(10_000);
    await relay.stop();
    await closeParts(parts);
  };
  return { port, stop: () => (stopped ??= stop()) };
}

function createServer(parts: Parts, extraRoutes: RequestHandler | undefined): HttpServer {
  const { config, secrets } = parts.settings;
  const { db, keyRing, core, log } = parts;
  const metrics = createMetrics({ processMetrics: true });
  const auth = createAuth(db, keyRing, {
    adminKey: secrets.adminKey,
    tokenTtlSeconds: config.tokenTtlSeconds,
  });
  const conversations = createConversations(core, parts.events.watch.onEvent);
  const onUnmatched = (channel: string) => metrics.unmatched.inc({ channel });
  const inbound = createInbound({ ...core, onUnmatched });
  const { connect } = core.instances;
  const directory = { types: Object.keys(channels), find: channelFor, connect };
  return createHttpServer({
    surfaces: apiSurfaces({
      config,
      db,
      keyRing,
      auth,
      conversations,
      inbound,
      directory,
      events: parts.events,
      library: parts.library,
    }),
    health: healthRoutes({
      ...{ db, metrics, now: Date.now },
      checkDatabase: createReadiness(db, keyRing),
      checkTemporal: parts.temporal.isUp,
    }),
    webhooks: webhookRoutes({ db, keyRing, inbound, connect, metrics, log }),
    extras: [mediaRoutes(parts.library), ...(extraRoutes === undefined ? [] : [extraRoutes])],
    rateLimitPerSecond: config.rateLimitPerSecond,
    info: { version: '0.1.0', publicUrl: config.publicUrl },
    metrics,
    logger: log,
  });
}

export interface RunningWorkerProcess {
  /** Resolves when it has stopped, rejects when it broke down. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a Temporal worker with all activities, the relay, and the upkeep of Schedules and search attributes. Throws
 * `StartRefused` when Temporal cannot be used.
 */
export async function createWorker(
  settings: Settings,
  deps: ProcessDeps & { workflowBundlePath?: string },
): Promise<RunningWorkerProcess> {
  const parts = createParts(settings, deps);
  const activities = { ...createActivities(activityPorts(parts)), ...parts.events.activities };
  const { temporal } = settings.secrets;
  const { taskQueue } = parts;
  const { workflowBundlePath } = deps;
  const worker = await createTemporalWorker({ temporal, taskQueue, workflowBundlePath, activities }).catch(
    refuseStart(
      `Temporal at ${temporal.connectionOptions.address ?? 'localhost:7233'} (TEMPORAL_ADDRESS) cannot be used`,
    ),
  );
  const relay = createRelay(parts.core);
  const provisioned = keepProvisioned(parts.temporal, parts.taskQueue, parts.log);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await provisioned.stop();
    await worker.stop();
    await relay.stop();
    await closeParts(parts);
  };
  return {
    run: () => {
      relay.start();
      parts.events.start();
      return worker.run();
    },
    stop: () => (stopped ??= stop()),
  };
}
