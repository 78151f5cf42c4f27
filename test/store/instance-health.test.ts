import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteLastSend, touchLastInbound } from '../../src/store/accounts/instance-health.js';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { createTestDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDb(database.url, { lockMs: 500 });
  await db.query(`INSERT INTO workspaces (id, name, client_token, client_secret_hash)
    VALUES ('00000000-0000-0000-0000-000000000001', 'w', 't', '\\x00')`);
  await db.query(`INSERT INTO instances (id, workspace_id, name, channel_type, channel_settings, status)
    VALUES ('i1', '00000000-0000-0000-0000-000000000001', 'n', 'generic', '{}', 'disconnected')`);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

const seen = async () => {
  const { rows } = await db.query<{ status: string; sent: boolean; received: boolean }>(
    `SELECT status, last_send_at IS NOT NULL AS sent, last_inbound_at IS NOT NULL AS received FROM instances`,
  );
  return rows[0];
};

test('a number whose row another transaction holds keeps no send and no webhook waiting', async () => {
  await db.transaction(async (tx) => {
    await tx.query(`SELECT 1 FROM instances WHERE id = 'i1' FOR UPDATE`);
    await db.query(noteLastSend('$1'), ['i1']);
    await touchLastInbound(db, 'i1');
    expect(await seen()).toEqual({ status: 'disconnected', sent: false, received: false });
  });
  await db.query(noteLastSend('$1'), ['i1']);
  await touchLastInbound(db, 'i1');
  expect(await seen()).toEqual({ status: 'connected', sent: true, received: true });
});
