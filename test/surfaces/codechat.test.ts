import { beforeAll, describe, expect, test } from 'vitest';
import type { SessionView } from '../../src/store/rows.js';
import { findTypebot } from '../../src/store/accounts/typebots.js';
import { list, newPhone, useWorld, type Tenant } from './world.js';

const world = useWorld();
let tenant: Tenant;
let base: string;
let auth: Record<string, string>;

beforeAll(async () => {
  tenant = await world.tenant();
  base = `/api/v2/instance/${tenant.instance.id}/typebot-integration`;
  auth = { authorization: `Bearer ${tenant.token}` };
});

async function freshTenant() {
  const other = await world.tenant();
  return {
    tenant: other,
    base: `/api/v2/instance/${other.instance.id}/typebot-integration`,
    headers: { apikey: other.key },
  };
}

async function startSession(keepOpen = true, owner = tenant): Promise<SessionView> {
  const typebot = await world.typebot(owner.instance, { keep_open: keepOpen });
  const result = await world.conversations.start({ typebot, phone: newPhone(), refuseMuted: false });
  if (!result.ok) throw new Error(result.reason);
  return result.session;
}

const act = (session: { id: string }, action: unknown) =>
  world.call('PATCH', `${base}/session/${session.id}`, { body: { action }, headers: auth });

describe('the integration', () => {
  test('POST makes it with 201 and its defaults, GET shows the same', async () => {
    const { base, headers } = await freshTenant();
    const made = await world.call('POST', base, { body: { publicId: 'my-bot', extra: 1 }, headers });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      integrationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      publicId: 'my-bot',
      typebotURL: 'https://typebot.io',
      enabled: true,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: made.body.createdAt,
      instanceInstanceId: base.split('/')[4],
    });
    expect(await world.call('GET', base, { headers })).toMatchObject({ status: 200, body: made.body });
  });

  test('it is a configuration with trigger all and keep_open', async () => {
    const { tenant, base, headers } = await freshTenant();
    const body = { publicId: 'p', typebotURL: 'https://bot.example/', enabled: false };
    expect((await world.call('POST', base, { body, headers })).body.typebotURL).toBe('https://bot.example');
    const { rows } = await world.db.query<Record<string, unknown>>(
      'SELECT * FROM typebots WHERE instance_id = $1',
      [tenant.instance.id],
    );
    expect(rows[0]).toMatchObject({
      enabled: false,
      priority: 0,
      public_id: 'p',
      codechat_integration: true,
    });
    expect(rows[0]?.settings).toMatchObject({ trigger_type: 'all', keep_open: true, locale: 'pt-BR' });
  });

  test('a second POST is 400, also when both come at once', async () => {
    const { base, headers } = await freshTenant();
    const body = { publicId: 'p' };
    const both = await Promise.all([1, 2, 3].map(() => world.call('POST', base, { body, headers })));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
    expect(both.find(({ status }) => status === 400)?.body).toEqual({
      message: ['Typebot integration already exists'],
      error: 'Bad Request',
      statusCode: 400,
    });
  });

  test('PUT answers 201, writes only what is sent, and nothing for {}', async () => {
    const { base, headers } = await freshTenant();
    const made = await world.call('POST', base, { body: { publicId: 'p' }, headers });
    const put = await world.call('PUT', base, { body: { enabled: false }, headers });
    expect(put.status).toBe(201);
    expect(put.body).toEqual({ ...made.body, enabled: false, updatedAt: expect.any(String) });
    expect(String(put.body.updatedAt) > String(made.body.updatedAt)).toBe(true);
    expect((await world.call('PUT', base, { headers })).body).toEqual(put.body);
    const same = { body: { enabled: false, publicId: 'p' }, headers };
    expect((await world.call('PUT', base, same)).body).toEqual(put.body);
  });

  test('without one, GET, PUT and DELETE are 404, also beside a configuration of another surface', async () => {
    const { tenant, base, headers } = await freshTenant();
    await world.typebot(tenant.instance);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const reply = await world.call(method, base, { headers });
      expect(reply).toMatchObject({
        status: 404,
        body: { message: ['Typebot integration not found'], error: 'Not Found', statusCode: 404 },
      });
    }
  });

  test('DELETE answers with the integration and takes its sessions along; a new one can be made', async () => {
    const { base, headers } = await freshTenant();
    const made = await world.call('POST', base, { body: { publicId: 'p' }, headers });
    const typebot = await findTypebot(world.db, String(made.body.integrationId));
    const started = await world.conversations.start({
      typebot: typebot!,
      phone: newPhone(),
      refuseMuted: false,
    });
    if (!started.ok) throw new Error('start');
    expect(await world.call('DELETE', base, { headers })).toMatchObject({ status: 200, body: made.body });
    const action = { body: { action: 'pause' }, headers };
    expect((await world.call('PATCH', `${base}/session/${started.session.id}`, action)).status).toBe(404);
    expect((await world.call('GET', base, { headers })).status).toBe(404);
    expect((await world.call('POST', base, { body: { publicId: 'q' }, headers })).status).toBe(201);
  });

  test.each([
    [{}, ['publicId must be a non-empty string of at most 200 characters']],
    [{ publicId: '' }, ['publicId must be a non-empty string of at most 200 characters']],
    [{ publicId: 'x'.repeat(201) }, ['publicId must be a non-empty string of at most 200 characters']],
    [
      { publicId: 1, typebotURL: 'ftp://x', enabled: 'yes' },
      [
        'publicId must be a non-empty string of at most 200 characters',
        'typebotURL must be an http(s) URL',
        'enabled must be a boolean',
      ],
    ],
    [{ publicId: 'p', typebotURL: `https://x/${'y'.repeat(500)}` }, ['typebotURL must be an http(s) URL']],
    [{ publicId: 'p', typebotURL: 'https://' }, ['typebotURL must be an http(s) URL']],
    [{ publicId: 'p', enabled: null }, ['enabled must be a boolean']],
  ])('POST %j is 400 with one entry for each fault', async (body, message) => {
    const reply = await world.call('POST', base, { body, headers: auth });
    expect(reply).toMatchObject({ status: 400, body: { message, error: 'Bad Request', statusCode: 400 } });
  });

  test('broken JSON and other content types are 400', async () => {
    for (const raw of [
      { type: 'application/json', text: '{"publicId":' },
      { type: 'text/plain', text: 'publicId=p' },
    ]) {
      const reply = await world.call('POST', base, { raw, headers: auth });
      expect(reply).toMatchObject({ status: 400, body: { message: ['Malformed JSON'] } });
    }
  });
});

describe('PATCH of a session', () => {
  test('answers with exactly four strings', async () => {
    const session = await startSession();
    const reply = await act(session, 'pause');
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      sessionId: session.id,
      keyRemoteJid: session.remoteJid,
      status: 'paused',
      typebotIntegrationId: session.typebotId,
    });
  });

  test.each([
    ['open', 'open', 'open'],
    ['open', 'resume', 'open'],
    ['open', 'pause', 'paused'],
    ['open', 'close', 'closed'],
    ['paused', 'open', 'open'],
    ['paused', 'resume', 'open'],
    ['paused', 'pause', 'paused'],
    ['paused', 'close', 'closed'],
    ['closed', 'open', 'open'],
    ['closed', 'close', 'closed'],
  ])('from %s, %s leads to %s', async (from, action, to) => {
    const session = await startSession();
    if (from === 'paused') await act(session, 'pause');
    if (from === 'closed') await act(session, 'close');
    const before = await updatedAt(session.id);
    expect(await act(session, action)).toMatchObject({ status: 200, body: { status: to } });
    const after = await updatedAt(session.id);
    if (from === to) expect(after).toEqual(before);
    else expect(after > before).toBe(true);
  });

  test.each(['pause', 'resume'])('%s on a closed session is 400', async (action) => {
    const session = await startSession();
    await act(session, 'close');
    expect(await act(session, action)).toMatchObject({
      status: 400,
      body: { message: ['Session is closed'], error: 'Bad Request', statusCode: 400 },
    });
  });

  test('close without keep_open answers closed, then the row is gone', async () => {
    const session = await startSession(false);
    expect(await act(session, 'close')).toMatchObject({ status: 200, body: { status: 'closed' } });
    for (const action of ['open', 'resume', 'pause', 'close']) {
      expect(await act(session, action)).toMatchObject({
        status: 404,
        body: { message: ['Session not found'], error: 'Not Found', statusCode: 404 },
      });
    }
  });

  test('a session that a person holds is shown paused; pausing it changes nothing, resuming gives it back', async () => {
    const session = await startSession();
    const scope = { workspaceId: tenant.workspaceId };
    await world.conversations.control(scope, session.id, { type: 'set', chatMode: 'operator' });
    const before = await updatedAt(session.id);
    expect((await act(session, 'pause')).body.status).toBe('paused');
    expect(await updatedAt(session.id)).toEqual(before);
    expect((await act(session, 'resume')).body.status).toBe('open');
  });

  test('reopening ends the other active session of the contact', async () => {
    const typebot = await world.typebot(tenant.instance);
    const phone = newPhone();
    const first = await world.conversations.start({ typebot, phone, refuseMuted: false });
    const second = await world.conversations.start({ typebot, phone, refuseMuted: false });
    if (!first.ok || !second.ok) throw new Error('start');
    expect((await act(first.session, 'open')).body.status).toBe('open');
    expect((await act(second.session, 'pause')).status).toBe(400);
  });

  test('reopening deletes the other active session when its configuration does not keep it', async () => {
    const closed = await startSession();
    await act(closed, 'close');
    const typebot = await world.typebot(tenant.instance, { keep_open: false });
    const other = await world.conversations.start({ typebot, phone: closed.phone ?? '', refuseMuted: false });
    expect((await act(closed, 'open')).body.status).toBe('open');
    const { rows } = await world.db.query('SELECT 1 FROM sessions WHERE id = $1', [
      other.ok ? other.session.id : '',
    ]);
    expect(rows).toEqual([]);
  });

  test.each([undefined, 'reopen', 5, null])(
    'action %j is 400, also on an unknown session',
    async (action) => {
      const message = ['action must be one of the following values: open, close, pause, resume'];
      for (const id of [(await startSession()).id, 'nobody']) {
        expect(await act({ id }, action)).toMatchObject({ status: 400, body: { message } });
      }
    },
  );

  test('a missing body is a missing action; an id that is no UUID is unknown', async () => {
    const session = await startSession();
    const path = `${base}/session/${session.id}`;
    expect((await world.call('PATCH', path, { headers: auth })).status).toBe(400);
    expect((await act({ id: 'nobody' }, 'open')).status).toBe(404);
    expect((await act({ id: '%00' }, 'open')).status).toBe(404);
  });

  test('a session of another instance is not found', async () => {
    const other = await world.instance(tenant.workspaceId);
    const session = await startSession(true, { ...tenant, ...other });
    expect((await act(session, 'pause')).status).toBe(404);
  });
});

describe('the list of sessions', () => {
  test('is 404 while the instance has no configuration, then empty, then newest first', async () => {
    const { tenant, base, headers } = await freshTenant();
    expect(await world.call('GET', `${base}/session`, { headers })).toMatchObject({
      status: 404,
      body: { message: ['Typebot integration not found'] },
    });
    await world.typebot(tenant.instance);
    expect((await world.call('GET', `${base}/session`, { headers })).body).toEqual([]);
    const made = [await startSession(true, tenant), await startSession(true, tenant)];
    const reply = await world.call('GET', `${base}/session`, { headers });
    expect(list(reply.body).map((row) => row.sessionId)).toEqual([made[1]!.id, made[0]!.id]);
    expect(Object.keys(reply.body[0] ?? {}).sort()).toEqual([
      'keyRemoteJid',
      'sessionId',
      'status',
      'typebotIntegrationId',
    ]);
  });

  test('is filtered by JID or digits, and by status in every spelling', async () => {
    const session = await startSession();
    const digits = session.remoteJid.split('@')[0];
    for (const jid of [digits, encodeURIComponent(session.remoteJid)]) {
      const found = await world.call('GET', `${base}/session?keyRemoteJid=${jid}`, { headers: auth });
      expect(found.body).toHaveLength(1);
    }
    const query = async (status: string) => {
      const path = `${base}/session?keyRemoteJid=%2B${digits}&status=${status}`;
      return list((await world.call('GET', path, { headers: auth })).body).length;
    };
    expect([await query('open'), await query('opened'), await query('paused')]).toEqual([1, 1, 0]);
    await world.conversations.control({ workspaceId: tenant.workspaceId }, session.id, {
      type: 'set',
      chatMode: 'awaiting',
    });
    expect([await query('open'), await query('pause'), await query('paused')]).toEqual([0, 1, 1]);
    await act(session, 'close');
    expect([await query('close'), await query('closed'), await query('paused')]).toEqual([1, 1, 0]);
  });

  test('has 50 rows a page', async () => {
    const { tenant, base, headers } = await freshTenant();
    const typebot = await world.typebot(tenant.instance);
    for (let count = 0; count < 51; count += 1)
      await world.conversations.start({ typebot, phone: newPhone(), refuseMuted: false });
    const sizes = await Promise.all(
      ['', '?page=1', '?page=2', '?page=3', '?page=99999999999999999999'].map(
        async (query) => list((await world.call('GET', `${base}/session${query}`, { headers })).body).length,
      ),
    );
    expect(sizes).toEqual([50, 50, 1, 0, 0]);
  });

  test.each([
    ['status=running', ['status must be one of the following values: open, paused, closed']],
    ['page=0', ['page must be a positive integer']],
    ['page=1.5', ['page must be a positive integer']],
    ['page=', ['page must be a positive integer']],
    [
      'status=x&page=x',
      ['status must be one of the following values: open, paused, closed', 'page must be a positive integer'],
    ],
  ])('%s is 400', async (query, message) => {
    const reply = await world.call('GET', `${base}/session?${query}`, { headers: auth });
    expect(reply).toMatchObject({ status: 400, body: { message } });
  });
});

describe('who may call', () => {
  test('nobody without a valid credential', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer nonsense' },
      { authorization: `Basic ${tenant.token}` },
    ]) {
      expect(
        await world.call('GET', base, { headers: { ...headers } as Record<string, string> }),
      ).toMatchObject({
        status: 401,
        body: { message: ['Unauthorized'], error: 'Unauthorized', statusCode: 401 },
      });
    }
  });

  test('not for an instance of another workspace or outside the key; an unknown one is 404', async () => {
    const stranger = await world.tenant();
    const forbidden = { message: ['Forbidden resource'], error: 'Forbidden', statusCode: 403 };
    const foreign = `/api/v2/instance/${stranger.instance.id}/typebot-integration`;
    expect(await world.call('GET', foreign, { headers: auth })).toMatchObject({
      status: 403,
      body: forbidden,
    });
    const sibling = await world.instance(tenant.workspaceId);
    const near = `/api/v2/instance/${sibling.instance.id}/typebot-integration`;
    expect(await world.call('GET', near, { headers: auth })).toMatchObject({ status: 403, body: forbidden });
    const nowhere = '/api/v2/instance/VZ00000000000000000000000000/typebot-integration';
    expect(await world.call('GET', nowhere, { headers: auth })).toMatchObject({
      status: 404,
      body: { message: ['Instance not found'], error: 'Not Found', statusCode: 404 },
    });
  });

  test('an unknown path and a wrong method are 404 in this shape, before any credential', async () => {
    for (const [method, path] of [
      ['GET', '/api/v2/nothing'],
      ['POST', `${base}/session`],
    ] as const) {
      expect(await world.call(method, path)).toMatchObject({
        status: 404,
        body: { message: [expect.any(String)], error: 'Not Found', statusCode: 404 },
      });
    }
  });
});

async function updatedAt(sessionId: string): Promise<Date> {
  const { rows } = await world.db.query<{ at: Date }>('SELECT updated_at AS at FROM sessions WHERE id = $1', [
    sessionId,
  ]);
  return rows[0]!.at;
}
