import type { Resolution, ChatMode, SessionStatus } from '../../../workflows/axes.js';
import { durationOf } from '../accounts/typebot-settings.js';
import type { Queryable } from '../db.js';
import type { Place, SessionView } from '../rows.js';
import { SESSION_COLUMNS } from './sessions.js';
import { toJson } from '../parameters.js';
import type { ReadScope } from '../read-scope.js';

const PHONE_SERVER = '@s.whatsapp.net';

/** SQL for when a session closes unless somebody writes; null = never. */
export const EXPIRES_AT = `CASE WHEN s.status <> 'closed' AND ${durationOf('t.settings', 'expire_in_minutes')} > 0
  THEN greatest(s.last_message_at, s.opened_at) + ${durationOf('t.settings', 'expire_in_minutes')} * interval '1 minute'
  END`;

/**
 * What every read of a session selects. No read shows sessions that are hidden, or whose typebot, instance or workspace
 * is being deleted.
 */
export const SESSION_VIEW = `
  ${SESSION_COLUMNS},
  w.project_id AS "projectId", i.integration_id AS "integrationId",
  CASE WHEN s.channel = 'whatsapp' THEN c.row_id END AS "contactRowId",
  CASE WHEN s.channel <> 'whatsapp' OR c.is_group THEN NULL
       WHEN s.remote_jid LIKE '%${PHONE_SERVER}' THEN split_part(s.remote_jid, '@', 1)
       ELSE c.wa_id END AS phone,
  CASE WHEN c.muted_until > now() THEN c.muted_until END AS "mutedUntil",
  ${EXPIRES_AT} AS "expiresAt"`;

/** The tables of a query over sessions; see `sessionsFrom`. */
interface SessionTables {
  /** What `s` is: the table, or a subquery with its columns. */
  sessions?: string;
  /** How the contact `c` is joined; empty = not at all. */
  contacts?: string;
  /** More joins. */
  more?: string;
}

/** The FROM clause of every read of sessions; ends with a condition. */
export function sessionsFrom({
  sessions = 'sessions',
  contacts = 'JOIN contacts c ON c.id = s.contact_id',
  more = '',
}: SessionTables = {}): string {
  return `
  FROM ${sessions} s
  JOIN typebots t ON t.id = s.typebot_id AND NOT t.ending
  JOIN instances i ON i.id = s.instance_id AND NOT i.ending
  JOIN workspaces w ON w.id = s.workspace_id AND NOT w.ending
  ${contacts} ${more}
  WHERE s.hidden_at IS NULL`;
}

/** The tables of `SESSION_VIEW`. Append conditions with AND. */
export const SESSION_VIEW_FROM = sessionsFrom();

const IN_SCOPE = 's.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2)';

/** `id` must be a UUID. Undefined also for a session outside the scope. */
export async function findSession(
  db: Queryable,
  scope: ReadScope,
  id: string,
): Promise<SessionView | undefined> {
  const { rows } = await db.query<SessionView>(
    `SELECT ${SESSION_VIEW} ${SESSION_VIEW_FROM} AND ${IN_SCOPE} AND s.id = $3`,
    [scope.workspaceId, scope.instanceId ?? null, id],
  );
  return rows[0];
}

/** By the 17-digit number that YourGPT uses. */
export async function findSessionByUid(
  db: Queryable,
  scope: ReadScope,
  sessionUid: string,
): Promise<SessionView | undefined> {
  const { rows } = await db.query<SessionView>(
    `SELECT ${SESSION_VIEW} ${SESSION_VIEW_FROM} AND ${IN_SCOPE} AND s.session_uid = $3`,
    [scope.workspaceId, scope.instanceId ?? null, sessionUid],
  );
  return rows[0];
}

/** One test of one text field; `contains` is literal and case-sensitive. */
export interface FieldTest {
  field: 'resolution' | 'openness' | 'chatMode' | 'segment' | 'sessionUid';
  operator: 'is' | 'is_not' | 'contains';
  value: string;
}

/** All conditions must hold; absent ones do not count. */
export interface SessionFilter {
  instanceId?: string;
  typebotId?: string;
  /** The status that CodeChat and VZaps show (`shownStatus`). */
  shown?: SessionStatus;
  /** Stored status `closed`, or any other. */
  closed?: boolean;
  /** Comparison key of an address of the contact (`addressKey` of channels/jid). */
  addressKey?: string;
  remoteJid?: string;
  /** UUIDs of contacts, any of which matches. */
  contactIds?: string[];
  chatMode?: ChatMode;
  resolution?: Resolution;
  /** Each of these tags must have this value. */
  tags?: Record<string, string>;
  /** There must be no other tags. */
  exactTags?: boolean;
  /** The session's channel; any value but `whatsapp` and `api` matches nothing. */
  kind?: string;
  /** The channel of the Botpress surface: as given there, otherwise `channel` or `api`. */
  botpressChannel?: string;
  createdAfter?: Date;
  createdBefore?: Date;
  /** Inclusive. */
  createdFrom?: Date;
  tests?: FieldTest[];
}

/** `lastMessage`: a session without messages counts by its creation. */
export type SessionOrder = 'created' | 'updated' | 'lastMessage';

/** Order and size of a page of sessions. */
export interface SessionPage {
  orderBy?: SessionOrder;
  /** Default `desc`. */
  direction?: 'asc' | 'desc';
  limit: number;
  offset?: number;
  /** The place of the last session shown, after which to continue. */
  after?: Place;
}

const ORDER_COLUMNS: Readonly<Record<SessionOrder, string>> = {
  created: 's.created_at',
  updated: 's.updated_at',
  lastMessage: 'coalesce(s.last_message_at, s.created_at)',
};

/** The place of a session in an order, for the cursor of the next page. */
export function placeOf(session: SessionView, orderBy: SessionOrder): Place {
  const times: Record<SessionOrder, Date> = {
    created: session.createdAt,
    updated: session.updatedAt,
    lastMessage: session.lastMessageAt ?? session.createdAt,
  };
  return { at: times[orderBy], rowId: session.rowId };
}

/**
 * Sessions of a scope, filtered, ordered (equal times by `rowId`) and cut to a page. What is shown of a session is worked
 * out for the page alone, because PostgreSQL would do it for the rows before an offset too.
 */
export async function listSessions(
  db: Queryable,
  scope: ReadScope,
  filter: SessionFilter,
  page: SessionPage,
): Promise<SessionView[]> {
  const column = ORDER_COLUMNS[page.orderBy ?? 'created'];
  const [direction, beyond] = page.direction === 'asc' ? ['ASC', '>'] : ['DESC', '<'];
  const { rows } = await db.query<SessionView>(
    `WITH page AS (
       SELECT s.* ${sessionsFrom({ contacts: '' })} AND ${IN_SCOPE} AND ${FILTERS}
          AND ($22::timestamptz IS NULL OR (${column}, s.row_id) ${beyond} ($22, $23::bigint))
        ORDER BY ${column} ${direction}, s.row_id ${direction} LIMIT $24 OFFSET $25)
     SELECT ${SESSION_VIEW} ${sessionsFrom({ sessions: 'page' })}
     ORDER BY ${column} ${direction}, s.row_id ${direction}`,
    [
      scope.workspaceId,
      scope.instanceId ?? null,
      ...filterValues(filter),
      page.after?.at ?? null,
      page.after?.rowId ?? null,
      page.limit,
      page.offset ?? 0,
    ],
  );
  return rows;
}

/** `shownStatus` as a condition. Spelled out, so that the planner can estimate how many rows each status has. */
export function shownIs(word: `$${number}`): string {
  return `(
     (${word} = 'closed' AND s.status = 'closed')
  OR (${word} = 'opened' AND s.status = 'opened' AND s.chat_mode = 'bot')
  OR (${word} = 'paused' AND (s.status = 'paused' OR (s.status = 'opened' AND s.chat_mode <> 'bot'))))`;
}

const BOTPRESS_CHANNEL = `coalesce(s.botpress_channel, CASE WHEN s.channel = 'api' THEN 'api' ELSE 'channel' END)`;

const FILTERS = `
      ($3::text IS NULL OR s.instance_id = $3)
  AND ($4::uuid IS NULL OR s.typebot_id = $4)
  AND ($5::text IS NULL OR ${shownIs('$5')})
  AND ($6::boolean IS NULL OR ($6 AND s.status = 'closed') OR (NOT $6 AND s.status IN ('opened', 'paused')))
  AND ($7::text IS NULL OR s.contact_id = ANY (ARRAY(
    SELECT contact_id FROM contact_addresses a
    WHERE a.address_key = $7 AND (coalesce($2, $3) IS NULL OR a.instance_id = coalesce($2, $3)))))
  AND ($8::text IS NULL OR s.remote_jid = $8)
  AND ($9::uuid[] IS NULL OR s.contact_id = ANY ($9))
  AND ($10::text IS NULL OR s.chat_mode = $10)
  AND ($11::text IS NULL OR s.resolution = $11)
  AND ($12::jsonb IS NULL OR s.tags @> $12)
  AND (NOT $13::boolean OR s.tags = coalesce($12::jsonb, '{}'))
  AND ($14::text IS NULL OR s.channel = $14)
  AND ($15::text IS NULL OR ${BOTPRESS_CHANNEL} = $15)
  AND ($16::timestamptz IS NULL OR s.created_at > $16)
  AND ($17::timestamptz IS NULL OR s.created_at < $17)
  AND ($18::timestamptz IS NULL OR (s.created_at >= $18 AND coalesce(s.last_message_at, s.created_at) >= $18))
  AND (cardinality($19::text[]) = 0 OR NOT EXISTS (
    SELECT FROM unnest($19::text[], $20::text[], $21::text[]) AS test (field, operator, value)
    CROSS JOIN LATERAL (SELECT CASE test.field
      WHEN 'resolution' THEN s.resolution WHEN 'segment' THEN s.segment WHEN 'sessionUid' THEN s.session_uid
      WHEN 'chatMode' THEN s.chat_mode
      WHEN 'openness' THEN CASE WHEN s.status = 'closed' THEN 'closed' ELSE 'open' END END AS found) AS is_now
    WHERE NOT CASE test.operator WHEN 'is' THEN found = test.value WHEN 'is_not' THEN found <> test.value
      ELSE strpos(found, test.value) > 0 END))`;

function filterValues(filter: SessionFilter): unknown[] {
  const tests = filter.tests ?? [];
  return [
    filter.instanceId ?? null,
    filter.typebotId ?? null,
    filter.shown ?? null,
    filter.closed ?? null,
    filter.addressKey ?? null,
    filter.remoteJid ?? null,
    filter.contactIds ?? null,
    filter.chatMode ?? null,
    filter.resolution ?? null,
    filter.tags ? toJson(filter.tags) : null,
    filter.exactTags ?? false,
    filter.kind ?? null,
    filter.botpressChannel ?? null,
    filter.createdAfter ?? null,
    filter.createdBefore ?? null,
    filter.createdFrom ?? null,
    tests.map(({ field }) => field),
    tests.map(({ operator }) => operator),
    tests.map(({ value }) => value),
  ];
}
