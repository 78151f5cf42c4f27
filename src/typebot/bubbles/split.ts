import { graphemeBoundary } from '../../foreign/cut-text.js';
import { markFinder } from './split-marks.js';

/** UTF-16 units reserved for closing marks at a cut. Limits below four times this ignore marks. */
const MARK_ROOM = 8;
/** How far a cut looks ahead, as a multiple of the limit: the part itself and an address that runs past its end. */
const WINDOW = 3;

/**
 * Cuts a text into parts of at most `limit` UTF-16 units: in the second half of a part at the last paragraph, else
 * line, sentence or word end, else between graphemes. Only white space at a cut is lost, addresses that fit stay whole,
 * and marks open at a cut are closed and reopened. Takes linear time: marks are found once, and a cut sees a window
 * only.
 */
export function splitMarked(text: string, limit: number): string[] {
  if (text.length <= limit) return text ? [text] : [];
  const openMarks = limit < 4 * MARK_ROOM ? () => [] : markFinder(text);
  const parts: string[] = [];
  let marks = '';
  for (let at = 0; at < text.length;) {
    const window = marks + text.slice(at, at + WINDOW * limit);
    if (window.length <= limit) return [...parts, window];
    const start = marks.length;
    const cut = cutOnce(window, { limit, start, openMarks: (position) => openMarks(at + position - start) });
    parts.push(window.slice(0, cut.position).trimEnd() + [...cut.marks].reverse().join(''));
    marks = cut.marks.join('');
    at = skipSpaces(text, at + cut.position - start);
  }
  return parts;
}

interface CutOptions {
  limit: number;
  /** Where the text begins, behind reopened marks. A cut must lie after it. */
  start: number;
  openMarks: (position: number) => string[];
}

function cutOnce(
  text: string,
  { limit, start, openMarks }: CutOptions,
): { position: number; marks: string[] } {
  const simple = cutPosition(text, limit, start);
  if (openMarks(simple).length === 0) return { position: simple, marks: [] };
  const position = cutPosition(text, limit - MARK_ROOM, start);
  return { position, marks: openMarks(position) };
}

function skipSpaces(text: string, position: number): number {
  let next = position;
  while (next < text.length && isSpace(text, next)) next += 1;
  return next;
}

function isSpace(text: string, position: number): boolean {
  return /\s/.test(text[position] ?? '');
}

function cutPosition(text: string, limit: number, start: number): number {
  const half = Math.ceil(limit / 2);
  const candidates = [
    text.lastIndexOf('\n\n', limit),
    text.lastIndexOf('\n', limit),
    lastSpace(text, { limit, half, isWanted: (position) => /[.!?…]/.test(text[position - 1] ?? '') }),
    lastSpace(text, { limit, half }),
  ];
  return candidates.find((position) => position >= half) ?? graphemeCut(text, limit, start);
}

/** Position of the last space from `half` to `limit`; -1 when there is none. */
function lastSpace(
  text: string,
  { limit, half, isWanted = () => true }: { limit: number; half: number; isWanted?: (at: number) => boolean },
): number {
  for (let position = limit; position >= half; position -= 1) {
    if (isSpace(text, position) && isWanted(position)) return position;
  }
  return -1;
}

function graphemeCut(text: string, limit: number, start: number): number {
  // Counted from `start`, so that a cut always makes progress: one joined emoji may be longer than a whole part.
  const position = start + graphemeBoundary(text.slice(start), limit - start);
  const address = addressAtEnd(text.slice(0, position));
  const isInside = address !== undefined && /\S/.test(text[position] ?? '');
  return isInside && address > start && isKeepable(text, address, limit) ? address : position;
}

/** Where the address begins that runs to the end of the text; undefined when there is none. */
function addressAtEnd(text: string): number | undefined {
  let word = text.length;
  while (word > 0 && !isSpace(text, word - 1)) word -= 1;
  const inWord = text.slice(word).search(/https?:\/\/|www\./i);
  return inWord < 0 ? undefined : word + inWord;
}

/** Whether cutting before the address at `position` is worth it: one longer than a part has to be cut anyway. */
function isKeepable(text: string, position: number, limit: number): boolean {
  const length = /^\S*/.exec(text.slice(position, position + limit + 1))?.[0].length ?? 0;
  return position >= limit / 2 || length <= limit;
}
