import type { OutboundContent } from '../../../activities/ports/messages.js';
import { noteLastSend } from '../accounts/instance-health.js';
import type { Queryable, Tx } from '../db.js';
import { RECORD_NEWS } from '../events/session-events.js';
import { DROPPED } from './outbox.js';
import type { OutboundRow } from './outbox.js';
import { UNDER_WAY, unlessDropped } from './sends-under-way.js';
import { errorJson, toJson } from '../parameters.js';

/** What the provider said when it accepted a message. */
export interface SentMark {
  id: string;
  instanceId: string;
  keyId: string | null;
  dbId: number | null;
  /** The address under which the provider found the contact; from now on it leads to the contact. */
  alias: { key: string; jid: string } | null;
  /**
   * The file may still be on its way: the next message waits for its status, or for some seconds, so as not to overtake
   * it.
   */
  hold: boolean;
}

/** How long a provider that fetches a file by link may take to report that it was sent. */
const LONGEST_HOLD = `interval '5 seconds'`;

/**
 * Notes that the provider accepted the message, in one statement that also stores its id and alias, touches instance
 * and session, and records `message.sent` once. This holds even when Parley has meanwhile given the message up as
 * `unknown` or dropped it; a message that the provider called failed stays failed. Locks the session before the
 * message, as everywhere.
 */
export async function markSent(db: Queryable, mark: SentMark): Promise<void> {
  await db.query(
    `WITH place AS (
       SELECT s.id FROM outbox o JOIN sessions s ON s.id = o.session_id AND s.hidden_at IS NULL
        WHERE o.id = $1 FOR NO KEY UPDATE OF s),
     before AS (
       SELECT o.id, o.state, place.id AS session_id FROM outbox o LEFT JOIN place ON true
        WHERE o.id = $1 FOR NO KEY UPDATE OF o),
     marked AS (
       UPDATE outbox o SET state = 'sent', sent_at = coalesce(o.sent_at, now()), error = NULL,
         delivery = CASE WHEN o.delivery IN ('pending', 'failed') THEN 'sent' ELSE o.delivery END,
         provider_message_id = coalesce($3, o.provider_message_id), provider_db_id = coalesce($4, o.provider_db_id),
         holds_until = CASE WHEN $5 AND before.state <> 'sent' THEN clock_timestamp() + ${LONGEST_HOLD} ELSE o.holds_until END
        FROM before
        WHERE o.id = before.id AND (o.state <> 'failed' OR o.error->>'reason' IN ('unknown', 'dropped'))
        RETURNING o.id, o.contact_id, o.sender, before.session_id, before.state <> 'sent' AS is_news),
     seen AS (
       INSERT INTO seen_messages (instance_id, direction, message_id)
       SELECT $2::text, 'out', $3::text WHERE $3 IS NOT NULL ON CONFLICT DO NOTHING),
     alias AS (
       INSERT INTO contact_addresses (instance_id, contact_id, address_key, jid)
       SELECT $2, contact_id, $6::text, $7::text FROM marked WHERE $6 IS NOT NULL ON CONFLICT DO NOTHING),
     instance AS (${noteLastSend('$2')}),
     touched AS (
       UPDATE sessions s SET last_message_at = now() FROM marked WHERE s.id = marked.session_id AND is_news
        RETURNING s.id, s.workspace_id, s.instance_id),
     news AS (
       SELECT workspace_id, instance_id, touched.id AS session_id, 'message.sent' AS type,
           jsonb_build_object('message', marked.id, 'sender', sender) AS data FROM touched, marked),
     ${RECORD_NEWS}
     SELECT count(*) FROM matched`,
    [
      mark.id,
      mark.instanceId,
      mark.keyId,
      mark.dbId,
      mark.hold,
      mark.alias?.key ?? null,
      mark.alias?.jid ?? null,
    ],
  );
}

/**
 * A message, and the number of its last claim as the caller knows it. Every note about a send except `markSent` takes
 * one, and changes nothing once another attempt has claimed the message.
 */
export type ClaimOf = Pick<OutboundRow, 'id' | 'attempts'>;

/** SQL, for `$1` id and `$2` number from `claimValues`: the message is unsent, and nobody has claimed it since. */
const IS_CURRENT = `id = $1 AND attempts = $2 AND state IN ('pending', 'sending', 'unknown')`;

/** SQL, for the same parameters: the claim has not ended yet. */
const IS_CLAIMED = `${IS_CURRENT} AND state = 'sending'`;

function claimValues({ id, attempts }: ClaimOf): unknown[] {
  return [id, attempts];
}

/** Restarts the time to live of a message that is waiting for something other than the channel. */
export async function forgetTries(db: Queryable, claim: ClaimOf): Promise<void> {
  await db.query(
    `UPDATE outbox SET first_tried_at = NULL WHERE ${IS_CURRENT} AND state = 'pending' AND first_tried_at IS NOT NULL`,
    claimValues(claim),
  );
}

/**
 * Notes a fruitless attempt, even one that ended before its claim. Resolves to how many attempts the channel has
 * refused for now (`refused` adds one), and for how long the message has been tried. Undefined when another attempt
 * overtook this one.
 */
export async function noteTry(
  db: Queryable,
  claim: ClaimOf,
  { refused }: { refused: boolean },
): Promise<{ refused: number; tryingForMs: number } | undefined> {
  const { rows } = await db.query<{ refused: number; tryingForMs: number }>(
    `UPDATE outbox SET refused = refused + $3, first_tried_at = coalesce(first_tried_at, clock_timestamp())
      WHERE ${IS_CURRENT}
      RETURNING refused, (extract(epoch FROM clock_timestamp() - first_tried_at) * 1000)::float8 AS "tryingForMs"`,
    [...claimValues(claim), refused ? 1 : 0],
  );
  return rows[0];
}

/**
 * Notes when a message that is still to be sent is tried again, unless another attempt overtook this one; its next
 * claim clears it.
 */
export async function noteNextAttempt(db: Queryable, claim: ClaimOf, inMs: number): Promise<void> {
  await db.query(
    `UPDATE outbox SET next_attempt_at = clock_timestamp() + $3 * interval '1 millisecond'
      WHERE ${IS_CURRENT} AND state <> 'sending'`,
    [...claimValues(claim), inMs],
  );
}

/**
 * Releases a message that was certainly not sent, so that it can be tried again. `restart` restarts its time to live.
 */
export async function releaseClaim(
  db: Queryable,
  claim: ClaimOf,
  options: { restart: boolean },
): Promise<void> {
  await db.query(
    `UPDATE outbox SET ${unlessDropped('pending')}, first_tried_at = CASE WHEN $3 THEN NULL ELSE first_tried_at END
      WHERE ${IS_CLAIMED}`,
    [...claimValues(claim), options.restart],
  );
}

/** Makes a message `unknown` when nobody can say whether its request arrived. */
export async function markUnknown(db: Queryable, claim: ClaimOf): Promise<void> {
  await db.query(
    `UPDATE outbox SET ${unlessDropped('unknown')}, unknowns = unknowns + 1, claim_ends_at = clock_timestamp()
      WHERE ${IS_CLAIMED}`,
    claimValues(claim),
  );
}

/** An error as stored with a message: class and reason in snake_case, code and text of the provider. */
export interface StoredError {
  class: string;
  reason: string | null;
  code: string | null;
  message: string | null;
}

/** Fails a message that has not been sent; false when it is sent or failed already, or another attempt overtook this. */
export async function markFailed(db: Queryable, claim: ClaimOf, error: StoredError): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE outbox SET state = 'failed', delivery = 'failed', error = $3 WHERE ${IS_CURRENT}`,
    [...claimValues(claim), errorJson(error)],
  );
  return (rowCount ?? 0) > 0;
}

/** Fails the other bubbles of a message's turn after an error that would stop them too; resolves to their ids. */
export async function failRest(
  db: Queryable,
  { id, sessionId, turnNo }: Pick<OutboundRow, 'id' | 'sessionId' | 'turnNo'>,
  error: StoredError,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE outbox SET state = 'failed', delivery = 'failed', error = $4
      WHERE session_id = $1 AND turn_no = $2 AND id <> $3 AND state = 'pending' RETURNING id`,
    [sessionId, turnNo, id, errorJson(error)],
  );
  return rows.map((row) => row.id);
}

/**
 * Gives up the bot's unsent bubbles, because a person took over or the session ended. One that is being sent is only
 * marked, and fails if the channel does not take it. Resolves to how many there were.
 */
export async function dropBubbles(tx: Tx, sessionId: string): Promise<number> {
  const { rowCount } = await tx.query(
    `UPDATE outbox SET error = $2, state = CASE WHEN ${UNDER_WAY} THEN state ELSE 'failed' END,
       delivery = CASE WHEN ${UNDER_WAY} THEN delivery ELSE 'failed' END
      WHERE session_id = $1 AND turn_no IS NOT NULL AND state IN ('pending', 'sending', 'unknown')`,
    [sessionId, toJson(DROPPED)],
  );
  return rowCount ?? 0;
}

/**
 * Replaces a message by a simpler form, to be claimed again. False when it is not to be sent any more, or another
 * attempt overtook this one.
 */
export async function degrade(
  db: Queryable,
  claim: ClaimOf,
  content: OutboundContent,
  contentType: string,
): Promise<boolean> {
  const { rows } = await db.query<{ isPending: boolean }>(
    `UPDATE outbox SET ${unlessDropped('pending')}, content = $3, content_type = $4 WHERE ${IS_CURRENT}
      RETURNING state = 'pending' AS "isPending"`,
    [...claimValues(claim), toJson(content), contentType],
  );
  return rows[0]?.isPending === true;
}
