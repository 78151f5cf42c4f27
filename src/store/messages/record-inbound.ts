import type { Tx } from '../db.js';
import { RECORD_NEWS } from '../events/session-events.js';
import { toJson } from '../parameters.js';
import type { NewInbound } from './inbox.js';

/** How a message changes its session. */
export interface InboundTouch {
  /** The contact wrote it just now. On some channels that opens the 24-hour window. */
  byContact: boolean;
  /** The contact's new name; empty or absent changes nothing. */
  pushName?: string;
}

/**
 * Stores a message with the contact's next number, touches its session and records `message.received`, in one
 * statement. The contact must be locked. With `touch` null it is only stored.
 */
export async function recordInbound(tx: Tx, row: NewInbound, touch: InboundTouch | null): Promise<void> {
  await tx.query(
    `WITH numbered AS (UPDATE contacts SET inbox_no = inbox_no + 1 WHERE id = $3 RETURNING inbox_no),
     stored AS (
       INSERT INTO inbox (id, number, instance_id, contact_id, session_id, fate, sender, origin, provider_message_id,
         content_type, content, text, provider_timestamp, quoted_message_id, forwarded, referral, participant, user_id,
         tags, arrived_at, arrived_index, album_id)
       SELECT $1::uuid, inbox_no, $2, $3::uuid, $4::uuid, $5, $6::text, $7, $8, $9, $10::jsonb, $11, $12::timestamptz, $13,
         $14::boolean, $15::jsonb, $16, $17, $18::jsonb, to_timestamp($19::float8 / 1000), $20::int, $21 FROM numbered),
     touched AS (
       UPDATE sessions SET last_inbound_at = CASE WHEN $23 THEN now() ELSE last_inbound_at END,
         last_message_at = now(), push_name = coalesce($24, push_name)
        WHERE id = $4 AND $22 RETURNING id, workspace_id, instance_id),
     news AS (
       SELECT workspace_id, instance_id, id AS session_id, 'message.received' AS type,
           jsonb_build_object('message', $1::uuid, 'sender', $6::text) AS data FROM touched),
     ${RECORD_NEWS}
     SELECT count(*) FROM matched`,
    [
      row.id,
      row.instanceId,
      row.contactId,
      row.sessionId,
      row.fate,
      row.sender,
      row.origin,
      row.providerMessageId,
      row.contentType,
      toJson(row.content),
      row.text,
      row.providerTimestamp,
      row.quotedMessageId,
      row.forwarded,
      row.referral === null ? null : toJson(row.referral),
      row.participant,
      row.userId,
      row.tags === null ? null : toJson(row.tags),
      row.arrived.atMs,
      row.arrived.index,
      row.albumId ?? null,
      touch !== null,
      touch?.byContact ?? false,
      touch?.pushName || null,
    ],
  );
}
