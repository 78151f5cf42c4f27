import type { AddressInfo } from 'node:net';
import { request } from 'node:http';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandboxPhone } from '../../src/dev/phone/routes.js';
import { openDb, type Db } from '../../src/store/db.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let db: Db;
let server: ReturnType<ReturnType<typeof express>['listen']>;
let port: number;

const ids = {
  workspace: '11111111-1111-4111-8111-111111111111',
  contact: '22222222-2222-4222-8222-222222222222',
  typebot: '33333333-3333-4333-8333-333333333333',
  session: '44444444-4444-4444-8444-444444444444',
};

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDb(database.url);
  const routes = sandboxPhone({ db, instanceId: async () => 'VZ1' });
  server = express().use(routes).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
  await insertConversation();
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await db.close();
  await database.drop();
});

async function insertConversation() {
  await db.query(
    `INSERT INTO workspaces (id, name, client_token, client_secret_hash) VALUES ($1, 'w', 't', '\\x00')`,
    [ids.workspace],
  );
  await db.query(
    `INSERT INTO instances (id, workspace_id, name, channel_type, channel_settings, status)
     VALUES ('VZ1', $1, 'i', 'sandbox', '{}', 'connected')`,
    [ids.workspace],
  );
  await db.query(
    `INSERT INTO typebots (id, workspace_id, instance_id, public_id, enabled, priority, settings)
     VALUES ($1, $2, 'VZ1', 'demo', true, 0, '{}')`,
    [ids.typebot, ids.workspace],
  );
  await db.query(
    `INSERT INTO contacts (id, instance_id, remote_jid, reply_jid) VALUES ($1, 'VZ1', 'x', 'x')`,
    [ids.contact],
  );
  await db.query(
    `INSERT INTO contact_addresses (instance_id, address_key, jid, contact_id)
     VALUES ('VZ1', 'k', '5511987650001@s.whatsapp.net', $1)`,
    [ids.contact],
  );
  await db.query(
    `INSERT INTO sessions (id, session_uid, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid,
       channel, status, chat_mode, resolution, opening, settings_version)
     VALUES ($1, '1', $2, 'VZ1', $3, $4, 'demo', 'x', 'whatsapp', 'opened', 'bot', 'pending', 1, 1)`,
    [ids.session, ids.workspace, ids.typebot, ids.contact],
  );
  await db.query(`INSERT INTO turns (session_id, number, opening) VALUES ($1, 1, 1)`, [ids.session]);
  await db.query(
    `INSERT INTO inbox (id, number, instance_id, contact_id, session_id, fate, sender, origin, provider_message_id,
       content_type, content, created_at)
     VALUES (gen_random_uuid(), 1, 'VZ1', $1, $2, 'taken', 'contact', 'channel', 'K1', 'image',
       '{"contentType":"image","media":{"mimeType":"image/png","fetch":{"via":"inline","base64":"AAAA"}}}', now() - interval '1 s')`,
    [ids.contact, ids.session],
  );
  for (const state of ['sent', 'pending']) {
    await db.query(
      `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, content_type, content, state, outbound_id)
       VALUES (gen_random_uuid(), 'VZ1', $1, $2, 'bot', 'text', '{"type":"text","text":"Hello"}', $3, $3)`,
      [ids.contact, ids.session, state],
    );
  }
}

const get = (route: string) => fetch(`http://127.0.0.1:${port}${route}`);

test('the phone sees what was said both ways, what the bot has read, and that it is typing', async () => {
  const state = await (await get('/sandbox/state?instance=VZ1&phone=5511987650001')).json();
  expect(state.session).toMatchObject({ status: 'opened', chatMode: 'bot', typebot: 'demo', busy: true });
  expect(state.messages).toHaveLength(2);
  expect(state.messages[0]).toMatchObject({ direction: 'in', keyId: 'K1', read: true });
  expect(state.messages[0].content.media).toEqual({ mimeType: 'image/png' });
  expect(state.messages[1]).toMatchObject({ direction: 'out', content: { text: 'Hello' } });
});

test('a phone that never wrote is empty', async () => {
  const state = await get('/sandbox/state?instance=VZ1&phone=5511987650002');
  expect(await state.json()).toEqual({ session: null, messages: [] });
});

test('the page opens with the seeded instance', async () => {
  expect(await (await get('/sandbox/settings')).json()).toEqual({ instance_id: 'VZ1' });
  expect(await (await get('/sandbox/')).text()).toContain('Sandbox phone');
});

test('under any other host name there is no phone', async () => {
  const status = await new Promise((resolve) => {
    const headers = { host: 'parley.example.com' };
    request({ port, host: '127.0.0.1', path: '/sandbox/settings', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(404);
});

test('no other channel is shown, and a text that no database holds is refused', async () => {
  const state = (instance: string, phone: string) =>
    fetch(`http://127.0.0.1:${port}/sandbox/state?${new URLSearchParams({ instance, phone })}`);
  await db.query("UPDATE instances SET channel_type = 'waha' WHERE id = 'VZ1'");
  expect(await (await state('VZ1', '5511987650001')).json()).toEqual({ session: null, messages: [] });
  await db.query("UPDATE instances SET channel_type = 'sandbox' WHERE id = 'VZ1'");
  expect(await (await state('VZ1', '5511987650001')).json()).not.toEqual({ session: null, messages: [] });
  expect((await state('VZ1', '55\0')).status).toBe(400);
  expect((await state('\0', '55')).status).toBe(400);
});
