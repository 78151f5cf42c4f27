import { readdir, readFile } from 'node:fs/promises';
import { openDb } from './db.js';
import type { Tx } from './db.js';

const FOLDER = new URL('./migrations/', import.meta.url);

interface Migration {
  number: number;
  name: string;
  sql: string;
}

/**
 * Brings the schema up to date; one transaction for each numbered file, its bookkeeping row first, so that two
 * starting processes cannot both apply it. Resolves to the names applied. Throws when the schema is newer than
 * this program.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const db = openDb(databaseUrl, { maxConnections: 1 });
  try {
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
  const names = (await readdir(FOLDER)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      number: Number(name.slice(0, 4)),
      name,
      sql: await readFile(new URL(name, FOLDER), 'utf8'),
    })),
  );
}
