import { Client, isApiError } from '@botpress/client';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SessionView, TypebotRow } from '../../src/store/rows.js';
import { list, newPhone, useWorld, type Reply, type Tenant } from './world.js';

const world = useWorld();
let tenant: Tenant;
let bot: TypebotRow;
let auth: Record<string, string>;
const userId = '6f1c2a7e-4a4e-4c59-9a0d-2d7b8f0f3c11';

beforeAll(async () => {
  tenant = await world.tenant();
  bot = await world.typebot(tenant.instance, { declared_tags: ['topic', 'priority', 'other'] });
  auth = headersFor(bot);
});

function headersFor(typebot: TypebotRow, key = tenant.key): Record<string, string> {
  return { authorization: `Bearer ${key}`, 'x-bot-id': typebot.id };
}

const call = (method: string, path: string, body?: unknown, headers = auth): Promise<Reply> =>
  world.call(method, `/v1/chat${path}`, { body, headers });

const put = (session: { id: string }, body: unknown, headers = auth) =>
  call('PUT', `/conversations/${session.id}`, body, headers);

async function startSession(typebot = bot, phone: string | undefined = newPhone()): Promise<SessionView> {
  const result = await world.conversations.start({ typebot, phone, refuseMuted: false });
  if (!result.ok) throw new Error(result.reason);
  return result.session;
}

function failure(code: number, type: string, message?: unknown) {
  return {
    status: code,
    body: {
      id: expect.stringMatching(/^err_\d{14}x[0-9A-F]{8}$/),
      code,
      type,
      message: message ?? expect.any(String),
    },
  };
}

describe('x-bot-id', () => {
  test('is required, after the credential', async () => {
    const { id } = await startSession();
    const { authorization } = auth;
    expect(
      await call('GET', `/conversations/${id}`, undefined, { authorization: authorization ?? '' }),
    ).toMatchObject(failure(400, 'InvalidPayload'));
    expect(await call('GET', `/conversations/${id}`, undefined, { 'x-bot-id': bot.id })).toMatchObject(
      failure(401, 'Unauthorized'),
    );
  });

  test('of an unknown bot, a foreign one or one outside the key is 403', async () => {
    const { id } = await startSession();
    const stranger = await world.tenant();
    const foreign = await world.typebot(stranger.instance);
    const sibling = await world.instance(tenant.workspaceId);
    for (const headers of [
      headersFor(foreign),
      { ...auth, 'x-bot-id': 'nobody' },
      { ...auth, 'x-bot-id': randomUUID() },
      headersFor(bot, sibling.token),
      headersFor(bot, stranger.key),
    ]) {
      expect(await call('GET', `/conversations/${id}`, undefined, headers)).toMatchObject(
        failure(403, 'Forbidden'),
      );
      expect(await put({ id }, { bad: 1 }, headers)).toMatchObject(failure(403, 'Forbidden'));
    }
  });

  test('of another bot of the same owner does not find the conversation', async () => {
    const session = await startSession();
    const headers = headersFor(await world.typebot(tenant.instance, { open_tags: true }));
    for (const reply of [
      await call('GET', `/conversations/${session.id}`, undefined, headers),
      await put(session, { tags: { a: 'b' } }, headers),
      await call('DELETE', `/conversations/${session.id}`, {}, headers),
      await call('GET', `/messages?conversationId=${session.id}`, undefined, headers),
    ]) {
      expect(reply).toMatchObject(failure(404, 'ResourceNotFound', 'conversation not found'));
    }
  });
});

describe('PUT of a conversation', () => {
  test('answers with exactly the documented keys', async () => {
    const session = await startSession();
    const reply = await put(session, { tags: { topic: 'billing' } });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      conversation: {
        id: session.id,
        createdAt: session.createdAt.toISOString(),
        updatedAt: expect.stringMatching(/\.\d{3}Z$/),
        channel: 'channel',
        integration: 'whatsapp',
        tags: { topic: 'billing' },
      },
    });
    expect(String(reply.body.conversation?.updatedAt) > session.updatedAt.toISOString()).toBe(true);
  });

  test('merges tags key by key; an empty value and null take a key away', async () => {
    const session = await startSession();
    const tags = async (change: object) => (await put(session, { tags: change })).body.conversation?.tags;
    expect(await tags({ topic: 'billing' })).toEqual({ topic: 'billing' });
    expect(await tags({ priority: 'high' })).toEqual({ topic: 'billing', priority: 'high' });
    expect(await tags({ topic: 'sales', other: 'x' })).toEqual({
      topic: 'sales',
      priority: 'high',
      other: 'x',
    });
    expect(await tags({ topic: '', other: null })).toEqual({ priority: 'high' });
    expect(await tags({ topic: '' })).toEqual({ priority: 'high' });
  });

  test('what changes nothing leaves updatedAt', async () => {
    const session = await startSession();
    const { body } = await put(session, { tags: { topic: 'x' }, currentTaskId: userId });
    for (const same of [
      undefined,
      {},
      { tags: {} },
      { tags: { topic: 'x', other: '' }, currentTaskId: userId },
    ]) {
      expect((await put(session, same)).body).toEqual(body);
    }
  });

  test('currentTaskId is set by 28 to 36 characters, unset by an empty text, and absent when unset', async () => {
    const session = await startSession();
    const task = 'x'.repeat(28);
    expect((await put(session, { currentTaskId: task })).body.conversation?.currentTaskId).toBe(task);
    expect((await put(session, { tags: { topic: 'a' } })).body.conversation?.currentTaskId).toBe(task);
    const unset = await put(session, { currentTaskId: '' });
    expect(unset.body.conversation).not.toHaveProperty('currentTaskId');
    for (const wrong of ['x'.repeat(27), 'x'.repeat(37), null, 5]) {
      expect(await put(session, { currentTaskId: wrong })).toMatchObject(failure(400, 'InvalidPayload'));
    }
  });

  test('an undeclared key is 400, names the key, and nothing of the request is written', async () => {
    const session = await startSession();
    const reply = await put(session, { tags: { topic: 'x', secretKey: 'y' }, currentTaskId: userId });
    expect(reply).toMatchObject(failure(400, 'InvalidPayload', expect.stringContaining('secretKey')));
    const { body } = await call('GET', `/conversations/${session.id}`);
    expect(body.conversation).toMatchObject({ tags: {}, updatedAt: session.updatedAt.toISOString() });
  });

  test('with open_tags every key is allowed, but for userPhone', async () => {
    const open = await world.typebot(tenant.instance, { open_tags: true });
    const session = await startSession(open);
    expect((await put(session, { tags: { anything: 'x' } }, headersFor(open))).status).toBe(200);
    expect(await put(session, { tags: { userPhone: '5511999999999' } }, headersFor(open))).toMatchObject(
      failure(400, 'InvalidPayload', expect.stringContaining('userPhone')),
    );
  });

  test('keeps, merges and takes away tags by names that every object of JavaScript has', async () => {
    const open = await world.typebot(tenant.instance, { open_tags: true });
    const session = await startSession(open);
    const names = ['__proto__', 'constructor', 'toString'];
    const tagged = async (value: string) => {
      const tags = Object.fromEntries(names.map((name) => [name, value]));
      const { body } = await put(session, { tags }, headersFor(open));
      return Object.entries(body.conversation?.tags ?? {}).sort();
    };
    expect(await tagged('x')).toEqual(names.map((name) => [name, 'x']).sort());
    expect(await tagged('')).toEqual([]);
  });

  test('a key with a colon needs x-integration-id, and no declaration', async () => {
    const session = await startSession();
    const body = { tags: { 'whatsapp:thread': '7' } };
    expect(await put(session, body)).toMatchObject(
      failure(400, 'InvalidPayload', expect.stringContaining('whatsapp:thread')),
    );
    const reply = await put(session, body, { ...auth, 'x-integration-id': 'any' });
    expect(reply.body.conversation?.tags).toEqual({ 'whatsapp:thread': '7' });
  });

  test('values are texts of at most 500 characters', async () => {
    const session = await startSession();
    expect((await put(session, { tags: { topic: 'x'.repeat(500) } })).status).toBe(200);
    for (const value of ['x'.repeat(501), 5, true, ['x'], { a: 'b' }]) {
      expect(await put(session, { tags: { topic: value } })).toMatchObject(
        failure(400, 'InvalidPayload', expect.stringContaining('topic')),
      );
    }
  });

  test.each<[unknown]>([
    [{ properties: {} }],
    [{ status: 'closed' }],
    [{ tags: [] }],
    [{ tags: null }],
    [[]],
  ])('%j is 400', async (body) => {
    expect(await put(await startSession(), body)).toMatchObject(failure(400, 'InvalidPayload'));
  });

  test('two writers of different tags both succeed', async () => {
    const open = await world.typebot(tenant.instance, { open_tags: true });
    const session = await startSession(open);
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => put(session, { tags: { [key]: key } }, headersFor(open))));
    const { body } = await call('GET', `/conversations/${session.id}`, undefined, headersFor(open));
    expect(body.conversation?.tags).toEqual(Object.fromEntries(keys.map((key) => [key, key])));
  });

  test('a body that is not JSON is 415, broken JSON 400, and an unknown id 404 after the body was checked', async () => {
    const session = await startSession();
    const path = `/v1/chat/conversations/${session.id}`;
    const send = (type: string, text: string) =>
      world.call('PUT', path, { raw: { type, text }, headers: auth });
    expect(await send('text/plain', '{}')).toMatchObject(failure(415, 'UnsupportedMediaType'));
    expect(await send('application/x-www-form-urlencoded', 'a=b')).toMatchObject(
      failure(415, 'UnsupportedMediaType'),
    );
    expect(await send('application/json', '{')).toMatchObject(failure(400, 'InvalidPayload'));
    expect(await send('application/json', '"\\u0000"')).toMatchObject(failure(400, 'InvalidPayload'));
    for (const id of ['nobody', randomUUID(), '%00']) {
      expect(await put({ id }, {})).toMatchObject(failure(404, 'ResourceNotFound', 'conversation not found'));
      expect(await put({ id }, { bad: 1 })).toMatchObject(failure(400, 'InvalidPayload'));
    }
  });

  test('a conversation stays readable and writable after it closed, and is gone without keep_open', async () => {
    const session = await startSession();
    await world.conversations.control({ workspaceId: tenant.workspaceId }, session.id, { type: 'close' });
    expect((await put(session, { tags: { topic: 'x' } })).status).toBe(200);
    const fleeting = await world.typebot(tenant.instance, { keep_open: false });
    const gone = await startSession(fleeting);
    await world.conversations.control({ workspaceId: tenant.workspaceId }, gone.id, { type: 'close' });
    expect(await put(gone, {}, headersFor(fleeting))).toMatchObject(failure(404, 'ResourceNotFound'));
  });
});

describe('paths', () => {
  test('an unknown one is 404 and a wrong method 405, before any credential', async () => {
    expect(await world.call('GET', '/v1/chat/nothing')).toMatchObject(failure(404, 'ResourceNotFound'));
    for (const [method, path] of [
      ['PATCH', `/conversations/${userId}`],
      ['DELETE', '/conversations'],
      ['DELETE', `/conversations/${userId}/participants/${userId}`],
      ['POST', `/messages/${userId}`],
    ]) {
      expect(await world.call(method ?? '', `/v1/chat${path}`)).toMatchObject(failure(405, 'MethodNotFound'));
    }
  });
});

describe('create', () => {
  test('makes a conversation without a contact, in the channel given', async () => {
    const reply = await call('POST', '/conversations', { channel: 'web', tags: { topic: 'x', other: '' } });
    expect(reply.status).toBe(201);
    expect(reply.body.conversation).toEqual({
      id: expect.stringMatching(/^.{36}$/),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      channel: 'web',
      integration: 'api',
      tags: { topic: 'x' },
    });
  });

  test('userPhone binds it to the contact, is not stored, and a second one is 409', async () => {
    const phone = newPhone();
    const body = { channel: 'channel', tags: { userPhone: `+${phone}` }, integrationName: 'whatsapp' };
    const reply = await call('POST', '/conversations', body);
    expect(reply).toMatchObject({
      status: 201,
      body: { conversation: { integration: 'whatsapp', tags: {} } },
    });
    expect(reply.body.conversation?.tags).toEqual({});
    expect(await call('POST', '/conversations', body)).toMatchObject(failure(409, 'AlreadyExists'));
    const other = await world.typebot(tenant.instance);
    expect((await call('POST', '/conversations', body, headersFor(other))).status).toBe(201);
    expect((await call('POST', '/conversations', body)).status).toBe(201);
  });

  test.each<[object]>([
    [{ tags: {} }],
    [{ channel: 'x' }],
    [{ channel: '', tags: {} }],
    [{ channel: 'x'.repeat(201), tags: {} }],
    [{ channel: 'x', tags: { unknown: 'y' } }],
    [{ channel: 'x', tags: { topic: 5 } }],
    [{ channel: 'x', tags: { 'a:b': 'y' } }],
    [{ channel: 'x', tags: { userPhone: '123' } }],
    [{ channel: 'x', tags: { userPhone: '(31) 98888-7777' } }],
    [{ channel: 'x', tags: {}, properties: {} }],
    [{ channel: 'x', tags: {}, integrationName: 'x'.repeat(201) }],
    [{ channel: 'x', tags: {}, discriminateByTags: ['topic'] }],
  ])('%j is 400', async (body) => {
    expect(await call('POST', '/conversations', body)).toMatchObject(failure(400, 'InvalidPayload'));
  });
});

describe('get-or-create', () => {
  let own: TypebotRow;
  const ask = async (body: object) => {
    const reply = await call('POST', '/conversations/get-or-create', body, headersFor(own));
    expect(reply.status).toBe(200);
    return { id: reply.body.conversation?.id, created: reply.body.meta?.created };
  };

  beforeAll(async () => {
    own = await world.typebot(tenant.instance, { open_tags: true });
  });

  test('finds by all tags and the channel, or by the listed ones', async () => {
    const first = await ask({ channel: 'web', tags: { topic: 'a', other: '1' } });
    expect(first.created).toBe(true);
    expect(await ask({ channel: 'web', tags: { topic: 'a', other: '1', gone: null, empty: '' } })).toEqual({
      id: first.id,
      created: false,
    });
    expect((await ask({ channel: 'web', tags: { topic: 'a' }, discriminateByTags: ['topic'] })).id).toBe(
      first.id,
    );
    expect((await ask({ channel: 'phone', tags: { topic: 'a', other: '1' } })).created).toBe(true);
    const second = await ask({ channel: 'web', tags: { topic: 'a' } });
    expect(second.created).toBe(true);
    const unset = { channel: 'web', tags: { topic: 'a' }, discriminateByTags: ['topic', 'other'] };
    expect(await ask(unset)).toEqual({ id: second.id, created: false });
  });

  test('finds a contact whatever the channel, and only active conversations', async () => {
    const body = { channel: 'x', tags: { userPhone: newPhone() } };
    const first = await ask(body);
    expect(await ask({ ...body, channel: 'y' })).toEqual({ id: first.id, created: false });
    expect(await ask({ ...body, discriminateByTags: ['userPhone'] })).toEqual({
      id: first.id,
      created: false,
    });
    await world.conversations.control({ workspaceId: tenant.workspaceId }, String(first.id), {
      type: 'close',
    });
    expect((await ask(body)).created).toBe(true);
  });

  test('two callers at once get one conversation', async () => {
    for (const tags of [{ topic: 'race' }, { userPhone: newPhone() }]) {
      const both = await Promise.all([1, 2, 3, 4].map(() => ask({ channel: 'race', tags })));
      expect(new Set(both.map(({ id }) => id)).size).toBe(1);
      expect(both.filter(({ created }) => created)).toHaveLength(1);
    }
  });
});

describe('list', () => {
  let own: TypebotRow;
  let sessions: SessionView[];
  const ids = async (query: string): Promise<unknown[]> =>
    list((await call('GET', `/conversations${query}`, undefined, headersFor(own))).body.conversations).map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    own = await world.typebot(tenant.instance, { open_tags: true });
    sessions = [];
    for (let count = 0; count < 23; count += 1) sessions.push(await startSession(own));
  });

  test('has 20 a page, the most recent first, and ends without a nextToken', async () => {
    const first = await call('GET', '/conversations', undefined, headersFor(own));
    expect(list(first.body.conversations).map(({ id }) => id)).toEqual(
      sessions
        .map(({ id }) => id)
        .reverse()
        .slice(0, 20),
    );
    const token = String(first.body.meta?.nextToken);
    const second = await call('GET', `/conversations?nextToken=${token}`, undefined, headersFor(own));
    expect(list(second.body.conversations).map(({ id }) => id)).toEqual(
      sessions
        .map(({ id }) => id)
        .reverse()
        .slice(20),
    );
    expect(second.body.meta).toEqual({});
    expect(await ids('?pageSize=23&sortDirection=asc')).toEqual(sessions.map(({ id }) => id));
  });

  test('goes on behind a place that no row can have', async () => {
    const far = Buffer.from(`${Date.now() + 60_000}.999999999999999`).toString('base64url');
    expect(await ids(`?nextToken=${far}&pageSize=1`)).toEqual([sessions[22]?.id]);
  });

  test('is sorted by updatedAt too', async () => {
    await put(sessions[4]!, { tags: { late: 'x' } }, headersFor(own));
    expect(await ids('?sortField=updatedAt&pageSize=1')).toEqual([sessions[4]?.id]);
  });

  test('is filtered by tags in both spellings, participants, phone, channel, integration and dates', async () => {
    const [session] = sessions;
    await put(session!, { tags: { a: '1', 'b.c': '2' } }, headersFor(own));
    expect(await ids('?tags.a=1')).toEqual([session?.id]);
    expect(await ids('?tags[a]=1&tags.b.c=2')).toEqual([session?.id]);
    expect(await ids('?tags.a=1&tags.b.c=3')).toEqual([]);
    expect(await ids(`?tags.userPhone=${session?.phone}`)).toEqual([session?.id]);
    const two = [sessions[1]!, sessions[2]!];
    const query = `?participantIds=${two[0]?.contactId}&participantIds=${two[1]?.contactId}&participantIds=nobody`;
    expect(await ids(query)).toEqual([two[1]?.id, two[0]?.id]);
    expect(await ids('?participantIds=nobody')).toEqual([]);
    expect(await ids('?channel=channel&pageSize=100')).toHaveLength(23);
    expect(await ids('?channel=api')).toEqual([]);
    expect(await ids('?integrationName=whatsapp&pageSize=100')).toHaveLength(23);
    expect(await ids('?integrationName=telegram')).toEqual([]);
    const at = sessions[21]!.createdAt.toISOString();
    expect(await ids(`?afterDate=${at}`)).toEqual([sessions[22]?.id]);
    expect(await ids(`?beforeDate=${at}&pageSize=100`)).toHaveLength(21);
  });

  test.each([
    'nextToken=nonsense',
    'pageSize=0',
    'pageSize=101',
    'pageSize=x',
    'sortField=id',
    'sortDirection=up',
    'afterDate=yesterday',
    'beforeDate=2026-13-01T00:00:00.000Z',
    'tags.userPhone=12',
    'tags.a=1&tags.a=2',
  ])('%s is 400', async (query) => {
    expect(await call('GET', `/conversations?${query}`)).toMatchObject(failure(400, 'InvalidQuery'));
  });
});

describe('delete', () => {
  test('takes the conversation away whatever keep_open says, once', async () => {
    const session = await startSession();
    const reply = await call('DELETE', `/conversations/${session.id}`, {});
    expect([reply.status, reply.body]).toEqual([200, {}]);
    expect(await call('DELETE', `/conversations/${session.id}`)).toMatchObject(
      failure(404, 'ResourceNotFound'),
    );
    const { rows } = await world.db.query('SELECT 1 FROM sessions WHERE id = $1', [session.id]);
    expect(rows).toEqual([]);
  });
});

describe('messages', () => {
  const say = (session: { id: string }, fields: object, headers = auth) =>
    call('POST', '/messages', { conversationId: session.id, userId, tags: {}, ...fields }, headers);

  async function sentContents(session: SessionView): Promise<unknown[]> {
    const { rows } = await world.db.query<{ content: unknown }>(
      'SELECT content FROM outbox WHERE session_id = $1 ORDER BY row_id',
      [session.id],
    );
    return rows.map(({ content }) => content);
  }

  test('POST sends to the contact and changes no state', async () => {
    const session = await startSession();
    await world.conversations.control({ workspaceId: tenant.workspaceId }, session.id, { type: 'pause' });
    const before = await call('GET', `/conversations/${session.id}`);
    const reply = await say(session, {
      type: 'text',
      payload: { text: 'Hi' },
      tags: { a: 'b' },
      origin: 'synthetic',
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      message: {
        id: expect.stringMatching(/^.{36}$/),
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
        type: 'text',
        payload: { text: 'Hi' },
        origin: 'synthetic',
        direction: 'outgoing',
        userId,
        conversationId: session.id,
        tags: { a: 'b' },
      },
    });
    expect(await call('GET', `/conversations/${session.id}`)).toMatchObject({ body: before.body });
    const { rows } = await world.db.query('SELECT sender, state FROM outbox WHERE session_id = $1', [
      session.id,
    ]);
    expect(rows).toEqual([{ sender: 'api', state: 'pending' }]);
    expect((await call('GET', `/messages/${reply.body.message?.id}`)).body).toEqual(reply.body);
  });

  test.each<[string, object, object[]]>([
    ['image', { imageUrl: 'https://x.test/a.png', title: 'A' }, [{ type: 'image', caption: 'A' }]],
    ['audio', { audioUrl: 'https://x.test/a.ogg' }, [{ type: 'audio' }]],
    ['video', { videoUrl: 'https://x.test/a.mp4' }, [{ type: 'video' }]],
    ['file', { fileUrl: 'https://x.test/a.pdf', title: 'A' }, [{ type: 'document', caption: 'A' }]],
    ['location', { latitude: -19.9, longitude: -43.9, title: 'Here' }, [{ type: 'location', name: 'Here' }]],
    [
      'choice',
      { text: 'Which?', options: [{ label: 'A', value: 'a' }] },
      [{ type: 'buttons', body: 'Which?', buttons: [{ id: 'a', title: 'A' }] }],
    ],
    [
      'dropdown',
      { text: 'Which?', options: [{ label: 'A', value: 'a' }] },
      [{ type: 'list', body: 'Which?', sections: [{ rows: [{ id: 'a', title: 'A' }] }] }],
    ],
    [
      'card',
      { title: 'T', subtitle: 'S', actions: [{ action: 'say', label: 'L', value: 'v' }] },
      [{ type: 'buttons', body: 'T\nS', buttons: [{ id: 'v', title: 'L' }] }],
    ],
    [
      'carousel',
      {
        items: [
          { title: 'One', actions: [] },
          { title: 'Two', actions: [] },
        ],
      },
      [
        { type: 'text', text: 'One' },
        { type: 'text', text: 'Two' },
      ],
    ],
    [
      'bloc',
      {
        items: [
          { type: 'text', payload: { text: 'One' } },
          { type: 'image', payload: { imageUrl: 'https://x.test/a.png' } },
        ],
      },
      [{ type: 'text' }, { type: 'image' }],
    ],
  ])('a payload of type %s reaches the contact and is listed as given', async (type, payload, contents) => {
    const session = await startSession();
    const reply = await say(session, { type, payload });
    expect(reply).toMatchObject({ status: 201, body: { message: { type, payload } } });
    expect(await sentContents(session)).toMatchObject(contents);
    const listed = await call('GET', `/messages?conversationId=${session.id}`);
    expect(listed.body).toEqual({ messages: [reply.body.message], meta: {} });
  });

  test.each<[object]>([
    [{ type: 'text', payload: { text: '' } }],
    [{ type: 'text', payload: {} }],
    [{ type: 'sticker', payload: { text: 'x' } }],
    [{ type: 'image', payload: { imageUrl: 'no url' } }],
    [{ type: 'location', payload: { latitude: '1', longitude: 2 } }],
    [{ type: 'choice', payload: { text: 'x', options: [] } }],
    [{ type: 'card', payload: { title: 'x', actions: [{ action: 'dial', label: 'a', value: 'b' }] } }],
    [{ type: 'bloc', payload: { items: [{ type: 'bloc', payload: { items: [] } }] } }],
    [{ type: 'text', payload: { text: 'x' }, userId: 'short' }],
    [{ type: 'text', payload: { text: 'x' }, conversationId: 'short' }],
    [{ type: 'text', payload: { text: 'x' }, tags: undefined }],
    [{ type: 'text', payload: { text: 'x' }, tags: { a: 'x'.repeat(501) } }],
    [{ type: 'text', payload: { text: 'x' }, origin: 'real' }],
    [{ type: 'text', payload: { text: 'x' }, schedule: {} }],
    [{ type: 'text', payload: { text: 'x' }, schedule: { delay: 1, dateTime: '2030-01-01T00:00:00.000Z' } }],
    [{ type: 'text', payload: { text: 'x' }, schedule: { dateTime: '2030-01-01' } }],
    [{ type: 'text', payload: { text: 'x' }, schedule: { delay: 1e18 } }],
    [{ type: 'text', payload: { text: 'x' }, more: 1 }],
  ])('%j is 400', async (fields) => {
    expect(await say(await startSession(), fields)).toMatchObject(failure(400, 'InvalidPayload'));
  });

  test('a schedule sends later', async () => {
    const session = await startSession();
    const due = async (schedule: object) => {
      const reply = await say(session, { type: 'text', payload: { text: 'later' }, schedule });
      const { rows } = await world.db.query<{ at: Date }>(
        'SELECT scheduled_at AS at FROM outbox WHERE id = $1',
        [String(reply.body.message?.id)],
      );
      return (rows[0]?.at.getTime() ?? 0) - Date.now();
    };
    expect(await due({ delay: 60_000 })).toBeGreaterThan(50_000);
    expect(await due({ dateTime: new Date(Date.now() + 90_000).toISOString() })).toBeGreaterThan(80_000);
  });

  test('with x-integration-id the message is the contact’s, also on a closed conversation', async () => {
    const session = await startSession();
    const headers = { ...auth, 'x-integration-id': 'whatsapp' };
    const fate = async () =>
      (
        await world.db.query<{ fate: string }>(
          'SELECT fate FROM inbox WHERE session_id = $1 ORDER BY row_id DESC LIMIT 1',
          [session.id],
        )
      ).rows[0]?.fate;
    const reply = await say(session, { type: 'text', payload: { text: 'Hi' } }, headers);
    expect(reply).toMatchObject({
      status: 201,
      body: { message: { direction: 'incoming', userId, type: 'text' } },
    });
    expect(await fate()).toBe('waiting');
    await world.conversations.control({ workspaceId: tenant.workspaceId }, session.id, { type: 'close' });
    expect((await say(session, { type: 'text', payload: { text: 'Still?' } }, headers)).status).toBe(201);
    expect(await fate()).toBe('kept');
    const photo = { type: 'image', payload: { imageUrl: 'https://x.test/a.png', title: 'A' } };
    await say(session, photo, headers);
    const [image, last] = list((await call('GET', `/messages?conversationId=${session.id}`)).body.messages);
    expect(image).toMatchObject(photo);
    expect(last).toMatchObject({ direction: 'incoming', type: 'text', payload: { text: 'Still?' }, userId });
  });

  test('the contact and the bot are the users of what was not sent here', async () => {
    const session = await startSession();
    await world.conversations.contactMessage({ workspaceId: tenant.workspaceId }, session.id, {
      content: { contentType: 'text', text: 'Hi' },
      whenClosed: 'refuse',
    });
    await world.conversations.sendMessage({ workspaceId: tenant.workspaceId }, session.id, {
      content: { type: 'text', text: 'Hello' },
      sender: 'bot',
      takeover: false,
    });
    const { body } = await call('GET', `/messages?conversationId=${session.id}`);
    expect(list(body.messages).map(({ userId: user }) => user)).toEqual([bot.id, session.contactId]);
  });

  test('the list is of the bot, newest first, 20 a page, and filtered', async () => {
    const own = await world.typebot(tenant.instance);
    const headers = headersFor(own);
    const session = await startSession(own);
    for (let count = 0; count < 22; count += 1)
      await say(
        session,
        { type: 'text', payload: { text: `${count}` }, tags: { even: `${count % 2 === 0}` } },
        headers,
      );
    const texts = (reply: Reply) => list(reply.body.messages).map(({ payload }) => payload?.text);
    const first = await call('GET', '/messages', undefined, headers);
    expect(texts(first)).toHaveLength(20);
    expect(texts(first)[0]).toBe('21');
    const next = await call('GET', `/messages?nextToken=${first.body.meta?.nextToken}`, undefined, headers);
    expect([texts(next), next.body.meta]).toEqual([['1', '0'], {}]);
    expect(texts(await call('GET', '/messages?tags.even=true', undefined, headers))).toHaveLength(11);
    const future = new Date(Date.now() + 60_000).toISOString();
    expect(texts(await call('GET', `/messages?afterDate=${future}`, undefined, headers))).toEqual([]);
  });

  test('PUT merges tags and changes what is shown; DELETE takes a settled message away', async () => {
    const session = await startSession();
    const { body } = await say(session, { type: 'text', payload: { text: 'Hi' }, tags: { a: '1', b: '2' } });
    const id = String(body.message?.id);
    const changed = await call('PUT', `/messages/${id}`, {
      tags: { a: '', c: '3' },
      payload: { text: 'Hello' },
    });
    expect(changed).toMatchObject({ status: 200, body: { message: { payload: { text: 'Hello' } } } });
    expect(changed.body.message?.tags).toEqual({ b: '2', c: '3' });
    expect(await call('PUT', `/messages/${id}`, { payload: { text: 'x' } })).toMatchObject(
      failure(400, 'InvalidPayload'),
    );
    expect(await call('PUT', `/messages/${id}`, { tags: {}, payload: { text: 5 } })).toMatchObject(
      failure(400, 'InvalidPayload'),
    );
    expect(await call('DELETE', `/messages/${id}`)).toMatchObject(failure(400, 'InvalidPayload'));
    await world.db.query("UPDATE outbox SET state = 'sent' WHERE id = $1", [id]);
    expect((await call('DELETE', `/messages/${id}`, {})).body).toEqual({});
    expect(await call('GET', `/messages/${id}`)).toMatchObject(
      failure(404, 'ResourceNotFound', 'message not found'),
    );
  });

  test('unknown and foreign conversations and messages are 404', async () => {
    const text = { type: 'text', payload: { text: 'x' } };
    expect(await say({ id: randomUUID() }, text)).toMatchObject(failure(404, 'ResourceNotFound'));
    expect(await say({ id: 'x'.repeat(30) }, text)).toMatchObject(failure(404, 'ResourceNotFound'));
    expect(await call('GET', '/messages?conversationId=nobody')).toMatchObject(
      failure(404, 'ResourceNotFound'),
    );
    const session = await startSession();
    const { body } = await say(session, text);
    const other = headersFor(await world.typebot(tenant.instance));
    for (const [method, sent] of [['GET'], ['PUT', { tags: {} }], ['DELETE', {}]] as const) {
      expect(await call(method, `/messages/${body.message?.id}`, sent, other)).toMatchObject(
        failure(404, 'ResourceNotFound'),
      );
    }
  });
});

describe('participants', () => {
  test('are the contact, or nobody', async () => {
    const session = await startSession();
    const path = `/conversations/${session.id}/participants`;
    const { body } = await call('GET', path);
    const participant = { id: session.contactId, tags: { phone: session.phone } };
    expect(body).toMatchObject({ participants: [participant], meta: {} });
    expect((await call('GET', `${path}/${session.contactId}`)).body).toMatchObject({ participant });
    expect(await call('GET', `${path}/${userId}`)).toMatchObject(failure(404, 'ResourceNotFound'));
    expect(await call('POST', path, { userId: session.contactId })).toMatchObject({
      status: 200,
      body: { participant },
    });
    expect(await call('POST', path, { userId })).toMatchObject(failure(400, 'InvalidPayload'));
    const alone = await call('POST', '/conversations', { channel: 'web', tags: {} });
    const none = await call('GET', `/conversations/${alone.body.conversation?.id}/participants`);
    expect(none.body).toEqual({ participants: [], meta: {} });
  });
});

describe('the official client', () => {
  test('works unchanged', async () => {
    const own = await world.typebot(tenant.instance, { open_tags: true });
    const client = new Client({ apiUrl: world.url, token: tenant.key, botId: own.id });
    const phone = newPhone();
    const { conversation } = await client.createConversation({
      channel: 'channel',
      tags: { userPhone: phone },
    });
    const { id } = conversation;
    await client.updateConversation({ id, tags: { topic: 'billing', more: 'x' } });
    const updated = await client.updateConversation({ id, tags: { more: '' }, currentTaskId: userId });
    expect(updated.conversation.tags).toEqual({ topic: 'billing' });
    expect((await client.getConversation({ id })).conversation).toEqual(updated.conversation);
    const found = await client.getOrCreateConversation({
      channel: 'channel',
      tags: { userPhone: phone, topic: 'billing' },
    });
    expect(found).toMatchObject({ conversation: { id }, meta: { created: false } });
    for (let count = 0; count < 3; count += 1)
      await client.createConversation({ channel: 'web', tags: { list: 'yes' } });
    const listed = await client.list.conversations({ tags: { list: 'yes' }, pageSize: 2 }).collect();
    expect(listed).toHaveLength(3);
    const byContact = await client.listParticipants({ id });
    const ids = byContact.participants.map((participant) => participant.id);
    expect((await client.listConversations({ participantIds: ids })).conversations).toHaveLength(1);
    const { message } = await client.createMessage({
      conversationId: id,
      userId,
      type: 'text',
      payload: { text: 'Hi' },
      tags: {},
    });
    expect((await client.listMessages({ conversationId: id })).messages.map((one) => one.id)).toEqual([
      message.id,
    ]);
    expect(await client.deleteConversation({ id })).toEqual({});
    const refusal: unknown = await client.getConversation({ id }).catch((error: unknown) => error);
    expect(isApiError(refusal) && [refusal.code, refusal.type, refusal.message]).toEqual([
      404,
      'ResourceNotFound',
      'conversation not found',
    ]);
  });

  test('gets its typed errors', async () => {
    const codeOf = async (work: Promise<unknown>) => {
      const error: unknown = await work.catch((thrown: unknown) => thrown);
      return isApiError(error) ? `${error.code} ${error.type}` : error;
    };
    const client = new Client({ apiUrl: world.url, token: tenant.key, botId: bot.id });
    const nobody = new Client({ apiUrl: world.url, token: 'wrong', botId: bot.id });
    const foreign = new Client({ apiUrl: world.url, token: tenant.key, botId: randomUUID() });
    const { id } = await startSession();
    expect(await codeOf(client.updateConversation({ id, tags: { undeclared: 'x' } }))).toBe(
      '400 InvalidPayload',
    );
    expect(await codeOf(client.listConversations({ nextToken: 'bad' }))).toBe('400 InvalidQuery');
    expect(await codeOf(nobody.getConversation({ id }))).toBe('401 Unauthorized');
    expect(await codeOf(foreign.getConversation({ id }))).toBe('403 Forbidden');
    expect(await codeOf(client.removeParticipant({ id, userId }))).toBe('405 MethodNotFound');
  });
});
