import type { IgnoredReason, InboundEvent } from '../../../activities/ports/messages.js';
import type { Parsed } from '../channel.js';

/** What a parser makes of one element of a webhook: an event, or the reason why it is none. */
export type ElementResult = InboundEvent | { ignored: IgnoredReason; count?: number };

/** Sorts element results into events, in order, and ignored reasons with their counts. */
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

/** A parse result of one ignored element. */
export function ignored(reason: IgnoredReason): Parsed {
  return toParsed([{ ignored: reason }]);
}

/** Seconds, with or without a fraction, as milliseconds; `fallbackMs` for an absent or impossible time. */
export function secondsToMs(seconds: number | undefined, fallbackMs: number): number {
  const plausible = seconds !== undefined && seconds > 0 && seconds < 1e11;
  return plausible ? Math.round(seconds * 1_000) : fallbackMs;
}

/** Milliseconds as given; `fallbackMs` for an absent or impossible time. */
export function plausibleMs(atMs: number | undefined, fallbackMs: number): number {
  return atMs !== undefined && atMs > 0 && atMs < 1e14 ? Math.round(atMs) : fallbackMs;
}

/** An ISO date as milliseconds; `fallbackMs` when it is absent or unreadable. */
export function isoToMs(date: string | undefined, fallbackMs: number): number {
  return plausibleMs(date === undefined ? undefined : Date.parse(date), fallbackMs);
}

/** The elements of a webhook's `data`, which is one element or a list; an empty list counts as one unreadable element. */
export function elementsOf(data: unknown): unknown[] {
  return Array.isArray(data) && data.length > 0 ? data : [data];
}
