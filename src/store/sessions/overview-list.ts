import type { ChatMode, CloseReason, SessionStatus } from '../../../workflows/axes.js';
import type { Queryable } from '../db.js';
import { toJson } from '../parameters.js';
import type { Place } from '../rows.js';
import { FILTER_FROM, LAST_AT, NEXT_EVENT_AT, OVERVIEW, OVERVIEW_FROM, STUCK } from './overview.js';
import type { SessionOverview, WaitsFor } from './overview.js';
import { shownIs } from './session-reads.js';
import type { ReadScope } from '../read-scope.js';

/** All conditions must hold; absent ones do not count. */
export interface OverviewFilter {
  instanceId?: string;
  typebotId?: string;
  shown?: SessionStatus;
  chatMode?: ChatMode;
  waitsFor?: WaitsFor;
  closeReason?: CloseReason;
  segment?: string;
  /** One tag, with any value when `value` is absent. */
  tag?: { key: string; value?: string };
  /** Only active sessions in which nobody has written for this many minutes. */
  silentMinutes?: number;
  /** Only active sessions that are waiting for something that a person can fix. */
  stuck?: boolean;
  contactIds?: string[];
}

/** `nextEvent` lists only active sessions that have a next event, the earliest first. */
export type OverviewOrder = 'lastMessage' | 'nextEvent';

const ACTIVE = `s.status IN ('opened', 'paused')`;
const FILTERS = `s.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2)
  AND ($3::text IS NULL OR s.instance_id = $3)
  AND ($4::uuid IS NULL OR s.typebot_id = $4)
  AND ($5::text IS NULL OR ${shownIs('$5')})
  AND ($6::text IS NULL OR s.chat_mode = $6)
  AND ($7::text IS NULL OR (${ACTIVE} AND waits.waits_for = $7))
  AND ($8::text IS NULL OR s.close_reason = $8)
  AND ($9::text IS NULL OR (s.tags <> '{}' AND CASE WHEN $10::text IS NULL THEN s.tags ? $9 ELSE s.tags @> $11::jsonb END))
  AND ($12::uuid[] IS NULL OR s.contact_id = ANY ($12))
  AND ($13::text IS NULL OR s.segment = $13)
  AND ($14::int IS NULL OR (${ACTIVE} AND ${LAST_AT} <= now() - $14 * interval '1 minute'))
  AND ($15::text[] IS NULL OR (${ACTIVE} AND waits.waits_for = ANY ($15)))`;

function filterValues(scope: ReadScope, filter: OverviewFilter): unknown[] {
  const { tag } = filter;
  return [
    ...[scope.workspaceId, scope.instanceId ?? null],
    ...[filter.instanceId ?? null, filter.typebotId ?? null, filter.shown ?? null, filter.chatMode ?? null],
    ...[filter.waitsFor ?? null, filter.closeReason ?? null],
    ...[
      tag?.key ?? null,
      tag?.value ?? null,
      tag?.value === undefined ? null : toJson({ [tag.key]: tag.value }),
    ],
    ...[filter.contactIds ?? null, filter.segment ?? null, filter.silentMinutes ?? null],
    filter.stuck === true ? STUCK : null,
  ];
}

const ORDERS = {
  lastMessage: { by: LAST_AT, direction: 'DESC', beyond: '<', only: 'true' },
  nextEvent: {
    by: NEXT_EVENT_AT,
    direction: 'ASC',
    beyond: '>',
    only: `${ACTIVE} AND ${NEXT_EVENT_AT} IS NOT NULL`,
  },
} as const;

/** Sessions of a scope in the given order, equal times by `rowId`. */
export async function listOverview(
  db: Queryable,
  scope: ReadScope,
  filter: OverviewFilter,
  page: { limit: number; after?: Place; order?: OverviewOrder },
): Promise<SessionOverview[]> {
  const { by, direction, beyond, only } = ORDERS[page.order ?? 'lastMessage'];
  const { rows } = await db.query<SessionOverview>(
    `WITH page AS (
       SELECT s.id ${FILTER_FROM} AND ${FILTERS} AND ${only}
          AND ($16::timestamptz IS NULL OR (${by}, s.row_id) ${beyond} ($16, $17::bigint))
        ORDER BY ${by} ${direction}, s.row_id ${direction} LIMIT $18)
     SELECT ${OVERVIEW} ${OVERVIEW_FROM} AND s.id IN (SELECT id FROM page)
     ORDER BY ${by} ${direction}, s.row_id ${direction}`,
    [...filterValues(scope, filter), page.after?.at ?? null, page.after?.rowId ?? null, page.limit],
  );
  return rows;
}

/** The place of a session in such a list, for the cursor of the next page. */
export function overviewPlace(session: SessionOverview, order: OverviewOrder): Place {
  const last = session.lastMessageAt ?? session.createdAt;
  return { at: order === 'nextEvent' ? (session.nextEventAt ?? last) : last, rowId: session.rowId };
}

/** Ids of the active sessions that match, those with the newest message first. */
export async function selectActive(
  db: Queryable,
  scope: ReadScope,
  filter: OverviewFilter,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT s.id ${FILTER_FROM} AND ${FILTERS} AND ${ACTIVE} ORDER BY ${LAST_AT} DESC, s.row_id DESC LIMIT $16`,
    [...filterValues(scope, filter), limit],
  );
  return rows.map(({ id }) => id);
}
