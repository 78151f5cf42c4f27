import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Trouble } from './ports/turns.js';

/** Attempts of work that something passing stands in the way of. */
const PASSING_TRIES = 3;

/**
 * Whether Temporal makes another attempt after an error: where one is asked for, after a cancellation, and as long as
 * PostgreSQL is away. What else goes wrong would go wrong again for ever: whoever gets false ends the work and says so.
 */
export function mayRepeat(error: unknown, trouble: Trouble, signal: AbortSignal): boolean {
  if (signal.aborted || error instanceof ApplicationFailure || trouble === 'outage') return true;
  return trouble === 'passing' && Context.current().info.attempt < PASSING_TRIES;
}
