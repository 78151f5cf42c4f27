import { cutText } from '../foreign/cut-text.js';
import { storable, storableText } from '../foreign/storable.js';

/** The latest time that is stored; PostgreSQL's own end (the year 294276) is beyond what a Date can hold. */
const LAST_MS = Date.UTC(9999, 11, 31);
const FIRST_MS = Date.UTC(1, 0, 1);

/**
 * A value as PostgreSQL takes it, whatever it was made of: no statement is refused for a character or a date in it. What
 * comes from outside is storable already; this holds for what was made of it since, by a cut, a script or a decoded URL.
 */
export function toParameter(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (value instanceof Date) return storableDate(value);
  return Array.isArray(value) ? value.map(toParameter) : value;
}

/** A JSON parameter: its texts are storable. */
export function toJson(value: unknown): string {
  return JSON.stringify(storable(value));
}

/** Longest code, reason or text of an error that is stored. */
export const MAX_ERROR_TEXT = 500;

/** An error as a JSON parameter: every text in it, which may be another program's, is cut. */
export function errorJson(error: object | null): string {
  return JSON.stringify(storable(error), (_key, value: unknown) =>
    typeof value === 'string' ? cutText(value, MAX_ERROR_TEXT) : value,
  );
}

function storableDate(date: Date): Date {
  const atMs = date.getTime();
  if (Number.isNaN(atMs)) return new Date();
  return new Date(Math.min(Math.max(atMs, FIRST_MS), LAST_MS));
}
