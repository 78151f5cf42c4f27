import type { Queryable } from '../db.js';
import type { Place, TranscriptRow } from '../rows.js';

/** Order and size of a page of a transcript. */
export interface TranscriptPage {
  /** Default `asc`: oldest first. */
  direction?: 'asc' | 'desc';
  limit: number;
  offset?: number;
  /** The place of the last item shown, after which to continue. */
  after?: Place;
}

/**
 * Inbox and outbox as one list. Integer ids are even for the inbox and odd for the outbox. A flow's callbacks are not
 * messages.
 */
export const ITEMS = `(
  SELECT b.id, b.row_id * 2 AS "rowId", b.session_id AS "sessionId",
    CASE WHEN b.sender = 'contact' THEN 'incoming' ELSE 'outgoing' END AS direction,
    b.sender, b.content_type AS "contentType", b.content, b.text, b.media_id AS "mediaId",
    b.provider_message_id AS "providerMessageId",
    CASE WHEN b.sender = 'contact' THEN 'received' ELSE 'sent' END AS delivery,
    NULL::jsonb AS error, '[]'::jsonb AS choices, b.provider_timestamp AS "providerTimestamp",
    b.quoted_message_id AS "quotedMessageId", nullif(b.forwarded, false) AS forwarded, b.referral, b.participant,
    b.user_id AS "userId", coalesce(b.tags, '{}') AS tags, NULL::jsonb AS botpress, b.created_at AS "createdAt"
  FROM inbox b WHERE b.sender <> 'flow'
  UNION ALL
  SELECT o.id, o.row_id * 2 + 1, o.session_id, 'outgoing', o.sender, o.content_type, o.content, o.text, NULL,
    o.provider_message_id, o.delivery, o.error, o.choices, NULL, o.reply_to, NULL, NULL, NULL,
    o.user_id, coalesce(o.tags, '{}'), o.botpress, o.created_at
  FROM outbox o) AS item`;

/** Columns of a `TranscriptRow`, from `ITEMS`. */
export const ITEM_COLUMNS = `item.id, item."rowId", item.direction, item.sender, item."contentType", item.content, item.text,
  item."mediaId", item."providerMessageId", item.delivery, item.error, item.choices, item."providerTimestamp",
  item."quotedMessageId", item.forwarded, item.referral, item.participant, item."userId", item.tags, item.botpress,
  item."createdAt"`;

/** A page of a session's transcript, in order of arrival. The caller has checked that the session may be seen. */
export async function listTranscript(
  db: Queryable,
  sessionId: string,
  page: TranscriptPage,
): Promise<TranscriptRow[]> {
  const [direction, beyond] = page.direction === 'desc' ? ['DESC', '<'] : ['ASC', '>'];
  const { rows } = await db.query<TranscriptRow>(
    `SELECT ${ITEM_COLUMNS} FROM ${ITEMS}
     WHERE item."sessionId" = $1
       AND ($2::timestamptz IS NULL OR (item."createdAt", item."rowId") ${beyond} ($2, $3::bigint))
     ORDER BY item."createdAt" ${direction}, item."rowId" ${direction} LIMIT $4 OFFSET $5`,
    [sessionId, page.after?.at ?? null, page.after?.rowId ?? null, page.limit, page.offset ?? 0],
  );
  return rows;
}

/** One item and the session that it belongs to. The caller checks that the session may be seen. */
export async function findTranscriptItem(
  db: Queryable,
  id: string,
): Promise<{ sessionId: string; item: TranscriptRow } | undefined> {
  const { rows } = await db.query<TranscriptRow & { sessionId: string }>(
    `SELECT ${ITEM_COLUMNS}, item."sessionId" FROM ${ITEMS} WHERE item.id = $1 AND item."sessionId" IS NOT NULL`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { sessionId, ...item } = row;
  return { sessionId, item };
}

/** What a list of sessions shows of each transcript. */
export interface TranscriptSummary {
  last: TranscriptRow | null;
  /** Contact messages after the last message of the bot, an operator or a program. */
  unseen: number;
}

/** The summaries of some sessions, in one statement. Sessions without messages are missing. */
export async function summarizeTranscripts(
  db: Queryable,
  sessionIds: readonly string[],
): Promise<Map<string, TranscriptSummary>> {
  const { rows } = await db.query<TranscriptRow & { sessionId: string; unseen: number }>(
    `SELECT s.id AS "sessionId", last.*, unseen.count::int AS unseen
     FROM unnest($1::uuid[]) AS s (id)
     CROSS JOIN LATERAL (
       SELECT ${ITEM_COLUMNS} FROM ${ITEMS} WHERE item."sessionId" = s.id
       ORDER BY item."createdAt" DESC, item."rowId" DESC LIMIT 1) AS last
     CROSS JOIN LATERAL (
       SELECT count(*) FROM inbox b WHERE b.session_id = s.id AND b.sender = 'contact' AND b.created_at > coalesce((
         SELECT max(item."createdAt") FROM ${ITEMS}
         WHERE item."sessionId" = s.id AND item.direction = 'outgoing'), '-infinity')) AS unseen`,
    [sessionIds],
  );
  return new Map(rows.map(({ sessionId, unseen, ...last }) => [sessionId, { last, unseen }]));
}

/** The bot's messages of one turn, in order. */
export async function listTurnMessages(
  db: Queryable,
  sessionId: string,
  turnNo: number,
): Promise<TranscriptRow[]> {
  const { rows } = await db.query<TranscriptRow>(
    `SELECT ${ITEM_COLUMNS} FROM ${ITEMS}
     WHERE item.id IN (SELECT id FROM outbox WHERE session_id = $1 AND turn_no = $2)
     ORDER BY item."rowId"`,
    [sessionId, turnNo],
  );
  return rows;
}
