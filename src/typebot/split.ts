import { graphemeBoundary } from '../foreign/cut-text.js';

/** An address that the end of a text cuts short. */
const ADDRESS_AT_END = /(?:https?:\/\/|www\.)\S*$/i;
/** Room kept for the marks that are closed at a cut; below four times that, marks are not looked at. */
const MARK_ROOM = 8;
/** Text under one kind of mark, as WhatsApp recognises it. */
const SPANS = ['*', '_', '~', '`'].map((mark) => ({
  mark,
  pattern: new RegExp(
    `(?<![\\p{L}\\p{N}${mark}])[${mark}](?=[^\\s${mark}])[^${mark}]*(?<=\\S)[${mark}](?![\\p{L}\\p{N}])`,
    'gu',
  ),
}));

/**
 * Cuts a text into parts of at most `limit` UTF-16 units, at the last paragraph, line, sentence or word end of the
 * second half, else between graphemes. Nothing is lost, addresses stay whole, and marks
 * that are open at a cut are closed and opened again.
 */
export function splitText(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const { head, tail } = cutOnce(rest, limit);
    parts.push(head);
    rest = tail;
  }
  if (rest) parts.push(rest);
  return parts;
}

function cutOnce(text: string, limit: number): { head: string; tail: string } {
  const simple = cutPosition(text, limit);
  if (limit < 4 * MARK_ROOM || openMarks(text, simple).length === 0) return pieces(text, simple, []);
  const position = cutPosition(text, limit - MARK_ROOM);
  const cut = pieces(text, position, openMarks(text, position));
  // Marks that are opened again must not make up for all that was cut off.
  return cut.tail.length < text.length ? cut : pieces(text, simple, []);
}

function pieces(text: string, position: number, marks: string[]): { head: string; tail: string } {
  const closing = [...marks].reverse().join('');
  return {
    head: text.slice(0, position).trimEnd() + closing,
    tail: marks.join('') + text.slice(position).trimStart(),
  };
}

function cutPosition(text: string, limit: number): number {
  const half = Math.ceil(limit / 2);
  const candidates = [
    text.lastIndexOf('\n\n', limit),
    text.lastIndexOf('\n', limit),
    lastMatch(text, /(?<=[.!?…])\s/g, limit),
    lastMatch(text, /\s/g, limit),
  ];
  return candidates.find((position) => position >= half) ?? graphemeCut(text, limit);
}

function lastMatch(text: string, pattern: RegExp, limit: number): number {
  let last = -1;
  for (const match of text.slice(0, limit + 1).matchAll(pattern)) last = match.index;
  return last;
}

function graphemeCut(text: string, limit: number): number {
  const position = graphemeBoundary(text, limit);
  const address = ADDRESS_AT_END.exec(text.slice(0, position));
  const isInside = address && /\S/.test(text[position] ?? '');
  if (isInside && isKeepable(text, address.index, limit)) return address.index;
  return position;
}

/** Whether it is worth a cut to keep the word at a position whole: a longer one has to be cut anyway. */
function isKeepable(text: string, position: number, limit: number): boolean {
  const length = /^\S*/.exec(text.slice(position, position + limit + 1))?.[0].length ?? 0;
  return position >= limit / 2 || (position > 0 && length <= limit);
}

/** Marks that are open at a position, outermost first. They open and close on one line; a code block may span several. */
function openMarks(text: string, position: number): string[] {
  const fences = text.slice(0, position).split('```').length - 1;
  if (fences % 2 === 1) return ['```'];
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const end = text.indexOf('\n', position);
  const line = text.slice(start, end < 0 ? undefined : end);
  return spans(line)
    .filter(({ open, close }) => open < position - start && close >= position - start)
    .map(({ mark }) => mark);
}

function spans(line: string): { mark: string; open: number; close: number }[] {
  return SPANS.flatMap(({ mark, pattern }) =>
    [...line.matchAll(pattern)].map((match) => ({
      mark,
      open: match.index,
      close: match.index + match[0].length - 1,
    })),
  ).sort((a, b) => a.open - b.open);
}
