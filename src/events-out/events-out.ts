import type { Client } from '@temporalio/client';
import type { DeliverOldest } from '../../activities/deliver-event.js';
import type { Logger } from '../logger.js';
import type { HttpClient } from '../guarded-http/http.js';
import type { Db } from '../store/db.js';
import type { KeyRing } from '../store/secrets.js';
import { createCommitWatch } from './commit-watch.js';
import type { CommitWatch } from './commit-watch.js';
import { createDeliverOldest } from './deliver-oldest.js';
import type { DeliverySettings } from './deliver-oldest.js';
import { createDeliveryRelay } from './delivery-relay.js';
import type { RelaySettings } from './delivery-relay.js';
import { createEventStreams } from './event-streams.js';
import type { EventStreams, StreamLimits } from './event-streams.js';
import type { StreamSettings } from './event-stream.js';
import { createStreamTokens } from './stream-token.js';
import type { StreamTokens } from './stream-token.js';

/** All times and limits of streams and deliveries. */
export interface EventsOutSettings {
  relay: RelaySettings;
  deliveries: DeliverySettings & {
    /** For how long, at least, a delivery is tried after a person asked for a retry. */
    manualRetryMs: number;
  };
  streams: StreamSettings & StreamLimits & { tokenTtlSeconds: number };
}

const DAY_MS = 86_400_000;

/** Settings in production; tests use shorter times. */
export const defaultEventsOutSettings: EventsOutSettings = {
  relay: { lookMs: 500, leaseMs: 5_000, batch: 500, callTimeoutMs: 800 },
  deliveries: {
    timeoutMs: 10_000,
    maxAnswerBytes: 1_048_576,
    firstDelayMs: 1_000,
    maxDelayMs: 600_000,
    giveUpMs: DAY_MS,
    disableAfterMs: 3 * DAY_MS,
    manualRetryMs: 3_600_000,
  },
  streams: {
    commentMs: 15_000,
    checkMs: 2_000,
    batch: 200,
    stalledMs: 60_000,
    maxStreams: 500,
    maxStreamsPerWorkspace: 50,
    tokenTtlSeconds: 300,
  },
};

/** What `createEventsOut` needs; `settings` default to `defaultEventsOutSettings`. */
export interface EventsOutDeps {
  db: Db;
  temporal: Client;
  /** Task queue of the workflows that deliver. */
  taskQueue: string;
  http: HttpClient;
  secrets: KeyRing;
  log: Logger;
  settings?: EventsOutSettings;
}

/** Tells other programs what happens in sessions, by streams and by deliveries to subscribers. */
export interface EventsOut {
  streams: EventStreams;
  tokens: StreamTokens;
  watch: CommitWatch;
  deliverOldest: DeliverOldest;
  settings: EventsOutSettings;
  /** Listens for commits and hands deliveries to Temporal. */
  start(): void;
  /** Ends streams, relay and listening, while the database is still open. May be called twice. */
  stop(): Promise<void>;
}

/** Connects to nothing before `start`. */
export function createEventsOut(deps: EventsOutDeps): EventsOut {
  const { db, log, secrets, settings = defaultEventsOutSettings } = deps;
  const watch = createCommitWatch(db, log);
  const tokens = createStreamTokens(db, secrets, settings.streams.tokenTtlSeconds);
  const streams = createEventStreams({ db, watch, tokens, log, settings: settings.streams });
  const relay = createDeliveryRelay({
    ...{ db, log, taskQueue: deps.taskQueue, client: deps.temporal },
    settings: settings.relay,
  });
  watch.onDeliveries(relay.wake);
  const deliverOldest = createDeliverOldest({
    ...{ db, log, secrets, http: deps.http },
    settings: settings.deliveries,
  });
  return {
    ...{ streams, tokens, watch, deliverOldest, settings },
    start: () => {
      watch.start();
      relay.start();
    },
    stop: async () => {
      await Promise.all([streams.stop(), relay.stop()]);
      await watch.stop();
    },
  };
}
