import { MAX_JSON_VALUES } from './input-bounds.js';

/**
 * What may be stored, of what other programs say. PostgreSQL takes neither a NUL nor half of a surrogate pair in a text
 * or a JSON, so that one such character in an answer, a webhook or a query would fail the whole statement.
 */

/** How deep a JSON value of somebody else may be: deeper is nothing that anybody means. */
export const MAX_DEPTH = 64;

const REPLACEMENT = '\uFFFD';

/** Whether PostgreSQL holds a text as it stands. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** The text with `U+FFFD` for every NUL and every half of a surrogate pair. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', REPLACEMENT);
}

/** Why a JSON value cannot be stored as it stands: too deep or too large (`size`) wins over a `text` in it. */
export type Fault = 'text' | 'size';

/** The fault of a JSON value, keys included; undefined for a value that can be stored. */
export function faultOf(value: unknown, maxDepth = MAX_DEPTH): Fault | undefined {
  let fault: Fault | undefined;
  const isWhole = visit(value, maxDepth, (text) => {
    if (!isStorableText(text)) fault = 'text';
  });
  return isWhole ? fault : 'size';
}

/** Whether a JSON value can be stored as it stands. */
export function isStorable(value: unknown): boolean {
  return faultOf(value) === undefined;
}

/**
 * The value as it can be stored: the same one when nothing is wrong with it, else a copy in which texts are storable,
 * what is nested too deeply is null, and what comes after `MAX_JSON_VALUES` values is left out.
 */
export function storable<T>(value: T, maxDepth?: number): T;
export function storable(value: unknown, maxDepth = MAX_DEPTH): unknown {
  return faultOf(value, maxDepth) === undefined ? value : mended(value, maxDepth);
}

/** Without recursion: the nesting of a value is its sender's choice. False when it is too deep or too large. */
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

/** Recursive, for it ends at its depth. */
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

/** Arrays and plain objects; a Date or bytes are values. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
