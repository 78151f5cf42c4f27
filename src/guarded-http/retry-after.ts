/** Longer waits are shortened to a day, whatever a server asks for. */
const LONGEST_MS = 24 * 60 * 60_000;

/**
 * The `Retry-After` of an answer in milliseconds, at most a day; undefined when it is absent or unreadable. It may be
 * seconds or an HTTP date, which is compared with the server's own `Date` if it sends one.
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
