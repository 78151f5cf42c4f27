import { MAX_JSON_VALUES } from './input-bounds.js';

/**
 * Makes foreign data storable. PostgreSQL accepts neither a NUL nor half of a surrogate pair in text or JSON, so one
 * such character in an answer, a webhook or a query would make the whole statement fail.
 */

/** Deepest nesting of foreign JSON that is stored; no sensible data is deeper. */
export const MAX_DEPTH = 64;

const REPLACEMENT = '\uFFFD';

/** Whether PostgreSQL can store a text unchanged. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Replaces every NUL and every half of a surrogate pair by U+FFFD. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', REPLACEMENT);
}

/** Why a JSON value cannot be stored unchanged: `size` if it is too deep or too large, else `text` for a text in it. */
export type Fault = 'text' | 'size';

/** The fault of a JSON value, looking at keys too; undefined if it can be stored. */
export function faultOf(value: unknown, maxDepth = MAX_DEPTH): Fault | undefined {
  let fault: Fault | undefined;
  const isWhole = visit(value, maxDepth, (text) => {
    if (!isStorableText(text)) fault = 'text';
  });
  return isWhole ? fault : 'size';
}

/** Whether a JSON value can be stored unchanged. */
export function isStorable(value: unknown): boolean {
  return faultOf(value) === undefined;
}

/**
 * The value itself if it can be stored, else a copy in which texts are storable, too deep values are null, and what
 * comes after `MAX_JSON_VALUES` values is left out.
 */
export function storable<T>(value: T, maxDepth?: number): T;
export function storable(value: unknown, maxDepth = MAX_DEPTH): unknown {
  return faultOf(value, maxDepth) === undefined ? value : mended(value, maxDepth);
}

/** False when the value is too deep or too large. Not recursive, because its sender chooses how deep it is. */
function visit(value: unknown, maxDepth: number, text: (text: string) => void): boolean {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ((count += 1) > MAX_JSON_VALUES) return false;
    if (typeof next.value === 'string') text(next.value);
    if (!isContainer(next.value)) continue;
    if (next.depth >= maxDepth) return false;
    const depth = next.depth + 1;
    if (Array.isArray(next.value)) {
      for (const inner of next.value) open.push({ value: inner, depth });
      continue;
    }
    for (const [key, inner] of Object.entries(next.value)) {
      text(key);
      open.push({ value: inner, depth });
    }
  }
  return true;
}

function mended(value: unknown, maxDepth: number): unknown {
  return mendedAt(value, maxDepth, { count: MAX_JSON_VALUES - 1 });
}

/** Recursive, which is safe because the depth is bounded. */
function mendedAt(value: unknown, depth: number, left: { count: number }): unknown {
  if (typeof value === 'string') return storableText(value);
  if (!isContainer(value)) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return taken(value, left).map((inner) => mendedAt(inner, depth - 1, left));
  const entries = taken(Object.entries(value), left);
  return Object.fromEntries(
    entries.map(([key, inner]) => [storableText(key), mendedAt(inner, depth - 1, left)]),
  );
}

function taken<T>(list: T[], left: { count: number }): T[] {
  const kept = list.slice(0, left.count);
  left.count -= kept.length;
  return kept;
}

/** True for arrays and plain objects, but not for a Date or bytes. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
