import type { Queryable } from '../db.js';
import { OUTBOUND_COLUMNS } from './outbox.js';
import type { OutboundRow } from './outbox.js';

/** A message with its own workflow, due at its scheduled time. Undefined when nothing is left to do. */
export async function nextOutgoingRow(db: Queryable, id: string): Promise<OutboundRow | undefined> {
  const { rows } = await db.query<OutboundRow>(
    `UPDATE outbox o SET due_at = coalesce(o.due_at, o.scheduled_at, clock_timestamp()), start_next_at = NULL
      WHERE o.id = $1 AND o.state IN ('pending', 'sending', 'unknown') RETURNING ${OUTBOUND_COLUMNS}`,
    [id],
  );
  return rows[0];
}

/**
 * Notes that a scheduled message of a session without a channel (`api`) has come to its time: nobody sends it, so it
 * counts as sent. False for any other message. Locks the session before the message, as everywhere.
 */
export async function markSentWithoutChannel(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `WITH place AS (
       SELECT s.id FROM outbox o JOIN sessions s ON s.id = o.session_id AND s.channel = 'api'
        WHERE o.id = $1 AND o.state = 'pending' FOR NO KEY UPDATE OF s),
     marked AS (
       UPDATE outbox SET state = 'sent', delivery = 'sent', sent_at = now(), start_next_at = NULL
        FROM place WHERE outbox.id = $1 AND state = 'pending')
     UPDATE sessions s SET last_message_at = now() FROM place WHERE s.id = place.id`,
    [id],
  );
  return (rowCount ?? 0) > 0;
}

/** Leases messages whose workflow may not have been started: each is looked at again in five seconds. */
export async function leaseOutgoing(db: Queryable): Promise<{ id: string; delayMs: number }[]> {
  const { rows } = await db.query<{ id: string; delayMs: number }>(
    `UPDATE outbox SET start_next_at = now() + interval '5 seconds' WHERE id IN (
       SELECT id FROM outbox WHERE start_next_at <= now() ORDER BY start_next_at LIMIT 100 FOR UPDATE SKIP LOCKED)
     RETURNING id, greatest(0, coalesce(extract(epoch FROM scheduled_at - now()) * 1000, 0))::float8 AS "delayMs"`,
  );
  return rows;
}

/** Notes that the workflow of a message has been started. */
export async function markStarted(db: Queryable, id: string): Promise<void> {
  await db.query('UPDATE outbox SET start_next_at = NULL WHERE id = $1', [id]);
}

/** Unsent messages with their own workflow that the relay is not looking after. */
export async function listOwnOutgoing(db: Queryable, after: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM outbox WHERE turn_no IS NULL AND state IN ('pending', 'sending', 'unknown')
        AND start_next_at IS NULL AND id > $1 ORDER BY id LIMIT $2`,
    [after, limit],
  );
  return rows.map((row) => row.id);
}

/** Makes the relay start the workflows of these messages. */
export async function startAgain(db: Queryable, ids: string[]): Promise<void> {
  await db.query(
    `UPDATE outbox SET start_next_at = now() WHERE id = ANY($1::uuid[]) AND start_next_at IS NULL
        AND state IN ('pending', 'sending', 'unknown')`,
    [ids],
  );
}
