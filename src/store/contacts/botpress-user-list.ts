import type { Queryable } from '../db.js';
import { toJson } from '../parameters.js';
import type { Place } from '../rows.js';
import { IS_KNOWN, PHONE, USER_COLUMNS } from './botpress-users.js';
import type { BotOfUsers, UserRow } from './botpress-users.js';

/** Which users a list shows. Both ends of the range belong to it. */
export interface UserFilter {
  /** Each of these tags must have this value. The number of a contact is its tag `phone`. */
  tags: Record<string, string>;
  /** Comparison key of the number that the tag `phone` asks for, by which its contact is found quickly. */
  addressKey?: string;
  /** Only these; UUIDs. */
  ids?: string[];
  rangeOf: UserTime;
  after?: Date;
  before?: Date;
}

/** A moment of a user by which lists are ordered and limited. */
export type UserTime = 'created' | 'updated';

/** A user and its place in the list. */
export interface ListedUser {
  user: UserRow;
  place: Place;
}

/** The order and the cut of a page. */
export interface UserPage {
  orderBy: UserTime;
  direction: 'asc' | 'desc';
  limit: number;
  after?: Place;
}

const ROW_ID = 'coalesce(c.row_id::bigint * 2, u.row_id * 2 + 1)';
const TIMES: Record<UserTime, string> = {
  created: 'coalesce(c.created_at, u.created_at)',
  updated: 'coalesce(u.updated_at, c.created_at)',
};

/**
 * The users of a bot: those that clients made, and the contacts of its instance. Stand-ins of conversations without a
 * contact are left out.
 */
export async function listUsers(
  db: Queryable,
  bot: BotOfUsers,
  filter: UserFilter,
  page: UserPage,
): Promise<ListedUser[]> {
  const { rows } = await db.query<UserRow & Place>(
    `SELECT * FROM ((${written(filter, page)}) UNION ALL (${unwritten(filter, page)})) AS listed
      ORDER BY ${inOrder(page, 'at', '"rowId"')}`,
    [
      ...[bot.id, bot.instanceId, toJson(filter.tags), filter.ids ?? null],
      ...[filter.after ?? null, filter.before ?? null],
      ...[page.after?.at ?? null, page.after?.rowId ?? null, page.limit],
      ...(filter.addressKey === undefined ? [] : [filter.addressKey]),
    ],
  );
  return rows.map(({ at, rowId, ...user }) => ({ user, place: { at, rowId: Number(rowId) } }));
}

/** Everybody whom a client made or described: few, so that they may be sorted. */
function written(filter: UserFilter, page: UserPage): string {
  return `SELECT ${USER_COLUMNS}, ${TIMES[page.orderBy]} AS at, ${ROW_ID} AS "rowId"
    FROM botpress_users u LEFT JOIN contacts c ON c.id = u.id
   WHERE u.typebot_id = $1 AND (c.id IS NULL OR c.kind = 'whatsapp') AND ${IS_KNOWN}
     AND ${conditions(filter, page, TIMES)} ORDER BY ${inOrder(page, TIMES[page.orderBy], ROW_ID)}`;
}

/** The other contacts. Their only moment is when they came, for which there is an index. */
function unwritten(filter: UserFilter, page: UserPage): string {
  const times = { created: 'c.created_at', updated: 'c.created_at' };
  const byNumber = `AND c.id IN (SELECT contact_id FROM contact_addresses WHERE instance_id = $2 AND address_key = $10)`;
  return `SELECT ${USER_COLUMNS}, c.created_at AS at, c.row_id::bigint * 2 AS "rowId"
    FROM contacts c LEFT JOIN botpress_users u ON u.typebot_id = $1 AND u.id = c.id
   WHERE c.instance_id = $2 AND c.kind = 'whatsapp' AND u.id IS NULL AND $3::jsonb - 'phone' = '{}'
     ${filter.addressKey === undefined ? '' : byNumber}
     AND ${conditions(filter, page, times)} ORDER BY ${inOrder(page, 'c.created_at', 'c.row_id')}`;
}

function conditions({ rangeOf }: UserFilter, page: UserPage, times: Record<UserTime, string>): string {
  const at = times[page.orderBy];
  const beyond = page.direction === 'desc' ? '<' : '>';
  return `(CASE WHEN ${PHONE} IS NULL THEN '{}' ELSE jsonb_build_object('phone', ${PHONE}) END
      || coalesce(u.tags, '{}')) @> $3::jsonb
    AND ($4::uuid[] IS NULL OR coalesce(c.id, u.id) = ANY ($4))
    AND ($5::timestamptz IS NULL OR ${times[rangeOf]} >= $5) AND ($6::timestamptz IS NULL OR ${times[rangeOf]} <= $6)
    AND ($7::timestamptz IS NULL OR (${at} ${beyond}= $7 AND (${at}, ${ROW_ID}) ${beyond} ($7, $8::bigint)))`;
}

function inOrder({ direction }: UserPage, at: string, rowId: string): string {
  return `${at} ${direction}, ${rowId} ${direction} LIMIT $9`;
}

const MOST_PARTICIPANTS = 1_000;

/** Who has taken part in a session: its contact, and whoever its messages name, of whom the first thousand. */
export async function listParticipantIds(db: Queryable, sessionId: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT contact_id::text AS id FROM sessions WHERE id = $1
     UNION SELECT user_id FROM inbox WHERE session_id = $1 AND user_id IS NOT NULL
     UNION SELECT user_id FROM outbox WHERE session_id = $1 AND user_id IS NOT NULL
     LIMIT ${MOST_PARTICIPANTS}`,
    [sessionId],
  );
  return rows.map(({ id }) => id);
}
