import type { IgnoredReason, InboundEvent } from '../../../activities/ports/messages.js';
import type { Parsed } from '../channel.js';

/** The result for one element of a webhook: an event, or why it was ignored. */
export type ElementResult = InboundEvent | { ignored: IgnoredReason; count?: number };

/** Separates element results into events, in order, and counts of ignored ones by reason. */
export function toParsed(results: ElementResult[]): Parsed {
  const events: InboundEvent[] = [];
  const counts = new Map<IgnoredReason, number>();
  for (const result of results) {
    if ('ignored' in result) {
      counts.set(result.ignored, (counts.get(result.ignored) ?? 0) + (result.count ?? 1));
    } else {
      events.push(result);
    }
  }
  return { events, ignored: [...counts].map(([reason, count]) => ({ reason, count })) };
}

/** The parse result of a webhook with one element that is ignored. */
export function ignored(reason: IgnoredReason): Parsed {
  return toParsed([{ ignored: reason }]);
}

/** Converts Unix seconds, possibly with a fraction, to milliseconds; `fallbackMs` for an absent or implausible time. */
export function secondsToMs(seconds: number | undefined, fallbackMs: number): number {
  const plausible = seconds !== undefined && seconds > 0 && seconds < 1e11;
  return plausible ? Math.round(seconds * 1_000) : fallbackMs;
}

/** Milliseconds as given, rounded; `fallbackMs` for an absent or implausible time. */
export function plausibleMs(atMs: number | undefined, fallbackMs: number): number {
  return atMs !== undefined && atMs > 0 && atMs < 1e14 ? Math.round(atMs) : fallbackMs;
}

/** Converts an ISO date to milliseconds; `fallbackMs` when it is absent or cannot be read. */
export function isoToMs(date: string | undefined, fallbackMs: number): number {
  return plausibleMs(date === undefined ? undefined : Date.parse(date), fallbackMs);
}

/**
 * The elements of a webhook's `data`, which is one element or a list. An empty list counts as one malformed element.
 */
export function elementsOf(data: unknown): unknown[] {
  return Array.isArray(data) && data.length > 0 ? data : [data];
}
