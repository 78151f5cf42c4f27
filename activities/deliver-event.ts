import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { DeliveryNeeds, DeliveryPair } from '../workflows/contract.js';

/**
 * What became of the oldest pending delivery of a pair. `nothing`: there was none. `done`: it was delivered, given up
 * or taken over by another attempt. `postponed`: it failed and stays the oldest.
 */
export type DeliveryStep =
  { type: 'nothing' } | { type: 'done' } | { type: 'postponed'; delayMs: number; reason: string };

/** Attempts the oldest pending delivery of a pair and records the outcome. Rejects only when PostgreSQL fails. */
export type DeliverOldest = (pair: DeliveryPair) => Promise<DeliveryStep>;

// Half of the activity's time limit, so that one more slow answer fits.
const LONGEST_RUN_MS = 30_000;

/** Sends pending deliveries in order until none is left, one fails, or the time is up. */
export function createDeliveryActivities(deliverOldest: DeliverOldest): DeliveryNeeds {
  return {
    deliverEvents: async (pair) => {
      const { cancellationSignal } = Context.current();
      const endsAtMs = Date.now() + LONGEST_RUN_MS;
      while (Date.now() < endsAtMs && !cancellationSignal.aborted) {
        const step = await deliverOldest(pair);
        if (step.type === 'nothing') return { more: false };
        if (step.type === 'postponed') throw toFailure(step.reason, step.delayMs);
      }
      return { more: true };
    },
  };
}

function toFailure(reason: string, delayMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `the subscriber did not take an event: ${reason}`,
    type: 'SubscriberFailed',
    nextRetryDelay: delayMs,
    // Expected, and visible in the delivery log, so the SDK need not warn of every attempt.
    category: ApplicationFailureCategory.BENIGN,
  });
}
