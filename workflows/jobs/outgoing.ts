import { proxyActivities } from '@temporalio/workflow';
import { deliverOptions } from '../activity-options.js';
import type { OutgoingNeeds } from '../needs.js';

/** Sends one operator's or scheduled message, whether or not a conversation runs. Its start may be delayed. */
export async function outgoing(outboxId: string): Promise<void> {
  const { deliverOutgoing } = proxyActivities<OutgoingNeeds>({
    ...deliverOptions,
    summary: 'send one message',
  });
  await deliverOutgoing({ outboxId });
}
