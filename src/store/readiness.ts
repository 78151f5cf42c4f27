import type { Queryable } from './db.js';
import { isUnavailable } from './db.js';
import { isMigrated } from './migrate.js';
import type { KeyRing } from './secrets.js';

/**
 * - `not_migrated`: the schema lacks something this program needs; run `migrate`.
 * - `other_keys`: secrets are stored under a key that this process was not given.
 */
export type DatabaseState = 'up' | 'down' | 'not_migrated' | 'other_keys';

/**
 * Whether this process can use the database. Schema and keys are not checked again once they were right: a schema only
 * grows, and the keys of a process do not change. Throws when PostgreSQL fails for any reason but an outage.
 */
export function createReadiness(
  db: Queryable,
  keyRing: Pick<KeyRing, 'holds'>,
): () => Promise<DatabaseState> {
  let fits = false;
  const look = async (): Promise<DatabaseState> => {
    if (fits) await db.query('SELECT 1');
    else if (!(await isMigrated(db))) return 'not_migrated';
    else if (!(await keysOfSecrets(db)).every(keyRing.holds)) return 'other_keys';
    fits = true;
    return 'up';
  };
  return () =>
    look().catch((error: unknown) => {
      if (isNoTable(error)) return 'not_migrated';
      if (isUnavailable(error)) return 'down';
      throw error;
    });
}

/** The ids of all keys that stored secrets are encrypted with. */
async function keysOfSecrets(db: Queryable): Promise<Buffer[]> {
  const { rows } = await db.query<{ key: Buffer }>(
    `SELECT DISTINCT substring(secret FROM 2 FOR 4) AS key FROM (
       SELECT channel_secrets AS secret FROM instances
       UNION ALL SELECT transcription_secrets FROM instances
       UNION ALL SELECT api_token FROM typebots
       UNION ALL SELECT secret FROM subscriptions) AS secrets
     WHERE secret IS NOT NULL`,
  );
  return rows.map(({ key }) => key);
}

function isNoTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}
