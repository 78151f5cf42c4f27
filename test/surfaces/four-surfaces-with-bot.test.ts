import { expect, test } from 'vitest';
import { holdCall } from '../support/conversations.js';
import { until, useParley } from '../support/parley.js';
import type { Reply } from '../support/parley.js';

const parley = useParley();
const userId = '6f1c2a7e-4a4e-4c59-9a0d-2d7b8f0f3c11';

test('sendMessage talks to the flow without WhatsApp: choices are data, an answer is one reply', async () => {
  const shop = await parley.instance({ public_id: 'branch-pub' });
  const created = await parley.call('POST', '/chatbot/v1/createSession', { widget_uid: shop.typebotId });
  const { session_uid } = created.body.data;
  const say = (message: string) =>
    parley.call('POST', '/chatbot/v1/sendMessage', { widget_uid: shop.typebotId, session_uid, message });
  const choices = [
    { icon: '', text: 'Sales', value: 'it_sales', enabled: true },
    { icon: '', text: 'Support', value: 'it_support', enabled: true },
    { icon: '', text: 'No edge', value: 'it_none', enabled: true },
  ];
  expect((await say('hi')).body).toMatchObject({
    message: 'AI reply',
    data: { send_by: 'assistant', message: 'Pick', content_type: 'picker', choices },
  });
  expect((await say('sales')).body).toMatchObject({
    message: 'AI reply',
    data: { message: 'Sales here', content_type: 'text', choices: [] },
  });
  const transcript = await parley.call('POST', '/chatbot/v1/getSessionMessages', { session_uid });
  expect(transcript.body.data).toMatchObject([
    { send_by: 'user', message: 'hi' },
    { send_by: 'assistant', message: 'Pick', content_type: 'picker', choices },
    { send_by: 'user', message: 'sales' },
    { send_by: 'assistant', message: 'Sales here' },
  ]);
  const sessions = `/instances/${shop.id}/typebots/sessions`;
  const [session] = (await parley.call('GET', sessions)).body;
  const { events } = (await parley.call('GET', `${sessions}/${session.id}/events`)).body;
  expect(events).toContainEqual(
    expect.objectContaining({ data: { turn: 1, bubbles: 1, ms: expect.any(Number) } }),
  );
});

test.each([
  [true, 'Session is closed'],
  [false, 'Session not found'],
])(
  'after the flow’s last answer the session is closed: with keep_open %s, %s',
  async (keep_open, message) => {
    const shop = await parley.instance({ public_id: 'branch-pub', keep_open });
    for (let round = 0; round < 3; round += 1) {
      const created = await parley.call('POST', '/chatbot/v1/createSession', { widget_uid: shop.typebotId });
      const say = (text: string) =>
        parley.call('POST', '/chatbot/v1/sendMessage', {
          widget_uid: shop.typebotId,
          session_uid: created.body.data.session_uid,
          message: text,
        });
      await say('hi');
      expect((await say('support')).body).toMatchObject({
        message: 'AI reply',
        data: { message: 'Support here' },
      });
      expect(await say('more')).toEqual({ status: 400, body: { type: 'RXERROR', message } });
    }
  },
);

test('an answer that a person cuts short is not told as the reply of the bot', async () => {
  const shop = await parley.instance({ public_id: 'branch-pub' });
  const created = await parley.call('POST', '/chatbot/v1/createSession', { widget_uid: shop.typebotId });
  const { session_uid } = created.body.data;
  const say = (message: string, send_by = 'user') =>
    parley.call('POST', '/chatbot/v1/sendMessage', {
      ...{ widget_uid: shop.typebotId, session_uid, message, send_by },
    });
  let asked = Promise.resolve<Reply>({ status: 0, body: undefined });
  const call = await holdCall(parley, { phone: session_uid }, async () => {
    asked = say('hi');
  });
  await say('A person here', 'operator');
  call.release();
  expect((await asked).body).toMatchObject({
    message: 'Message sent',
    data: { send_by: 'user', message: 'hi' },
  });
});

test('in a WhatsApp session the answer also goes to the contact, and an operator silences the bot', async () => {
  const shop = await parley.instance({ public_id: 'branch-pub' });
  const ana = shop.contact();
  const body = { widget_uid: shop.typebotId, phone: ana.phone };
  const { session_uid } = (await parley.call('POST', '/chatbot/v1/createSession', body)).body.data;
  const say = (message: string, send_by = 'user') =>
    parley.call('POST', '/chatbot/v1/sendMessage', {
      ...{ widget_uid: shop.typebotId, session_uid, message, send_by },
    });
  const reply = await say('hi');
  expect(reply.body.data.choices.map(({ value }: { value: string }) => value)).toEqual([
    'it_sales',
    'it_support',
    'it_none',
  ]);
  await ana.hears(1);
  expect((await say('I am Maria', 'operator')).body.message).toBe('Message sent');
  expect((await ana.hears(2))[1]).toBe('I am Maria');
  expect((await say('sales')).body.message).toBe('Message sent');
  expect((await say('A robot again', 'assistant')).status).toBe(200);
  expect((await ana.hears(3))[2]).toBe('A robot again');
  expect(JSON.stringify(parley.typebot.repliesOf(ana))).not.toContain('A robot again');
});

test('Botpress brings a message of the contact, and writes to it while the bot is paused', async () => {
  const shop = await parley.instance({ public_id: 'branch-pub', trigger_type: 'none' });
  const ana = shop.contact();
  const headers = { 'api-key': parley.key, 'x-bot-id': shop.typebotId };
  const chat = (path: string, body: object, more = {}) =>
    parley.call('POST', `/v1/chat${path}`, body, { ...headers, ...more });
  const { conversation } = (
    await chat('/conversations', { channel: 'channel', tags: { userPhone: ana.phone } })
  ).body;
  const message = { conversationId: conversation.id, userId, tags: {}, type: 'text' };
  await chat('/messages', { ...message, payload: { text: 'hi' } }, { 'x-integration-id': 'whatsapp' });
  await ana.hears(1);
  const session = `/api/v2/instance/${shop.id}/typebot-integration/session/${conversation.id}`;
  expect((await parley.call('PATCH', session, { action: 'pause' })).body.status).toBe('paused');
  const items = ['One', 'Two'].map((text) => ({ type: 'text', payload: { text } }));
  await chat('/messages', { ...message, type: 'bloc', payload: { items } });
  await chat('/messages', { ...message, payload: { text: 'Later' }, schedule: { delay: 300 } });
  expect((await ana.hears(4)).slice(1)).toEqual(['One', 'Two', 'Later']);
  const listed = await parley.call(
    'GET',
    `/v1/chat/messages?conversationId=${conversation.id}`,
    undefined,
    headers,
  );
  expect(
    listed.body.messages.map(({ type, direction }: Record<string, string>) => [type, direction]),
  ).toEqual([
    ['text', 'outgoing'],
    ['bloc', 'outgoing'],
    [expect.stringMatching(/text|choice/), 'outgoing'],
    ['text', 'incoming'],
  ]);
});

test('a message scheduled in a conversation without a channel is sent when its time has come, and not before', async () => {
  const shop = await parley.instance({ public_id: 'branch-pub', trigger_type: 'none' });
  const headers = { 'api-key': parley.key, 'x-bot-id': shop.typebotId };
  const chat = (method: string, path: string, body?: object) =>
    parley.call(method, `/v1/chat${path}`, body, headers);
  const { conversation } = (await chat('POST', '/conversations', { channel: 'api', tags: {} })).body;
  const message = { conversationId: conversation.id, userId, tags: {}, type: 'text' };
  const send = (text: string, more = {}) =>
    chat('POST', '/messages', { ...message, payload: { text }, ...more });
  await send('Tomorrow', { schedule: { delay: 86_400_000 } });
  await send('Soon', { schedule: { delay: 1_500 } });
  const states = async () => {
    const { rows } = await parley.db.query<{ text: string; state: string; last: Date | null }>(
      `SELECT o.text, o.state, s.last_message_at AS last FROM outbox o JOIN sessions s ON s.id = o.session_id
        WHERE s.id = $1 ORDER BY o.row_id`,
      [conversation.id],
    );
    return rows;
  };
  expect(await states()).toMatchObject([
    { text: 'Tomorrow', state: 'pending', last: null },
    { text: 'Soon', state: 'pending' },
  ]);
  await send('Now');
  await until(async () =>
    expect(await states()).toMatchObject([
      { text: 'Tomorrow', state: 'pending' },
      { text: 'Soon', state: 'sent' },
      { text: 'Now', state: 'sent', last: expect.any(Date) },
    ]),
  );
});

test('CodeChat pauses and resumes without replaying, and open on a closed session starts a new run', async () => {
  const shop = await parley.instance({ public_id: 'branch-pub' });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const { id } = await ana.session();
  const act = (action: string) =>
    parley.call('PATCH', `/api/v2/instance/${shop.id}/typebot-integration/session/${id}`, { action });
  await act('pause');
  await ana.says('anybody there?');
  await act('resume');
  await ana.says('support');
  expect((await ana.hears(2))[1]).toMatch(/support/i);
  await until(async () => expect((await ana.session()).status).toBe('closed'));
  const starts = parley.typebot.callsOf(ana).filter(({ kind }) => kind === 'start').length;
  expect((await act('open')).body.status).toBe('open');
  await ana.says('hello again');
  await ana.hears(3);
  expect(parley.typebot.callsOf(ana).filter(({ kind }) => kind === 'start')).toHaveLength(starts + 1);
  expect(await ana.session()).toMatchObject({ id, status: 'opened' });
});
