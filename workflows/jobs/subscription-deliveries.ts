import {
  ActivityCancellationType,
  CancellationScope,
  continueAsNew,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { deliveriesSignal } from '../contract.js';
import type { DeliveryNeeds, DeliveryPair } from '../contract.js';

/** A round writes about ten events. Continuing as new loses nothing, because all state is in PostgreSQL. */
const MAX_HISTORY_EVENTS = 900;

/**
 * Sends the events of one session to one subscription. Pending deliveries are in PostgreSQL; the workflow ends when
 * there are none, and the next event starts it again.
 */
export async function subscriptionDeliveries(pair: DeliveryPair): Promise<void> {
  let pending = true;
  let hurried = false;
  let sending = new CancellationScope();
  setHandler(deliveriesSignal, ({ hurry }) => {
    pending = true;
    if (!hurry) return;
    hurried = true;
    sending.cancel();
  });
  while (pending) {
    if (workflowInfo().historyLength > MAX_HISTORY_EVENTS)
      return continueAsNew<typeof subscriptionDeliveries>(pair);
    pending = false;
    hurried = false;
    sending = new CancellationScope();
    try {
      const { more } = await sending.run(() => send(pair));
      pending ||= more;
    } catch (error) {
      // A signal that cut a back-off short leads to a new attempt; any other error ends the workflow.
      if (!hurried) throw error;
    }
  }
}

function send(pair: DeliveryPair): Promise<{ more: boolean }> {
  const { deliverEvents } = proxyActivities<DeliveryNeeds>({
    summary: 'send events to a subscriber',
    // The activity stops by itself after half of this time, which leaves room for one slow answer.
    startToCloseTimeout: '60 seconds',
    // Only a back-off is cut short. A running attempt is waited for, so that there are never two at once.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // For errors that are not the subscriber's; the delay after a failed delivery comes with its failure.
    retry: { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 10_000 },
  });
  return deliverEvents(pair);
}
