/** No server of anybody's is waited for longer than this at its word. */
const LONGEST_MS = 24 * 60 * 60_000;

/**
 * `Retry-After` of an answer in milliseconds, from seconds or an HTTP date, at most a day; undefined when it is absent or
 * unreadable. A date counts from the server's own `Date`, where it sends one. Who waits has limits of their own besides.
 */
export function retryAfterMs(headers: Record<string, string>, nowMs = Date.now()): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return bounded(Number(value) * 1_000);
  const sentMs = Date.parse(headers['date'] ?? '');
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : bounded(atMs - (Number.isNaN(sentMs) ? nowMs : sentMs));
}

function bounded(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_MS);
}
