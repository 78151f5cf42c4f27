import { ActivityCancellationType } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';

/** Retries without limit: an outage of PostgreSQL or a lost worker must not end the work. Activities set own limits. */
const retry = { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 10_000 } as const;

/**
 * One call to Typebot may take PARLEY_TYPEBOT_TIMEOUT_MS (130 s by default), and a turn may need several. No contact
 * waits longer than ten minutes for an answer. A dead worker is noticed after 10 s.
 */
export const talkOptions: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry,
};

/** The activity itself waits up to 60 s between bubbles, so a turn with many bubbles takes long. */
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

/** A round that keeps failing is given up; the next one will do its work. */
export const upkeepOptions: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  retry: { ...retry, maximumAttempts: 3 },
};

/** The activity gives up by itself and records why. The limit of a day is a last resort. */
export const mediaOptions: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '1 day',
  heartbeatTimeout: '10 seconds',
  retry: { ...retry, maximumInterval: 60_000 },
};
