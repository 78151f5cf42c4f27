import { AppError } from '../../errors.js';
import { decodeCursor, encodeCursor } from '../../http/input/cursor.js';
import type { Place } from '../../store/rows.js';

/** The place that a `nextToken` names. Throws AppError `invalid_query` for a token that Parley did not make. */
export function readPlace(token: string | undefined): Place | undefined {
  const place = token === undefined ? undefined : decodeCursor(token);
  if (token !== undefined && place === undefined) {
    throw new AppError('invalid_query', 'nextToken is not valid');
  }
  return place;
}

/** Cuts `pageSize + 1` entries to a page. `meta` has the token of the next page, and is empty on the last page. */
export function cutPage<Entry>(
  entries: Entry[],
  pageSize: number,
  placeOf: (entry: Entry) => Place,
): { page: Entry[]; meta: { nextToken?: string } } {
  const page = entries.slice(0, pageSize);
  const last = page.at(-1);
  if (last === undefined || entries.length <= pageSize) return { page, meta: {} };
  return { page, meta: { nextToken: encodeCursor(placeOf(last)) } };
}
