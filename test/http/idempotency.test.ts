import { describe, expect, test } from 'vitest';
import { ADMIN_KEY, newPhone, useApi } from './api.js';
import type { Json } from './api.js';

const api = useApi();

const sandbox = (name: string) => ({ name, channel: { type: 'sandbox' } });

describe('an Idempotency-Key', () => {
  test('makes a POST that creates do its work once: the second gets the first answer, its secrets too', async () => {
    const { key } = await api().tenant();
    const headers = { 'idempotency-key': 'make-1' };
    const before = (await api().call('GET', '/instances', { key })).body.length;
    const first = await api().call('POST', '/instances', { key, headers, json: sandbox('A') });
    const second = await api().call('POST', '/instances', { key, headers, json: sandbox('A') });
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect((await api().call('GET', '/instances', { key })).body).toHaveLength(before + 1);
  });

  test('is 409 with another body, another path, and while the first request is under way', async () => {
    const { key } = await api().tenant();
    const headers = { 'idempotency-key': 'make-2' };
    await api().call('POST', '/instances', { key, headers, json: sandbox('A') });
    expect((await api().call('POST', '/instances', { key, headers, json: sandbox('B') })).status).toBe(409);
    const path = '/chatbot/v1/createSession';
    expect((await api().call('POST', path, { key, headers, json: {} })).status).not.toBe(200);
    const at = { 'idempotency-key': 'make-3' };
    const replies = await Promise.all(
      [1, 2, 3].map(() => api().call('POST', '/instances', { key, headers: at, json: sandbox('C') })),
    );
    expect(new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);
    expect(replies.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  test('of a refused request is free again, and two workspaces may use the same one', async () => {
    const [one, two] = [await api().tenant(), await api().tenant()];
    const headers = { 'idempotency-key': 'make-4' };
    const call = (key: string, json: unknown) => api().call('POST', '/instances', { key, headers, json });
    expect((await call(one.key, {})).status).toBe(400);
    expect((await call(one.key, sandbox('A'))).status).toBe(201);
    expect((await call(two.key, sandbox('A'))).status).toBe(201);
    const long = { 'idempotency-key': 'x'.repeat(256) };
    const refused = await api().call('POST', '/instances', {
      key: one.key,
      headers: long,
      json: sandbox('A'),
    });
    expect(refused.status).toBe(400);
  });

  test('holds for the administrator, and nothing readable is stored', async () => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'idempotency-key': 'make-5' };
    const make = () => api().call('POST', '/workspaces', { headers, json: { name: 'W' } });
    const first = await make();
    expect(await make()).toMatchObject({ status: 201, body: first.body });
    const { rows } = await api().db.query<{ answer: Buffer }>('SELECT answer FROM idempotent_answers');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ answer }) => answer.includes(first.body.client_secret))).toBe(false);
  });
});

describe('in every dialect', () => {
  interface Ids {
    instance: string;
    workspace: string;
    typebot: string;
    session: string;
    sessionUid: string;
  }

  /** A POST that sends or creates; what it makes of the ids that a tenant has. */
  const posts: [string, (ids: Ids) => { path: string; json: Json; headers?: Record<string, string> }][] = [
    ['a typebot', ({ instance }) => ({ path: `/instances/${instance}/typebots`, json: flow })],
    [
      'a start',
      ({ instance }) => ({
        path: `/instances/${instance}/typebots/sessions/start`,
        json: { public_id: 'flow', phone: newPhone(), message: 'hi' },
      }),
    ],
    [
      'an operator’s message',
      ({ instance, session }) => ({
        path: `/instances/${instance}/typebots/sessions/${session}/messages`,
        json: { message: 'I am here' },
      }),
    ],
    [
      'a restart',
      ({ instance, session }) => ({
        path: `/instances/${instance}/typebots/sessions/${session}/restart`,
        json: { message: 'again' },
      }),
    ],
    [
      'a subscription',
      () => ({ path: '/subscriptions', json: { url: 'https://e.example', events: ['message.sent'] } }),
    ],
    ['a key', ({ workspace }) => ({ path: `/workspaces/${workspace}/keys`, json: { name: 'new' } })],
    ['a rotation', ({ workspace }) => ({ path: `/workspaces/${workspace}/client/rotate`, json: {} })],
    ['a token', ({ instance }) => ({ path: `/instances/${instance}/token/rotate`, json: {} })],
    ['a sign-in link', () => ({ path: '/console/sign-in-links', json: {} })],
    [
      'CodeChat: an integration',
      ({ instance }) => ({
        path: `/api/v2/instance/${instance}/typebot-integration`,
        json: { publicId: 'flow' },
      }),
    ],
    [
      'YourGPT: a session',
      ({ typebot }) => ({ path: '/chatbot/v1/createSession', json: { widget_uid: typebot } }),
    ],
    [
      'YourGPT: a message',
      ({ typebot, sessionUid }) => ({
        path: '/chatbot/v1/sendMessage',
        json: { widget_uid: typebot, session_uid: sessionUid, message: 'hi', send_by: 'operator' },
      }),
    ],
    [
      'Botpress: a conversation',
      ({ typebot }) => ({
        ...{ path: '/v1/chat/conversations', json: { channel: 'web', tags: {} } },
        headers: { 'x-bot-id': typebot },
      }),
    ],
    [
      'Botpress: a user',
      ({ typebot }) => ({
        ...{ path: '/v1/chat/users', json: { tags: {} }, headers: { 'x-bot-id': typebot } },
      }),
    ],
    [
      'Botpress: a message',
      ({ typebot, session }) => ({
        path: '/v1/chat/messages',
        json: {
          ...{ conversationId: session, userId: typebot, tags: {}, type: 'text' },
          payload: { text: 'hi' },
        },
        headers: { 'x-bot-id': typebot },
      }),
    ],
  ];
  const flow = {
    typebot_url: 'https://bot.example/',
    public_id: 'flow',
    trigger_type: 'none',
    keep_open: true,
  };

  async function started(): Promise<Ids & { key: string }> {
    const { key, instanceId: instance, workspaceId: workspace } = await api().tenant();
    const base = `/instances/${instance}/typebots`;
    const phone = newPhone();
    const typebot = (await api().call('POST', base, { key, json: flow })).body.typebot_id;
    await api().call('POST', `${base}/sessions/start`, {
      key,
      json: { public_id: 'flow', phone, message: 'hi' },
    });
    const [session] = (await api().call('GET', `${base}/sessions?phone=${phone}`, { key })).body;
    return { key, instance, workspace, typebot, session: session.id, sessionUid: session.session_uid };
  }

  const rows = async () => {
    const tables = ['sessions', 'outbox', 'inbox', 'typebots', 'subscriptions', 'api_keys', 'botpress_users'];
    const counts = [...tables, 'console_sessions'].map(
      (table) => `(SELECT count(*) FROM ${table}) AS ${table}`,
    );
    const { rows: found } = await api().db.query(
      `SELECT ${counts.join(', ')}, (SELECT sum(client_value_no) FROM workspaces) AS secrets,
         (SELECT sum(value_no) FROM api_keys) AS key_values`,
    );
    return found[0];
  };

  test.each(posts)('%s is made once, and a repetition gets its answer', async (_name, toPost) => {
    const { key, ...ids } = await started();
    const { path, json, headers } = toPost(ids);
    const post = () =>
      api().call('POST', path, { key, json, headers: { ...headers, 'idempotency-key': 'the same' } });
    const before = await rows();
    const first = await post();
    expect(first.status).toBeLessThan(300);
    const after = await rows();
    expect(after).not.toEqual(before);
    expect(await post()).toMatchObject({ status: first.status, body: first.body });
    expect(await rows()).toEqual(after);
  });
});
