import { ActivityCancellationType } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';

/** Retried without limit: an outage of PostgreSQL or a lost worker must not end the work. Each activity sets its own limits. */
const retry = { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 10_000 };

/**
 * One Typebot call may take PARLEY_TYPEBOT_TIMEOUT_MS (130 s by default), and a turn may need several. Ten minutes is
 * longer than any contact waits for an answer. A dead worker is noticed after 10 s.
 */
export const talkOptions: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry,
};

/** The activity itself waits up to 60 s between bubbles, so a turn of many bubbles takes long. */
export const deliverOptions: ActivityOptions = {
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry,
};

/** One transaction, plus the wait for a send in progress: at most its channel's `timeout_ms` (up to 60 s). */
export const changeOptions: ActivityOptions = { startToCloseTimeout: '90 seconds', retry };

/** Batches of bounded size, called until nothing is left. */
export const endingOptions: ActivityOptions = { startToCloseTimeout: '5 minutes', retry };

/** A round that fails is not repeated: the next one does its work. */
export const upkeepOptions: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  retry: { ...retry, maximumAttempts: 3 },
};

/** The activity gives up by itself and notes why. The day is a last resort, for one that never gets that far. */
export const mediaOptions: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '1 day',
  heartbeatTimeout: '10 seconds',
  retry: { ...retry, maximumInterval: 60_000 },
};
