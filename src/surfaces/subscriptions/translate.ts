import type { DeliveryRow } from '../../store/events/deliveries.js';
import type { SubscriptionRow } from '../../store/events/subscriptions.js';

/** A subscription on the wire. */
export function toSubscription(row: SubscriptionRow) {
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    instance_id: row.instanceId,
    enabled: row.enabled,
    failing_since: row.failingSince?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** A line of the delivery log on the wire. */
export function toDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    event: row.event,
    attempt: row.attempt,
    status: row.status,
    response_status: row.responseStatus,
    at: row.at.toISOString(),
    next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
  };
}

/** The first `limit` of the `limit + 1` rows that were read, and the cursor of the next page. */
export function cutPage<Row>(rows: Row[], limit: number, placeOf: (row: Row) => number) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    shown,
    next_cursor: rows.length > limit && last !== undefined ? String(placeOf(last)) : null,
  };
}
