import type { Queryable, Tx } from '../db.js';

/** A request with an `Idempotency-Key`. */
export interface KeyedRequest {
  /** Who the key belongs to: a workspace's id, or `admin`. */
  scope: string;
  /** As the caller sent it. */
  key: string;
  /** Fingerprint of the request. The same key with another fingerprint is a conflict. */
  requestHash: string;
}

/** What is stored under a key. */
export interface KnownAnswer {
  requestHash: string;
  answer: Buffer;
}

/** Longer than most work takes, and short beside what a caller waits: a waiting repetition holds a connection. */
const WAIT_FOR_KEY = '3s';

/**
 * Holds the key until the end of the transaction. Waits three seconds for another transaction that holds it, then throws
 * PostgreSQL's `lock_not_available` (see `isLockTimeout`). A process that dies gives its key up with its connection.
 */
export async function lockKey(tx: Tx, { scope, key }: KeyedRequest): Promise<void> {
  const { rows } = await tx.query<{ usual: string }>(
    `SELECT current_setting('lock_timeout') AS usual, set_config('lock_timeout', $1, true)`,
    [WAIT_FOR_KEY],
  );
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
    `idempotency-key ${scope} ${key}`,
  ]);
  await tx.query(`SELECT set_config('lock_timeout', $1, true)`, [rows[0]?.usual ?? '0']);
}

/** What is stored under a key; undefined when it is free. */
export async function readAnswer(
  db: Queryable,
  { scope, key }: KeyedRequest,
): Promise<KnownAnswer | undefined> {
  const { rows } = await db.query<KnownAnswer>(
    `SELECT request_hash AS "requestHash", answer FROM idempotent_answers
      WHERE scope = $1 AND key = $2 AND created_at > now() - interval '24 hours'`,
    [scope, key],
  );
  return rows[0];
}

/** Stores the answer under the key, in place of an earlier one. */
export async function keepAnswer(
  db: Queryable,
  { scope, key, requestHash }: KeyedRequest,
  answer: Buffer,
): Promise<void> {
  await db.query(
    `INSERT INTO idempotent_answers (scope, key, request_hash, answer) VALUES ($1, $2, $3, $4)
     ON CONFLICT (scope, key) DO UPDATE
        SET request_hash = excluded.request_hash, answer = excluded.answer, created_at = now()`,
    [scope, key, requestHash, answer],
  );
}

/** Removes answers older than a day; resolves to how many. */
export async function removeOldAnswers(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM idempotent_answers WHERE created_at < now() - interval '24 hours'`,
  );
  return rowCount ?? 0;
}
