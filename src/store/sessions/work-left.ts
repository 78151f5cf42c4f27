import type { Tx } from '../db.js';

/** Whether the bot is answering: a turn is in progress, or bubbles of one may still be sent. */
export async function isAnswering(tx: Tx, sessionId: string): Promise<boolean> {
  const { rows } = await tx.query(
    `SELECT 1 WHERE EXISTS (SELECT 1 FROM turns WHERE session_id = $1 AND state = 'begun')
        OR EXISTS (SELECT 1 FROM outbox WHERE session_id = $1 AND turn_no IS NOT NULL
                     AND state IN ('pending', 'sending', 'unknown'))`,
    [sessionId],
  );
  return rows.length > 0;
}

/** Whether the session has work left: a turn in progress, messages to read, or bubbles that may still be sent. */
export async function hasWork(tx: Tx, sessionId: string): Promise<boolean> {
  const { rows } = await tx.query(
    `SELECT 1 WHERE EXISTS (SELECT 1 FROM turns WHERE session_id = $1 AND state = 'begun')
        OR EXISTS (SELECT 1 FROM inbox WHERE session_id = $1 AND fate = 'waiting')
        OR EXISTS (SELECT 1 FROM outbox WHERE session_id = $1 AND turn_no IS NOT NULL
                     AND state IN ('pending', 'sending', 'unknown'))`,
    [sessionId],
  );
  return rows.length > 0;
}
