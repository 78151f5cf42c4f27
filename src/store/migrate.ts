import { readdir, readFile } from 'node:fs/promises';
import { openDb } from './db.js';
import type { Queryable, Tx } from './db.js';

const FOLDER = new URL('./migrations/', import.meta.url);

interface Migration {
  number: number;
  name: string;
  sql: string;
}

/** An arbitrary number that nothing else locks, so that only one migration of a database runs at a time. */
const MIGRATING = 727_539;
/** How long a change waits for a table in use, since everything after it queues behind it. */
const LOCK_MS = 10_000;

/**
 * Brings the schema up to date, with one transaction for each numbered file. A second process waits for the first. A
 * change may run as long as it needs, but gives up after waiting ten seconds for a table in use; run it again then.
 * Resolves to the names applied. Throws when the schema is newer than this program.
 */
export async function migrate(databaseUrl: string, lockMs = LOCK_MS): Promise<string[]> {
  const db = openDb(databaseUrl, { maxConnections: 1, statementMs: 0 });
  try {
    // Held by the pool's only connection until it is closed.
    await db.query('SELECT pg_advisory_lock($1)', [MIGRATING]);
    await db.query(`SET lock_timeout = ${lockMs}`);
    await db.query(
      'CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())',
    );
    const known = await readMigrations();
    await refuseNewer(db, known);
    const applied: string[] = [];
    for (const migration of known) {
      if (await db.transaction((tx) => apply(tx, migration))) applied.push(migration.name);
    }
    return applied;
  } finally {
    await db.close();
  }
}

/** Whether the schema has everything that this program needs. Throws when PostgreSQL cannot be asked. */
export async function isMigrated(db: Queryable): Promise<boolean> {
  const newest = (await migrationNames()).at(-1) ?? '';
  const { rows } = await db.query<{ found: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM migrations WHERE number >= $1) AS found',
    [Number(newest.slice(0, 4))],
  );
  return rows[0]?.found === true;
}

async function apply(tx: Tx, migration: Migration): Promise<boolean> {
  const inserted = await tx.query(
    'INSERT INTO migrations (number, name) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [migration.number, migration.name],
  );
  if (inserted.rowCount === 0) return false;
  await tx.query(migration.sql);
  return true;
}

async function refuseNewer(db: { query: Tx['query'] }, known: Migration[]): Promise<void> {
  const { rows } = await db.query<{ newest: number | null }>('SELECT max(number) AS newest FROM migrations');
  const newest = rows[0]?.newest ?? 0;
  const mine = known.at(-1)?.number ?? 0;
  if (newest > mine) {
    throw new Error(`the database has schema ${newest}, this program knows ${mine}: run a newer Parley`);
  }
}

async function readMigrations(): Promise<Migration[]> {
  return Promise.all(
    (await migrationNames()).map(async (name) => ({
      number: Number(name.slice(0, 4)),
      name,
      sql: await readFile(new URL(name, FOLDER), 'utf8'),
    })),
  );
}

async function migrationNames(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).sort();
}
