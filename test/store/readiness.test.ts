import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isUnavailable, openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { migrate } from '../../src/store/migrate.js';
import { createReadiness } from '../../src/store/readiness.js';
import { createKeyRing } from '../../src/store/secrets.js';
import { createTestDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';

const key = randomBytes(32);
let database: TestDatabase;
let db: Db;

beforeEach(async () => {
  database = await createTestDatabase();
  db = openDb(database.url);
});

afterEach(async () => {
  await db.close();
  await database.drop();
});

const clearSchema = () => db.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a schema that was not brought up to date is told apart from a database that is down, and is an outage to callers', async () => {
  await clearSchema();
  const look = createReadiness(db, createKeyRing([key]));
  expect(await look()).toBe('not_migrated');
  expect(isUnavailable(await failure(db.query('SELECT id FROM instances')))).toBe(true);
  await migrate(database.url);
  expect(await look()).toBe('up');
  await db.query('DELETE FROM migrations');
  expect(await createReadiness(db, createKeyRing([key]))()).toBe('not_migrated');
});

test('a schema that is newer than the program is no reason to be unready: an upgrade begins with it', async () => {
  await db.query("INSERT INTO migrations (number, name) VALUES (9999, '9999-later.sql')");
  expect(await createReadiness(db, createKeyRing([key]))()).toBe('up');
});

test('a database that refuses the password, or does not exist, is down and an outage', async () => {
  for (const wrong of ['username', 'pathname'] as const) {
    const url = new URL(database.url);
    url[wrong] = 'nowhere';
    const other = openDb(url.href);
    expect(await createReadiness(other, createKeyRing([key]))()).toBe('down');
    expect(isUnavailable(await failure(other.query('SELECT 1')))).toBe(true);
    await other.close();
  }
});

test('secrets stored under a key that is not given are found, wherever they are', async () => {
  const stored = createKeyRing([key]).encrypt('the secret', { column: 'subscriptions.secret', row: 'a' });
  await db.query(
    "INSERT INTO workspaces (id, name, client_token, client_secret_hash) VALUES (gen_random_uuid(), 'w', 'c', '')",
  );
  await db.query(
    `INSERT INTO subscriptions (id, workspace_id, url, events, secret)
     SELECT gen_random_uuid(), id, 'https://example.com', '{}', $1 FROM workspaces`,
    [stored],
  );
  const other = randomBytes(32);
  expect(await createReadiness(db, createKeyRing([other]))()).toBe('other_keys');
  expect(await createReadiness(db, createKeyRing([other, key]))()).toBe('up');
});

test('migrations that start at once run one after the other', async () => {
  await clearSchema();
  const applied = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
  expect(applied.flat()).toEqual(['0001-initial.sql']);
});

test('a migration gives up where a table is in use for long, instead of stopping all that comes after it', async () => {
  await db.transaction(async (tx) => {
    await tx.query('LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE');
    expect(await failure(migrate(database.url, 50))).toMatchObject({ code: '55P03' });
  });
  expect(await migrate(database.url)).toEqual([]);
});
