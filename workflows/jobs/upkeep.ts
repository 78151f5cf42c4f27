import { proxyActivities } from '@temporalio/workflow';
import { upkeepOptions } from '../activity-options.js';
import type { UpkeepNeeds } from '../needs.js';

/** Started by a Schedule: compares open runs with active sessions and repairs either. */
export async function reconcile(): Promise<void> {
  await proxyActivities<UpkeepNeeds>({ ...upkeepOptions, summary: 'compare with PostgreSQL' }).reconcile();
}

/** Started by a Schedule: removes what is older than its promise. */
export async function sweep(): Promise<void> {
  await proxyActivities<UpkeepNeeds>({ ...upkeepOptions, summary: 'remove what is too old' }).sweep();
}
