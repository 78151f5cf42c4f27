import type { ChatMode, CloseReason, SessionStatus } from '../../../workflows/axes.js';
import type { Queryable } from '../db.js';
import { toJson } from '../parameters.js';
import type { Place, SessionView } from '../rows.js';
import { SESSION_VIEW, SESSION_VIEW_FROM, shownIs } from './session-reads.js';
import type { ReadScope } from './session-reads.js';

/**
 * What a conversation waits for. `person`: the bot is silent until a person acts. `window`: the contact must write
 * before WhatsApp accepts anything. `event`: a webhook that the flow listens for. `nothing`: it is closed.
 */
export const WAITS_FOR = [
  'contact',
  'bot',
  'person',
  'event',
  'typebot',
  'window',
  'channel',
  'credentials',
  'nothing',
] as const;
/** One of `WAITS_FOR`. */
export type WaitsFor = (typeof WAITS_FOR)[number];

/** A session in the list over all instances. */
export interface SessionOverview extends SessionView {
  waitsFor: WaitsFor;
  /** What the open question asks for, such as `email`; null when none is open. */
  question: string | null;
  /** Until when WhatsApp accepts free messages; null on channels without such a window. */
  windowEndsAt: Date | null;
  /** Contact messages since the last outgoing one that the bot has not read. */
  unread: number;
}

// The first match wins: obstacles outside Parley come before what Parley itself waits for.
const WAITS = `CASE
  WHEN s.status = 'closed' THEN 'nothing'
  WHEN i.status = 'auth_failed' THEN 'credentials'
  WHEN i.status IN ('disconnected', 'logged_out') THEN 'channel'
  WHEN s.status <> 'opened' OR s.chat_mode <> 'bot' OR s.resolution = 'closed' THEN 'person'
  WHEN turn.state = 'begun' AND turn.failing_since IS NOT NULL THEN 'typebot'
  WHEN turn.state = 'begun' OR EXISTS (
    SELECT FROM outbox o WHERE o.session_id = s.id AND o.state IN ('pending', 'sending', 'unknown')) THEN 'bot'
  WHEN EXISTS (
    SELECT FROM outbox o WHERE o.session_id = s.id AND o.turn_no = s.turn_no AND o.error->>'reason' = 'windowClosed'
      AND o.created_at > coalesce(s.last_inbound_at, '-infinity')) THEN 'window'
  WHEN s.open_input->>'id' = 'webhook' THEN 'event'
  ELSE 'contact' END`;

const OVERVIEW = `${SESSION_VIEW}, waits.waits_for AS "waitsFor", s.open_input->'question'->>'kind' AS question,
  CASE WHEN i.channel_type IN ('cloud-api', 'twilio') THEN s.last_inbound_at + interval '24 hours' END AS "windowEndsAt",
  (SELECT count(*)::int FROM inbox b WHERE b.session_id = s.id AND b.fate IN ('waiting', 'kept')
     AND b.sender = 'contact' AND b.created_at > coalesce((
       SELECT max(o.created_at) FROM outbox o WHERE o.session_id = s.id), '-infinity')) AS unread`;

const OVERVIEW_FROM = SESSION_VIEW_FROM.replace(
  'WHERE',
  `LEFT JOIN turns turn ON turn.session_id = s.id AND turn.number = s.turn_no
   CROSS JOIN LATERAL (SELECT ${WAITS} AS waits_for) AS waits WHERE`,
);

/** All conditions must hold; absent ones do not count. */
export interface OverviewFilter {
  instanceId?: string;
  typebotId?: string;
  shown?: SessionStatus;
  chatMode?: ChatMode;
  waitsFor?: WaitsFor;
  closeReason?: CloseReason;
  /** One tag, with any value when `value` is absent. */
  tag?: { key: string; value?: string };
  contactIds?: string[];
}

/** SQL for the time the list is ordered by; a session without messages counts by its creation. */
const LAST = 'coalesce(s.last_message_at, s.created_at)';

/** Sessions of a scope, those with the newest message first, equal times by `rowId`. */
export async function listOverview(
  db: Queryable,
  scope: ReadScope,
  filter: OverviewFilter,
  page: { limit: number; after?: Place },
): Promise<SessionOverview[]> {
  const { rows } = await db.query<SessionOverview>(
    `SELECT ${OVERVIEW} ${OVERVIEW_FROM}
       AND s.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2)
       AND ($3::text IS NULL OR s.instance_id = $3)
       AND ($4::uuid IS NULL OR s.typebot_id = $4)
       AND ($5::text IS NULL OR ${shownIs('$5')})
       AND ($6::text IS NULL OR s.chat_mode = $6)
       AND ($7::text IS NULL OR (s.status IN ('opened', 'paused') AND waits.waits_for = $7))
       AND ($8::text IS NULL OR s.close_reason = $8)
       AND ($9::text IS NULL OR CASE WHEN $10::text IS NULL THEN s.tags ? $9 ELSE s.tags @> $11::jsonb END)
       AND ($12::uuid[] IS NULL OR s.contact_id = ANY ($12))
       AND ($13::timestamptz IS NULL OR (${LAST}, s.row_id) < ($13, $14::bigint))
     ORDER BY ${LAST} DESC, s.row_id DESC LIMIT $15`,
    [
      ...[scope.workspaceId, scope.instanceId ?? null],
      ...[filter.instanceId ?? null, filter.typebotId ?? null, filter.shown ?? null, filter.chatMode ?? null],
      ...[filter.waitsFor ?? null, filter.closeReason ?? null],
      ...[filter.tag?.key ?? null, filter.tag?.value ?? null, tagJson(filter.tag)],
      ...[filter.contactIds ?? null, page.after?.at ?? null, page.after?.rowId ?? null, page.limit],
    ],
  );
  return rows;
}

function tagJson(tag: OverviewFilter['tag']): string | null {
  return tag?.value === undefined ? null : toJson({ [tag.key]: tag.value });
}

/** One session of a scope; `id` must be a UUID. */
export async function findOverview(
  db: Queryable,
  scope: ReadScope,
  id: string,
): Promise<SessionOverview | undefined> {
  const { rows } = await db.query<SessionOverview>(
    `SELECT ${OVERVIEW} ${OVERVIEW_FROM}
       AND s.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2) AND s.id = $3`,
    [scope.workspaceId, scope.instanceId ?? null, id],
  );
  return rows[0];
}

/** How many active sessions wait for one thing, and when the oldest of them last had a message. */
export interface WaitingGroup {
  waitsFor: WaitsFor;
  count: number;
  oldestAt: Date;
}

/** The active sessions of a scope by what they wait for, and the contact messages that no turn has taken yet. */
export async function readWaiting(
  db: Queryable,
  scope: ReadScope,
): Promise<{ groups: WaitingGroup[]; untaken: { count: number; oldestAt: Date | null } }> {
  const values = [scope.workspaceId, scope.instanceId ?? null];
  const groups = await db.query<WaitingGroup>(
    `SELECT waits.waits_for AS "waitsFor", count(*)::int AS count, min(${LAST}) AS "oldestAt" ${OVERVIEW_FROM}
       AND s.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2) AND s.status IN ('opened', 'paused')
     GROUP BY waits.waits_for`,
    values,
  );
  const untaken = await db.query<{ count: number; oldestAt: Date | null }>(
    `SELECT count(*)::int AS count, min(b.created_at) AS "oldestAt"
       FROM inbox b JOIN sessions s ON s.id = b.session_id AND s.status = 'opened'
      WHERE b.fate = 'waiting' AND s.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2)`,
    values,
  );
  return { groups: groups.rows, untaken: untaken.rows[0] ?? { count: 0, oldestAt: null } };
}
