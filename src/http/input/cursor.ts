import type { Place } from '../../store/rows.js';

/** A place in a list as an opaque text, for `next_cursor` and the like. */
export function encodeCursor(place: Place): string {
  return Buffer.from(`${place.at.getTime()}.${place.rowId}`).toString('base64url');
}

/** Undefined for a text that did not come from `encodeCursor`. */
export function decodeCursor(cursor: string): Place | undefined {
  const [, atMs = '', rowId = ''] =
    /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (rowId === '') return undefined;
  const at = new Date(Number(atMs));
  return Number.isNaN(at.getTime()) ? undefined : { at, rowId: Number(rowId) };
}
