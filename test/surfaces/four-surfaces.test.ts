import { Client } from '@botpress/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { list, newPhone, useWorld, type Json, type Reply, type Tenant } from './world.js';

const world = useWorld();

/** One conversation, and how each dialect shows it. */
async function conversation(keepOpen = true) {
  const tenant = await world.tenant();
  const typebot = await world.typebot(tenant.instance, { keep_open: keepOpen, open_tags: true });
  const headers = { 'api-key': tenant.key, 'x-bot-id': typebot.id };
  const phone = newPhone();
  const native = `/instances/${tenant.instance.id}/typebots`;
  const start = { public_id: 'my-bot', phone, message: 'hello' };
  const call = async (method: string, path: string, body?: unknown) =>
    world.call(method, path, { body, headers });
  expect((await call('POST', `${native}/sessions/start`, start)).status).toBe(200);
  const [session] = list((await call('GET', `${native}/sessions`)).body);
  const id = String(session?.id);
  const uid = String(session?.session_uid);
  const codechat = `/api/v2/instance/${tenant.instance.id}/typebot-integration/session`;
  return {
    tenant,
    typebot,
    id,
    phone,
    call,
    codechat: (action: string) => call('PATCH', `${codechat}/${id}`, { action }),
    yourgpt: (wanted: object) => call('POST', '/chatbot/v1/updateSession', { session_uid: uid, ...wanted }),
    botpress: (wanted: object) => call('PUT', `/v1/chat/conversations/${id}`, wanted),
    native: (verb: string, session = id) => call('POST', `${native}/sessions/${session}/${verb}`),
    /** `status` of CodeChat, VZaps and YourGPT, chat mode and state of YourGPT. */
    shown: async (): Promise<unknown[]> => {
      const rows = list((await call('GET', codechat)).body);
      const vzaps = (await call('GET', `${native}/sessions/${id}`)).body;
      const yourgpt: Json | undefined = list(
        (await call('POST', '/chatbot/v1/getSessions', {})).body.data,
      )[0];
      return [rows[0]?.status, vzaps.status, yourgpt?.status, yourgpt?.chat_mode, yourgpt?.state];
    },
  };
}

type Talk = Awaited<ReturnType<typeof conversation>>;

function take(talk: Talk, step: string): Promise<Reply> {
  const [verb = '', ...fields] = step.split(' ');
  const message = {
    conversationId: talk.id,
    userId: talk.id,
    tags: {},
    type: 'text',
    payload: { text: 'x' },
  };
  const instance = `/instances/${talk.tenant.instance.id}`;
  switch (verb) {
    case 'yourgpt':
      return talk.yourgpt(Object.fromEntries(fields.map((field) => field.split('='))));
    case 'operate':
      return talk.call('POST', `${instance}/typebots/sessions/${talk.id}/messages`, { message: 'x' });
    case 'contact':
      return world.call('POST', '/v1/chat/messages', {
        body: message,
        headers: { 'api-key': talk.tenant.key, 'x-bot-id': talk.typebot.id, 'x-integration-id': 'x' },
      });
    case 'botpress':
      return talk.call('POST', '/v1/chat/messages', message);
    case 'mute':
      return talk.call('POST', `${instance}/contacts/${talk.phone}/mute`, { minutes: 5 });
    default:
      return talk.codechat(verb);
  }
}

describe('one conversation through four dialects', () => {
  test('CodeChat pauses, YourGPT resumes, Botpress tags, VZaps closes by phone', async () => {
    const talk = await conversation();
    expect(await talk.shown()).toEqual(['open', 'opened', 'open', '1', 'pending']);

    expect((await talk.codechat('pause')).body.status).toBe('paused');
    expect(await talk.shown()).toEqual(['paused', 'paused', 'open', '1', 'pending']);

    expect((await talk.yourgpt({ chat_mode: 'bot' })).body.data).toMatchObject({
      chat_mode: '1',
      status: 'open',
    });
    expect(await talk.shown()).toEqual(['open', 'opened', 'open', '1', 'pending']);

    const client = new Client({ apiUrl: world.url, token: talk.tenant.key, botId: talk.typebot.id });
    const tagged = await client.updateConversation({ id: talk.id, tags: { topic: 'billing' } });
    expect(tagged.conversation).toMatchObject({ integration: 'whatsapp', tags: { topic: 'billing' } });
    const [listed] = list((await talk.call('POST', '/chatbot/v1/getSessions', {})).body.data);
    expect(listed?.session_meta).toEqual({ topic: 'billing' });

    expect((await talk.native('close', talk.phone)).body).toEqual({ status: 'ok', closed: 1 });
    expect(await talk.shown()).toEqual(['closed', 'closed', 'closed', '1', 'closed']);
    expect((await client.getConversation({ id: talk.id })).conversation.tags).toEqual({ topic: 'billing' });

    expect((await talk.codechat('open')).body.status).toBe('open');
    expect(await talk.shown()).toEqual(['open', 'opened', 'open', '1', 'pending']);
  });

  test.each([
    ['awaiting', ['paused', 'paused', 'open', '2', 'pending']],
    ['operator', ['paused', 'paused', 'open', '3', 'pending']],
  ])('chat mode %s is shown paused, and resume gives the word back', async (mode, shown) => {
    const talk = await conversation();
    await talk.yourgpt({ chat_mode: mode });
    expect(await talk.shown()).toEqual(shown);
    expect((await talk.native('resume')).status).toBe(200);
    expect(await talk.shown()).toEqual(['open', 'opened', 'open', '1', 'pending']);
  });

  test('a resolved conversation that is paused and resumed is pending again', async () => {
    const talk = await conversation();
    await talk.yourgpt({ state: 'resolved' });
    await talk.codechat('pause');
    expect(await talk.shown()).toEqual(['paused', 'paused', 'open', '1', 'resolved']);
    await talk.codechat('resume');
    expect(await talk.shown()).toEqual(['open', 'opened', 'open', '1', 'pending']);
  });

  test('closing a resolved conversation leaves it resolved', async () => {
    const talk = await conversation();
    await talk.yourgpt({ state: 'resolved' });
    await talk.native('close');
    expect(await talk.shown()).toEqual(['closed', 'closed', 'closed', '1', 'resolved']);
    expect((await talk.native('pause')).status).toBe(404);
    expect((await talk.codechat('pause')).status).toBe(400);
  });

  // Steps as `dialect argument`; what CodeChat, VZaps and YourGPT (status, chat_mode, state) show afterwards.
  test.each<[string, string]>([
    ['pause', 'paused paused open 1 pending'],
    ['pause, yourgpt state=resolved', 'open opened open 1 resolved'],
    ['pause, yourgpt state=unresolved', 'paused paused open 1 unresolved'],
    ['pause, yourgpt state=pending chat_mode=bot', 'open opened open 1 pending'],
    ['pause, yourgpt chat_mode=operator', 'paused paused open 3 pending'],
    ['pause, yourgpt chat_mode=operator, resume', 'open opened open 1 pending'],
    ['yourgpt chat_mode=awaiting, open', 'open opened open 1 pending'],
    ['yourgpt state=unresolved, pause, resume', 'open opened open 1 unresolved'],
    ['yourgpt state=resolved, resume', 'open opened open 1 resolved'],
    ['yourgpt state=resolved, pause, open', 'open opened open 1 pending'],
    ['yourgpt state=unresolved, close', 'closed closed closed 1 closed'],
    ['yourgpt chat_mode=operator, close', 'closed closed closed 1 closed'],
    ['close, yourgpt chat_mode=bot', 'closed closed closed 1 closed'],
    ['close, yourgpt chat_mode=operator', 'closed closed closed 3 closed'],
    ['close, yourgpt state=closed chat_mode=awaiting', 'closed closed closed 2 closed'],
    ['yourgpt chat_mode=operator, yourgpt state=closed', 'closed closed closed 3 closed'],
    ['yourgpt state=closed, yourgpt state=resolved', 'open opened open 1 resolved'],
    ['yourgpt state=closed, yourgpt state=unresolved chat_mode=operator', 'paused paused open 3 unresolved'],
    ['yourgpt state=resolved, close, open', 'open opened open 1 pending'],
    ['operate', 'paused paused open 3 pending'],
    ['yourgpt state=resolved, operate', 'paused paused open 3 pending'],
    ['pause, operate', 'paused paused open 3 pending'],
    ['yourgpt state=resolved, contact', 'open opened open 1 pending'],
    ['pause, mute, botpress', 'paused paused open 1 pending'],
  ])('after %s it is shown %s', async (steps, shown) => {
    const talk = await conversation();
    for (const step of steps.split(', ')) {
      const reply = await take(talk, step);
      expect([200, 201], `${step}: ${JSON.stringify(reply.body)}`).toContain(reply.status);
    }
    expect((await talk.shown()).join(' ')).toBe(shown);
  });

  test('once closed without keep_open it is gone from every dialect', async () => {
    const talk = await conversation(false);
    expect((await talk.yourgpt({ state: 'closed' })).body.data?.status).toBe('closed');
    const statuses = [
      await talk.codechat('open'),
      await talk.yourgpt({ state: 'pending' }),
      await talk.botpress({ tags: { a: 'b' } }),
      await talk.native('resume'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 400, 404, 404]);
    expect(await talk.shown()).toEqual([undefined, undefined, undefined, undefined, undefined]);
    const { rows } = await world.db.query('SELECT 1 FROM inbox WHERE session_id = $1', [talk.id]);
    expect(rows).toEqual([]);
  });

  test('writes of four dialects at once all arrive', async () => {
    const talk = await conversation();
    const replies = await Promise.all([
      talk.botpress({ tags: { one: '1' } }),
      talk.yourgpt({ segment: 'vip' }),
      talk.botpress({ tags: { two: '2' } }),
      talk.codechat('pause'),
      talk.botpress({ currentTaskId: talk.id }),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const { rows } = await world.db.query(
      'SELECT status, segment, tags, current_task_id AS task FROM sessions WHERE id = $1',
      [talk.id],
    );
    expect(rows).toEqual([{ status: 'paused', segment: 'vip', tags: { one: '1', two: '2' }, task: talk.id }]);
  });
});

describe('a body over 1 MiB', () => {
  test('is 413 in the words of each dialect', async () => {
    const talk = await conversation();
    const big = { text: 'x'.repeat(1_100_000) };
    const codechat = `/api/v2/instance/${talk.tenant.instance.id}/typebot-integration`;
    expect(await talk.call('POST', codechat, big)).toMatchObject({
      status: 413,
      body: { message: ['Payload too large'], error: 'Payload Too Large', statusCode: 413 },
    });
    expect(await talk.yourgpt(big)).toMatchObject({
      status: 413,
      body: { type: 'RXERROR', message: 'Payload too large' },
    });
    expect(await talk.botpress(big)).toMatchObject({
      status: 413,
      body: { code: 413, type: 'PayloadTooLarge' },
    });
  });
});

describe('a foreign credential', () => {
  let owner: Awaited<ReturnType<typeof conversation>>;
  let stranger: Tenant;
  const strangers: [string, () => Promise<Record<string, string>>][] = [
    ['no credential', () => Promise.resolve({})],
    ['an unknown key', () => Promise.resolve({ 'api-key': 'unknown' })],
    ['the administrator', () => Promise.resolve({ authorization: 'Bearer admin' })],
    ['another workspace', async () => ({ authorization: `Bearer ${(await world.tenant()).key}` })],
    [
      'another instance of the workspace',
      async () => ({
        apikey: (await world.instance(owner.tenant.workspaceId)).token,
      }),
    ],
  ];

  beforeAll(async () => {
    owner = await conversation();
    await owner.botpress({ tags: { secret: 'owners-data' } });
    await owner.yourgpt({ segment: 'owners-data' });
    const codechat = `/api/v2/instance/${owner.tenant.instance.id}/typebot-integration`;
    await owner.call('POST', codechat, { publicId: 'owners-data' });
    stranger = await world.tenant();
  });

  test.each(strangers)('such as %s sees and changes nothing through any route', async (_who, headersOf) => {
    const headers = { ...(await headersOf()), 'x-bot-id': owner.typebot.id };
    const before = await snapshot();
    for (const [method, path, body] of await everyRoute()) {
      const reply = await world.call(method, path, { headers, body });
      const where = `${method} ${path}`;
      expect(JSON.stringify(reply.body), where).not.toContain('owners-data');
      // A list of YourGPT is the caller's own, and empty.
      if (reply.status === 200) expect([where, list(reply.body.data)]).toEqual([where, []]);
      else expect([400, 401, 403, 404, 405], where).toContain(reply.status);
    }
    expect(await snapshot()).toEqual(before);
  });

  test('with its own bot does not reach the conversation either', async () => {
    const bot = await world.typebot(stranger.instance, { open_tags: true });
    const headers = { 'api-key': stranger.key, 'x-bot-id': bot.id };
    for (const [method, path, body] of await everyRoute()) {
      if (!path.startsWith('/v1/chat') || !path.includes(owner.id)) continue;
      const reply = await world.call(method, path, { headers, body });
      expect([404, 405], `${method} ${path}`).toContain(reply.status);
    }
  });

  async function snapshot(): Promise<unknown> {
    const { rows } = await world.db.query(
      `SELECT (SELECT json_agg(s ORDER BY s.id) FROM sessions s WHERE s.workspace_id = $1) AS sessions,
              (SELECT json_agg(t ORDER BY t.id) FROM typebots t WHERE t.workspace_id = $1) AS typebots,
              (SELECT count(*)::int FROM inbox) AS inbox, (SELECT count(*)::int FROM outbox) AS outbox`,
      [owner.tenant.workspaceId],
    );
    return rows[0];
  }

  async function everyRoute(): Promise<[string, string, unknown][]> {
    const routes: [string, string, unknown][] = [];
    for (const surface of ['codechat', 'yourgpt', 'botpress']) {
      const document = (await world.call('GET', `/docs/${surface}/openapi.json`)).body;
      for (const [path, methods] of Object.entries(document.paths ?? {})) {
        for (const method of Object.keys(methods)) {
          const filled = path
            .replace('{instanceId}', owner.tenant.instance.id)
            .replace(/\{(id|sessionId|userId)\}/g, owner.id);
          routes.push([method.toUpperCase(), filled, bodyFor(path, method)]);
        }
      }
    }
    expect(routes.length).toBeGreaterThan(20);
    return routes;
  }

  function bodyFor(path: string, method: string): unknown {
    if (method === 'get') return undefined;
    const session_uid = '17680464000001506';
    const bodies: Record<string, unknown> = {
      '/chatbot/v1/updateSession': { session_uid, segment: 'x' },
      '/chatbot/v1/createSession': { widget_uid: owner.typebot.id },
      '/chatbot/v1/sendMessage': { widget_uid: owner.typebot.id, session_uid, message: 'x' },
      '/chatbot/v1/getSessions': {},
      '/chatbot/v1/getSessionMessages': { session_uid },
      '/v1/chat/conversations': { channel: 'x', tags: {} },
      '/v1/chat/conversations/get-or-create': { channel: 'x', tags: {} },
      '/v1/chat/conversations/{id}': { tags: { secret: 'x' } },
      '/v1/chat/conversations/{id}/participants': { userId: owner.id },
      '/v1/chat/messages': {
        conversationId: owner.id,
        userId: owner.id,
        type: 'text',
        payload: { text: 'x' },
        tags: {},
      },
      '/v1/chat/messages/{id}': { tags: {} },
    };
    if (path.startsWith('/api/v2')) return { publicId: 'x', action: 'close' };
    return bodies[path];
  }
});
