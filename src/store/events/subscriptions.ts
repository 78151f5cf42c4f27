import type { Queryable } from '../db.js';
import type { PageAfter } from '../rows.js';

/** The events that a subscription may ask for. */
export const SUBSCRIPTION_EVENTS = [
  'session.started',
  'session.paused',
  'session.resumed',
  'session.closed',
  'message.received',
  'message.sent',
  'message.failed',
] as const;

/** One of `SUBSCRIPTION_EVENTS`. */
export type SubscriptionEvent = (typeof SUBSCRIPTION_EVENTS)[number];

/** A subscription as its owner sees it: without its secret. */
export interface SubscriptionRow {
  id: string;
  /** Null = every instance of the workspace. */
  instanceId: string | null;
  url: string;
  events: SubscriptionEvent[];
  enabled: boolean;
  /** First failure since the last success; null while deliveries succeed. */
  failingSince: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The caller: a key limited to an instance sees only that instance's subscriptions. */
export interface SubscriptionScope {
  workspaceId: string;
  instanceId?: string;
}

const COLUMNS = `id, instance_id AS "instanceId", url, events, enabled, failing_since AS "failingSince",
  created_at AS "createdAt", updated_at AS "updatedAt"`;
const IN_SCOPE = 'workspace_id = $1 AND ($2::text IS NULL OR instance_id = $2)';

/** `secret` is encrypted already. */
export async function insertSubscription(
  db: Queryable,
  row: Pick<SubscriptionRow, 'id' | 'instanceId' | 'url' | 'events'> & {
    workspaceId: string;
    secret: Buffer;
  },
): Promise<SubscriptionRow> {
  const { rows } = await db.query<SubscriptionRow>(
    `INSERT INTO subscriptions (id, workspace_id, instance_id, url, events, secret)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
    [row.id, row.workspaceId, row.instanceId, row.url, row.events, row.secret],
  );
  const [inserted] = rows;
  if (inserted === undefined) throw new Error('a subscription was inserted without a row');
  return inserted;
}

/** The subscriptions of a scope, newest first. */
export async function listSubscriptions(
  db: Queryable,
  scope: SubscriptionScope,
  page: PageAfter,
): Promise<SubscriptionRow[]> {
  const { rows } = await db.query<SubscriptionRow>(
    `SELECT ${COLUMNS} FROM subscriptions
     WHERE ${IN_SCOPE} AND ($3::uuid IS NULL
       OR (created_at, id) < (SELECT created_at, id FROM subscriptions WHERE id = $3))
     ORDER BY created_at DESC, id DESC LIMIT $4`,
    [scope.workspaceId, scope.instanceId ?? null, page.after ?? null, page.limit],
  );
  return rows;
}

/** `id` must be a UUID. Undefined also for a subscription outside the scope. */
export async function findSubscription(
  db: Queryable,
  scope: SubscriptionScope,
  id: string,
): Promise<SubscriptionRow | undefined> {
  const { rows } = await db.query<SubscriptionRow>(
    `SELECT ${COLUMNS} FROM subscriptions WHERE ${IN_SCOPE} AND id = $3`,
    [scope.workspaceId, scope.instanceId ?? null, id],
  );
  return rows[0];
}

/**
 * Changes the given members; `secret` is encrypted already. Enabling and another address clear `failingSince`. Undefined
 * when there is no such subscription.
 */
export async function updateSubscription(
  db: Queryable,
  scope: SubscriptionScope,
  change: { id: string; enabled?: boolean; url?: string; events?: SubscriptionEvent[]; secret?: Buffer },
): Promise<SubscriptionRow | undefined> {
  const { rows } = await db.query<SubscriptionRow>(
    `UPDATE subscriptions SET enabled = COALESCE($4, enabled), url = COALESCE($5, url),
       events = COALESCE($6, events), secret = COALESCE($7, secret), updated_at = now(),
       failing_since = CASE WHEN ($4 AND NOT enabled) OR $5 <> url THEN NULL ELSE failing_since END
     WHERE ${IN_SCOPE} AND id = $3 RETURNING ${COLUMNS}`,
    [
      scope.workspaceId,
      scope.instanceId ?? null,
      change.id,
      change.enabled ?? null,
      change.url ?? null,
      change.events ?? null,
      change.secret ?? null,
    ],
  );
  return rows[0];
}

/** Deletes a subscription with its deliveries. False when there is no such subscription. */
export async function deleteSubscription(
  db: Queryable,
  scope: SubscriptionScope,
  id: string,
): Promise<boolean> {
  const { rowCount } = await db.query(`DELETE FROM subscriptions WHERE ${IN_SCOPE} AND id = $3`, [
    scope.workspaceId,
    scope.instanceId ?? null,
    id,
  ]);
  return rowCount === 1;
}

/** Notes a success; true when deliveries had been failing. */
export async function noteSubscriberBack(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'UPDATE subscriptions SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL',
    [id],
  );
  return rowCount === 1;
}

/**
 * Notes a failure, and disables the subscription once it has been failing for `disableAfterMs`. True when this call
 * disabled it.
 */
export async function noteSubscriberFailing(
  db: Queryable,
  id: string,
  disableAfterMs: number,
): Promise<boolean> {
  const { rows } = await db.query<{ enabled: boolean }>(
    `UPDATE subscriptions SET failing_since = COALESCE(failing_since, now()),
       enabled = failing_since IS NULL
     WHERE id = $1 AND enabled
       AND (failing_since IS NULL OR failing_since <= now() - $2 * interval '1 millisecond')
     RETURNING enabled`,
    [id, disableAfterMs],
  );
  return rows[0]?.enabled === false;
}
