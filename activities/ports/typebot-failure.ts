/**
 * Why a Typebot call did not give an answer.
 * - `unreachable`: the request did not arrive (connection refused, DNS, TLS) or got 429 or 503. Safe to repeat later.
 * - `crowded`: this process already has too many calls to the host under way. Nothing was sent; the host may be fine.
 * - `broken`: a 5xx or 408 in Typebot's own form. The session has not moved; worth a few tries.
 * - `unclear`: time-out, reset, 502, 504, or an error page of a proxy. The reply may have been accepted.
 * - `gone`: the session does not exist any more.
 * - `refused`: any other 4xx. `contactText` is what a closed bot tells its visitors.
 */
export class TypebotFailure extends Error {
  constructor(
    readonly kind: 'unreachable' | 'crowded' | 'broken' | 'unclear' | 'gone' | 'refused',
    readonly detail: {
      status?: number;
      retryAfterMs?: number;
      contactText?: string;
      timedOut?: boolean;
      reason: string;
    },
  ) {
    super(`typebot ${kind}: ${detail.reason}`);
    this.name = 'TypebotFailure';
  }
}
