import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { Db } from '../db.js';
import { DELIVERIES_CHANNEL, EVENTS_CHANNEL } from './session-events.js';

/** Called for what any process commits. Must not throw. */
export interface CommitListener {
  /** An event of this session was committed. */
  onEvent(workspaceId: string, sessionId: string): void;
  /** Deliveries were committed. */
  onDeliveries(): void;
}

/** A connection that is listening. */
export interface Listening {
  /** Resolves when the connection is gone; never rejects. */
  lost: Promise<void>;
  /** Closes the connection. Safe to call twice. */
  close(): void;
}

/** How often to check that the connection is alive, since a dead one looks like a quiet one. */
const PROBE_MS = 10_000;

/** Hears what every process commits, on one connection of the pool. Throws when PostgreSQL cannot be reached. */
export async function listenForCommits(
  db: Db,
  listener: CommitListener,
  probeMs = PROBE_MS,
): Promise<Listening> {
  const client = await db.connect();
  const ending = new AbortController();
  const close = () => ending.abort();
  const lost = new Promise<void>((resolve) => {
    const end = () => {
      // The connection is still listening, so it must not go back to the pool.
      client.release(true);
      resolve();
    };
    ending.signal.addEventListener('abort', end, { once: true });
  });
  client.on('error', close);
  client.on('end', close);
  client.on('notification', ({ channel, payload }) => {
    if (channel === DELIVERIES_CHANNEL) return listener.onDeliveries();
    const [workspaceId, sessionId] = (payload ?? '').split(' ');
    if (workspaceId && sessionId) listener.onEvent(workspaceId, sessionId);
  });
  try {
    await client.query(`LISTEN ${EVENTS_CHANNEL}; LISTEN ${DELIVERIES_CHANNEL}`);
  } catch (error) {
    close();
    throw error;
  }
  void keepAsking(client, probeMs, ending.signal).catch(close);
  return { lost, close };
}

/** Rejects when the connection no longer answers, or when `ending` aborts. */
async function keepAsking(client: PoolClient, everyMs: number, ending: AbortSignal): Promise<never> {
  for (;;) {
    await sleep(everyMs, undefined, { signal: ending });
    await client.query('SELECT 1');
  }
}
