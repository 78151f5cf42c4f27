import type { Queryable } from '../store/db.js';
import { sweepDeliveries } from '../store/events/deliveries.js';
import { removeOldEvents } from '../store/events/session-events.js';

const BATCH = 5_000;

/**
 * Removes events a day after their session is gone, message events of living sessions and delivery logs after a week.
 * In transactions of bounded size; safe to run anywhere, any time. Resolves to how many rows went.
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
