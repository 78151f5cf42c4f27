import { proxyActivities } from '@temporalio/workflow';
import { mediaOptions } from '../activity-options.js';
import type { MediaNeeds } from '../needs.js';

/** Downloads and keeps the file of one inbound message while its provider still has it. */
export async function keepMedia(inboxId: string): Promise<void> {
  const activities = proxyActivities<MediaNeeds>({ ...mediaOptions, summary: 'keep one file' });
  await activities.keepMedia({ inboxId });
}
