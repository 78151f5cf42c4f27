import { call, queryOf } from './client.js';
import type { Filters } from './filters.js';
import type { BulkResult, Selection } from './wire.js';

/** What can be done with many conversations at once. `minutes`: length of a pause. */
export interface BulkWish {
  action: 'pause' | 'resume' | 'close';
  minutes?: number;
}

/** Ids of the active conversations that match, at most a thousand. */
export function select(filters: Filters): Promise<Selection> {
  return call('GET', `/sessions/selection${queryOf({ ...filters })}`);
}

/** The most that one call accepts. */
const AT_ONCE = 100;

/**
 * Applies an action to all, one batch after the other. Throws when a call fails; the later batches are then not done.
 */
export async function applyToAll(
  ids: readonly string[],
  wish: BulkWish,
  onProgress: (done: number) => void,
): Promise<{ applied: number; refused: number }> {
  const sum = { applied: 0, refused: 0 };
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const body = { ...wish, session_ids: ids.slice(from, from + AT_ONCE) };
    const { applied, refused } = await call<BulkResult>('POST', '/sessions/bulk', body);
    sum.applied += applied;
    sum.refused += refused.length;
    onProgress(sum.applied + sum.refused);
  }
  return sum;
}

/** Downloads the conversations that match the filters as a file. */
export async function saveExport(filters: Filters, format: 'csv' | 'json'): Promise<void> {
  const response = await fetch(`/console/api/sessions/export${queryOf({ ...filters, format })}`, {
    headers: { 'x-parley-console': '1' },
    credentials: 'same-origin',
  });
  if (!response.ok) throw new Error(String(response.status));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `conversations.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
