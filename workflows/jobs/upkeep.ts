import { proxyActivities } from '@temporalio/workflow';
import { upkeepOptions } from '../activity-options.js';
import type { UpkeepNeeds } from '../needs.js';

/** Started by a Schedule: compares running workflows with active sessions and repairs differences. */
export async function reconcile(): Promise<void> {
  await proxyActivities<UpkeepNeeds>({ ...upkeepOptions, summary: 'compare with PostgreSQL' }).reconcile();
}

/** Started by a Schedule: deletes what has exceeded its retention. */
export async function sweep(): Promise<void> {
  await proxyActivities<UpkeepNeeds>({ ...upkeepOptions, summary: 'remove what is too old' }).sweep();
}
