import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Trouble } from './ports/turns.js';

/** Attempts of work that fails for a temporary reason. */
const PASSING_TRIES = 3;

/**
 * Whether to let Temporal retry after an error: if the error asks for it, after a cancellation, as long as PostgreSQL
 * is down, and a few times for a temporary reason. Other errors would recur forever, so the caller must end the work
 * and record why.
 */
export function mayRepeat(error: unknown, trouble: Trouble, signal: AbortSignal): boolean {
  if (signal.aborted || error instanceof ApplicationFailure || trouble === 'outage') return true;
  return trouble === 'passing' && Context.current().info.attempt < PASSING_TRIES;
}

/** In how many milliseconds Temporal will try again because the error asks for it; undefined if it does not. */
export function repeatsInMs(error: unknown): number | undefined {
  const delay = error instanceof ApplicationFailure ? error.nextRetryDelay : undefined;
  return typeof delay === 'number' ? delay : undefined;
}
