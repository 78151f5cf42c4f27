import type { Queryable } from '../db.js';

/** A request with an `Idempotency-Key`. */
export interface KeyedRequest {
  /** Who the key belongs to: a workspace's id, or `admin`. */
  scope: string;
  /** As the caller sent it. */
  key: string;
  /** Fingerprint of the request. The same key with another fingerprint is a conflict. */
  requestHash: string;
}

/** A key that a request holds. Another request can take it over two minutes later, so the time tells the two apart. */
export interface ClaimedKey extends Pick<KeyedRequest, 'scope' | 'key'> {
  claimedAt: Date;
}

/** What is stored under a key that another request has taken. */
export interface KnownAnswer {
  requestHash: string;
  /** The stored answer; null while the first request is still running. */
  answer: Buffer | null;
}

/**
 * Claims the key for this request; undefined when another request holds it. A claim lasts 24 hours, or two minutes while
 * there is no answer, since its process may have died. Inside a transaction it waits for others that claim the same
 * key.
 */
export async function takeKey(
  db: Queryable,
  { scope, key, requestHash }: KeyedRequest,
): Promise<ClaimedKey | undefined> {
  const { rows } = await db.query<ClaimedKey>(
    `INSERT INTO idempotent_answers AS a (scope, key, request_hash) VALUES ($1, $2, $3)
     ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, answer = NULL, created_at = now()
      WHERE a.created_at < now() - CASE WHEN a.answer IS NULL THEN interval '2 minutes' ELSE interval '24 hours' END
     RETURNING scope, key, created_at AS "claimedAt"`,
    [scope, key, requestHash],
  );
  return rows[0];
}

/** What is stored under a key; undefined when it is free. */
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

/** Stores the answer under a claimed key, unless another request has taken it over since. */
export async function keepAnswer(db: Queryable, claim: ClaimedKey, answer: Buffer): Promise<void> {
  await db.query(
    'UPDATE idempotent_answers SET answer = $4 WHERE scope = $1 AND key = $2 AND created_at = $3',
    [claim.scope, claim.key, claim.claimedAt, answer],
  );
}

/** As `keepAnswer`, after a refusal or failure: frees the key, so that the request may be made again. */
export async function freeKey(db: Queryable, { scope, key, claimedAt }: ClaimedKey): Promise<void> {
  await db.query('DELETE FROM idempotent_answers WHERE scope = $1 AND key = $2 AND created_at = $3', [
    scope,
    key,
    claimedAt,
  ]);
}

/** Removes answers older than a day; resolves to how many. */
export async function removeOldAnswers(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM idempotent_answers WHERE created_at < now() - interval '24 hours'`,
  );
  return rowCount ?? 0;
}
