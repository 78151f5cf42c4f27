/**
 * Up to this step back of the clock the order of arrivals is kept. A bigger step is followed, or time would stand
 * still.
 */
const SMALL_STEP_MS = 1_000;

let lastMs = 0;

/**
 * When a request begins, in milliseconds with fractions. No two calls in a process give the same value, so it is also
 * the order of requests. Between processes it is as good as their clocks.
 */
export function arrivalMs(): number {
  const now = Date.now();
  lastMs = now < lastMs - SMALL_STEP_MS ? now : Math.max(now, lastMs + 0.001);
  return lastMs;
}
