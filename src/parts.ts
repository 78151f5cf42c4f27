import { contextFor } from './channels/context.js';
import type { Settings } from './config.js';
import type { Core } from './conversations/core.js';
import { createSignals } from './conversations/signals.js';
import { createEventsOut } from './events-out/events-out.js';
import type { EventsOut } from './events-out/events-out.js';
import { createHttpClient } from './guarded-http/client.js';
import type { Logger } from './logger.js';
import { createMediaStorage } from './media/create-storage.js';
import { createMediaLinks } from './media/links.js';
import { createMediaLibrary } from './media/media-library.js';
import type { MediaLibrary } from './media/media-library.js';
import type { MediaStorage } from './media/storage.js';
import { findInstance } from './store/accounts/instances.js';
import { keepInstances } from './store/accounts/kept-instances.js';
import { openDb } from './store/db.js';
import type { Db } from './store/db.js';
import { createKeyRing } from './store/secrets.js';
import type { KeyRing } from './store/secrets.js';
import { createTemporalClient } from './temporal/client.js';
import type { TemporalClient } from './temporal/client.js';
import type { Traces } from './tracing/tracing.js';

/** What the launcher and tests add or replace. */
export interface ProcessDeps {
  logger: Logger;
  /** Default `parley`; each test uses its own. */
  taskQueue?: string;
  /** See `DbOptions`. */
  statementMs?: number;
  /** See `ChannelContext`. */
  openSandbox?: boolean;
  /** From `startTracing`; undefined = tracing is off. */
  traces?: Traces;
}

/** What API and worker have in common, in the order in which they depend on each other. */
export interface Parts {
  settings: Settings;
  log: Logger;
  taskQueue: string;
  db: Db;
  keyRing: KeyRing;
  temporal: TemporalClient;
  http: ReturnType<typeof createHttpClient>;
  storage: MediaStorage;
  library: MediaLibrary;
  core: Core;
  events: EventsOut;
}

/** Creates the parts. Waits for no answer of PostgreSQL, Temporal or the storage. */
export function createParts(
  settings: Settings,
  { logger: log, taskQueue = 'parley', statementMs, openSandbox, traces }: ProcessDeps,
): Parts {
  const { config, secrets } = settings;
  const db = openDb(secrets.databaseUrl, {
    statementMs,
    onError: (error) => log.warn({ err: error }, 'a connection was lost'),
  });
  const keyRing = createKeyRing(secrets.encryptionKeys);
  const temporal = createTemporalClient(secrets.temporal, traces?.client);
  const http = createHttpClient({ allowPrivate: config.allowPrivateHosts });
  const storage = createMediaStorage(config.media, secrets.s3);
  const links = createMediaLinks({ publicUrl: config.publicUrl, encryptionKeys: secrets.encryptionKeys });
  const library = createMediaLibrary({ db, storage, links });
  const signals = createSignals(temporal.client, {
    ...{ taskQueue, contact: config.temporalContact, publicUrl: config.publicUrl },
  });
  const core: Core = {
    db,
    signals,
    log,
    instances: {
      ...keepInstances((id) => findInstance(db, keyRing, id)),
      connect: (instance) => contextFor(instance, { http, openSandbox, publicUrl: config.publicUrl }),
    },
  };
  const events = createEventsOut({
    db,
    temporal: temporal.client,
    taskQueue,
    http,
    secrets: keyRing,
    log,
  });
  return { settings, log, taskQueue, db, keyRing, temporal, http, storage, library, core, events };
}

/** Closes what `createParts` created, the database last. */
export async function closeParts(parts: Parts): Promise<void> {
  await parts.events.stop();
  await parts.http.close();
  await parts.temporal.close();
  await parts.storage.close();
  await parts.db.close();
}
