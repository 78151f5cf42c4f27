import { call, queryOf } from './client.js';
import type { Filters } from './filters.js';
import type { BulkResult, Selection } from './wire.js';

/** What can be done with many conversations at once. */
export interface BulkWish {
  action: 'pause' | 'resume' | 'close';
  minutes?: number;
}

/** The active conversations that fit, at most a thousand. */
export function select(filters: Filters): Promise<Selection> {
  return call('GET', `/sessions/selection${queryOf({ ...filters })}`);
}

/** As many as one call takes. */
const AT_ONCE = 100;

/** Does it to all of them, call by call, and tells how far it is. Throws with what is left undone. */
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

/** Has the browser save what fits the filters. */
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
