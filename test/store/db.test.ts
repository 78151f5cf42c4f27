import { expect, test } from 'vitest';
import { isUnavailable, openDb } from '../../src/store/db.js';
import { toJson } from '../../src/store/parameters.js';
import { listenForCommits } from '../../src/store/events/notifications.js';
import { startDoorway } from '../support/doorway.js';
import { createTestDatabase } from '../support/postgres.js';
import { until } from '../support/parley.js';

test('a connection that is lost between two statements of a transaction fails that transaction, and nothing else', async () => {
  const database = await createTestDatabase();
  const db = openDb(database.url);
  const work = db.transaction(async (tx) => {
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await db.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await until(async () => {
      const { rows: alive } = await db.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [rows[0]?.pid]);
      expect(alive).toEqual([]);
    });
    await tx.query('SELECT 1');
  });
  expect(isUnavailable(await work.catch((error: unknown) => error))).toBe(true);
  expect((await db.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await db.close();
  await database.drop();
});

test('no statement is refused for a character or a date in its values', async () => {
  const database = await createTestDatabase();
  const db = openDb(database.url);
  const odd = 'a\0b\uD800c';
  const { rows } = await db.query(
    'SELECT $1::text AS text, $2::jsonb AS json, $3::text[] AS list, $4::timestamptz IS NOT NULL AS dated, $5::timestamptz AS late',
    [odd, toJson({ [odd]: odd }), [odd], new Date(NaN), new Date(8.64e15)],
  );
  const kept = 'a\uFFFDb\uFFFDc';
  const late = new Date(Date.UTC(9999, 11, 31));
  expect(rows).toEqual([{ text: kept, json: { [kept]: kept }, list: [kept], dated: true, late }]);
  await db.close();
  await database.drop();
});

/** A database behind a door, and a pool that has a connection for each of `count` transactions at once. */
async function behindDoor(count: number) {
  const database = await createTestDatabase();
  const door = await startDoorway(database.url);
  const db = openDb(Object.assign(new URL(database.url), { host: new URL(door.url).host }).href, {
    statementMs: 300,
  });
  const touch = () => db.transaction((tx) => tx.query('SELECT pg_sleep(0.05)'));
  await Promise.all(Array.from({ length: count }, touch));
  const end = async () => {
    await db.close();
    await door.shut();
    await database.drop();
  };
  return { door, db, touch, end };
}

test('after a silent failover every statement fails as an outage, and new connections take over', async () => {
  const { door, db, touch, end } = await behindDoor(3);
  door.deafen();
  const failures = await Promise.all([
    db.query('SELECT 1').catch((error: unknown) => error),
    touch().catch((error: unknown) => error),
    db.transaction(() => Promise.reject(new Error('ours'))).catch((error: unknown) => error),
  ]);
  expect(failures.map(isUnavailable)).toEqual([true, true, true]);
  expect((await db.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await end();
});

test('one dead connection is enough to leave those beside it, too', async () => {
  const { door, db, end } = await behindDoor(3);
  door.deafen();
  expect(isUnavailable(await db.query('SELECT 1').catch((error: unknown) => error))).toBe(true);
  const answers = await Promise.all([1, 2, 3].map(() => db.query<{ one: number }>('SELECT 1 AS one')));
  expect(answers.flatMap(({ rows }) => rows)).toEqual([{ one: 1 }, { one: 1 }, { one: 1 }]);
  await end();
});

test('a process that is cut off in a transaction does not keep its rows locked', async () => {
  const database = await createTestDatabase();
  const door = await startDoorway(database.url);
  const behind = Object.assign(new URL(database.url), { host: new URL(door.url).host }).href;
  const cutOff = openDb(behind, { statementMs: 1_000, idleInTransactionMs: 300 });
  const db = openDb(database.url);
  await db.query('CREATE TABLE locked (id integer)');
  await db.query('INSERT INTO locked VALUES (1)');
  const holding = cutOff.transaction(async (tx) => {
    await tx.query('UPDATE locked SET id = 2');
    door.deafen();
    await tx.query('SELECT 1');
  });
  expect(isUnavailable(await holding.catch((error: unknown) => error))).toBe(true);
  const { rows } = await db.query('UPDATE locked SET id = id + 10 RETURNING id');
  expect(rows).toEqual([{ id: 11 }]);
  await Promise.all([cutOff.close(), db.close(), door.shut()]);
  await database.drop();
});

test('a transaction that was ended for its silence failed as an outage: its work is tried again', async () => {
  const database = await createTestDatabase();
  const db = openDb(database.url, { idleInTransactionMs: 100 });
  const silent = db.transaction(async (tx) => {
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await until(async () => {
      const { rows: alive } = await db.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [rows[0]?.pid]);
      expect(alive).toEqual([]);
    });
    await tx.query('SELECT 1');
  });
  expect(isUnavailable(await silent.catch((error: unknown) => error))).toBe(true);
  await db.close();
  await database.drop();
});

test('a connection that listens notices that nobody speaks to it any more', async () => {
  const { door, db, end } = await behindDoor(1);
  const listening = await listenForCommits(db, { onEvent: () => {}, onDeliveries: () => {} }, 50);
  door.deafen();
  await listening.lost;
  await end();
});

test('a statement is parsed once for each connection, whatever its values', async () => {
  const database = await createTestDatabase();
  const db = openDb(database.url, { maxConnections: 1 });
  for (const value of [1, 2, 3]) await db.query('SELECT $1::int AS value', [value]);
  await db.transaction((tx) => tx.query('SELECT $1::int AS value', [4]));
  const { rows } = await db.query(
    "SELECT generic_plans + custom_plans AS runs FROM pg_prepared_statements WHERE statement LIKE $1 AND statement NOT LIKE '%LIKE%'",
    ['SELECT $1::int%'],
  );
  expect(rows).toEqual([{ runs: 4 }]);
  await db.close();
  await database.drop();
});

test('a migration that changes what a prepared statement returns disturbs nobody', async () => {
  const database = await createTestDatabase();
  const db = openDb(database.url, { maxConnections: 4 });
  await db.query('CREATE TABLE things (id int)');
  await db.query('INSERT INTO things VALUES ($1)', [1]);
  const read = (on: { query: (typeof db)['query'] }) =>
    on.query('SELECT *, pg_sleep(0.05) IS NULL AS slept FROM things WHERE id = $1', [1]);
  const everywhere = () => Promise.all(Array.from({ length: 4 }, () => db.transaction(read)));
  await everywhere();
  await db.query('ALTER TABLE things ADD COLUMN name text');
  const rows = [{ id: 1, slept: false, name: null }];
  expect((await read(db)).rows).toEqual(rows);
  expect((await everywhere()).map((result) => result.rows)).toEqual([rows, rows, rows, rows]);
  await db.query('ALTER TABLE things ADD COLUMN place text');
  expect((await everywhere()).map((result) => result.rows[0]?.place)).toEqual([null, null, null, null]);
  await db.close();
  await database.drop();
});
