import { RE2JS } from 're2js';

/** Most instructions of a pattern's program: the time of a search goes with them and with the length of the text. */
export const MAX_PATTERN_SIZE = 500;
/** How much of a text a pattern is tried on, in UTF-16 units. */
export const MAX_SEARCHED = 1_000;

/** `invalid` does not compile, `too_large` would hold the event loop for too long. */
export type PatternFault = 'invalid' | 'too_large';

const MAX_KNOWN = 1_000;
const known = new Map<string, RE2JS | PatternFault>();

/** Why a pattern of a caller cannot be used; undefined for one that can. */
export function patternFault(pattern: string): PatternFault | undefined {
  const compiled = compile(pattern);
  return typeof compiled === 'string' ? compiled : undefined;
}

/** Whether a text begins with something that holds the pattern, on a linear-time engine. One at fault is in no text. */
export function holdsPattern(text: string, pattern: string): boolean {
  const compiled = compile(pattern);
  return typeof compiled !== 'string' && compiled.test(text.slice(0, MAX_SEARCHED));
}

/** Compiled once; the one that was used longest ago makes room. */
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
 * What a pattern comes to when its counted repetitions are written out, for compiling writes them out. Only a guard: the
 * program is measured as well. A class of characters counts once.
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
