import type { Queryable } from '../db.js';

/** SQL: a send that may still be running. One claim covers one request, which ends with it. */
export const UNDER_WAY = `(state = 'sending' AND claim_ends_at + interval '1 second' >= clock_timestamp())`;

/** SQL that makes sends `unknown` that are past their end, among the messages for which `which` (SQL too) is true. */
export const endOverdue = (
  which: string,
) => `UPDATE outbox SET ${unlessDropped('unknown')}, unknowns = unknowns + 1
      WHERE ${which} AND state = 'sending' AND NOT ${UNDER_WAY}`;

/** Makes sends `unknown` that outlived their claim, because their worker is gone or slow. */
export async function expireSends(db: Queryable): Promise<void> {
  await db.query(endOverdue('true'));
}

/** The same for one message. */
export async function expireSend(db: Queryable, id: string): Promise<void> {
  await db.query(endOverdue('id = $1'), [id]);
}

/** Whether a message of the bot in this session is being sent, within its claim. */
export async function isSessionSending(db: Queryable, sessionId: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM outbox WHERE session_id = $1 AND sender = 'bot' AND ${UNDER_WAY}`,
    [sessionId],
  );
  return rows.length > 0;
}

/** Whether a message that is not an operator's is being sent from this number, within its claim. */
export async function isNumberSending(db: Queryable, instanceId: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM outbox WHERE instance_id = $1 AND sender <> 'operator' AND ${UNDER_WAY} LIMIT 1`,
    [instanceId],
  );
  return rows.length > 0;
}

/** SQL for the end of an unsuccessful send: the given state, or `failed` when the message was dropped meanwhile. */
export function unlessDropped(state: 'pending' | 'unknown'): string {
  return `state = CASE WHEN error->>'reason' = 'dropped' THEN 'failed' ELSE '${state}' END,
       delivery = CASE WHEN error->>'reason' = 'dropped' THEN 'failed' ELSE delivery END`;
}
