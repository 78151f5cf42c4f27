import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { deleteClosedSessions, deleteManyOf } from '../../src/store/accounts/endings.js';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { seedInstance, seedSession } from '../events/seeds.js';
import type { Place } from '../events/seeds.js';
import { databaseForThisTest } from '../support/postgres.js';

/** An instance with so many closed sessions, each with a message that was sent. */
async function withClosed(count: number) {
  const db = openDb((await databaseForThisTest()).url);
  const place = await seedInstance(db);
  const ids: string[] = [];
  while (ids.length < count) ids.push(await closedSession(db, place));
  return { db, ids, ending: { kind: 'instance' as const, targetId: place.instanceId } };
}

async function closedSession(db: Db, place: Place): Promise<string> {
  const id = await seedSession(db, place);
  await db.query(`UPDATE sessions SET status = 'closed', hidden_at = NULL WHERE id = $1`, [id]);
  await db.query(
    `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, content_type, content, state, outbound_id)
     SELECT $2, instance_id, contact_id, id, 'bot', 'text', '{}', 'sent', $2::uuid::text FROM sessions WHERE id = $1`,
    [id, randomUUID()],
  );
  await db.query(
    `INSERT INTO media (id, instance_id, session_id, token, storage_key, mime_type, size, sha256)
     SELECT $2, instance_id, id, $2::uuid::text, 'key of ' || id, 'image/png', 1, '' FROM sessions WHERE id = $1`,
    [id, randomUUID()],
  );
  return id;
}

async function left(db: Db): Promise<string[]> {
  return (await db.query<{ id: string }>('SELECT id FROM sessions')).rows.map(({ id }) => id);
}

test('closed sessions are deleted many at once, with their messages, and their files are noted for deletion', async () => {
  const { db, ids, ending } = await withClosed(3);
  expect(await deleteClosedSessions(db, ending, 2)).toBe(2);
  expect(await deleteClosedSessions(db, ending, 2)).toBe(1);
  expect(await left(db)).toEqual([]);
  expect((await db.query('SELECT 1 FROM outbox')).rowCount).toBe(0);
  expect((await db.query('SELECT 1 FROM media_deletions')).rowCount).toBe(ids.length);
  await db.close();
});

test('a session that is open, locked, or sending a message is left', async () => {
  const { db, ids, ending } = await withClosed(4);
  const [open, locked, sending] = ids;
  await db.query(`UPDATE sessions SET status = 'opened' WHERE id = $1`, [open]);
  await db.query(`UPDATE outbox SET state = 'sending' WHERE session_id = $1`, [sending]);
  await db.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE', [locked]);
    expect(await deleteClosedSessions(db, ending, 10)).toBe(1);
  });
  expect((await left(db)).sort()).toEqual([open, locked, sending].sort());
  await db.close();
});

test('what else an instance has many of goes piece by piece, and that of other instances stays', async () => {
  const { db, ending } = await withClosed(3);
  const other = await seedInstance(db);
  await seedSession(db, other);
  await db.query(
    `INSERT INTO seen_messages (instance_id, direction, message_id) SELECT id, 'in', n::text FROM instances, generate_series(1, 3) AS n`,
  );
  await deleteClosedSessions(db, ending, 10);
  expect(await deleteManyOf(db, ending, 2)).toBe(4);
  expect(await deleteManyOf(db, ending, 2)).toBe(2);
  expect(await deleteManyOf(db, ending, 2)).toBe(0);
  const { rows } = await db.query('SELECT DISTINCT instance_id AS id FROM seen_messages');
  expect(rows).toEqual([{ id: other.instanceId }]);
  expect((await db.query('SELECT 1 FROM contacts')).rowCount).toBe(1);
  await db.close();
});
