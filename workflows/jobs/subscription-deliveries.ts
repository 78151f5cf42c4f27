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

/** A round writes about ten events; what a run holds is all in PostgreSQL, so a new one costs nothing. */
const MAX_HISTORY_EVENTS = 900;

/**
 * Sends the events of one session to one subscription. What is pending stands in PostgreSQL; the workflow ends when
 * nothing is, and is started again by the next event.
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
      // An attempt that a signal cut short is made again; anything else is the end of this run.
      if (!hurried) throw error;
    }
  }
}

function send(pair: DeliveryPair): Promise<{ more: boolean }> {
  const { deliverEvents } = proxyActivities<DeliveryNeeds>({
    summary: 'send events to a subscriber',
    // The activity stops by itself after half of it; what is left is one slow answer.
    startToCloseTimeout: '60 seconds',
    // Only a back-off may be cut short: an attempt under way is waited for, so that there are never two at once.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // For what is not the subscriber's fault; the delay after a refused delivery comes with the failure.
    retry: { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 10_000 },
  });
  return deliverEvents(pair);
}
