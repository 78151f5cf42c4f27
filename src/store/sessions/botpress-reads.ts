import type { Queryable, Tx } from '../db.js';
import type { SessionView, TranscriptRow, Place } from '../rows.js';
import { SESSION_VIEW, SESSION_VIEW_FROM } from './session-reads.js';
import { ITEMS, ITEM_COLUMNS } from '../messages/transcript.js';
import { toJson } from '../parameters.js';

/** Tags by which an existing object is found. */
export interface TagMatch {
  /** Must have these values. */
  tags: Record<string, string>;
  /** Must not be set. */
  absentTags: string[];
  /** No other tags may be set. */
  exactTags: boolean;
}

/** What get-or-create of a conversation looks for. */
export interface ConversationMatch extends TagMatch {
  typebotId: string;
  /** Comparison key of the contact's address; only without it does the channel count. */
  addressKey: string | null;
  channel: string;
}

/** Makes other callers for the same typebot wait until the transaction ends. */
export async function lockFindOrMake(tx: Tx, typebotId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`find-or-make ${typebotId}`]);
}

/** The newest active session of a typebot that matches. */
export async function findActiveConversation(
  db: Queryable,
  match: ConversationMatch,
): Promise<SessionView | undefined> {
  const { rows } = await db.query<SessionView>(
    `SELECT ${SESSION_VIEW} ${SESSION_VIEW_FROM}
       AND s.typebot_id = $1 AND s.status IN ('opened', 'paused')
       AND CASE WHEN $2::text IS NULL
           THEN coalesce(s.botpress_channel, CASE WHEN s.channel = 'api' THEN 'api' ELSE 'channel' END) = $3
           ELSE s.contact_id IN (SELECT a.contact_id FROM contact_addresses a
                                  WHERE a.instance_id = s.instance_id AND a.address_key = $2) END
       AND s.tags @> $4::jsonb AND NOT s.tags ?| $5::text[] AND (NOT $6 OR s.tags = $4::jsonb)
     ORDER BY s.created_at DESC, s.row_id DESC LIMIT 1`,
    [match.typebotId, match.addressKey, match.channel, toJson(match.tags), match.absentTags, match.exactTags],
  );
  return rows[0];
}

/** Which messages a list shows. */
export interface MessageFilter {
  /** Of the typebot. */
  instanceId: string;
  typebotId: string;
  sessionId?: string;
  /** Each of these tags must have this value. */
  tags: Record<string, string>;
  createdAfter?: Date;
  createdBefore?: Date;
}

/** A message and the session that it belongs to. */
export interface MessageOfSession {
  item: TranscriptRow;
  sessionId: string;
  contactId: string;
  typebotId: string;
}

type MessageRow = TranscriptRow & Omit<MessageOfSession, 'item'>;
const MESSAGE_COLUMNS = `${ITEM_COLUMNS}, s.id AS "sessionId", s.contact_id AS "contactId", s.typebot_id AS "typebotId"`;

function toMessageOfSession({ sessionId, contactId, typebotId, ...item }: MessageRow): MessageOfSession {
  return { item, sessionId, contactId, typebotId };
}

/** Messages of a typebot's sessions, newest first. Rows that merely continue another message are left out. */
export async function listTypebotMessages(
  db: Queryable,
  filter: MessageFilter,
  page: { limit: number; after?: Place },
): Promise<MessageOfSession[]> {
  const { rows } = await db.query<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM ${ITEMS} JOIN sessions s ON s.id = item."sessionId"
      WHERE item.id = ANY (ARRAY(
        SELECT id FROM (${newestOf('inbox', 'm.row_id * 2', `m.sender <> 'flow'`)} UNION ALL
          ${newestOf('outbox', 'm.row_id * 2 + 1', `NOT coalesce(m.botpress ? 'continues', false)`)}) AS newest
         ORDER BY at DESC, "rowId" DESC LIMIT $8))
      ORDER BY item."createdAt" DESC, item."rowId" DESC`,
    [
      filter.typebotId,
      filter.sessionId ?? null,
      toJson(filter.tags),
      filter.createdAfter ?? null,
      filter.createdBefore ?? null,
      page.after?.at ?? null,
      page.after?.rowId ?? null,
      page.limit,
      filter.instanceId,
    ],
  );
  return rows.map(toMessageOfSession);
}

/** A page of one table's messages, in the order of an index: sorting all that a typebot ever wrote would take seconds. */
function newestOf(table: 'inbox' | 'outbox', rowId: string, shown: string): string {
  return `(SELECT m.id, m.created_at AS at, ${rowId} AS "rowId" FROM ${table} m JOIN sessions s ON s.id = m.session_id
      WHERE m.instance_id = $9 AND s.typebot_id = $1 AND s.hidden_at IS NULL AND ($2::uuid IS NULL OR s.id = $2)
        AND coalesce(m.tags, '{}') @> $3::jsonb AND ${shown}
        AND ($4::timestamptz IS NULL OR m.created_at > $4)
        AND ($5::timestamptz IS NULL OR m.created_at < $5)
        AND ($6::timestamptz IS NULL OR (m.created_at <= $6 AND (m.created_at, ${rowId}) < ($6, $7::bigint)))
      ORDER BY m.created_at DESC, m.row_id DESC LIMIT $8)`;
}

/** The newest message of a session with matching tags, in either direction. */
export async function findTaggedMessage(
  db: Queryable,
  sessionId: string,
  match: TagMatch,
): Promise<TranscriptRow | undefined> {
  const { rows } = await db.query<TranscriptRow>(
    `SELECT ${ITEM_COLUMNS} FROM ${ITEMS}
      WHERE item."sessionId" = $1 AND item.tags @> $2::jsonb AND NOT item.tags ?| $3::text[]
        AND (NOT $4 OR item.tags = $2::jsonb) AND NOT coalesce(item.botpress ? 'continues', false)
      ORDER BY item."createdAt" DESC, item."rowId" DESC LIMIT 1`,
    [sessionId, toJson(match.tags), match.absentTags, match.exactTags],
  );
  return rows[0];
}

/** One message of a typebot's sessions. `id` must be a UUID. */
export async function findTypebotMessage(
  db: Queryable,
  typebotId: string,
  id: string,
): Promise<MessageOfSession | undefined> {
  const { rows } = await db.query<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM ${ITEMS} JOIN sessions s ON s.id = item."sessionId"
      WHERE item.id = $2 AND s.typebot_id = $1 AND s.hidden_at IS NULL`,
    [typebotId, id],
  );
  return rows[0] && toMessageOfSession(rows[0]);
}

/**
 * Merges tags key by key (null removes one), and changes what this surface shows of an outgoing message. The message
 * that was sent stays as it was.
 */
export async function annotateMessage(
  db: Queryable,
  id: string,
  change: { tags: Record<string, string | null>; shown?: Record<string, unknown> },
): Promise<void> {
  await db.query(
    `WITH received AS (
       UPDATE inbox SET tags = jsonb_strip_nulls(coalesce(tags, '{}') || $2::jsonb) WHERE id = $1)
     UPDATE outbox SET tags = jsonb_strip_nulls(coalesce(tags, '{}') || $2::jsonb),
       botpress = coalesce($3::jsonb, botpress) WHERE id = $1`,
    [id, toJson(change.tags), change.shown === undefined ? null : toJson(change.shown)],
  );
}

/** Deletes a message from the transcript; false while it is still on its way to the contact or to the bot. */
export async function deleteSettledMessage(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await db.query<{ count: number }>(
    `WITH received AS (
       DELETE FROM inbox i WHERE i.id = $1 AND i.fate <> 'waiting' AND NOT EXISTS (
         SELECT FROM turns t WHERE t.session_id = i.session_id AND t.number = i.turn_no AND t.state = 'begun')
       RETURNING 1), sent AS (
       DELETE FROM outbox WHERE id = $1 AND state IN ('sent', 'failed') RETURNING 1)
     SELECT ((SELECT count(*) FROM received) + (SELECT count(*) FROM sent))::int AS count`,
    [id],
  );
  return (rows[0]?.count ?? 0) > 0;
}
