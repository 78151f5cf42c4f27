import type { Queryable } from '../store/db.js';
import { sweepDeliveries } from '../store/events/deliveries.js';
import { removeOldEvents } from '../store/events/session-events.js';

const BATCH = 5_000;

/**
 * Deletes events a day after their session was deleted, and message events of existing sessions and delivery logs after
 * a week. Works in batches; may run anywhere at any time. Resolves to the number of deleted rows.
 */
export async function sweepEvents(db: Queryable): Promise<number> {
  return (
    (await untilNone(() => removeOldEvents(db, BATCH))) + (await untilNone(() => sweepDeliveries(db, BATCH)))
  );
}

async function untilNone(remove: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await remove();
    total += removed;
    if (removed < BATCH) return total;
  }
}
