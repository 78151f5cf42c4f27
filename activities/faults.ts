import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Trouble } from './ports/turns.js';

/** Attempts of work that something passing stands in the way of. */
const PASSING_TRIES = 3;

/**
 * Whether Temporal makes another attempt after an error: where one is asked for, after a cancellation, and as long as
 * PostgreSQL is away. Anything else would fail for ever: on false the caller ends the work and reports why.
 */
export function mayRepeat(error: unknown, trouble: Trouble, signal: AbortSignal): boolean {
  if (signal.aborted || error instanceof ApplicationFailure || trouble === 'outage') return true;
  return trouble === 'passing' && Context.current().info.attempt < PASSING_TRIES;
}
