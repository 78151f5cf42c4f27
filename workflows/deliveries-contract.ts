import { defineSignal } from '@temporalio/workflow';

/** Events of one session for one subscription; ids only. */
export interface DeliveryPair {
  subscriptionId: string;
  sessionId: string;
}

/** Id of the one workflow that sends a session's events to a subscription, in order. */
export function subscriptionDeliveriesId(pair: DeliveryPair): string {
  return `subscription/${pair.subscriptionId}/${pair.sessionId}`;
}

/** Something waits to be sent. `hurry`: do not wait for the end of a back-off. */
export const deliveriesSignal = defineSignal<[{ hurry: boolean }]>('deliveries');

/** What the workflow asks of the outside. */
export interface DeliveryNeeds {
  /**
   * Sends the pending deliveries of a pair, oldest first; `more` when some may be left. Fails retryably, with the
   * delay until the next attempt, when the subscriber does not take one.
   */
  deliverEvents(pair: DeliveryPair): Promise<{ more: boolean }>;
}
