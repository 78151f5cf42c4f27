import type { Queryable, Tx } from '../db.js';

export interface RequestKey {
  key: string;
  requestHash: string;
}

/** What was answered to this key within 24 hours. `other`: the key was used for another request. */
export async function findAnswer(
  tx: Tx,
  workspaceId: string,
  request: RequestKey,
): Promise<{ type: 'same'; sessionId: string } | { type: 'other' } | undefined> {
  const { rows } = await tx.query<{ hash: Buffer; answer: { sessionId: string } }>(
    `SELECT request_hash AS hash, answer FROM idempotency
      WHERE workspace_id = $1 AND key = $2 AND created_at > now() - interval '24 hours'`,
    [workspaceId, request.key],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const same = row.hash.toString('hex') === request.requestHash;
  return same ? { type: 'same', sessionId: row.answer.sessionId } : { type: 'other' };
}

/** Stores the answer in the transaction that gives it. A concurrent one with the same key is repeated. */
export async function storeAnswer(
  tx: Tx,
  workspaceId: string,
  request: RequestKey,
  sessionId: string,
): Promise<void> {
  await tx.query(
    `DELETE FROM idempotency WHERE workspace_id = $1 AND key = $2 AND created_at <= now() - interval '24 hours'`,
    [workspaceId, request.key],
  );
  await tx.query(
    `INSERT INTO idempotency (workspace_id, key, request_hash, answer) VALUES ($1, $2, decode($3, 'hex'), $4)`,
    [workspaceId, request.key, request.requestHash, JSON.stringify({ sessionId })],
  );
}

export async function removeOldAnswers(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM idempotency WHERE created_at < now() - interval '24 hours'`,
  );
  return rowCount ?? 0;
}
