/** When a delivery that was not taken is tried again. All times in milliseconds. */
export interface BackOff {
  firstDelayMs: number;
  maxDelayMs: number;
  /** How long after its event a delivery is given up. */
  giveUpMs: number;
}

/** An attempt that was not taken, and what decides when the next one is. */
export interface FailedAttempt {
  /** Attempts made, this one included. */
  attempts: number;
  nowMs: number;
  /** When the event happened. */
  atMs: number;
  /** End of a retry asked for by hand; null = none was. */
  retryUntilMs: number | null;
  /** What the subscriber asked for; undefined = nothing. */
  retryAfterMs?: number;
}

/**
 * Doubles from attempt to attempt up to the limit, never sooner than the subscriber asked for. The last attempt is
 * made when the time is up; `give_up` after it.
 */
export function nextDelay(attempt: FailedAttempt, backOff: BackOff): number | 'give_up' {
  const endsAtMs = Math.max(attempt.atMs + backOff.giveUpMs, attempt.retryUntilMs ?? 0);
  const leftMs = endsAtMs - attempt.nowMs;
  if (leftMs <= 0) return 'give_up';
  const doubled = Math.min(backOff.firstDelayMs * 2 ** (attempt.attempts - 1), backOff.maxDelayMs);
  return Math.min(Math.max(doubled, attempt.retryAfterMs ?? 0), leftMs);
}
