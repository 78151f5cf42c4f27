import { graphemeBoundary } from '../../foreign/cut-text.js';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Where a text may be cut, in order of preference: at the start of a match. */
const breaks = [/\r?\n[^\S\n]*\r?\n/g, /\r?\n/g, /(?<=[.!?…])\s/g, /\s/g];

/**
 * Splits a text into parts of at most `limit` UTF-16 units. White space at the cuts is dropped, and so are blank parts:
 * a blank text has no parts.
 */
export function splitText(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const cut = cutPosition(rest, limit);
    parts.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...parts, rest].filter((part) => part.trim() !== '');
}

function cutPosition(text: string, limit: number): number {
  const window = text.slice(0, limit + 2);
  for (const pattern of breaks) {
    const last = lastBreak(window, pattern, limit);
    if (last !== undefined) return last;
  }
  return graphemeBoundary(text, limit);
}

/** The last match that begins in the second half of the first `limit` units: an earlier cut would waste a message. */
function lastBreak(text: string, pattern: RegExp, limit: number): number | undefined {
  // `matchAll` begins where the pattern stands.
  pattern.lastIndex = Math.max(1, Math.ceil(limit / 2));
  let last: number | undefined;
  for (const { index } of text.matchAll(pattern)) if (index <= limit) last = index;
  return last;
}

/** A title with white space collapsed, cut to at most `limit` UTF-16 units including an ellipsis. */
export function cutTitle(title: string, limit: number): string {
  const collapsed = collapse(title);
  if (collapsed.length <= limit) return collapsed;
  const kept = limit <= 1 ? '' : collapsed.slice(0, clusterEnd(collapsed, limit - 1));
  return `${kept.trimEnd()}…`;
}

/** How many UTF-16 units beyond the limit are searched for the end of the grapheme there. */
const LOOK_AHEAD = 256;

/** Like `graphemeBoundary`, but a grapheme longer than the limit is dropped, not cut. */
function clusterEnd(text: string, limit: number): number {
  const window = text.slice(0, limit + LOOK_AHEAD);
  return graphemes.segment(window).containing(limit)?.index ?? window.length;
}

/** Replaces each run of white space by one space and trims the ends. */
export function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * The titles as shown, in the same order: cut to `limit` UTF-16 units, and equal ones made unique by ` (2)`, ` (3)` and
 * so on.
 */
export function shownTitles(titles: string[], limit: number): string[] {
  const taken = new Set<string>();
  const times = new Map<string, number>();
  return titles.map((title) => {
    const cut = cutTitle(title, limit);
    let nth = (times.get(cut) ?? 0) + 1;
    let shown = nth === 1 ? cut : numbered(title, nth, limit);
    while (taken.has(shown)) shown = numbered(title, (nth += 1), limit);
    times.set(cut, nth);
    taken.add(shown);
    return shown;
  });
}

function numbered(title: string, nth: number, limit: number): string {
  const suffix = ` (${nth})`;
  return `${cutTitle(title, limit - suffix.length)}${suffix}`;
}
