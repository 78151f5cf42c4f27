import { beforeAll, describe, expect, test } from 'vitest';
import type { SessionView, TypebotRow } from '../../src/store/rows.js';
import { answerAsBot } from './stand-in-bot.js';
import { list, newPhone, useWorld, type Json, type Reply, type Tenant } from './world.js';

const world = useWorld({ replyTimeoutMs: 30_000 });
let tenant: Tenant;
let auth: Record<string, string>;
let kept: TypebotRow;

beforeAll(async () => {
  tenant = await world.tenant();
  auth = { 'api-key': tenant.key };
  kept = await world.typebot(tenant.instance);
});

const post = (call: string, body: unknown, headers = auth): Promise<Reply> =>
  world.call('POST', `/chatbot/v1/${call}`, { body, headers });

const form = (call: string, fields: Record<string, string>): Promise<Reply> =>
  world.call('POST', `/chatbot/v1/${call}`, {
    raw: { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(fields).toString() },
    headers: { authorization: `Bearer ${tenant.key}` },
  });

async function startSession(typebot = kept, phone: string | undefined = newPhone()): Promise<SessionView> {
  const result = await world.conversations.start({ typebot, phone, pushName: 'Ana', refuseMuted: false });
  if (!result.ok) throw new Error(result.reason);
  return result.session;
}

const update = (session: { sessionUid: string }, wanted: Record<string, unknown>) =>
  post('updateSession', { session_uid: session.sessionUid, ...wanted });

const refused = (message: string) => ({ status: 400, body: { type: 'RXERROR', message } });

async function stored(session: SessionView) {
  const { rows } = await world.db.query<{
    status: string;
    mode: string;
    resolution: string;
    segment: string;
    at: Date;
  }>('SELECT status, chat_mode AS mode, resolution, segment, updated_at AS at FROM sessions WHERE id = $1', [
    session.id,
  ]);
  return rows[0];
}

describe('updateSession', () => {
  test('answers with exactly the documented keys', async () => {
    const session = await startSession();
    const reply = await update(session, { segment: 'vip,priority' });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      type: 'RXSUCCESS',
      message: 'Session updated successfully',
      data: {
        id: session.rowId,
        project_id: tenant.projectId,
        session_uid: session.sessionUid,
        integration_id: tenant.instance.integrationId,
        status: 'open',
        device_type: null,
        platform: 'whatsapp',
        chat_mode: '1',
        ip: null,
        country: null,
        segment: 'vip,priority',
        state: 'pending',
        contact_id: session.contactRowId,
        visitor_id: null,
        is_emulator: false,
        data: {},
        language: null,
        createdAt: session.createdAt.toISOString(),
        updatedAt: expect.stringMatching(/\.\d{3}Z$/),
      },
    });
    expect(Object.keys(reply.body.data ?? {})).toHaveLength(19);
    expect(session.sessionUid).toMatch(/^\d{17}$/);
    expect(session.sessionUid.slice(0, 13)).toBe(String(session.createdAt.getTime()));
    expect(String(reply.body.data?.updatedAt) > session.updatedAt.toISOString()).toBe(true);
  });

  test('takes forms and every credential', async () => {
    const session = await startSession();
    const reply = await form('updateSession', {
      project_uid: tenant.workspaceId,
      session_uid: session.sessionUid,
      chat_mode: 'operator',
    });
    expect(reply).toMatchObject({ status: 200, body: { data: { chat_mode: '3', state: 'pending' } } });
    expect((await form('updateSession', { session_uid: session.sessionUid, more: '1' })).body.message).toBe(
      'more is not allowed',
    );
  });

  test.each([
    [{ state: 'resolved' }, { state: 'resolved', chat_mode: '1' }],
    [
      { state: 'resolved', segment: 'a' },
      { state: 'resolved', segment: 'a' },
    ],
    [
      { state: 'unresolved', chat_mode: 'awaiting' },
      { state: 'unresolved', chat_mode: '2' },
    ],
    [
      { state: 'closed', chat_mode: 'operator' },
      { state: 'closed', chat_mode: '3', status: 'closed' },
    ],
    [{ chat_mode: 'awaiting' }, { state: 'pending', chat_mode: '2', status: 'open' }],
    [{ segment: '' }, { segment: '' }],
    [{ segment: ' a , b,,a ' }, { segment: ' a , b,,a ' }],
  ])('%j is written', async (wanted, data) => {
    expect(await update(await startSession(), wanted)).toMatchObject({ status: 200, body: { data } });
  });

  test('resolved gives the word back to the bot, also from a pause', async () => {
    const session = await startSession();
    await world.conversations.control({ workspaceId: tenant.workspaceId }, session.id, { type: 'pause' });
    await update(session, { chat_mode: 'operator' });
    await update(session, { state: 'resolved' });
    expect(await stored(session)).toMatchObject({ status: 'opened', mode: 'bot', resolution: 'resolved' });
  });

  test.each(['bot', 'awaiting', 'operator'])('resolved together with chat_mode %s is 400', async (mode) => {
    const session = await startSession();
    const before = await stored(session);
    expect(await update(session, { state: 'resolved', chat_mode: mode, segment: 'x' })).toMatchObject(
      refused('chat_mode cannot be set when state is resolved'),
    );
    expect(await stored(session)).toEqual(before);
  });

  test('asking for a person on a resolved session is 400 and writes nothing; with state pending it is the way back', async () => {
    const session = await startSession();
    await update(session, { state: 'resolved' });
    const before = await stored(session);
    for (const mode of ['awaiting', 'operator']) {
      expect(await update(session, { chat_mode: mode, segment: 'x' })).toMatchObject(
        refused('chat_mode cannot be set when state is resolved'),
      );
    }
    expect(await update(session, { chat_mode: 'bot' })).toMatchObject({ status: 200 });
    expect(await stored(session)).toEqual(before);
    expect(await update(session, { state: 'pending', chat_mode: 'operator' })).toMatchObject({
      body: { data: { state: 'pending', chat_mode: '3' } },
    });
  });

  test('only session_uid changes nothing', async () => {
    const session = await startSession();
    const reply = await update(session, {});
    expect(reply.body.data?.updatedAt).toBe(session.updatedAt.toISOString());
  });

  test('a closed session is reopened by any other state, with the chat mode given or the bot', async () => {
    const session = await startSession();
    await update(session, { state: 'closed', chat_mode: 'operator' });
    expect(await update(session, { state: 'unresolved' })).toMatchObject({
      body: { data: { status: 'open', state: 'unresolved', chat_mode: '1' } },
    });
    await update(session, { state: 'closed' });
    expect(await update(session, { state: 'pending', chat_mode: 'awaiting' })).toMatchObject({
      body: { data: { status: 'open', state: 'pending', chat_mode: '2' } },
    });
  });

  test('closed without keep_open still shows the row, then the session is not found', async () => {
    const session = await startSession(await world.typebot(tenant.instance, { keep_open: false }));
    expect(await update(session, { state: 'closed' })).toMatchObject({
      status: 200,
      body: { data: { status: 'closed', state: 'closed', chat_mode: '1' } },
    });
    expect(await update(session, { state: 'pending' })).toMatchObject(refused('Session not found'));
  });

  test.each([
    [{}, 'session_uid is required'],
    [{ session_uid: 17680464000001506 }, 'session_uid must be a string'],
    [{ session_uid: null }, 'session_uid must be a string'],
    [{ session_uid: '' }, 'session_uid is required'],
    [{ session_uid: '1', state: 'open' }, 'state must be one of pending, unresolved, resolved, closed'],
    [{ session_uid: '1', state: null }, 'state must be one of pending, unresolved, resolved, closed'],
    [{ session_uid: '1', chat_mode: '1' }, 'chat_mode must be one of bot, awaiting, operator'],
    [{ session_uid: '1', chat_mode: null }, 'chat_mode must be one of bot, awaiting, operator'],
    [{ session_uid: '1', segment: 'x'.repeat(256) }, 'segment must be at most 255 characters'],
    [{ session_uid: '1', segment: '😀'.repeat(128) }, 'segment must be at most 255 characters'],
    [{ session_uid: '1', segment: null }, 'segment must be a string'],
    [{ session_uid: '1', segment: ['a'] }, 'segment must be a string'],
    [{ session_uid: '1', status: 'open' }, 'status is not allowed'],
    [{ session_uid: '1' }, 'Session not found'],
    [[], 'the body must be an object'],
  ])('%j is 400', async (body, message) => {
    expect(await post('updateSession', body)).toMatchObject(refused(message));
  });

  test('255 characters of segment fit', async () => {
    const session = await startSession();
    expect((await update(session, { segment: `${'😀'.repeat(127)}x` })).status).toBe(200);
  });

  test('a repeated form field, another content type and broken JSON are 400', async () => {
    for (const raw of [
      { type: 'application/x-www-form-urlencoded', text: 'session_uid=1&session_uid=2' },
      { type: 'text/plain', text: 'session_uid=1' },
      { type: 'application/json', text: '{' },
    ]) {
      const reply = await world.call('POST', '/chatbot/v1/updateSession', { raw, headers: auth });
      expect(reply).toMatchObject({ status: 400, body: { type: 'RXERROR' } });
    }
  });

  test('a project that is not the caller’s is 403, before the session is looked for', async () => {
    const stranger = await world.tenant();
    for (const project_uid of [stranger.workspaceId, 'nobody']) {
      expect(await post('updateSession', { session_uid: '1', project_uid })).toMatchObject({
        status: 403,
        body: { type: 'RXERROR', message: 'Access denied' },
      });
    }
  });

  test('sessions of another workspace, or outside the key, are not found', async () => {
    const session = await startSession();
    const stranger = await world.tenant();
    const sibling = await world.instance(tenant.workspaceId);
    for (const key of [stranger.key, stranger.token, sibling.token]) {
      const body = { session_uid: session.sessionUid, segment: 'stolen' };
      expect(await post('updateSession', body, { 'api-key': key })).toMatchObject(
        refused('Session not found'),
      );
    }
    expect((await stored(session))?.segment).toBe('chat');
  });

  test('without a valid credential it is 401; unknown paths and other methods are 404', async () => {
    expect(await post('updateSession', {}, {})).toMatchObject({
      status: 401,
      body: { type: 'RXERROR', message: 'Unauthorized' },
    });
    const both = { 'api-key': 'wrong', authorization: `Bearer ${tenant.key}` };
    expect((await post('updateSession', {}, both)).status).toBe(401);
    expect(await post('deleteSession', {}, {})).toMatchObject({ status: 404, body: { type: 'RXERROR' } });
    expect(await world.call('GET', '/chatbot/v1/updateSession')).toMatchObject({
      status: 404,
      body: { type: 'RXERROR' },
    });
  });
});

describe('createSession', () => {
  test('without a phone the session has no contact', async () => {
    const reply = await post('createSession', { widget_uid: kept.id });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        type: 'RXSUCCESS',
        message: 'Chatbot session created successfully',
        data: {
          integration_id: 17,
          platform: null,
          contact_id: null,
          status: 'open',
          state: 'pending',
          chat_mode: '1',
          segment: 'chat',
        },
      },
    });
    expect(Object.keys(reply.body.data ?? {})).toHaveLength(18);
    expect(reply.body.data).not.toHaveProperty('language');
    const { rows } = await world.db.query<{ jid: string }>(
      'SELECT remote_jid AS jid FROM sessions WHERE session_uid = $1',
      [String(reply.body.data?.session_uid)],
    );
    expect(rows[0]?.jid).toBe(`${String(reply.body.data?.session_uid)}@api`);
  });

  test('with a phone it is the contact’s, and ends the one before', async () => {
    const before = await startSession();
    const phone = before.phone ?? '';
    const written = `+${phone.slice(0, 2)} (${phone.slice(2, 4)}) ${phone.slice(4)}`;
    const reply = await post('createSession', { widget_uid: kept.id, phone: written });
    expect(reply).toMatchObject({
      status: 200,
      body: { data: { platform: 'whatsapp', contact_id: before.contactRowId } },
    });
    expect(await stored(before)).toMatchObject({ status: 'closed' });
  });

  test('a muted contact is allowed', async () => {
    const phone = newPhone();
    await world.conversations.mute({ instanceId: tenant.instance.id, phone }, 10);
    expect((await post('createSession', { widget_uid: kept.id, phone })).status).toBe(200);
  });

  test.each([
    [{}, 'widget_uid is required'],
    [{ widget_uid: 'x', phone: '123' }, 'phone must have 8 to 15 digits'],
    [{ widget_uid: 'x', phone: 551199 }, 'phone must be a string'],
    [{ widget_uid: 'x', name: 'Ana' }, 'name is not allowed'],
  ])('%j is 400', async (body, message) => {
    expect(await post('createSession', body)).toMatchObject(refused(message));
  });

  test('a number without its country is refused where the instance’s own is not known', async () => {
    const body = { widget_uid: kept.id, phone: '(31) 98888-7777' };
    expect(await post('createSession', body)).toMatchObject(
      refused(expect.stringContaining('phone must begin with + and the country code') as unknown as string),
    );
  });

  test('an unknown widget, a foreign one and one outside the key are 403', async () => {
    const stranger = await world.tenant();
    const foreign = await world.typebot(stranger.instance);
    const sibling = await world.instance(tenant.workspaceId);
    for (const [widget_uid, key] of [
      ['nobody', tenant.key],
      [foreign.id, tenant.key],
      [kept.id, sibling.token],
    ]) {
      expect(await post('createSession', { widget_uid }, { 'api-key': key ?? '' })).toMatchObject({
        status: 403,
        body: { type: 'RXERROR', message: 'Access denied' },
      });
    }
  });
});

describe('sendMessage', () => {
  const send = (session: SessionView, fields: Record<string, unknown>) =>
    post('sendMessage', { widget_uid: session.typebotId, session_uid: session.sessionUid, ...fields });

  test('as the contact answers with the bubbles of the bot and its choices', async () => {
    const session = await startSession();
    const [reply] = await Promise.all([
      send(session, { message: 'Hi' }),
      answerAsBot(world, session.id, {
        bubbles: ['Hello', 'Which plan?'],
        choices: [
          { id: 'it_a', title: 'Basic' },
          { id: 'it_b', title: 'Pro' },
        ],
      }),
    ]);
    const id = reply.body.data?.id;
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      type: 'RXSUCCESS',
      message: 'AI reply',
      data: {
        send_by: 'assistant',
        origin: 'api',
        session_uid: session.sessionUid,
        type: 'text',
        message_id: id,
        message: 'Hello\n\nWhich plan?',
        content_type: 'picker',
        id,
        choices: [
          { icon: '', text: 'Basic', value: 'it_a', enabled: true },
          { icon: '', text: 'Pro', value: 'it_b', enabled: true },
        ],
      },
    });
    const listed = await post('getSessionMessages', { session_uid: session.sessionUid });
    expect(list(listed.body.data).at(-1)?.id).toBe(id);
  });

  test('answers at once when the bot may not answer', async () => {
    const session = await startSession();
    await update(session, { chat_mode: 'awaiting' });
    expect(await send(session, { message: 'Hi' })).toMatchObject({
      status: 200,
      body: { message: 'Message sent' },
    });
  });

  test('as an operator silences the bot, and a resolved session becomes pending', async () => {
    const session = await startSession();
    await update(session, { state: 'resolved' });
    expect(await send(session, { message: 'I am here', send_by: 'operator' })).toMatchObject({
      status: 200,
      body: { message: 'Message sent', data: { send_by: 'operator', choices: [] } },
    });
    expect(await stored(session)).toMatchObject({ mode: 'operator', resolution: 'pending' });
  });

  test('as the assistant changes nothing', async () => {
    const session = await startSession();
    const before = await stored(session);
    const fields = { message: 'https://x.test/a.pdf', send_by: 'assistant', content_type: 'file' };
    expect(await send(session, fields)).toMatchObject({
      status: 200,
      body: { message: 'Message sent', data: { send_by: 'assistant', content_type: 'file' } },
    });
    expect(await stored(session)).toEqual(before);
  });

  test.each(['user', 'operator', 'assistant'])('as %s on a closed session is 400', async (send_by) => {
    const session = await startSession();
    await update(session, { state: 'closed' });
    expect(await send(session, { message: 'x', send_by })).toMatchObject(refused('Session is closed'));
  });

  test('widget_uid may be left out with project_uid, and must be the session’s', async () => {
    const session = await startSession();
    const { sessionUid: session_uid } = session;
    const message = { session_uid, message: 'x', send_by: 'assistant' };
    expect(await post('sendMessage', message)).toMatchObject(refused('widget_uid is required'));
    expect((await post('sendMessage', { ...message, project_uid: tenant.workspaceId })).status).toBe(200);
    const other = await world.typebot(tenant.instance);
    expect(await post('sendMessage', { ...message, widget_uid: other.id })).toMatchObject(
      refused('Session not found'),
    );
    expect((await post('sendMessage', { ...message, widget_uid: 'nobody' })).status).toBe(403);
  });

  test.each([
    [{ message: '' }, 'message is required'],
    [{}, 'message is required'],
    [{ message: 'x'.repeat(4097) }, 'message must be at most 4096 characters'],
    [{ message: 'x', send_by: 'bot' }, 'send_by must be one of user, operator, assistant'],
    [
      { message: 'x', content_type: 'card' },
      'content_type must be one of text, picker, image, audio, video, file',
    ],
    [{ message: 'no url', content_type: 'image' }, 'message must be an http(s) URL'],
    [{ message: 'x', choices: [] }, 'choices is not allowed'],
  ])('%j is 400', async (fields, message) => {
    expect(await send(await startSession(), fields)).toMatchObject(refused(message));
  });
});

describe('sendMessage to a slow bot', () => {
  const hasty = useWorld({ replyTimeoutMs: 50 });

  test('tells the message itself when nothing comes in time', async () => {
    const owner = await hasty.tenant();
    const typebot = await hasty.typebot(owner.instance);
    const started = await hasty.conversations.start({ typebot, phone: newPhone(), refuseMuted: false });
    const session_uid = started.ok ? started.session.sessionUid : '';
    const reply = await hasty.call('POST', '/chatbot/v1/sendMessage', {
      body: { widget_uid: typebot.id, session_uid, message: 'Hi' },
      headers: { 'api-key': owner.key },
    });
    expect(reply.body).toEqual({
      type: 'RXSUCCESS',
      message: 'Message sent',
      data: {
        send_by: 'user',
        origin: 'api',
        session_uid,
        type: 'text',
        message_id: expect.any(Number),
        message: 'Hi',
        content_type: 'text',
        id: reply.body.data?.message_id,
        choices: [],
      },
    });
  });
});

describe('getSessions', () => {
  let project: Tenant;
  let sessions: SessionView[];
  const headers = () => ({ 'api-key': project.key });
  const uids = (reply: Reply) => list(reply.body.data).map((row) => row.session_uid);

  beforeAll(async () => {
    project = await world.tenant();
    const typebot = await world.typebot(project.instance);
    sessions = [];
    for (let count = 0; count < 12; count += 1) sessions.push(await startSession(typebot));
  });

  test('lists ten by default, the oldest first, with exactly the documented keys', async () => {
    const reply = await post('getSessions', {}, headers());
    expect(reply.body).toMatchObject({ type: 'RXSUCCESS', message: 'Session detail' });
    expect(uids(reply)).toEqual(sessions.slice(0, 10).map(({ sessionUid }) => sessionUid));
    expect(list(reply.body.data)[0]).toEqual({
      id: sessions[0]?.rowId,
      project_id: project.projectId,
      session_uid: sessions[0]?.sessionUid,
      integration_id: project.instance.integrationId,
      status: 'open',
      device_type: null,
      platform: 'whatsapp',
      chat_mode: '1',
      ip: null,
      country: null,
      segment: 'chat',
      data: {},
      state: 'pending',
      contact_id: sessions[0]?.contactRowId,
      created_at: sessions[0]?.createdAt.toISOString(),
      updated_at: sessions[0]?.updatedAt.toISOString(),
      total_unseen: '0',
      last_message_time: null,
      last_message: null,
      last_message_id: null,
      last_message_content_type: null,
      last_message_type: null,
      visitor_data: {},
      contact_data: { phone: sessions[0]?.phone, name: 'Ana' },
      session_meta: {},
    });
  });

  test('pages, turns around and is empty past the end', async () => {
    const page = (fields: object) => post('getSessions', fields, headers());
    expect(uids(await page({ limit: 5, page: 3 }))).toHaveLength(2);
    expect(uids(await page({ limit: 5, page: 4 }))).toEqual([]);
    expect(uids(await page({ page: 1_000_000_000 }))).toEqual([]);
    expect(uids(await page({ orderBy: 'DESC', limit: 1 }))).toEqual([sessions[11]?.sessionUid]);
  });

  test('shows the last message, and how many of the contact wait for an answer', async () => {
    const session = sessions[3]!;
    for (const text of ['one', 'two']) {
      await world.conversations.contactMessage({ workspaceId: project.workspaceId }, session.id, {
        content: { contentType: 'text', text },
        whenClosed: 'refuse',
      });
    }
    const ask = async () =>
      list((await post('getSessions', { orderBy: 'DESC', limit: 1 }, headers())).body.data)[0];
    expect(await ask()).toMatchObject({
      session_uid: session.sessionUid,
      total_unseen: '2',
      last_message: 'two',
      last_message_content_type: 'text',
      last_message_type: 0,
      last_message_id: expect.any(Number),
      last_message_time: expect.stringMatching(/Z$/),
    });
    await world.conversations.sendMessage({ workspaceId: project.workspaceId }, session.id, {
      content: { type: 'text', text: 'answer' },
      sender: 'operator',
      takeover: true,
    });
    expect(await ask()).toMatchObject({ total_unseen: '0', last_message: 'answer' });
  });

  test('filters by status, dates and conditions', async () => {
    const session = sessions[5]!;
    const body = { session_uid: session.sessionUid, state: 'closed', segment: 'gold,vip' };
    await post('updateSession', body, headers());
    const find = async (fields: object) =>
      uids(await post('getSessions', { limit: 100, ...fields }, headers()));
    const only = [session.sessionUid];
    expect(await find({ status: 'closed' })).toEqual(only);
    expect(await find({ status: 'open' })).toHaveLength(11);
    const condition = (key: string, operator: string, value: string) => ({
      model: 'SESSION',
      key,
      operator,
      value,
    });
    const filter = async (...conditions: object[]) => find({ filter: conditions });
    expect(await filter(condition('state', 'is', 'closed'))).toEqual(only);
    expect(await filter(condition('status', 'is_not', 'open'))).toEqual(only);
    expect(await filter(condition('segment', 'contains', 'vip'))).toEqual(only);
    expect(await filter(condition('session_uid', 'is', session.sessionUid))).toEqual(only);
    expect(await filter(condition('chat_mode', 'is', 'operator'))).toEqual([sessions[3]?.sessionUid]);
    expect(await filter(condition('chat_mode', 'is', '3'))).toEqual([sessions[3]?.sessionUid]);
    expect(await filter(condition('state', 'is', 'closed'), condition('segment', 'is', 'chat'))).toEqual([]);
    const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    // They may have been made before midnight.
    expect(await find({ from: dayOf(Date.now() - 3_600_000), to: dayOf(Date.now()) })).toHaveLength(12);
    expect(await find({ to: '2020-01-01' })).toEqual([]);
    expect(await find({ from: '2999-01-01' })).toEqual([]);
  });

  test.each<[object]>([
    [{ limit: 0 }],
    [{ limit: 101 }],
    [{ limit: 1.5 }],
    [{ limit: 'ten' }],
    [{ page: 0 }],
    [{ orderBy: 'asc' }],
    [{ status: 'pending' }],
    [{ from: '2026-02-30' }],
    [{ from: '01/02/2026' }],
    [{ filter: {} }],
    [{ filter: [{ model: 'SESSION', key: 'state', operator: 'is' }] }],
    [{ filter: [{ model: 'VISITOR', key: 'state', operator: 'is', value: 'x' }] }],
    [{ filter: [{ model: 'SESSION', key: 'country', operator: 'is', value: 'x' }] }],
    [{ filter: [{ model: 'SESSION', key: 'state', operator: 'like', value: 'x' }] }],
    [{ widget_uid: 'x' }],
    [{ view_id: 'x' }],
  ])('%j is 400', async (fields) => {
    expect(await post('getSessions', fields, headers())).toMatchObject({
      status: 400,
      body: { type: 'RXERROR' },
    });
  });

  test('a form carries numbers and the filter as text', async () => {
    const fields = {
      limit: '2',
      view_id: '7',
      filter: JSON.stringify([{ model: 'SESSION', key: 'state', operator: 'is', value: 'pending' }]),
    };
    expect((await form('getSessions', fields)).status).toBe(200);
    expect((await form('getSessions', { filter: 'no json' })).status).toBe(400);
  });

  test('a key sees its own instance only', async () => {
    const sibling = await world.instance(project.workspaceId);
    expect((await post('getSessions', {}, { 'api-key': sibling.token })).body.data).toEqual([]);
  });
});

describe('getSessionMessages', () => {
  test('lists the messages with exactly the documented keys', async () => {
    const session = await startSession();
    const said = { widget_uid: kept.id, session_uid: session.sessionUid };
    await Promise.all([
      post('sendMessage', { ...said, message: 'Hi' }),
      answerAsBot(world, session.id, { bubbles: ['Which plan?'], choices: [{ id: 'it_a', title: 'Basic' }] }),
    ]);
    await post('sendMessage', {
      ...said,
      message: 'https://x.test/a.png',
      content_type: 'image',
      send_by: 'operator',
    });
    const reply = await post('getSessionMessages', { session_uid: session.sessionUid });
    expect(reply.body).toMatchObject({ type: 'RXSUCCESS', message: 'Session messages' });
    const [first, second, third]: Json[] = list(reply.body.data);
    expect(second).toEqual({
      id: expect.any(Number),
      session_id: session.rowId,
      send_by: 'assistant',
      rate: null,
      message: 'Which plan?',
      type: 0,
      seen: '0',
      sender_id: null,
      content_type: 'picker',
      choices: [{ icon: '', text: 'Basic', value: 'it_a', enabled: true }],
      targets: {},
      url: null,
      delivered: '1',
      provider_message_id: null,
      streaming: false,
      response_source: null,
      extra_data: {},
      createdAt: expect.stringMatching(/Z$/),
      deleted_at: null,
      AILog: [],
    });
    expect(first).toMatchObject({ send_by: 'user', message: 'Hi', content_type: 'text', choices: [] });
    expect(third).toMatchObject({
      send_by: 'operator',
      content_type: 'image',
      url: 'https://x.test/a.png',
      message: 'https://x.test/a.png',
      delivered: '0',
    });
    const last = { session_uid: session.sessionUid, orderBy: 'DESC', limit: 1 };
    expect(list((await post('getSessionMessages', last)).body.data)).toEqual([third]);
    expect((await post('getSessionMessages', { ...last, page: 9 })).body.data).toEqual([]);
  });

  test('of an unknown session is 400', async () => {
    expect(await post('getSessionMessages', { session_uid: '1' })).toMatchObject(
      refused('Session not found'),
    );
    expect(await post('getSessionMessages', {})).toMatchObject(refused('session_uid is required'));
  });
});
