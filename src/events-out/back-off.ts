/** When a failed delivery is tried again. All times in milliseconds. */
export interface BackOff {
  firstDelayMs: number;
  maxDelayMs: number;
  /** How long after its event a delivery is given up. */
  giveUpMs: number;
}

/** A failed attempt, with all that decides when the next one is made. */
export interface FailedAttempt {
  /** Attempts made so far, including this one. */
  attempts: number;
  nowMs: number;
  /** When the event happened. */
  atMs: number;
  /** Until when to try, if a person asked for a retry; else null. */
  retryUntilMs: number | null;
  /** The subscriber's `Retry-After`, if it sent one. */
  retryAfterMs?: number;
}

/**
 * The delay before the next attempt. It doubles with every attempt up to the limit, and is never shorter than the
 * subscriber asked for. The last attempt is made exactly when the time is up; after it, `give_up`.
 */
export function nextDelay(attempt: FailedAttempt, backOff: BackOff): number | 'give_up' {
  const endsAtMs = Math.max(attempt.atMs + backOff.giveUpMs, attempt.retryUntilMs ?? 0);
  const leftMs = endsAtMs - attempt.nowMs;
  if (leftMs <= 0) return 'give_up';
  const doubled = Math.min(backOff.firstDelayMs * 2 ** (attempt.attempts - 1), backOff.maxDelayMs);
  return Math.min(Math.max(doubled, attempt.retryAfterMs ?? 0), leftMs);
}
