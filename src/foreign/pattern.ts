import { RE2JS } from 're2js';

/** Limit of the instructions that a pattern compiles to. A search takes time proportional to them and to the text. */
export const MAX_PATTERN_SIZE = 500;
/** How much of a text is searched, in UTF-16 units. */
export const MAX_SEARCHED = 1_000;

/** `invalid`: does not compile. `too_large`: a search would block the event loop for too long. */
export type PatternFault = 'invalid' | 'too_large';

const MAX_KNOWN = 1_000;
const known = new Map<string, RE2JS | PatternFault>();

/** Why a pattern cannot be used; undefined if it can. */
export function patternFault(pattern: string): PatternFault | undefined {
  const compiled = compile(pattern);
  return typeof compiled === 'string' ? compiled : undefined;
}

/**
 * Whether the first `MAX_SEARCHED` units of a text contain the pattern, in linear time. An unusable one never matches.
 */
export function holdsPattern(text: string, pattern: string): boolean {
  const compiled = compile(pattern);
  return typeof compiled !== 'string' && compiled.test(text.slice(0, MAX_SEARCHED));
}

/** Keeps compiled patterns and forgets the least recently used one. */
function compile(pattern: string): RE2JS | PatternFault {
  const compiled = known.get(pattern) ?? compileAnew(pattern);
  known.delete(pattern);
  known.set(pattern, compiled);
  const [oldest] = known.keys();
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
  return compiled;
}

function compileAnew(pattern: string): RE2JS | PatternFault {
  if (sizeOf(pattern) > MAX_PATTERN_SIZE) return 'too_large';
  try {
    const compiled = RE2JS.compile(pattern);
    return compiled.programSize() > MAX_PATTERN_SIZE ? 'too_large' : compiled;
  } catch {
    return 'invalid';
  }
}

/**
 * A rough size of the pattern with counted repetitions (`{5,10}`) written out, as compiling does, so that a huge one is
 * not compiled at all. A character class counts as one. The compiled program is measured as well.
 */
function sizeOf(pattern: string): number {
  const open = [{ size: 0, last: 0 }];
  for (const [token, low, high] of pattern.matchAll(TOKENS)) {
    const group = open.at(-1) ?? { size: 0, last: 0 };
    if (low !== undefined) {
      const repeated = group.last * Math.max(1, Number(low), Number(high || 0));
      Object.assign(group, { size: group.size - group.last + repeated, last: repeated });
    } else if (token === '(') open.push({ size: 1, last: 0 });
    else if (token === ')' && open.length > 1) {
      open.pop();
      addTo(open.at(-1), group.size);
    } else if (!'*+?'.includes(token)) addTo(group, 1);
  }
  return open.reduce((sum, { size }) => sum + size, 0);
}

const TOKENS = /\{(\d+)(?:,(\d*))?\}|\\[pP]\{[^}]*\}|\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|[^]/g;

function addTo(group: { size: number; last: number } | undefined, size: number): void {
  if (group) Object.assign(group, { size: group.size + size, last: size });
}
