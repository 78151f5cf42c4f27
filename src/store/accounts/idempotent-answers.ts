import type { Queryable } from '../db.js';

/** A request with an `Idempotency-Key`. */
export interface KeyedRequest {
  /** Whose key it is: a workspace's id, or `admin`. */
  scope: string;
  /** As the caller gave it. */
  key: string;
  /** Of all that would make it another request. */
  requestHash: string;
}

/** What is known of a key that another request took first. */
export interface KnownAnswer {
  requestHash: string;
  /** As it was kept; null while that request is under way. */
  answer: Buffer | null;
}

/**
 * Takes the key for this request; false when another one has it. A key is free again after 24 hours, or after two minutes
 * without an answer, for that process may be gone. In a transaction it waits for others that take the same key.
 */
export async function takeKey(db: Queryable, { scope, key, requestHash }: KeyedRequest): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO idempotent_answers AS a (scope, key, request_hash) VALUES ($1, $2, $3)
     ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, answer = NULL, created_at = now()
      WHERE a.created_at < now() - CASE WHEN a.answer IS NULL THEN interval '2 minutes' ELSE interval '24 hours' END`,
    [scope, key, requestHash],
  );
  return (rowCount ?? 0) > 0;
}

/** What is known of a key; undefined when it is free. */
export async function readAnswer(
  db: Queryable,
  { scope, key }: KeyedRequest,
): Promise<KnownAnswer | undefined> {
  const { rows } = await db.query<KnownAnswer>(
    `SELECT request_hash AS "requestHash", answer FROM idempotent_answers WHERE scope = $1 AND key = $2`,
    [scope, key],
  );
  return rows[0];
}

/** Keeps the answer to a request that took its key. */
export async function keepAnswer(db: Queryable, { scope, key }: KeyedRequest, answer: Buffer): Promise<void> {
  await db.query('UPDATE idempotent_answers SET answer = $3 WHERE scope = $1 AND key = $2', [
    scope,
    key,
    answer,
  ]);
}

/** The request was refused or failed: it may be made again under its key. */
export async function freeKey(db: Queryable, { scope, key }: KeyedRequest): Promise<void> {
  await db.query('DELETE FROM idempotent_answers WHERE scope = $1 AND key = $2 AND answer IS NULL', [
    scope,
    key,
  ]);
}

/** Removes answers older than a day; resolves to their number. */
export async function removeOldAnswers(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM idempotent_answers WHERE created_at < now() - interval '24 hours'`,
  );
  return rowCount ?? 0;
}
