import type { Queryable, Tx } from '../db.js';
import { toJson } from '../parameters.js';

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
    [workspaceId, request.key, request.requestHash, toJson({ sessionId })],
  );
}

export async function removeOldAnswers(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `WITH starts AS (DELETE FROM idempotency WHERE created_at < now() - interval '24 hours')
     DELETE FROM idempotent_answers WHERE created_at < now() - interval '24 hours'`,
  );
  return rowCount ?? 0;
}

/** The session was started by hand with exactly this text, and nothing has happened since. */
export async function isFreshStart(db: Queryable, sessionId: string, text: string): Promise<boolean> {
  const { rows } = await db.query<{ text: string; origin: string; fate: string }>(
    'SELECT text, origin, fate FROM inbox WHERE session_id = $1 LIMIT 2',
    [sessionId],
  );
  const [first] = rows;
  return rows.length === 1 && first?.origin === 'start' && first.fate === 'waiting' && first.text === text;
}

/** What `created_at` of a session inserted in this transaction will be, in milliseconds since the epoch. */
export async function readCreationMs(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ ms: string }>(
    'SELECT (extract(epoch FROM now()::timestamptz(3)) * 1000)::bigint::text AS ms',
  );
  return rows[0]?.ms ?? '';
}
