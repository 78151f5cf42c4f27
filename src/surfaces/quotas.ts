import { AppError } from '../errors.js';
import { lockAndCount } from '../store/accounts/quotas.js';
import type { Counted } from '../store/accounts/quotas.js';
import type { Tx } from '../store/db.js';

/** How many of each a workspace may have (PARLEY_MAX_KEYS and its like); 0 = no limit. */
export type Quotas = Readonly<Record<Counted, number>>;

/**
 * Call before creating anything that a workspace may have a limited number of, in the transaction that creates it: the
 * count is locked until then. Throws AppError `conflict` when the workspace has reached the limit.
 */
export async function requireRoom(tx: Tx, quotas: Quotas, workspaceId: string, kind: Counted): Promise<void> {
  const [most, count] = [quotas[kind], await lockAndCount(tx, workspaceId, kind)];
  if (most === 0 || count < most) return;
  throw new AppError('conflict', `a workspace may have ${most} ${kind}, and this one has them`);
}
