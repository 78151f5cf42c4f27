let lastMs = 0;

/**
 * The time at which a request begins, in milliseconds with fractions: no two calls in a process give the same, so that
 * it is also the order of requests. Between processes it is as good as their clocks.
 */
export function arrivalMs(): number {
  lastMs = Math.max(Date.now(), lastMs + 0.001);
  return lastMs;
}
