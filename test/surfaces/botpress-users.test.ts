import { Client } from '@botpress/client';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SessionView, TypebotRow } from '../../src/store/rows.js';
import { newPhone, useWorld, type Reply, type Tenant } from './world.js';

const world = useWorld();
let tenant: Tenant;
let bot: TypebotRow;
let client: Client;

beforeAll(async () => {
  tenant = await world.tenant();
  bot = await world.typebot(tenant.instance, { open_tags: true });
  client = clientOf(bot);
});

function clientOf(typebot: TypebotRow, headers = {}): Client {
  return new Client({ apiUrl: world.url, token: tenant.key, botId: typebot.id, headers });
}

function call(method: string, path: string, body?: unknown, headers = {}): Promise<Reply> {
  const auth = { authorization: `Bearer ${tenant.key}`, 'x-bot-id': bot.id };
  return world.call(method, `/v1/chat${path}`, { body, headers: { ...auth, ...headers } });
}

async function startSession(): Promise<SessionView> {
  const result = await world.conversations.start({
    typebot: bot,
    phone: newPhone(),
    pushName: 'Ana',
    refuseMuted: false,
  });
  if (!result.ok) throw new Error(result.reason);
  return result.session;
}

/** How many statements wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await world.db.query(
    `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return rows.length;
}

describe('users', () => {
  test('are found by all their tags, or by the listed ones, else made', async () => {
    const key = randomUUID();
    const first = await client.getOrCreateUser({ tags: { key, plan: 'pro' }, name: 'Ana' });
    expect(first).toMatchObject({
      user: { name: 'Ana', tags: { key, plan: 'pro' } },
      meta: { created: true },
    });
    const again = await client.getOrCreateUser({
      tags: { key, plan: 'pro', gone: '', none: null },
      name: 'Eva',
    });
    expect(again).toEqual({ user: first.user, meta: { created: false } });
    const other = await client.getOrCreateUser({ tags: { key, plan: 'free' } });
    expect(other.meta.created).toBe(true);
    const listed = await client.getOrCreateUser({
      tags: { key, plan: 'pro', more: 'x' },
      discriminateByTags: ['key', 'plan'],
    });
    expect(listed.user.id).toBe(first.user.id);
    const unset = await client.getOrCreateUser({ tags: { key }, discriminateByTags: ['key', 'plan'] });
    expect(unset.meta.created).toBe(true);
  });

  test('are one, of callers at once', async () => {
    const tags = { key: randomUUID() };
    const asked = await world.db.transaction(async (tx) => {
      // Nobody can make one until all five have got as far as they can.
      await tx.query('LOCK TABLE botpress_users IN SHARE MODE');
      const calls = [1, 2, 3, 4, 5].map(() => client.getOrCreateUser({ tags }));
      await expect.poll(waiting).toBe(5);
      return calls;
    });
    const made = await Promise.all(asked);
    expect(new Set(made.map(({ user }) => user.id)).size).toBe(1);
    expect(made.filter(({ meta }) => meta.created)).toHaveLength(1);
  });

  test('are made, shown and changed', async () => {
    const pictureUrl = 'https://example.com/ana.jpg';
    const { user } = await client.createUser({ tags: { topic: 'x' }, name: 'Ana', pictureUrl });
    expect(user).toEqual({
      id: expect.stringMatching(/^.{36}$/),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      tags: { topic: 'x' },
      name: 'Ana',
      pictureUrl,
    });
    const { id } = user;
    expect(await client.getUser({ id })).toEqual({ user });
    const changed = await client.updateUser({ id, tags: { topic: '', plan: 'pro' }, name: null });
    expect(changed.user).toMatchObject({ id, tags: { plan: 'pro' }, pictureUrl, createdAt: user.createdAt });
    expect(changed.user).not.toHaveProperty('name');
    expect(changed.user.updatedAt > user.updatedAt).toBe(true);
    expect(await client.updateUser({ id, tags: { plan: 'pro', none: null } })).toEqual(changed);
    expect((await client.updateUser({ id, pictureUrl: '' })).user).not.toHaveProperty('pictureUrl');
  });

  test('belong to their bot; a contact is a user of every bot of its instance, each with its own words', async () => {
    const sibling = clientOf(await world.typebot(tenant.instance));
    const { user } = await client.createUser({ tags: {} });
    await expect(sibling.getUser({ id: user.id })).rejects.toMatchObject({
      code: 404,
      type: 'ResourceNotFound',
    });
    await expect(sibling.updateUser({ id: user.id, name: 'x' })).rejects.toMatchObject({ code: 404 });

    const { contactId: id, phone } = await startSession();
    const before = await client.getUser({ id });
    expect(before.user).toMatchObject({ id, name: 'Ana', tags: { phone } });
    const tags = { key: randomUUID() };
    expect((await client.updateUser({ id, tags, name: 'Ana Lima' })).user).toMatchObject({
      id,
      name: 'Ana Lima',
      tags: { phone, ...tags },
      createdAt: before.user.createdAt,
    });
    expect(await client.getOrCreateUser({ tags })).toMatchObject({ user: { id }, meta: { created: false } });
    expect(await sibling.getUser({ id })).toEqual(before);
  });

  test('of another tenant or nobody are not found', async () => {
    const stranger = await world.tenant();
    const theirs = await world.typebot(stranger.instance);
    const result = await world.conversations.start({
      typebot: theirs,
      phone: newPhone(),
      refuseMuted: false,
    });
    const foreign = result.ok ? result.session.contactId : '';
    for (const id of [foreign, randomUUID(), 'nobody', '%00']) {
      expect(await call('GET', `/users/${id}`)).toMatchObject({
        status: 404,
        body: { type: 'ResourceNotFound', message: 'user not found' },
      });
      expect((await call('PUT', `/users/${id}`, { name: 'x' })).status).toBe(404);
    }
  });

  test('take tags that no bot declared, and keys with a colon from integrations only', async () => {
    const strict = clientOf(await world.typebot(tenant.instance));
    expect((await strict.createUser({ tags: { anything: 'x' } })).user.tags).toEqual({ anything: 'x' });
    const body = { tags: { 'whatsapp:userId': '7' } };
    expect((await call('POST', '/users', body)).status).toBe(400);
    expect((await call('POST', '/users', body, { 'x-integration-id': 'any' })).body.user?.tags).toEqual(
      body.tags,
    );
  });

  test.each<[string, unknown]>([
    ['POST', {}],
    ['POST', { tags: [] }],
    ['POST', { tags: { a: 5 } }],
    ['POST', { tags: { a: 'x'.repeat(501) } }],
    ['POST', { tags: { '': 'x' } }],
    ['POST', { tags: {}, name: 'x'.repeat(201) }],
    ['POST', { tags: {}, name: null }],
    ['POST', { tags: {}, properties: {} }],
    ['POST', { tags: {}, discriminateByTags: ['a'] }],
    ['PUT', { tags: null }],
    ['PUT', { name: 5 }],
    ['PUT', { id: 'x' }],
  ])('%s %j is 400', async (method, body) => {
    const path = method === 'POST' ? '/users' : `/users/${randomUUID()}`;
    expect(await call(method, path, body)).toMatchObject({ status: 400, body: { type: 'InvalidPayload' } });
  });
});

describe('a message that is found or made', () => {
  const textOf = (text: string) => ({ type: 'text', payload: { text } });

  test('goes out once, whoever asks again, and how many at once', async () => {
    const { id: conversationId } = await startSession();
    const { user } = await client.getOrCreateUser({ tags: { key: randomUUID() } });
    const ask = (text: string) =>
      client.getOrCreateMessage({ conversationId, userId: user.id, tags: { order: '7' }, ...textOf(text) });
    const made = await Promise.all([1, 2, 3, 4].map(() => ask('Paid')));
    expect(made.filter(({ meta }) => meta.created)).toHaveLength(1);
    const { message } = await ask('something else');
    expect(message).toMatchObject({ payload: { text: 'Paid' }, userId: user.id, tags: { order: '7' } });
    expect(new Set(made.map((one) => one.message.id))).toEqual(new Set([message.id]));
    const { rows } = await world.db.query('SELECT text FROM outbox WHERE session_id = $1', [conversationId]);
    expect(rows).toEqual([{ text: 'Paid' }]);
  });

  test('comes in once with x-integration-id, and is found among what went out too', async () => {
    const { id: conversationId } = await startSession();
    const integration = clientOf(bot, { 'x-integration-id': 'any' });
    const ask = (who: Client) =>
      who.getOrCreateMessage({
        conversationId,
        userId: randomUUID(),
        tags: { id: 'wamid.1' },
        ...textOf('Hi'),
      });
    const first = await ask(integration);
    expect(first).toMatchObject({ message: { direction: 'incoming' }, meta: { created: true } });
    for (const who of [integration, client])
      expect(await ask(who)).toMatchObject({ message: { id: first.message.id }, meta: { created: false } });
  });

  test('is found by the listed tags, in its own conversation, and without a payload', async () => {
    const [one, two] = [await startSession(), await startSession()];
    const base = { conversationId: one.id, userId: randomUUID(), type: 'text' };
    const { message } = await client.createMessage({ ...base, ...textOf('a'), tags: { id: '1', kind: 'x' } });
    const like = { ...base, tags: { id: '1', kind: 'y' }, discriminateByTags: ['id'] };
    expect(await client.getOrCreateMessage(like)).toEqual({ message, meta: { created: false } });
    for (const other of [
      { ...base, tags: { id: '1' } },
      { ...like, conversationId: two.id },
    ]) {
      await expect(client.getOrCreateMessage(other)).rejects.toMatchObject({
        code: 400,
        type: 'InvalidPayload',
      });
      expect((await client.getOrCreateMessage({ ...other, ...textOf('b') })).meta.created).toBe(true);
    }
  });

  test('is a new one where no tag names it', async () => {
    const { id: conversationId } = await startSession();
    const base = { conversationId, userId: randomUUID(), ...textOf('Hi') };
    for (const tags of [{}, { none: '' }] as Record<string, string>[])
      expect((await client.getOrCreateMessage({ ...base, tags })).meta.created).toBe(true);
  });

  test('is refused for a conversation of nobody', async () => {
    const base = { conversationId: randomUUID(), userId: randomUUID(), tags: { a: 'b' }, type: 'text' };
    await expect(client.getOrCreateMessage(base)).rejects.toMatchObject({ code: 404 });
  });
});

describe('a tag named __proto__', () => {
  const tags = JSON.parse('{"__proto__":"a","b":"c"}') as Record<string, string>;
  const own = (body: unknown) => Object.entries(JSON.parse(JSON.stringify(body)) as object).sort();
  const both = [
    ['__proto__', 'a'],
    ['b', 'c'],
  ];

  test('is a tag of users, conversations and messages, and finds them', async () => {
    for (const path of ['/users', '/conversations']) {
      const body = { tags, ...(path === '/users' ? {} : { channel: 'web' }) };
      const made = await call('POST', `${path}/get-or-create`, body);
      const [thing] = Object.values(made.body);
      expect(own(thing?.tags)).toEqual(both);
      expect((await call('POST', `${path}/get-or-create`, body)).body.meta?.created).toBe(false);
      const without = await call('POST', `${path}/get-or-create`, { ...body, tags: { b: 'c' } });
      expect(without.body.meta?.created).toBe(true);
      const change = await call('PUT', `${path}/${thing?.id}`, JSON.parse('{"tags":{"__proto__":null}}'));
      expect(own(Object.values(change.body)[0]?.tags)).toEqual([['b', 'c']]);
    }
    const { id: conversationId } = await startSession();
    const base = { conversationId, userId: randomUUID(), type: 'text', payload: { text: 'Hi' }, tags };
    expect(own((await call('POST', '/messages', base)).body.message?.tags)).toEqual(both);
    expect((await call('POST', '/messages/get-or-create', base)).body.meta?.created).toBe(false);
    const listed = await call('GET', `/messages?conversationId=${conversationId}&tags.__proto__=a`);
    expect(listed.body.messages).toHaveLength(1);
  });

  test('has a value of the right length, like every other', async () => {
    const long = JSON.parse(`{"tags":{"__proto__":"${'x'.repeat(501)}"}}`) as object;
    expect(await call('POST', '/users', long)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('tags.__proto__') },
    });
    expect(Object.prototype).not.toHaveProperty('b');
  });
});
