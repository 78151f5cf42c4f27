import { Client } from '@botpress/client';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SessionView, TypebotRow } from '../../src/store/rows.js';
import { newPhone, useWorld, type Tenant } from './world.js';

const world = useWorld();
let tenant: Tenant;

beforeAll(async () => {
  tenant = await world.tenant();
});

/** A bot of its own number, so that nobody else's users are in its lists. */
async function newBot() {
  const { instance } = await world.instance(tenant.workspaceId);
  const bot = await world.typebot(instance, { open_tags: true });
  return { instance, bot, client: clientOf(bot) };
}

function clientOf(bot: TypebotRow): Client {
  return new Client({ apiUrl: world.url, token: tenant.key, botId: bot.id });
}

async function startSession(typebot: TypebotRow, phone = newPhone()): Promise<SessionView> {
  const result = await world.conversations.start({ typebot, phone, pushName: 'Ana', refuseMuted: false });
  if (!result.ok) throw new Error(result.reason);
  return result.session;
}

const notFound = { code: 404, type: 'ResourceNotFound', message: 'user not found' };

describe('the list of users', () => {
  test('has those that clients made and the contacts of the number, newest first, page by page', async () => {
    const { bot, client } = await newBot();
    const made: string[] = [];
    for (const key of ['1', '2', '3']) {
      made.push((await client.createUser({ tags: { key } })).user.id);
      made.push((await startSession(bot)).contactId);
    }
    const newestFirst = made.toReversed();
    const pages: string[][] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.listUsers({ pageSize: 2, nextToken });
      pages.push(page.users.map(({ id }) => id));
      nextToken = page.meta.nextToken;
    } while (nextToken !== undefined);
    expect(pages).toEqual([newestFirst.slice(0, 2), newestFirst.slice(2, 4), newestFirst.slice(4)]);
    const collected = await client.list.users({ sortDirection: 'asc', pageSize: 1 }).collect();
    expect(collected.map(({ id }) => id)).toEqual(made);
  });

  test('shows each as getUser does, and nobody of another number or bot', async () => {
    const { instance, bot, client } = await newBot();
    const { user } = await client.createUser({ tags: { plan: 'pro' }, name: 'Eva' });
    const { contactId, phone } = await startSession(bot);
    await client.updateUser({ id: contactId, tags: { plan: 'free' } });
    const { users } = await client.listUsers({});
    expect(users).toEqual([(await client.getUser({ id: contactId })).user, user]);
    expect(users[0]).toMatchObject({ name: 'Ana', tags: { phone, plan: 'free' } });
    const sibling = await clientOf(await world.typebot(instance)).listUsers({});
    expect(sibling.users.map(({ id, tags }) => ({ id, tags }))).toEqual([{ id: contactId, tags: { phone } }]);
    expect((await (await newBot()).client.listUsers({})).users).toEqual([]);
  });

  test('leaves out who stands in for the contact of a conversation without one', async () => {
    const { client } = await newBot();
    await client.createConversation({ channel: 'web', tags: {} });
    expect((await client.listUsers({})).users).toEqual([]);
  });

  test('is ordered by the last change if that is wanted, through all pages', async () => {
    const { bot, client } = await newBot();
    const { user: first } = await client.createUser({ tags: { key: 'a' } });
    const { contactId: second } = await startSession(bot);
    const { contactId: third } = await startSession(bot);
    await client.updateUser({ id: second, name: 'Bia' });
    await client.updateUser({ id: first.id, name: 'Eva' });
    const inOrder = (sortDirection: 'asc' | 'desc') =>
      client.list.users({ sortField: 'updatedAt', sortDirection, pageSize: 1 }).collect();
    expect((await inOrder('desc')).map(({ id }) => id)).toEqual([first.id, second, third]);
    expect((await inOrder('asc')).map(({ id }) => id)).toEqual([third, second, first.id]);
  });

  test('is filtered by tags, the number of a contact among them', async () => {
    const { bot, client } = await newBot();
    const { user } = await client.createUser({ tags: { plan: 'pro', city: 'BH' } });
    const plain = await startSession(bot);
    const tagged = await startSession(bot);
    await client.updateUser({ id: tagged.contactId, tags: { plan: 'pro' } });
    const found = async (tags: Record<string, string>) =>
      (await client.listUsers({ tags })).users.map(({ id }) => id);
    expect(await found({ plan: 'pro' })).toEqual([tagged.contactId, user.id]);
    expect(await found({ plan: 'pro', city: 'BH' })).toEqual([user.id]);
    expect(await found({ phone: plain.phone ?? '' })).toEqual([plain.contactId]);
    expect(await found({ phone: tagged.phone ?? '', plan: 'pro' })).toEqual([tagged.contactId]);
    for (const nobody of [{ phone: 'x' }, { phone: newPhone() }, { plan: 'free' }, { __proto__x: 'y' }])
      expect(await found(nobody as unknown as Record<string, string>)).toEqual([]);
  });

  test('is filtered by when they were made or changed, both ends included', async () => {
    const { client } = await newBot();
    const { user: old } = await client.createUser({ tags: { key: 'a' } });
    await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse(old.createdAt) + 2);
    const { user: recent } = await client.createUser({ tags: { key: 'b' } });
    const { user: changed } = await client.updateUser({ id: old.id, name: 'Eva' });
    const ids = async (query: Parameters<Client['listUsers']>[0]) =>
      (await client.listUsers(query)).users.map(({ id }) => id);
    expect(await ids({ beforeDate: old.createdAt })).toEqual([old.id]);
    expect(await ids({ afterDate: recent.createdAt })).toEqual([recent.id]);
    expect(await ids({ afterDate: changed.updatedAt, rangeField: 'updatedAt' })).toEqual([old.id]);
    expect(await ids({ afterDate: '2100-01-01T00:00:00Z' })).toEqual([]);
  });

  test('is filtered by a conversation: its contact, and whoever wrote in it', async () => {
    const { bot, client } = await newBot();
    const { id: conversationId, contactId } = await startSession(bot);
    await startSession(bot);
    const { user } = await client.createUser({ tags: { role: 'agent' } });
    await client.createUser({ tags: { role: 'other' } });
    for (const userId of [user.id, randomUUID(), 'someone-that-is-no-uuid-at-all'])
      await client.createMessage({
        ...{ conversationId, userId, type: 'text', payload: { text: 'Hi' }, tags: {} },
      });
    const { users } = await client.listUsers({ conversationId });
    expect(users.map(({ id }) => id)).toEqual([user.id, contactId]);
    await expect(client.listUsers({ conversationId: randomUUID() })).rejects.toMatchObject({ code: 404 });
  });

  test.each([
    { nextToken: 'bad' },
    { pageSize: 101 },
    { sortField: 'name' },
    { sortDirection: 'up' },
    { rangeField: 'name' },
    { afterDate: 'yesterday' },
  ])('refuses %j', async (query) => {
    const { client } = await newBot();
    await expect(client.listUsers(query as never)).rejects.toMatchObject({ code: 400, type: 'InvalidQuery' });
  });
});

describe('a deleted user', () => {
  test('that a client made is gone, and a second delete finds nobody', async () => {
    const { client } = await newBot();
    const tags = { key: randomUUID() };
    const { user } = await client.createUser({ tags });
    expect(await client.deleteUser({ id: user.id })).toEqual({});
    for (const call of [
      () => client.deleteUser({ id: user.id }),
      () => client.getUser({ id: user.id }),
      () => client.updateUser({ id: user.id, name: 'x' }),
    ])
      await expect(call()).rejects.toMatchObject(notFound);
    expect((await client.listUsers({})).users).toEqual([]);
    const again = await client.getOrCreateUser({ tags });
    expect(again.meta.created).toBe(true);
    expect(again.user.id).not.toBe(user.id);
  });

  test('leaves conversations and messages as they are, with its id at what it wrote', async () => {
    const { bot, client } = await newBot();
    const { id: conversationId } = await startSession(bot);
    const { user } = await client.createUser({ tags: {} });
    const { message } = await client.createMessage({
      ...{ conversationId, userId: user.id, type: 'text', payload: { text: 'Hi' }, tags: {} },
    });
    await client.deleteUser({ id: user.id });
    expect(await client.getMessage({ id: message.id })).toEqual({ message });
    expect((await client.getConversation({ id: conversationId })).conversation.id).toBe(conversationId);
  });

  test('that is a contact is forgotten by this bot alone; its conversation goes on', async () => {
    const { instance, bot, client } = await newBot();
    const sibling = clientOf(await world.typebot(instance));
    const { id: conversationId, contactId: id, phone } = await startSession(bot);
    await client.updateUser({ id, tags: { plan: 'pro' }, name: 'Ana Lima' });
    await sibling.updateUser({ id, tags: { from: 'sibling' } });
    await world.db.query(
      `INSERT INTO typebot_results (contact_id, typebot_id, result_id) VALUES ($1, $2, 'result')`,
      [id, bot.id],
    );
    await client.deleteUser({ id });
    await expect(client.getUser({ id })).rejects.toMatchObject(notFound);
    await expect(client.deleteUser({ id })).rejects.toMatchObject(notFound);
    expect((await client.listUsers({})).users).toEqual([]);
    expect((await client.listUsers({ conversationId })).users).toEqual([]);
    expect((await client.listParticipants({ id: conversationId })).participants).toEqual([]);
    const { rows } = await world.db.query('SELECT 1 FROM typebot_results WHERE contact_id = $1', [id]);
    expect(rows).toEqual([]);

    const kept = await world.db.query(`SELECT status FROM sessions WHERE id = $1`, [conversationId]);
    expect(kept.rows).toEqual([{ status: 'opened' }]);
    expect((await client.getConversation({ id: conversationId })).conversation.id).toBe(conversationId);
    expect((await sibling.getUser({ id })).user.tags).toEqual({ phone, from: 'sibling' });
  });

  test('that is a contact is a user again when it writes to the bot, without its earlier tags', async () => {
    const { instance, bot, client } = await newBot();
    const { id: conversationId, contactId: id, phone } = await startSession(bot);
    const tags = { key: randomUUID() };
    await client.updateUser({ id, tags, name: 'Ana Lima' });
    await client.deleteUser({ id });
    expect((await client.getOrCreateUser({ tags: {} })).user.id).not.toBe(id);

    const body = { phone, message: 'I am back' };
    const headers = { 'api-key': tenant.key };
    const path = `/instances/${instance.id}/sandbox/messages`;
    expect((await world.call('POST', path, { body, headers })).body.outcome).toBe('accepted');
    expect((await client.getUser({ id })).user).toMatchObject({ id, name: 'Ana', tags: { phone } });
    expect((await client.listUsers({ conversationId })).users.map((user) => user.id)).toEqual([id]);
    expect((await client.updateUser({ id, tags })).user.tags).toEqual({ phone, ...tags });
    expect((await client.getOrCreateUser({ tags })).user.id).toBe(id);
    await client.deleteUser({ id });
    await expect(client.getUser({ id })).rejects.toMatchObject(notFound);
    expect((await startSession(bot, phone ?? '')).contactId).toBe(id);
    expect((await client.getUser({ id })).user.tags).toEqual({ phone });
  });

  test('of another bot, another tenant or nobody is not found, and stays', async () => {
    const { instance, client } = await newBot();
    const sibling = clientOf(await world.typebot(instance));
    const { user } = await sibling.createUser({ tags: {} });
    const other = await world.tenant();
    const theirs = await startSession(await world.typebot(other.instance));
    for (const id of [user.id, theirs.contactId, randomUUID(), 'nobody'])
      await expect(client.deleteUser({ id })).rejects.toMatchObject(notFound);
    expect((await sibling.getUser({ id: user.id })).user).toEqual(user);
  });
});
