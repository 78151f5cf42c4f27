import { proxyActivities } from '@temporalio/workflow';
import { endingOptions } from '../activity-options.js';
import type { EndingNeeds } from '../needs.js';

/** Ends the sessions that a DELETE left open, batch by batch. */
export async function endSessions(endingId: string): Promise<void> {
  const activities = proxyActivities<EndingNeeds>({ ...endingOptions, summary: 'end a batch of sessions' });
  for (;;) {
    const { left } = await activities.endSessions({ endingId });
    if (left === 0) return;
  }
}
