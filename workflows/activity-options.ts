import { ActivityCancellationType } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';

/** Tries without end: what PostgreSQL or a worker's loss interrupts goes on; each promise knows its own limits. */
const retry = { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 10_000 };

/**
 * One Typebot call may take PARLEY_TYPEBOT_TIMEOUT_MS (130 s by default), a chain of automatic ones several of them:
 * ten minutes is above any chain that is still worth an answer. A dead worker is noticed after 10 s.
 */
export const talkOptions: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry,
};

/** Waits up to 60 s between bubbles happen inside; many bubbles with waits may add up. */
export const deliverOptions: ActivityOptions = {
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry,
};

/** One transaction, and at most the `timeout_ms` (up to 60 s) of a send under way. */
export const changeOptions: ActivityOptions = { startToCloseTimeout: '90 seconds', retry };

/** Batches of bounded size, called until nothing is left. */
export const endingOptions: ActivityOptions = { startToCloseTimeout: '5 minutes', retry };

/** Compares lists; a failed round is left to the next one. */
export const upkeepOptions: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  retry: { ...retry, maximumAttempts: 3 },
};

/** The activity gives up by itself, and notes why; the day is for one that never gets to. */
export const mediaOptions: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '1 day',
  heartbeatTimeout: '10 seconds',
  retry: { ...retry, maximumInterval: 60_000 },
};
