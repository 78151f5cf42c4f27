import { cutText } from '../foreign/cut-text.js';
import { storable, storableText } from '../foreign/storable.js';

/** The latest time that is stored; PostgreSQL's own limit (the year 294276) is beyond what a Date can hold. */
const LAST_MS = Date.UTC(9999, 11, 31);
const FIRST_MS = Date.UTC(1, 0, 1);

/**
 * Makes a value acceptable to PostgreSQL, so that no statement is refused for a character or a date in it. Foreign data
 * is made storable where it comes in; this catches what cuts, scripts and decoded URLs have made of it since.
 */
export function toParameter(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (value instanceof Date) return storableDate(value);
  return Array.isArray(value) ? value.map(toParameter) : value;
}

/** A JSON parameter whose texts are storable. */
export function toJson(value: unknown): string {
  return JSON.stringify(storable(value));
}

/**
 * Rows as one parameter for `jsonb_to_recordset`. Each value must be one that `toParameter` accepts; JSON goes in as
 * text.
 */
export function rowsJson(rows: Readonly<Record<string, string | number | boolean | Date | null>>[]): string {
  return JSON.stringify(rows, (_key, value: unknown) => (isScalar(value) ? toParameter(value) : value));
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** The longest error code, reason or text that is stored, in UTF-16 units. */
export const MAX_ERROR_TEXT = 500;

/** An error as a JSON parameter. Texts in it may come from another program, so each is cut. */
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
