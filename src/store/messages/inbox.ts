import type { InboundContent, Referral } from '../../../activities/ports/messages.js';
import { TAKES_FILES } from './albums.js';
import type { Queryable, Tx } from '../db.js';
import { followMessages } from './media.js';
import { toJson } from '../parameters.js';

/**
 * What became of a message: `waiting` for the bot, `taken` by a turn, `kept` for the transcript alone, or `dropped`
 * because a person took over or the session ended.
 */
export type Fate = 'waiting' | 'kept' | 'taken' | 'dropped';

/** Content types that tell of another message or of the chat itself, so that there is nothing to answer. */
export const NOTICES: readonly string[] = ['reaction', 'edit', 'revoke', 'system'];

/** A message to store, with everything known about it. */
export interface NewInbound {
  id: string;
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
  /** The album that it is a file of. */
  albumId?: string | null;
  arrived: ArrivalPlace;
}

/** Place in the order of arrival: when the request began (milliseconds with fractions), and the position within it. */
export interface ArrivalPlace {
  atMs: number;
  index: number;
}

/** Replaces a stored edit or delete by a later one of the same message; false when none is stored. */
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

/** A message as the bot gets it. */
export interface WaitingRow {
  id: string;
  number: number;
  content: InboundContent;
  contentType: string;
  text: string;
  origin: 'channel' | 'start' | 'surface' | 'callback';
  providerMessageId: string | null;
  /** The turn whose question (its last bubble) this message quotes; 0 for a question of another session. */
  quotedTurn: number | null;
  mediaId: string | null;
}

/** Columns of a `WaitingRow`, for statements that call the table `i`. */
const WAITING_COLUMNS = `i.id, i.number, i.content, i.content_type AS "contentType", i.text, i.origin,
  i.provider_message_id AS "providerMessageId", i.media_id AS "mediaId",
  (SELECT CASE WHEN o.session_id = i.session_id THEN o.turn_no ELSE 0 END FROM outbox o
    WHERE o.instance_id = i.instance_id AND o.provider_message_id = i.quoted_message_id
      AND o.bubble_no =
        (SELECT max(b.bubble_no) FROM outbox b WHERE b.session_id = o.session_id AND b.turn_no = o.turn_no)
    LIMIT 1) AS "quotedTurn"`;

/**
 * SQL for the order in which a contact's messages are read: by provider time, equal times by arrival. Most providers
 * give whole seconds, so a message without a provider time is cut to its second, and within a second the order of
 * arrival counts.
 */
export const READING_ORDER = `coalesce(provider_timestamp, date_trunc('second', arrived_at)), arrived_at, arrived_index, row_id`;

/**
 * Takes the session's waiting messages up to a number for a turn. Messages that come before one of them in the reading
 * order are taken too, although they got their number later. With `firstOnly` every message is a turn of its own,
 * except that an album is one turn, and so are the files that begin an answer to a question that takes several.
 */
export async function takeWaiting(
  tx: Tx,
  claim: { sessionId: string; turn: number; upTo: number; firstOnly: boolean },
): Promise<WaitingRow[]> {
  const { rows } = await tx.query<WaitingRow>(
    `WITH chosen AS (
       SELECT id, row_number() OVER reading AS place, album_id = first_value(album_id) OVER reading AS "ofAlbum",
           bool_and(content ? 'media') OVER reading AND (SELECT ${TAKES_FILES} FROM sessions s WHERE s.id = $1) AS "ofAnswer",
           count(*) FILTER (WHERE number <= $2) OVER (reading ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS known
         FROM inbox WHERE session_id = $1 AND fate = 'waiting' WINDOW reading AS (ORDER BY ${READING_ORDER})),
     i AS (
       UPDATE inbox SET fate = 'taken', turn_no = $3 FROM chosen
        WHERE inbox.id = chosen.id AND chosen.known > 0 AND (NOT $4 OR chosen.place = 1 OR chosen."ofAlbum" OR chosen."ofAnswer")
        RETURNING inbox.*, chosen.place)
     SELECT ${WAITING_COLUMNS} FROM i ORDER BY i.place`,
    [claim.sessionId, claim.upTo, claim.turn, claim.firstOnly],
  );
  return rows;
}

/** The messages of a turn, in reading order. */
export async function readTaken(db: Queryable, sessionId: string, turn: number): Promise<WaitingRow[]> {
  const { rows } = await db.query<WaitingRow>(
    `SELECT ${WAITING_COLUMNS} FROM inbox i WHERE session_id = $1 AND turn_no = $2
      ORDER BY ${READING_ORDER}`,
    [sessionId, turn],
  );
  return rows;
}

/**
 * Undoes the beginning of a turn. People's messages stay in the transcript only; a callback of the flow keeps waiting.
 */
export async function keepForTranscript(tx: Tx, sessionId: string, turn: number): Promise<void> {
  await tx.query(
    `UPDATE inbox SET fate = CASE WHEN sender = 'flow' THEN 'waiting' ELSE 'kept' END, turn_no = NULL
      WHERE session_id = $1 AND (fate = 'waiting' OR turn_no = $2)`,
    [sessionId, turn],
  );
}

/** Drops the session's waiting messages: no turn will read them. */
export async function dropWaiting(tx: Tx, sessionId: string): Promise<void> {
  await tx.query(`UPDATE inbox SET fate = 'dropped' WHERE session_id = $1 AND fate = 'waiting'`, [sessionId]);
}

/** A message that was still waiting when its session ended. */
export interface RestRow extends WaitingRow {
  sender: NewInbound['sender'];
  /** When its request began, milliseconds since the epoch. */
  arrivedMs: number;
}

/** Messages that were still waiting when their session ended and have to be routed again, in reading order. */
export async function listWaiting(tx: Tx, sessionId: string): Promise<RestRow[]> {
  const { rows } = await tx.query<RestRow>(
    `SELECT ${WAITING_COLUMNS}, sender, (extract(epoch FROM arrived_at) * 1000)::float8 AS "arrivedMs" FROM inbox i
      WHERE session_id = $1 AND fate = 'waiting' ORDER BY ${READING_ORDER}`,
    [sessionId],
  );
  return rows;
}

/** Moves messages and their files to another session of the same contact. */
export async function moveToSession(tx: Tx, ids: string[], sessionId: string): Promise<void> {
  await tx.query('UPDATE inbox SET session_id = $2 WHERE id = ANY($1)', [ids, sessionId]);
  await followMessages(tx, sessionId);
}

/** Links a message to its stored file. */
export async function setInboundMedia(db: Queryable, id: string, mediaId: string): Promise<void> {
  await db.query('UPDATE inbox SET media_id = $2 WHERE id = $1', [id, mediaId]);
}

/** Stores what transcription heard. The message then reads as text. */
export async function setTranscript(db: Queryable, id: string, text: string): Promise<void> {
  await db.query(
    `UPDATE inbox SET text = $2, content = jsonb_set(content, '{transcript}', to_jsonb($2::text)) WHERE id = $1`,
    [id, text],
  );
}

/** Provider id of the contact's last message, for presence signals that must name one. */
export async function lastInboundKey(db: Queryable, contactId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT provider_message_id AS key FROM inbox
      WHERE contact_id = $1 AND sender = 'contact' AND provider_message_id IS NOT NULL ORDER BY number DESC LIMIT 1`,
    [contactId],
  );
  return rows[0]?.key;
}

/** The text with which the contact began a session; undefined when no turn has taken a message of theirs. */
export async function readFirstText(db: Queryable, sessionId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ text: string }>(
    `SELECT text FROM inbox WHERE session_id = $1 AND sender = 'contact' AND turn_no IS NOT NULL AND text <> ''
      ORDER BY turn_no, ${READING_ORDER} LIMIT 1`,
    [sessionId],
  );
  return rows[0]?.text;
}

/** Whether the session was started manually with exactly this text, and nothing has happened since. */
export async function isFreshStart(db: Queryable, sessionId: string, text: string): Promise<boolean> {
  const { rows } = await db.query<{ text: string; origin: string; fate: string }>(
    'SELECT text, origin, fate FROM inbox WHERE session_id = $1 LIMIT 2',
    [sessionId],
  );
  const [first] = rows;
  return rows.length === 1 && first?.origin === 'start' && first.fate === 'waiting' && first.text === text;
}
