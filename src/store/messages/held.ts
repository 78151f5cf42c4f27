import type { Queryable, Tx } from '../db.js';
import { toJson } from '../parameters.js';
import type { TranscriptRow } from '../rows.js';
import { DROPPED } from './outbox.js';
import { ITEM_COLUMNS, ITEMS } from './transcript.js';

/** SQL: bubbles `o` of the bot that have not left and are not leaving now. In a silent session they are held back. */
const UNSENT = `o.turn_no IS NOT NULL AND o.state IN ('pending', 'unknown')`;

/** The bubbles of a session that have not left, in the order in which they would; at most `limit`. */
export async function listHeld(db: Queryable, sessionId: string, limit: number): Promise<TranscriptRow[]> {
  const { rows } = await db.query<TranscriptRow>(
    `SELECT ${ITEM_COLUMNS} FROM ${ITEMS} JOIN outbox o ON o.id = item.id
      WHERE item."sessionId" = $1 AND o.session_id = $1 AND ${UNSENT}
      ORDER BY o.turn_no, o.bubble_no LIMIT $2`,
    [sessionId, limit],
  );
  return rows;
}

/** Id of the first bubble that has not left; undefined when there is none. */
export async function firstHeld(tx: Tx, sessionId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT id FROM outbox o WHERE session_id = $1 AND turn_no IS NOT NULL AND state IN ('pending', 'sending', 'unknown')
      ORDER BY turn_no, bubble_no LIMIT 1`,
    [sessionId],
  );
  return rows[0]?.id;
}

/** Whether this bubble has not left. */
export async function isHeld(tx: Tx, sessionId: string, id: string): Promise<boolean> {
  const { rows } = await tx.query(
    `SELECT 1 FROM outbox o WHERE o.session_id = $1 AND o.id = $2 AND ${UNSENT}`,
    [sessionId, id],
  );
  return rows.length > 0;
}

/** Makes a bubble due at once and has the relay start its own workflow, unless the caller does. False if it left. */
export async function releaseHeldBubble(tx: Tx, sessionId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE outbox o SET due_at = clock_timestamp(), start_next_at = now() + interval '1 second'
      WHERE o.session_id = $1 AND o.id = $2 AND ${UNSENT}`,
    [sessionId, id],
  );
  return (rowCount ?? 0) > 0;
}

/** Gives one bubble up; false when it left or is leaving. */
export async function dropHeldBubble(tx: Tx, sessionId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE outbox o SET error = $3, state = 'failed', delivery = 'failed', start_next_at = NULL
      WHERE o.session_id = $1 AND o.id = $2 AND ${UNSENT}`,
    [sessionId, id, toJson(DROPPED)],
  );
  return (rowCount ?? 0) > 0;
}
