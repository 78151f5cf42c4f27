import type { OutboundContent } from '../../../activities/ports/messages.js';
import type { Queryable, Tx } from '../db.js';
import { DROPPED } from './outbox.js';
import type { OutboundRow } from './outbox.js';
import { errorJson, toJson } from '../parameters.js';

/** A send that may still be running: one claim covers one request, which ends with it. */
const UNDER_WAY = `(state = 'sending' AND claim_ends_at + interval '1 second' >= clock_timestamp())`;

const EXPIRE = `UPDATE outbox SET ${unlessDropped('unknown')}, unknowns = unknowns + 1
      WHERE ($1::uuid IS NULL OR contact_id = $1) AND state = 'sending' AND NOT ${UNDER_WAY}`;

/** Sends past their end, by workers that are gone or slow: their outcome is unknown from now on. */
export async function expireSends(db: Queryable): Promise<void> {
  await db.query(EXPIRE, [null]);
}

/** Something of the contact was being sent until now; what is past its end is `unknown` after this look. */
export async function wasSending(tx: Tx, contactId: string): Promise<boolean> {
  const { rows } = await tx.query(
    `WITH ended AS (${EXPIRE}) SELECT 1 FROM outbox WHERE contact_id = $1 AND state = 'sending'`,
    [contactId],
  );
  return rows.length > 0;
}

/** A bot row of the session is being sent now, within its time. */
export async function isSessionSending(db: Queryable, sessionId: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM outbox WHERE session_id = $1 AND sender = 'bot' AND ${UNDER_WAY}`,
    [sessionId],
  );
  return rows.length > 0;
}

/** Moves a row to `sending`. One claim covers one request. False: somebody else has it, or it is done. */
export async function claimOutbound(
  tx: Tx,
  id: string,
  claim: { timeoutMs: number; clientMessageId: string | null },
): Promise<{ attempts: number; clientMessageId: string | null } | undefined> {
  const { rows } = await tx.query<{ attempts: number; clientMessageId: string | null }>(
    `UPDATE outbox SET state = 'sending', claimed_at = clock_timestamp(),
       claim_ends_at = clock_timestamp() + $2 * interval '1 millisecond', attempts = attempts + 1, slot_at = NULL,
       first_tried_at = coalesce(first_tried_at, clock_timestamp()), client_message_id = coalesce(client_message_id, $3)
      WHERE id = $1 AND state IN ('pending', 'unknown')
      RETURNING attempts, client_message_id AS "clientMessageId"`,
    [id, claim.timeoutMs, claim.clientMessageId],
  );
  return rows[0];
}

/**
 * The provider took it. Also counts late, after Parley itself gave the row up as `unknown` or dropped it; what the
 * provider called failed stays failed, and resolves to undefined. `isNews`: nobody had marked it before.
 */
export async function markSent(
  tx: Tx,
  id: string,
  receipt: { keyId: string | null; dbId: number | null },
): Promise<(Pick<OutboundRow, 'sessionId' | 'sender'> & { isNews: boolean }) | undefined> {
  const { rows } = await tx.query<Pick<OutboundRow, 'sessionId' | 'sender'> & { isNews: boolean }>(
    `WITH before AS (SELECT id, state FROM outbox WHERE id = $1 FOR NO KEY UPDATE)
     UPDATE outbox o SET state = 'sent', sent_at = coalesce(o.sent_at, now()), error = NULL,
       delivery = CASE WHEN o.delivery IN ('pending', 'failed') THEN 'sent' ELSE o.delivery END,
       provider_message_id = coalesce($2, o.provider_message_id), provider_db_id = coalesce($3, o.provider_db_id)
      FROM before
     WHERE o.id = before.id AND (o.state <> 'failed' OR o.error->>'reason' IN ('unknown', 'dropped'))
      RETURNING before.state <> 'sent' AS "isNews", o.session_id AS "sessionId", o.sender`,
    [id, receipt.keyId, receipt.dbId],
  );
  return rows[0];
}

/** It waits for something else than the channel: its time to live begins anew with the next attempt. */
export async function forgetTries(db: Queryable, id: string): Promise<void> {
  await db.query(
    `UPDATE outbox SET first_tried_at = NULL WHERE id = $1 AND state = 'pending' AND first_tried_at IS NOT NULL`,
    [id],
  );
}

/**
 * An attempt did no good, be it before its claim. Resolves to how many of them the channel refused for now (`refused`
 * adds one) and since when the message is tried.
 */
export async function noteTry(
  db: Queryable,
  id: string,
  { refused }: { refused: boolean },
): Promise<{ refused: number; tryingForMs: number }> {
  const { rows } = await db.query<{ refused: number; tryingForMs: number }>(
    `UPDATE outbox SET refused = refused + $2, first_tried_at = coalesce(first_tried_at, clock_timestamp()) WHERE id = $1
      RETURNING refused, (extract(epoch FROM clock_timestamp() - first_tried_at) * 1000)::float8 AS "tryingForMs"`,
    [id, refused ? 1 : 0],
  );
  return rows[0] ?? { refused: 0, tryingForMs: 0 };
}

/** Not sent, for certain; may be tried again. `restart` forgets since when it is tried. */
export async function releaseClaim(db: Queryable, id: string, options: { restart: boolean }): Promise<void> {
  await db.query(
    `UPDATE outbox SET ${unlessDropped('pending')}, first_tried_at = CASE WHEN $2 THEN NULL ELSE first_tried_at END
      WHERE id = $1 AND state = 'sending'`,
    [id, options.restart],
  );
}

export async function markUnknown(db: Queryable, id: string): Promise<void> {
  await db.query(
    `UPDATE outbox SET ${unlessDropped('unknown')}, unknowns = unknowns + 1, claim_ends_at = clock_timestamp()
      WHERE id = $1 AND state = 'sending'`,
    [id],
  );
}

export interface StoredError {
  class: string;
  reason: string | null;
  code: string | null;
  message: string | null;
}

export async function markFailed(db: Queryable, id: string, error: StoredError): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE outbox SET state = 'failed', delivery = 'failed', error = $2
      WHERE id = $1 AND state IN ('pending', 'sending', 'unknown')`,
    [id, errorJson(error)],
  );
  return (rowCount ?? 0) > 0;
}

/** What is left of a turn after a failure that stands in the way of the rest; the ids given up. */
export async function failRest(
  db: Queryable,
  sessionId: string,
  turn: number,
  error: StoredError,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE outbox SET state = 'failed', delivery = 'failed', error = $3
      WHERE session_id = $1 AND turn_no = $2 AND state = 'pending' RETURNING id`,
    [sessionId, turn, errorJson(error)],
  );
  return rows.map((row) => row.id);
}

/**
 * Bubbles not yet sent are given up: a person has the word, or the session is over. One that is being sent counts as
 * handed over; the mark ends it should the channel not have taken it.
 */
export async function dropBubbles(tx: Tx, sessionId: string): Promise<void> {
  await tx.query(
    `UPDATE outbox SET error = $2, state = CASE WHEN ${UNDER_WAY} THEN state ELSE 'failed' END,
       delivery = CASE WHEN ${UNDER_WAY} THEN delivery ELSE 'failed' END
      WHERE session_id = $1 AND turn_no IS NOT NULL AND state IN ('pending', 'sending', 'unknown')`,
    [sessionId, toJson(DROPPED)],
  );
}

/** The end of a send that did not succeed: the given state, or failed where the message was dropped meanwhile. */
function unlessDropped(state: 'pending' | 'unknown'): string {
  return `state = CASE WHEN error->>'reason' = 'dropped' THEN 'failed' ELSE '${state}' END,
       delivery = CASE WHEN error->>'reason' = 'dropped' THEN 'failed' ELSE delivery END`;
}

/** The same message in a simpler form, to be claimed anew. */
export async function degrade(
  db: Queryable,
  id: string,
  content: OutboundContent,
  contentType: string,
): Promise<void> {
  await db.query(
    `UPDATE outbox SET ${unlessDropped('pending')}, content = $2, content_type = $3
      WHERE id = $1 AND state = 'sending'`,
    [id, toJson(content), contentType],
  );
}
