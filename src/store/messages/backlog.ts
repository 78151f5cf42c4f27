import type { Queryable } from '../db.js';

/** What is waiting, for alarms: numbers that no single process can count. */
export interface Backlog {
  /** Contact messages that the bot has not read yet, and the age of the oldest in seconds. */
  waitingMessages: number;
  oldestWaitingSeconds: number;
  /** Messages that have neither been sent nor given up. */
  unsentMessages: number;
  /** Contacts whose workflow has not heard of the latest change. */
  contactsToSignal: number;
  instances: { status: string; count: number }[];
  /** Turns and messages that failed for good within the last hour. */
  failedTurns: number;
  failedMessages: number;
  /** Sessions paused within the last hour because two bots seemed to be answering each other. */
  floods: number;
}

/** Counts over partial indexes, which is cheap enough for every scrape. */
export async function readBacklog(db: Queryable): Promise<Backlog> {
  const { rows } = await db.query<Backlog>(
    `SELECT waiting.count AS "waitingMessages", waiting.oldest AS "oldestWaitingSeconds",
       (SELECT count(*)::int FROM outbox WHERE state IN ('pending', 'sending', 'unknown')) AS "unsentMessages",
       (SELECT count(*)::int FROM contacts WHERE relay_next_at IS NOT NULL) AS "contactsToSignal",
       (SELECT coalesce(jsonb_agg(jsonb_build_object('status', status, 'count', count)), '[]')
          FROM (SELECT status, count(*) FROM instances WHERE NOT ending GROUP BY status) AS by_status) AS instances,
       failed.turns AS "failedTurns", failed.messages AS "failedMessages", failed.floods
     FROM (SELECT count(*)::int, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest
             FROM inbox WHERE fate = 'waiting') AS waiting,
          (SELECT (count(*) FILTER (WHERE type = 'turn.failed'))::int AS turns,
                  (count(*) FILTER (WHERE type = 'message.failed'))::int AS messages,
                  (count(*) FILTER (WHERE type = 'session.paused'))::int AS floods
             FROM session_events
            WHERE (type IN ('turn.failed', 'message.failed')
                OR (type = 'session.paused' AND data->>'by' = 'flood')) AND at > now() - interval '1 hour') AS failed`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the backlog query gave no row');
  return row;
}
