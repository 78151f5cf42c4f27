import type { Queryable } from '../db.js';

/** One key of a caller; `scope` is a workspace or `admin`. */
export interface AnswerKey {
  scope: string;
  key: string;
}

export interface KnownAnswer {
  requestHash: string;
  /** Null: the request is under way. */
  answer: Buffer | null;
}

/**
 * Takes a key for a request. A key is free again 24 hours after its answer, and two minutes after a request that never
 * came to one, for its process may be gone. False when another request has it.
 */
export async function takeKey(
  db: Queryable,
  { scope, key }: AnswerKey,
  requestHash: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO idempotent_answers AS a (scope, key, request_hash) VALUES ($1, $2, $3)
     ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, answer = NULL, created_at = now()
      WHERE a.created_at < now() - CASE WHEN a.answer IS NULL THEN interval '2 minutes' ELSE interval '24 hours' END`,
    [scope, key, requestHash],
  );
  return (rowCount ?? 0) > 0;
}

export async function readAnswer(db: Queryable, { scope, key }: AnswerKey): Promise<KnownAnswer | undefined> {
  const { rows } = await db.query<KnownAnswer>(
    `SELECT request_hash AS "requestHash", answer FROM idempotent_answers WHERE scope = $1 AND key = $2`,
    [scope, key],
  );
  return rows[0];
}

export async function keepAnswer(db: Queryable, { scope, key }: AnswerKey, answer: Buffer): Promise<void> {
  await db.query('UPDATE idempotent_answers SET answer = $3 WHERE scope = $1 AND key = $2', [
    scope,
    key,
    answer,
  ]);
}

/** The request was refused or failed: it may be made again under its key. */
export async function freeKey(db: Queryable, { scope, key }: AnswerKey): Promise<void> {
  await db.query('DELETE FROM idempotent_answers WHERE scope = $1 AND key = $2 AND answer IS NULL', [
    scope,
    key,
  ]);
}
