import { ACTIVE } from '../accounts/silence.js';
import type { Queryable, Tx } from '../db.js';
import { errorJson, rowsJson } from '../parameters.js';

/** Events that the timeline of a session shows. */
export type TimelineType =
  | 'session.started'
  | 'turn.merged'
  | 'turn.completed'
  | 'turn.failed'
  | 'turn.unclear'
  | 'typebot.session_lost'
  | 'typebot.log'
  | 'action.ignored'
  | 'action.done'
  | 'message.failed'
  | 'message.degraded'
  | 'session.paused'
  | 'contact.muted'
  | 'number.silenced'
  | 'session.resumed'
  | 'session.closed'
  | 'session.edited'
  | 'held.dropped'
  | 'held.sent'
  | 'handoff_requested'
  | 'settings.changed'
  | 'operator.message';

/** Events that only the stream and subscriptions carry. */
export type StreamOnlyType = 'message.received' | 'message.sent';

/** Everything that is recorded about a session. */
export type EventType = TimelineType | StreamOnlyType;

/** Ids, counts, names and reasons; never message text or secrets. Keys as shown on the wire. */
export type EventData = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** An event to record. */
export interface NewEvent {
  workspaceId: string;
  instanceId: string;
  sessionId: string;
  type: EventType;
  data?: EventData;
}

/** NOTIFY channel for committed events; the payload is `<workspace id> <session id>`. */
export const EVENTS_CHANNEL = 'parley_events';

/** NOTIFY channel for new deliveries, beside `EVENTS_CHANNEL`; no payload. */
export const DELIVERIES_CHANNEL = 'parley_deliveries';

/**
 * The last part of a WITH list. Records the events in its relation `news` (workspace_id, instance_id, session_id, type,
 * data), with a pending delivery for each enabled subscription that wants one, and wakes streams and relay at the
 * commit.
 */
export const RECORD_NEWS = `event AS (
       INSERT INTO session_events (workspace_id, instance_id, session_id, type, data)
       SELECT workspace_id, instance_id, session_id, type, data FROM news
       RETURNING id, workspace_id, instance_id, session_id, type,
         pg_notify('${EVENTS_CHANNEL}', workspace_id || ' ' || session_id)
     ), matched AS (
       INSERT INTO deliveries (id, subscription_id, session_id, event_id, event, start_next_at)
       SELECT gen_random_uuid(), s.id, event.session_id, event.id, event.type, now()
       FROM event JOIN subscriptions s ON s.workspace_id = event.workspace_id AND s.enabled
         AND event.type = ANY (s.events) AND (s.instance_id IS NULL OR s.instance_id = event.instance_id)
       RETURNING pg_notify('${DELIVERIES_CHANNEL}', '')
     )`;

/** Records one event. Resolves to its id. */
export async function recordEvent(tx: Tx, event: NewEvent): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    `WITH news AS (
       SELECT $1::uuid AS workspace_id, $2::text AS instance_id, $3::uuid AS session_id, $4::text AS type, $5::jsonb AS data
     ), ${RECORD_NEWS}
     SELECT id, (SELECT count(*) FROM matched) AS matched FROM event`,
    [event.workspaceId, event.instanceId, event.sessionId, event.type, errorJson(event.data ?? {})],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('recordEvent: no row was inserted');
  return id;
}

/** Records one event in every active session of a number. Only for types that no subscription can ask for. */
export async function recordOfActive(
  tx: Tx,
  instanceId: string,
  type: 'number.silenced',
  data: EventData,
): Promise<void> {
  await tx.query(
    `WITH event AS (
       INSERT INTO session_events (workspace_id, instance_id, session_id, type, data)
       SELECT s.workspace_id, s.instance_id, s.id, $2, $3 FROM sessions s WHERE ${ACTIVE}
       RETURNING workspace_id, session_id)
     SELECT pg_notify('${EVENTS_CHANNEL}', workspace_id || ' ' || session_id) FROM event`,
    [instanceId, type, errorJson(data)],
  );
}

/** An event to record, without its session. */
export interface News {
  type: EventType;
  data?: EventData;
}

/**
 * SQL for the relation `news`: the events in `news` (a parameter made by `newsJson`), in the session of relation `of`.
 */
export const newsOf = (of: string, news: string) =>
  `news AS (
       SELECT workspace_id, instance_id, ${of}.id AS session_id, n.type, n.data::jsonb AS data
         FROM ${of}, jsonb_to_recordset(${news}::jsonb) AS n (type text, data text))`;

/** The parameter for `newsOf`. */
export function newsJson(news: News[]): string {
  return rowsJson(news.map(({ type, data = {} }) => ({ type, data: errorJson(data) })));
}

/** One event as stored. */
export interface EventRow {
  id: number;
  instanceId: string;
  sessionId: string;
  type: EventType;
  data: EventData;
  at: Date;
}

const COLUMNS = `id, instance_id AS "instanceId", session_id AS "sessionId", type, data, at`;

/** The timeline of a session, by default oldest first. `after` is the id of the last event already read. */
export async function readTimeline(
  db: Queryable,
  page: { sessionId: string; after?: number; limit: number; direction?: 'asc' | 'desc' },
): Promise<EventRow[]> {
  const [direction, beyond] = page.direction === 'desc' ? ['DESC', '<'] : ['ASC', '>'];
  const { rows } = await db.query<EventRow>(
    `SELECT ${COLUMNS} FROM session_events
     WHERE session_id = $1 AND ($2::bigint IS NULL OR id ${beyond} $2) AND type NOT IN ('message.received', 'message.sent')
     ORDER BY id ${direction} LIMIT $3`,
    [page.sessionId, page.after ?? null, page.limit],
  );
  return rows;
}

/**
 * A place in the order of the stream: by transaction, then by id. Ids alone give no order to resume from, because a
 * transaction may commit after another that took a higher id.
 */
export interface StreamPosition {
  txid: string;
  id: number;
  /** What was committed already where a stream began, as a snapshot of PostgreSQL: these events are not its own. */
  past?: string;
}

/**
 * The place after which only future events come. A transaction that is under way may have begun before others that are
 * committed, so the order alone does not tell past from future.
 */
export async function presentPosition(db: Queryable): Promise<StreamPosition> {
  const { rows } = await db.query<{ txid: string; past: string }>(
    'SELECT pg_snapshot_xmin(now)::text AS txid, now::text AS past FROM pg_current_snapshot() AS now',
  );
  return { txid: '0', id: 0, ...rows[0] };
}

/** The place of an event, or, if it was swept, of the newest one before it. Undefined when there is none. */
export async function positionOf(db: Queryable, eventId: number): Promise<StreamPosition | undefined> {
  const { rows } = await db.query<StreamPosition>(
    'SELECT txid::text AS txid, id FROM session_events WHERE id <= $1 ORDER BY id DESC LIMIT 1',
    [eventId],
  );
  return rows[0];
}

/** `isFinal`: no open transaction can still commit an event before this one. */
export interface StreamRow extends EventRow {
  txid: string;
  isFinal: boolean;
}

/** Events after a place, in the order of the stream. Those that are not final yet come last. */
export async function readStream(
  db: Queryable,
  page: { workspaceId: string; instanceId?: string; after: StreamPosition; limit: number },
): Promise<StreamRow[]> {
  const { workspaceId, instanceId, after, limit } = page;
  const { rows } = await db.query<StreamRow>(
    `SELECT ${COLUMNS}, txid::text AS txid, txid < pg_snapshot_xmin(pg_current_snapshot()) AS "isFinal"
     FROM session_events
     WHERE workspace_id = $1 AND (txid, id) > ($2::xid8, $3::bigint)
       AND ($4::text IS NULL OR instance_id = $4)
       AND ($6::pg_snapshot IS NULL OR NOT pg_visible_in_snapshot(txid, $6))
     ORDER BY session_events.txid, id LIMIT $5`,
    [workspaceId, after.txid, after.id, instanceId ?? null, limit, after.past ?? null],
  );
  return rows;
}

/**
 * Removes at most `limit` events: those that only the stream shows after a week, all others a day after their session
 * is gone. Resolves to how many.
 */
export async function removeOldEvents(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM session_events WHERE id IN (
       SELECT e.id FROM session_events e
       WHERE e.at < now() - interval '1 day' AND (
         (e.type IN ('message.received', 'message.sent') AND e.at < now() - interval '7 days')
         OR NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = e.session_id)
         AND NOT EXISTS (
           SELECT 1 FROM session_events later
           WHERE later.session_id = e.session_id AND later.at >= now() - interval '1 day'))
       LIMIT $1)`,
    [limit],
  );
  return rowCount ?? 0;
}
