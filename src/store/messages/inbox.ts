import type { InboundContent, Referral } from '../../../activities/ports/messages.js';
import type { Queryable, Tx } from '../db.js';
import { followMessages } from './media.js';
import { toJson } from '../parameters.js';

export type Fate = 'waiting' | 'kept' | 'taken' | 'dropped';

export interface NewInbound {
  id: string;
  number: number;
  instanceId: string;
  contactId: string;
  sessionId: string | null;
  fate: Fate;
  sender: 'contact' | 'operator' | 'api' | 'flow';
  origin: 'channel' | 'start' | 'surface' | 'callback';
  providerMessageId: string | null;
  content: InboundContent;
  contentType: string;
  text: string;
  providerTimestamp: Date | null;
  quotedMessageId: string | null;
  forwarded: boolean;
  referral: Referral | null;
  participant: string | null;
  userId: string | null;
  tags: Record<string, string> | null;
}

export async function insertInbound(tx: Tx, row: NewInbound): Promise<void> {
  await tx.query(
    `INSERT INTO inbox (id, number, instance_id, contact_id, session_id, fate, sender, origin, provider_message_id,
       content_type, content, text, provider_timestamp, quoted_message_id, forwarded, referral, participant, user_id, tags)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    [
      row.id,
      row.number,
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
    ],
  );
}

/** A later edit or delete of a message takes the place of the one that is stored; false when there is none. */
export async function replaceNotice(
  tx: Tx,
  notice: Pick<NewInbound, 'instanceId' | 'providerMessageId' | 'content' | 'providerTimestamp'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE inbox SET content = $3, provider_timestamp = $4 WHERE instance_id = $1 AND provider_message_id = $2`,
    [notice.instanceId, notice.providerMessageId, toJson(notice.content), notice.providerTimestamp],
  );
  return (rowCount ?? 0) > 0;
}

/** What the bot gets of one message. */
export interface WaitingRow {
  id: string;
  number: number;
  content: InboundContent;
  contentType: string;
  text: string;
  origin: 'channel' | 'start' | 'surface' | 'callback';
  providerMessageId: string | null;
  /** Turn whose question (its last bubble) this message quotes. */
  quotedTurn: number | null;
  mediaId: string | null;
}

const WAITING_COLUMNS = `id, number, content, content_type AS "contentType", text, origin,
  provider_message_id AS "providerMessageId", media_id AS "mediaId",
  (SELECT o.turn_no FROM outbox o
    WHERE o.instance_id = inbox.instance_id AND o.provider_message_id = inbox.quoted_message_id
      AND o.session_id = inbox.session_id AND o.bubble_no =
        (SELECT max(b.bubble_no) FROM outbox b WHERE b.session_id = o.session_id AND b.turn_no = o.turn_no)
    LIMIT 1) AS "quotedTurn"`;

/**
 * The time of a message for its place in a window. Providers tell whole seconds: what came without one is cut to
 * them too, so that within a second the order of arrival counts.
 */
const WRITTEN_AT = `coalesce(provider_timestamp, date_trunc('second', created_at))`;

/**
 * Takes the session's waiting rows up to a number for a turn, by provider time, equal times by arrival. With
 * `firstOnly` just the first of them: every message is a turn of its own.
 */
export async function takeWaiting(
  tx: Tx,
  claim: { sessionId: string; turn: number; upTo: number; firstOnly: boolean },
): Promise<WaitingRow[]> {
  const { rows } = await tx.query<WaitingRow>(
    `WITH chosen AS (
       SELECT id, row_number() OVER (ORDER BY ${WRITTEN_AT}, row_id) AS place
         FROM inbox WHERE session_id = $1 AND fate = 'waiting' AND number <= $2)
     UPDATE inbox i SET fate = 'taken', turn_no = $3 FROM chosen
      WHERE i.id = chosen.id AND (NOT $4 OR chosen.place = 1)
      RETURNING i.id, chosen.place`,
    [claim.sessionId, claim.upTo, claim.turn, claim.firstOnly],
  );
  return rows.length === 0 ? [] : readTaken(tx, claim.sessionId, claim.turn);
}

/** The rows of a turn again, in their order. */
export async function readTaken(db: Queryable, sessionId: string, turn: number): Promise<WaitingRow[]> {
  const { rows } = await db.query<WaitingRow>(
    `SELECT ${WAITING_COLUMNS} FROM inbox WHERE session_id = $1 AND turn_no = $2
      ORDER BY ${WRITTEN_AT}, row_id`,
    [sessionId, turn],
  );
  return rows;
}

export async function dropWaiting(tx: Tx, sessionId: string): Promise<void> {
  await tx.query(`UPDATE inbox SET fate = 'dropped' WHERE session_id = $1 AND fate = 'waiting'`, [sessionId]);
}

/** Rows that waited when their session ended, to be routed anew; oldest first. */
export async function listWaiting(
  tx: Tx,
  sessionId: string,
): Promise<(WaitingRow & { sender: NewInbound['sender'] })[]> {
  const { rows } = await tx.query<WaitingRow & { sender: NewInbound['sender'] }>(
    `SELECT ${WAITING_COLUMNS}, sender FROM inbox
      WHERE session_id = $1 AND fate = 'waiting' ORDER BY row_id`,
    [sessionId],
  );
  return rows;
}

export async function moveToSession(tx: Tx, ids: string[], sessionId: string): Promise<void> {
  await tx.query('UPDATE inbox SET session_id = $2 WHERE id = ANY($1)', [ids, sessionId]);
  await followMessages(tx, sessionId);
}

/** Notes a message id; false when it was known already: the whole guard against a second delivery. */
export async function noteSeen(
  tx: Tx,
  instanceId: string,
  direction: 'in' | 'out',
  messageId: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO seen_messages (instance_id, direction, message_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [instanceId, direction, messageId],
  );
  return (rowCount ?? 0) > 0;
}

export async function wasSeen(
  db: Queryable,
  instanceId: string,
  direction: 'in' | 'out',
  messageIds: string[],
): Promise<boolean> {
  const { rows } = await db.query(
    'SELECT 1 FROM seen_messages WHERE instance_id = $1 AND direction = $2 AND message_id = ANY($3) LIMIT 1',
    [instanceId, direction, messageIds],
  );
  return rows.length > 0;
}

export async function setInboundMedia(db: Queryable, id: string, mediaId: string): Promise<void> {
  await db.query('UPDATE inbox SET media_id = $2 WHERE id = $1', [id, mediaId]);
}

/** What transcription heard: from now on the row reads as text. */
export async function setTranscript(db: Queryable, id: string, text: string): Promise<void> {
  await db.query(
    `UPDATE inbox SET text = $2, content = jsonb_set(content, '{transcript}', to_jsonb($2::text)) WHERE id = $1`,
    [id, text],
  );
}

/** Provider id of the contact's last message, for signals that name one. */
export async function lastInboundKey(db: Queryable, contactId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT provider_message_id AS key FROM inbox
      WHERE contact_id = $1 AND sender = 'contact' AND provider_message_id IS NOT NULL ORDER BY number DESC LIMIT 1`,
    [contactId],
  );
  return rows[0]?.key;
}

/** A message whose file is to be kept. */
export interface FileRow {
  id: string;
  instanceId: string;
  sessionId: string | null;
  content: InboundContent;
  mediaId: string | null;
}

export async function readFileRow(db: Queryable, id: string): Promise<FileRow | undefined> {
  const { rows } = await db.query<FileRow>(
    `SELECT id, instance_id AS "instanceId", session_id AS "sessionId", content, media_id AS "mediaId"
       FROM inbox WHERE id = $1`,
    [id],
  );
  return rows[0];
}

/** Messages whose file may not be under way yet: the next look is set before this one. */
export async function leaseFiles(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE inbox SET media_next_at = now() + interval '30 seconds' WHERE id IN (
       SELECT id FROM inbox WHERE media_next_at <= now() ORDER BY media_next_at LIMIT 100 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
  );
  return rows.map((row) => row.id);
}

/** The workflow that keeps the file has been started, or there is nothing to keep. */
export async function markFileStarted(db: Queryable, id: string): Promise<void> {
  await db.query('UPDATE inbox SET media_next_at = NULL WHERE id = $1', [id]);
}

export async function noteFile(tx: Tx, id: string): Promise<void> {
  await tx.query(`UPDATE inbox SET media_next_at = now() + interval '2 seconds' WHERE id = $1`, [id]);
}

export async function removeOldSeen(db: Queryable): Promise<number> {
  const { rowCount } = await db.query('DELETE FROM seen_messages WHERE day < current_date - 8');
  return rowCount ?? 0;
}
