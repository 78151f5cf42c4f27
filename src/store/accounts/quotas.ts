import type { Tx } from '../db.js';

/** What a workspace may have a limited number of. */
export type Counted = 'keys' | 'instances' | 'typebots' | 'subscriptions';

const COUNTS: Record<Counted, string> = {
  keys: `SELECT count(*)::int AS count FROM api_keys WHERE workspace_id = $1 AND kind = 'key'`,
  instances: 'SELECT count(*)::int AS count FROM instances WHERE workspace_id = $1 AND NOT ending',
  typebots: 'SELECT count(*)::int AS count FROM typebots WHERE workspace_id = $1 AND NOT ending',
  subscriptions: 'SELECT count(*)::int AS count FROM subscriptions WHERE workspace_id = $1',
};

/**
 * How many of a kind a workspace has. Nobody else can create one until the transaction ends, so that two callers cannot
 * both take the last place.
 */
export async function lockAndCount(tx: Tx, workspaceId: string, kind: Counted): Promise<number> {
  // A separate statement, because the count must see what was committed while the lock was awaited.
  await tx.query('SELECT FROM workspaces WHERE id = $1 FOR NO KEY UPDATE', [workspaceId]);
  const { rows } = await tx.query<{ count: number }>(COUNTS[kind], [workspaceId]);
  return rows[0]?.count ?? 0;
}
