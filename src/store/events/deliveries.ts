import type { DeliveryPair } from '../../../workflows/contract.js';
import type { Queryable, Tx } from '../db.js';
import { DELIVERIES_CHANNEL } from './session-events.js';
import type { EventRow } from './session-events.js';

/** `pending` until the subscriber has accepted it, or it was given up. */
export type EventDeliveryState = 'pending' | 'delivered' | 'failed';

/** One line of the delivery log. */
export interface DeliveryRow {
  id: string;
  rowId: number;
  event: string;
  /** Attempts made so far. */
  attempt: number;
  status: EventDeliveryState;
  /** HTTP status of the last attempt; null when it got no answer. */
  responseStatus: number | null;
  at: Date;
  nextAttemptAt: Date | null;
}

const LOG_COLUMNS = `id, row_id AS "rowId", event, attempt, status, response_status AS "responseStatus", at,
  next_attempt_at AS "nextAttemptAt"`;

// Much longer than a workflow needs to act: it must have been lost together with Temporal's data.
const LOST_AFTER = `interval '15 minutes'`;

/** The delivery log, newest first. `before` is the row id of the last line already read. */
export async function listDeliveries(
  db: Queryable,
  page: { subscriptionId: string; before: number | null; limit: number },
): Promise<DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>(
    `SELECT ${LOG_COLUMNS} FROM deliveries
     WHERE subscription_id = $1 AND ($2::bigint IS NULL OR row_id < $2)
     ORDER BY row_id DESC LIMIT $3`,
    [page.subscriptionId, page.before, page.limit],
  );
  return rows;
}

/** The oldest pending delivery of a subscription and session, with what is needed to send it. */
export interface PendingDelivery {
  id: string;
  attempt: number;
  /** The number of this claim; see `ClaimedDelivery`. */
  claims: number;
  at: Date;
  retryUntil: Date | null;
  subscriptionId: string;
  url: string;
  /** Encrypted. */
  secret: Buffer;
  /** Null when the event has been swept. */
  event: EventRow | null;
}

type PendingRow = Omit<PendingDelivery, 'event' | 'subscriptionId'> &
  Omit<EventRow, 'id' | 'at'> & { eventId: number | null; eventAt: Date };

/**
 * Claims the oldest pending delivery, so that no attempt that began earlier can change it any more. Undefined when
 * nothing is pending, or the subscription is disabled or gone.
 */
export async function claimOldestDelivery(
  db: Queryable,
  pair: DeliveryPair,
): Promise<PendingDelivery | undefined> {
  const { rows } = await db.query<PendingRow>(
    `WITH d AS (
       UPDATE deliveries SET claims = claims + 1 WHERE id = (
         SELECT p.id FROM deliveries p JOIN subscriptions s ON s.id = p.subscription_id AND s.enabled
         WHERE p.subscription_id = $1 AND p.session_id = $2 AND p.status = 'pending'
         ORDER BY p.row_id LIMIT 1 FOR NO KEY UPDATE OF p)
       RETURNING *)
     SELECT d.id, d.attempt, d.claims, d.at, d.retry_until AS "retryUntil", s.url, s.secret, e.id AS "eventId",
       e.instance_id AS "instanceId", e.session_id AS "sessionId", e.type, e.data, e.at AS "eventAt"
     FROM d JOIN subscriptions s ON s.id = d.subscription_id LEFT JOIN session_events e ON e.id = d.event_id`,
    [pair.subscriptionId, pair.sessionId],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { id, attempt, claims, at, retryUntil, url, secret, eventId, eventAt, ...event } = row;
  return {
    ...{ id, attempt, claims, at, retryUntil, url, secret, subscriptionId: pair.subscriptionId },
    event: eventId === null ? null : { ...event, id: eventId, at: eventAt },
  };
}

/**
 * A delivery, and the number of its claim. A frozen worker may wake after another has taken the delivery over, so what
 * it notes changes nothing then.
 */
export type ClaimedDelivery = Pick<PendingDelivery, 'id' | 'claims'>;

/** SQL, for `$1` id and `$2` number: nobody has claimed the delivery since. */
const IS_CURRENT = 'id = $1 AND claims = $2';

/** Whether nobody has claimed the delivery since. */
export async function isCurrentClaim(db: Queryable, { id, claims }: ClaimedDelivery): Promise<boolean> {
  const { rowCount } = await db.query(`SELECT 1 FROM deliveries WHERE ${IS_CURRENT}`, [id, claims]);
  return rowCount === 1;
}

/** Ends a delivery in the log. `responseStatus` null = no attempt was answered. */
export async function finishDelivery(
  db: Queryable,
  { id, claims }: ClaimedDelivery,
  end: { status: 'delivered' | 'failed'; responseStatus: number | null; attempts: number },
): Promise<void> {
  await db.query(
    `UPDATE deliveries SET status = $3, response_status = $4, attempt = $5, next_attempt_at = NULL,
       retry_until = NULL, start_next_at = NULL
     WHERE ${IS_CURRENT}`,
    [id, claims, end.status, end.responseStatus, end.attempts],
  );
}

/** Notes a failed attempt in the log, with the time of the next one. */
export async function postponeDelivery(
  db: Queryable,
  { id, claims }: ClaimedDelivery,
  next: { responseStatus: number | null; attempts: number; delayMs: number },
): Promise<void> {
  await db.query(
    `UPDATE deliveries SET response_status = $3, attempt = $4,
       next_attempt_at = now() + $5 * interval '1 millisecond',
       start_next_at = now() + $5 * interval '1 millisecond' + ${LOST_AFTER}
     WHERE ${IS_CURRENT} AND status = 'pending'`,
    [id, claims, next.responseStatus, next.attempts, next.delayMs],
  );
}

/** Whether a delivery of this subscription can be made again: `event_gone` when its event was swept. */
export async function findRetryable(
  tx: Tx,
  subscriptionId: string,
  id: string,
): Promise<'yes' | 'event_gone' | 'not_found'> {
  const { rows } = await tx.query<{ present: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM session_events e WHERE e.id = d.event_id) AS present
     FROM deliveries d WHERE d.subscription_id = $1 AND d.id = $2 FOR UPDATE`,
    [subscriptionId, id],
  );
  const [row] = rows;
  if (row === undefined) return 'not_found';
  return row.present ? 'yes' : 'event_gone';
}

/** Makes a delivery pending again. It is tried at once, and for at least `retryForMs`. */
export async function retryDelivery(tx: Tx, id: string, retryForMs: number): Promise<DeliveryRow> {
  const { rows } = await tx.query<DeliveryRow>(
    `UPDATE deliveries SET status = 'pending', next_attempt_at = now(), start_next_at = now(),
       retry_until = now() + $2 * interval '1 millisecond'
     WHERE id = $1 RETURNING ${LOG_COLUMNS}`,
    [id, retryForMs],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a locked delivery is gone');
  return row;
}

/** Makes the relay look at a subscription's waiting deliveries: all of them, or only those in back-off. */
export async function hurryDeliveries(
  db: Queryable,
  subscriptionId: string,
  which: 'all' | 'postponed',
): Promise<void> {
  await db.query(
    `UPDATE deliveries SET start_next_at = now(),
       next_attempt_at = CASE WHEN next_attempt_at IS NULL THEN NULL ELSE now() END
     WHERE subscription_id = $1 AND status = 'pending' AND ($2 OR attempt > 0)`,
    [subscriptionId, which === 'all'],
  );
}

/** Tells every relay, when the transaction commits, that deliveries are waiting. */
export async function announceDeliveries(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_notify($1, '')`, [DELIVERIES_CHANNEL]);
}

/** Stops the relay from looking after a disabled subscription's deliveries, which wait until it is enabled again. */
export async function forgetDeliveries(db: Queryable, subscriptionId: string): Promise<void> {
  await db.query(
    `UPDATE deliveries SET start_next_at = NULL, next_attempt_at = NULL
     WHERE subscription_id = $1 AND status = 'pending'`,
    [subscriptionId],
  );
}

/** Gives up one subscription's deliveries that have been pending for longer than `giveUpMs`. */
export async function giveUpStale(db: Queryable, subscriptionId: string, giveUpMs: number): Promise<void> {
  await db.query(
    `UPDATE deliveries SET status = 'failed', next_attempt_at = NULL, start_next_at = NULL
     WHERE subscription_id = $1 AND status = 'pending' AND at < now() - $2 * interval '1 millisecond'
       AND (retry_until IS NULL OR retry_until < now())`,
    [subscriptionId, giveUpMs],
  );
}

/** A subscription and session whose workflow must be started or told, with the leased rows and the end of the lease. */
export interface DuePair extends DeliveryPair {
  ids: string[];
  leasedUntil: Date;
  /** One of its deliveries is in back-off and should be tried now. */
  hurry: boolean;
}

/** Leases due deliveries for `leaseMs`: until then only the caller acts on them. No lock outlives the statement. */
export async function leaseDuePairs(
  db: Queryable,
  lease: { leaseMs: number; limit: number },
): Promise<DuePair[]> {
  const { rows } = await db.query<DuePair>(
    `WITH leased AS (
       UPDATE deliveries SET start_next_at = now() + $1 * interval '1 millisecond'
       WHERE id IN (
         SELECT id FROM deliveries WHERE start_next_at <= now()
         ORDER BY start_next_at, row_id LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id, subscription_id, session_id, attempt, start_next_at
     )
     SELECT subscription_id AS "subscriptionId", session_id AS "sessionId", array_agg(id) AS ids,
       max(start_next_at) AS "leasedUntil", bool_or(attempt > 0) AS hurry
     FROM leased GROUP BY subscription_id, session_id`,
    [lease.leaseMs, lease.limit],
  );
  return rows;
}

/** Ends a lease once the workflow has been told. The relay looks again only in case the workflow is lost. */
export async function endLease(db: Queryable, pair: DuePair): Promise<void> {
  await db.query(
    `UPDATE deliveries SET start_next_at = now() + ${LOST_AFTER}
     WHERE id = ANY ($1) AND start_next_at = $2 AND status = 'pending'`,
    [pair.ids, pair.leasedUntil],
  );
}

/** Removes at most `limit` log lines older than a week; resolves to how many. */
export async function sweepDeliveries(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM deliveries WHERE id IN (
       SELECT id FROM deliveries WHERE at < now() - interval '7 days'
         AND (retry_until IS NULL OR retry_until < now()) LIMIT $1)`,
    [limit],
  );
  return rowCount ?? 0;
}
