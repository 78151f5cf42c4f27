import { describeError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { Db } from '../store/db.js';
import { listenForCommits } from '../store/events/notifications.js';
import { createWake } from './wake.js';

/**
 * Tells this process of commits by any process. A call is only a hint to look into the database; after a lost
 * connection everybody gets one.
 */
export interface CommitWatch {
  /** Calls back for every committed event of a workspace; null: any session may have one. Returns how to stop it. */
  onEvent(workspaceId: string, callback: (sessionId: string | null) => void): () => void;
  /** Calls back when deliveries were committed. Returns how to stop it. */
  onDeliveries(callback: () => void): () => void;
  start(): void;
  stop(): Promise<void>;
}

const RETRY_MS = 500;

/** Listens again by itself after PostgreSQL was restarted. */
export function createCommitWatch(db: Db, log: Logger): CommitWatch {
  const byWorkspace = new Map<string, Set<(sessionId: string | null) => void>>();
  const deliveries = new Set<() => void>();
  const stopping = new AbortController();
  const pause = createWake();
  let running: Promise<void> = Promise.resolve();

  const tellAll = () => {
    for (const callbacks of byWorkspace.values()) for (const callback of callbacks) callback(null);
    for (const callback of deliveries) callback();
  };
  const listen = async () => {
    const listening = await listenForCommits(db, {
      onEvent: (workspaceId, sessionId) => {
        for (const callback of byWorkspace.get(workspaceId) ?? []) callback(sessionId);
      },
      onDeliveries: () => {
        for (const callback of deliveries) callback();
      },
    });
    stopping.signal.addEventListener('abort', listening.close, { once: true });
    if (stopping.signal.aborted) listening.close();
    tellAll();
    await listening.lost;
    stopping.signal.removeEventListener('abort', listening.close);
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await listen().catch((error: Error) => log.warn(describeError(error), 'cannot listen for events yet'));
      await pause.sleep(RETRY_MS, stopping.signal);
    }
  };
  return {
    onEvent: (workspaceId, callback) => addTo(byWorkspace, workspaceId, callback),
    onDeliveries: (callback) => {
      deliveries.add(callback);
      return () => void deliveries.delete(callback);
    },
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

function addTo<Callback>(map: Map<string, Set<Callback>>, key: string, callback: Callback): () => void {
  const callbacks = map.get(key) ?? new Set();
  map.set(key, callbacks.add(callback));
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0 && map.get(key) === callbacks) map.delete(key);
  };
}
