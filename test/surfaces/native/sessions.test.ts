import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newPhone, useApi } from '../../http/api.js';
import type { CallOptions, Tenant, Json } from '../../http/api.js';

const api = useApi();
const notFound = { status: 404, body: { code: 404, success: false, error: 'session not found' } };
const ok = { status: 200, body: { status: 'ok' } };

/** A tenant with a typebot that keeps its sessions, and short ways to call below it. */
async function shop(fields: Record<string, unknown> = {}) {
  const tenant = await api().tenant();
  const base = `/instances/${tenant.instanceId}`;
  const call = (method: string, path: string, options: CallOptions = {}) =>
    api().call(method, `${base}${path}`, { key: tenant.key, ...options });
  const least = {
    typebot_url: 'https://bot.example',
    public_id: 'flow',
    trigger_type: 'none',
    keep_open: true,
  };
  const typebot = (await call('POST', '/typebots', { json: { ...least, ...fields } })).body;
  const start = (phone: string, more: Record<string, unknown> = {}) =>
    call('POST', '/typebots/sessions/start', {
      json: { public_id: 'flow', phone, message: 'hello', ...more },
    });
  const newest = async (): Promise<Json> => (await call('GET', '/typebots/sessions?limit=1')).body[0];
  const started = async (phone = newPhone()): Promise<Json> => {
    expect(await start(phone)).toMatchObject(ok);
    return newest();
  };
  return { tenant, base, call, typebot, start, newest, started };
}

describe('starting a session by hand', () => {
  test('makes an opened session whose first message is in the transcript', async () => {
    const { call, start, newest, typebot, tenant } = await shop({ expire_in_minutes: 30 });
    const phone = newPhone();
    const reply = await start(`+${phone.slice(0, 1)} ${phone.slice(1)}`, { push_name: 'Ana' });
    expect(reply).toMatchObject({ status: 200, body: { status: 'ok' } });
    const session = await newest();
    expect(session).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      typebot_id: typebot.typebot_id,
      public_id: 'flow',
      remote_jid: `${phone}@s.whatsapp.net`,
      push_name: 'Ana',
      status: 'opened',
      session_id: null,
      created_at: expect.stringMatching(/\.\d{3}Z$/),
      updated_at: session.created_at,
      phone,
      session_uid: expect.stringMatching(/^\d{17}$/),
      channel: 'whatsapp',
      chat_mode: 'bot',
      resolution: 'pending',
      segment: 'chat',
      tags: {},
      last_message_at: expect.any(String),
      expires_at: new Date(Date.parse(session.last_message_at) + 30 * 60_000).toISOString(),
      muted_until: null,
      close_reason: null,
      last_error: null,
      resumes_at: null,
      workflow_id: expect.stringMatching(new RegExp(`^conversation/${tenant.instanceId}/[0-9a-f-]{36}$`)),
    });
    const transcript = await call('GET', `/typebots/sessions/${session.id}/messages`);
    expect(transcript).toMatchObject({ status: 200, body: { next_cursor: null } });
    expect(transcript.body.messages).toEqual([
      {
        id: expect.any(String),
        direction: 'incoming',
        sender: 'contact',
        content_type: 'text',
        text: 'hello',
        media_url: null,
        provider_message_id: null,
        delivery: 'received',
        error: null,
        created_at: expect.any(String),
        provider_timestamp: null,
        content: { type: 'text', text: 'hello' },
        quoted_message_id: null,
        forwarded: null,
        referral: null,
        participant: null,
      },
    ]);
  });

  test('ends the active session of the contact, which stays as closed with keep_open', async () => {
    const { call, start, started } = await shop();
    const phone = newPhone();
    const first = await started(phone);
    await start(phone, { message: 'again' });
    const rows = (await call('GET', `/typebots/sessions?phone=${phone}`)).body;
    expect(rows.map((row: Json) => [row.status, row.close_reason])).toEqual([
      ['opened', null],
      ['closed', 'replaced'],
    ]);
    expect(rows[1].id).toBe(first.id);
  });

  test('works for a disabled typebot, and prefers an enabled one of the same public id', async () => {
    const { call, newest, start, typebot } = await shop({ enabled: false, priority: 9 });
    expect((await start(newPhone())).status).toBe(200);
    expect((await newest()).typebot_id).toBe(typebot.typebot_id);
    const enabled = (
      await call('POST', '/typebots', {
        json: { typebot_url: 'https://b.example', public_id: 'flow', trigger_type: 'none' },
      })
    ).body;
    expect((await start(newPhone())).status).toBe(200);
    expect((await newest()).typebot_id).toBe(enabled.typebot_id);
    const byId = await call('POST', `/typebots/${typebot.typebot_id}/sessions/start`, {
      json: { phone: newPhone(), message: 'x' },
    });
    expect(byId).toMatchObject(ok);
    expect((await newest()).typebot_id).toBe(typebot.typebot_id);
  });

  test('reads a number as people write it, in the country of the instance’s own, wherever one is typed', async () => {
    const { base, call, start, newest, tenant } = await shop();
    expect(await start('(31) 98888-7777')).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^phone must begin with \+ and the country code/) },
    });
    await api().call('PATCH', base, { key: tenant.key, json: { phone: '+55 31 99999-0000' } });
    const written = ['(31) 98888-7777', '0055 31 98888 7777', '+55 31 98888-7777', '5531988887777'];
    for (const phone of written) {
      expect(await start(phone)).toMatchObject(ok);
      const session = await newest();
      expect(session.phone).toBe('5531988887777');
      const [path, query] = [encodeURIComponent(phone), new URLSearchParams({ phone })];
      expect((await call('GET', `/typebots/sessions?${query}`)).body[0].id).toBe(session.id);
      const evaluated = await call('POST', '/typebots/evaluate', { json: { text: 'x', phone } });
      expect(evaluated.body.reason).toBe('active_session');
      expect((await call('POST', `/contacts/${path}/mute`, { json: { minutes: 0 } })).body.phone).toBe(
        session.phone,
      );
      expect((await call('POST', `/typebots/sessions/${path}/close`)).body).toMatchObject({ closed: 1 });
    }
  });

  test('is refused for a muted contact', async () => {
    const { call, start } = await shop();
    const phone = newPhone();
    await call('POST', `/contacts/${phone}/mute`, { json: { minutes: 1 } });
    expect(await start(phone)).toMatchObject({
      status: 409,
      body: { code: 409, success: false, error: 'contact is muted' },
    });
  });

  test('names the field that is wrong before it looks for the typebot', async () => {
    const { call, start, typebot } = await shop();
    const faults: [Record<string, unknown>, string][] = [
      [{ public_id: undefined }, 'public_id is required'],
      [{ phone: undefined }, 'phone is required'],
      [{ phone: '123' }, 'phone must have 8 to 15 digits'],
      [{ phone: 5511999999999 }, 'phone must have 8 to 15 digits'],
      [{ public_id: 'nobody', message: undefined }, 'message is required'],
      [{ message: '' }, 'message must be a string of 1 to 4096 characters'],
      [{ message: 'x'.repeat(4097) }, 'message must be a string of 1 to 4096 characters'],
      [{ push_name: 'x'.repeat(201) }, 'push_name must be a string of at most 200 characters'],
    ];
    for (const [fields, error] of faults) {
      expect(await start(newPhone(), fields)).toMatchObject({
        status: 400,
        body: { code: 400, success: false, error },
      });
    }
    const missing = { status: 404, body: { code: 404, success: false, error: 'typebot not found' } };
    expect(await start(newPhone(), { public_id: 'nobody' })).toMatchObject(missing);
    const other = await shop();
    for (const id of [randomUUID(), 'x', other.typebot.typebot_id]) {
      const path = `/typebots/${id}/sessions/start`;
      expect(await call('POST', path, { json: { phone: newPhone(), message: 'x' } })).toMatchObject(missing);
      expect((await call('POST', path, { json: {} })).status).toBe(400);
    }
    expect(typebot.typebot_id).toBeTruthy();
  });

  test('with an Idempotency-Key answers a repetition from the first time and refuses another request', async () => {
    const { call, newest } = await shop();
    const [phone, headers] = [newPhone(), { 'Idempotency-Key': 'order-7' }];
    const json = { public_id: 'flow', phone, message: 'hello' };
    const send = (body: unknown) => call('POST', '/typebots/sessions/start', { json: body, headers });
    expect(await send(json)).toMatchObject(ok);
    const first = await newest();
    expect(await send(json)).toMatchObject(ok);
    expect((await newest()).id).toBe(first.id);
    expect(await send({ ...json, message: 'other' })).toMatchObject({ status: 409 });
    expect(
      await call('POST', '/typebots/sessions/start', {
        json,
        headers: { 'Idempotency-Key': 'x'.repeat(256) },
      }),
    ).toMatchObject({ status: 400 });
  });

  test('under one Idempotency-Key at once is one start, and no other request may use the key', async () => {
    const { call, tenant } = await shop();
    const headers = { 'Idempotency-Key': 'order-8' };
    const json = { public_id: 'flow', phone: newPhone(), message: 'hello' };
    const send = () => call('POST', '/typebots/sessions/start', { json, headers });
    const replies = await Promise.all([send(), send(), send(), send()]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await call('GET', '/typebots/sessions')).body).toHaveLength(1);
    const { key } = tenant;
    const other = await api().call('POST', '/instances', { key, headers, json: { name: 'B' } });
    expect(other).toMatchObject({ status: 409 });
  });

  test('that is refused leaves its Idempotency-Key free', async () => {
    const { call } = await shop();
    const phone = newPhone();
    const headers = { 'Idempotency-Key': 'order-9' };
    const json = { public_id: 'flow', phone, message: 'hello' };
    const send = () => call('POST', '/typebots/sessions/start', { json, headers });
    await call('POST', `/contacts/${phone}/mute`, { json: { minutes: 1 } });
    expect(await send()).toMatchObject({ status: 409, body: { error: 'contact is muted' } });
    await call('POST', `/contacts/${phone}/mute`, { json: { minutes: 0 } });
    expect(await send()).toMatchObject(ok);
  });
});

describe('the state machine', () => {
  test('pauses, resumes and closes; what changes nothing is answered with ok', async () => {
    const { call, started } = await shop();
    const session = await started();
    const path = `/typebots/sessions/${session.id}`;
    const shown = async () => (await call('GET', path)).body;
    expect(await call('POST', `${path}/resume`)).toMatchObject(ok);
    expect((await shown()).updated_at).toBe(session.updated_at);
    expect(await call('POST', `${path}/pause`)).toMatchObject(ok);
    const paused = await shown();
    expect(paused).toMatchObject({ status: 'paused', chat_mode: 'bot', resumes_at: null });
    expect(paused.updated_at > session.updated_at).toBe(true);
    expect(await call('POST', `${path}/pause`, { json: {} })).toMatchObject(ok);
    expect((await shown()).updated_at).toBe(paused.updated_at);
    expect(await call('POST', `${path}/resume`)).toMatchObject(ok);
    expect((await shown()).status).toBe('opened');
    expect(await call('POST', `${path}/close`)).toMatchObject(ok);
    expect(await shown()).toMatchObject({
      status: 'closed',
      close_reason: 'closed_by_api',
      resolution: 'closed',
      expires_at: null,
    });
  });

  test('knows a pause that ends by itself', async () => {
    const { call, started } = await shop();
    const path = `/typebots/sessions/${(await started()).id}`;
    const before = Date.now();
    expect(await call('POST', `${path}/pause`, { json: { minutes: 10 } })).toMatchObject(ok);
    const { resumes_at } = (await call('GET', path)).body;
    expect(Date.parse(resumes_at)).toBeGreaterThanOrEqual(before + 600_000);
    for (const minutes of [0, 43_201, 1.5, '5', null]) {
      expect(await call('POST', `${path}/pause`, { json: { minutes } })).toMatchObject({
        status: 400,
        body: { error: 'minutes must be an integer between 1 and 43200' },
      });
    }
  });

  test('finds nothing to do on a closed, deleted or unknown session', async () => {
    const { call, started } = await shop();
    const session = await started();
    await call('POST', `/typebots/sessions/${session.id}/close`);
    for (const id of [session.id, randomUUID()]) {
      for (const verb of ['pause', 'resume', 'close']) {
        expect(await call('POST', `/typebots/sessions/${id}/${verb}`)).toMatchObject(notFound);
      }
      expect(
        await call('POST', `/typebots/sessions/${id}/messages`, { json: { message: 'x' } }),
      ).toMatchObject(notFound);
    }
  });

  test('of several closes at once does one, and finds nothing for the others', async () => {
    const { call, started } = await shop({ keep_open: true });
    const phone = '5532988776600';
    const session = await started(phone);
    const targets = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? session.id : phone));
    const answers = await Promise.all(
      targets.map((target) => call('POST', `/typebots/sessions/${target}/close`)),
    );
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 404),
    ]);
  });

  test('deletes row and transcript at the end without keep_open', async () => {
    const { call, started, typebot } = await shop({ keep_open: false });
    const session = await started();
    expect(await call('POST', `/typebots/sessions/${session.id}/close`)).toMatchObject(ok);
    expect(await call('GET', `/typebots/sessions/${session.id}`)).toMatchObject(notFound);
    expect(await call('GET', `/typebots/sessions/${session.id}/messages`)).toMatchObject(notFound);
    expect((await call('GET', '/typebots/sessions')).body).toEqual([]);
    const { rows } = await api().db.query('SELECT id FROM inbox WHERE session_id = $1', [session.id]);
    expect(rows).toEqual([]);
    expect(typebot.keep_open).toBe(false);
  });

  test('closes by phone whatever typebot started the session, also under the other Brazilian spelling', async () => {
    const { call, started } = await shop();
    const phone = '5532988776655';
    await started(phone);
    expect(await call('POST', '/typebots/sessions/553288776655/close')).toMatchObject({
      status: 200,
      body: { status: 'ok', closed: 1 },
    });
    expect(await call('POST', `/typebots/sessions/${phone}/close`)).toMatchObject(notFound);
  });

  test('takes a session only in the forms of its endpoint', async () => {
    const { call } = await shop();
    const uuidOnly = { status: 400, body: { code: 400, success: false, error: 'session must be a UUID' } };
    for (const id of ['5532988776655', 'abc', '%00']) {
      expect(await call('POST', `/typebots/sessions/${id}/pause`)).toMatchObject(uuidOnly);
      expect(await call('POST', `/typebots/sessions/${id}/resume`)).toMatchObject(uuidOnly);
      expect(await call('GET', `/typebots/sessions/${id}`)).toMatchObject(uuidOnly);
      expect(await call('GET', `/typebots/sessions/${id}/messages`)).toMatchObject(uuidOnly);
      expect(
        await call('POST', `/typebots/sessions/${id}/messages`, { json: { message: 'x' } }),
      ).toMatchObject(uuidOnly);
    }
    for (const id of ['abc', '1234567', '1234567890123456']) {
      expect(await call('POST', `/typebots/sessions/${id}/close`)).toMatchObject({
        status: 400,
        body: { error: 'session must be a UUID or a phone number' },
      });
    }
  });
});

describe('the session list', () => {
  test('is filtered by shown status, phone and typebot', async () => {
    const { call, started, typebot } = await shop();
    const opened = await started();
    const paused = await started();
    await call('POST', `/typebots/sessions/${paused.id}/pause`);
    const operated = await started();
    await call('POST', `/typebots/sessions/${operated.id}/messages`, { json: { message: 'hi' } });
    const closed = await started();
    await call('POST', `/typebots/sessions/${closed.id}/close`);
    const ids = async (query: string) =>
      (await call('GET', `/typebots/sessions${query}`)).body.map((row: Json) => row.id);
    expect(await ids('')).toEqual([closed.id, operated.id, paused.id, opened.id]);
    expect(await ids('?status=opened')).toEqual([opened.id]);
    expect(await ids('?status=paused')).toEqual([operated.id, paused.id]);
    expect(await ids('?status=closed')).toEqual([closed.id]);
    expect(await ids(`?phone=${paused.phone}`)).toEqual([paused.id]);
    expect(await ids(`?typebot_id=${typebot.typebot_id}&limit=2`)).toEqual([closed.id, operated.id]);
    expect(await ids(`?typebot_id=${randomUUID()}`)).toEqual([]);
    expect(await ids('?typebot_id=x')).toEqual([]);
  });

  test('is paged by the last session of the page before', async () => {
    const { call, started } = await shop();
    const made = [await started(), await started(), await started()].map((row) => row.id).toReversed();
    const first = (await call('GET', '/typebots/sessions?limit=2')).body;
    const second = (await call('GET', `/typebots/sessions?limit=2&before=${first[1].id}`)).body;
    expect([...first, ...second].map((row: Json) => row.id)).toEqual(made);
  });

  test.each([
    ['status=open', 'status must be one of opened, paused, closed'],
    ['phone=12', 'phone must have 8 to 15 digits'],
    ['limit=0', 'limit must be an integer between 1 and 1000'],
    ['limit=1001', 'limit must be an integer between 1 and 1000'],
    ['limit=ten', 'limit must be an integer between 1 and 1000'],
    ['limit=1&limit=2', 'limit must be an integer between 1 and 1000'],
    ['before=x', 'before must be the id of a session'],
    [`before=${randomUUID()}`, 'before must be the id of a session'],
    ['phone=%00', 'query has characters that cannot be stored'],
  ])('refuses %s', async (query, error) => {
    const { call } = await shop();
    expect(await call('GET', `/typebots/sessions?${query}`)).toMatchObject({
      status: 400,
      body: { code: 400, success: false, error },
    });
  });
});

describe('an operator', () => {
  test('takes the word and is in the transcript', async () => {
    const { call, started } = await shop();
    const session = await started();
    const sent = await call('POST', `/typebots/sessions/${session.id}/messages`, {
      json: { message: 'May I help?', reply_to: 'wamid.1' },
    });
    expect(sent.status).toBe(200);
    expect(sent.body).toMatchObject({
      status: 'ok',
      message: {
        direction: 'outgoing',
        sender: 'operator',
        content_type: 'text',
        text: 'May I help?',
        delivery: 'pending',
        quoted_message_id: 'wamid.1',
      },
    });
    expect((await call('GET', `/typebots/sessions/${session.id}`)).body).toMatchObject({
      status: 'paused',
      chat_mode: 'operator',
    });
    const transcript = (await call('GET', `/typebots/sessions/${session.id}/messages`)).body.messages;
    expect(transcript.at(-1)).toEqual(sent.body.message);
  });

  test('leaves the bot the word with pause false', async () => {
    const { call, started } = await shop();
    const session = await started();
    await call('POST', `/typebots/sessions/${session.id}/messages`, {
      json: { message: 'by the way', pause: false },
    });
    expect((await call('GET', `/typebots/sessions/${session.id}`)).body).toMatchObject({
      status: 'opened',
      updated_at: session.updated_at,
    });
  });

  const contents: [string, Record<string, unknown>][] = [
    ['location', { type: 'location', latitude: -19.9, longitude: -43.9 }],
    ['image', { type: 'image', media: { url: 'https://x.example/a.png' }, caption: 'look' }],
    [
      'document',
      { type: 'document', media: { base64: 'aGk=', mime_type: 'text/plain' }, file_name: 'a.txt' },
    ],
    ['audio', { type: 'audio', media: { provider_media_id: '12' } }],
    ['buttons', { type: 'buttons', body: 'Pick', buttons: [{ id: 'a', title: 'A' }] }],
    ['list', { type: 'list', body: 'Pick', button: 'Open', sections: [{ rows: [{ id: 'a', title: 'A' }] }] }],
    ['contacts', { type: 'contacts', contacts: [{ name: 'Bo', phone: '+15550001' }] }],
  ];

  test.each(contents)('sends %s', async (type, content) => {
    const { call, started } = await shop();
    const session = await started();
    const sent = await call('POST', `/typebots/sessions/${session.id}/messages`, { json: { content } });
    expect(sent).toMatchObject({
      status: 200,
      body: { message: { content_type: type, sender: 'operator' } },
    });
  });

  const faults: [unknown, string][] = [
    [{}, 'body must have exactly one of message and content'],
    [
      { message: 'x', content: { type: 'text', text: 'x' } },
      'body must have exactly one of message and content',
    ],
    [{ message: '' }, 'message must be a string of 1 to 4096 characters'],
    [{ message: 'x', pause: 'no' }, 'pause must be true or false'],
    [{ content: { type: 'hologram' } }, 'content.type must be'],
    [{ content: { type: 'text' } }, 'content.text is required'],
    [
      { content: { type: 'location', latitude: 91, longitude: 0 } },
      'content.latitude must be a number between -90 and 90',
    ],
    [
      { content: { type: 'image', media: {} } },
      'content.media must be an object with url, with base64 and mime_type, or with provider_media_id',
    ],
    [{ content: 'text' }, 'content must be an object'],
    [{ message: 'a\u0000b' }, 'body has characters that cannot be stored'],
  ];

  test.each(faults)('is told what is wrong with %j', async (json, error) => {
    const { call, started } = await shop();
    const session = await started();
    const reply = await call('POST', `/typebots/sessions/${session.id}/messages`, { json });
    expect(reply).toMatchObject({ status: 400, body: { code: 400, success: false } });
    expect(reply.body.error).toContain(error);
  });
});

describe('the transcript', () => {
  test('is paged by cursor, oldest first, without gap or repetition', async () => {
    const { call, started } = await shop();
    const path = `/typebots/sessions/${(await started()).id}/messages`;
    for (const message of ['one', 'two', 'three', 'four']) await call('POST', path, { json: { message } });
    const texts: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null; page += 1) {
      const reply = await call('GET', `${path}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      texts.push(...reply.body.messages.map((row: Json) => row.text));
      cursor = reply.body.next_cursor;
      expect(page).toBeLessThan(4);
    }
    expect(texts).toEqual(['hello', 'one', 'two', 'three', 'four']);
    for (const query of ['limit=0', 'limit=201', 'cursor=x', 'cursor=', `cursor=${'9'.repeat(200)}`]) {
      expect((await call('GET', `${path}?${query}`)).status).toBe(400);
    }
  });
});

test('what a person sends is in the transcript, in the words of the contract', async () => {
  const { call, tenant, newest } = await shop({ trigger_type: 'all' });
  const from = { phone: newPhone(), name: 'Ana' };
  const timestamp = Date.now();
  const contents: Record<string, unknown>[] = [
    { contentType: 'text', text: 'hi' },
    { contentType: 'buttonReply', id: 'a', title: 'Yes' },
    {
      contentType: 'image',
      media: { mimeType: 'image/png', url: 'http://127.0.0.1:9/a.png' },
      caption: 'look',
    },
    { contentType: 'location', latitude: 1, longitude: 2, name: 'Here' },
  ];
  const messages = contents.map((content, at) => ({
    keyId: `key-${at}`,
    from,
    timestamp,
    content,
    quotedKeyId: at === 1 ? 'key-0' : undefined,
  }));
  const reply = await api().call('POST', `/webhooks/${tenant.instanceId}`, { json: { messages } });
  expect(reply.status).toBe(200);
  const session = await newest();
  expect(session).toMatchObject({ push_name: 'Ana', status: 'opened', phone: from.phone });
  const items = (await call('GET', `/typebots/sessions/${session.id}/messages`)).body.messages;
  expect(items.map((item: Json) => [item.content_type, item.direction, item.sender, item.delivery])).toEqual(
    ['text', 'button_reply', 'image', 'location'].map((type) => [type, 'incoming', 'contact', 'received']),
  );
  expect(items[1]).toMatchObject({ provider_message_id: 'key-1', quoted_message_id: 'key-0', text: 'Yes' });
  expect(items[0]).toMatchObject({ provider_timestamp: new Date(timestamp).toISOString(), text: 'hi' });
  expect(items[2]).toMatchObject({ text: 'look' });
});

describe('a mute', () => {
  test('is set, replaced and lifted, and shows on the session without changing its status', async () => {
    const { call, started } = await shop();
    const session = await started();
    const path = `/contacts/${session.phone}/mute`;
    const set = await call('POST', path, { json: { minutes: 60 } });
    expect(set).toMatchObject({ status: 200, body: { status: 'ok', phone: session.phone } });
    const left = Date.parse(set.body.muted_until) - Date.now();
    expect(left).toBeGreaterThan(59 * 60_000);
    expect((await call('GET', `/typebots/sessions/${session.id}`)).body).toMatchObject({
      muted_until: set.body.muted_until,
      status: 'opened',
      updated_at: session.updated_at,
    });
    const replaced = await call('POST', path, { json: { minutes: 1 } });
    expect(replaced.body.muted_until < set.body.muted_until).toBe(true);
    expect(await call('POST', path, { json: { minutes: 0 } })).toMatchObject({
      status: 200,
      body: { muted_until: null },
    });
    expect((await call('GET', `/typebots/sessions/${session.id}`)).body.muted_until).toBeNull();
  });

  test('needs a phone and minutes', async () => {
    const { call } = await shop();
    for (const phone of ['1234567', 'abc', '%00']) {
      expect(await call('POST', `/contacts/${phone}/mute`, { json: { minutes: 1 } })).toMatchObject({
        status: 400,
        body: { error: 'phone must have 8 to 15 digits' },
      });
    }
    expect(await call('POST', '/contacts/5511999999999/mute')).toMatchObject({
      status: 400,
      body: { error: 'minutes is required' },
    });
    for (const minutes of [-1, 43_201, '5', 0.5]) {
      expect(await call('POST', '/contacts/5511999999999/mute', { json: { minutes } })).toMatchObject({
        status: 400,
        body: { error: 'minutes must be an integer between 0 and 43200' },
      });
    }
  });
});

test('a session is not found through another instance or workspace', async () => {
  const [mine, other] = [await shop(), await shop()];
  const session = await mine.started();
  const sibling: Tenant = {
    ...mine.tenant,
    instanceId: (await api().call('POST', '/instances', { key: mine.tenant.key, json: { name: 'second' } }))
      .body.id,
  };
  for (const { instanceId, key } of [other.tenant, sibling]) {
    const path = `/instances/${instanceId}/typebots/sessions/${session.id}`;
    expect(await api().call('GET', path, { key })).toMatchObject(notFound);
    expect(await api().call('GET', `${path}/messages`, { key })).toMatchObject(notFound);
    for (const verb of ['pause', 'resume', 'close']) {
      expect(await api().call('POST', `${path}/${verb}`, { key })).toMatchObject(notFound);
    }
    expect(await api().call('POST', `${path}/messages`, { key, json: { message: 'x' } })).toMatchObject(
      notFound,
    );
  }
});
