import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { asked, flows, saysFive, sessionCalls, sessionIs } from '../../support/conversations.js';
import { WIDE_WINDOW_MS, useParley } from '../../support/parley.js';

const parley = useParley({ flows });

test('a manual start opens a session with the text as the first message, variables and name', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', trigger_type: 'none' });
  const ana = shop.contact();
  const body = { public_id: 'echo-pub', phone: `+${ana.phone}`, message: 'hello', push_name: 'Ana B' };
  expect(await sessionCalls(parley, shop).start(body)).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await ana.session()).toMatchObject({ status: 'opened', push_name: 'Ana B', remote_jid: ana.jid });
  expect(await ana.hears(1)).toEqual(['Got hello']);
  const call = parley.typebot.callsOf(ana).find(({ kind }) => kind === 'start');
  expect(call?.body.prefilledVariables).toMatchObject({
    keyId: '',
    pushName: 'Ana B',
    firstMessage: 'hello',
  });
});

test('what the contact writes right after a manual start comes behind its text in the window', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  const { start } = sessionCalls(parley, shop);
  await start({ public_id: 'echo-pub', phone: ana.phone, message: 'first' });
  await ana.says('second');
  expect(await ana.hears(1)).toEqual(['Got first\nsecond']);
});

test('a start over a session whose Typebot call is running replaces it: only the new one answers', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const call = await asked(parley, ana, 'old');
  const { id } = await ana.session();
  await sessionCalls(parley, shop).start({ public_id: 'echo-pub', phone: ana.phone, message: 'new' });
  expect(await ana.hears(1)).toEqual(['Got new']);
  call.release();
  await ana.says('next');
  expect(await ana.hears(2)).toEqual(['Got new', 'Got next']);
  const [newest, oldest] = await ana.sessions();
  expect(oldest).toMatchObject({ id, status: 'closed', close_reason: 'replaced' });
  expect(newest).toMatchObject({ status: 'opened' });
  const items = await sessionCalls(parley, shop).transcript(id);
  expect(items.map(({ text }) => text)).toEqual(['old']);
});

test('a start over a delivery: what was not sent of the old session never leaves', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const second = await saysFive(parley, ana);
  await sessionCalls(parley, shop).start({ public_id: 'echo-pub', phone: ana.phone, message: 'new' });
  second.release();
  expect(await ana.hears(3)).toEqual(['1', '2', 'Got new']);
  await ana.says('next');
  expect(await ana.hears(4)).toEqual(['1', '2', 'Got new', 'Got next']);
});

test('the same Idempotency-Key answers with the first session; another request under it is refused', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', trigger_type: 'none' });
  const ana = shop.contact();
  const { start } = sessionCalls(parley, shop);
  const body = { public_id: 'echo-pub', phone: ana.phone, message: 'once' };
  const headers = { 'idempotency-key': randomUUID() };
  const replies = await Promise.all(Array.from({ length: 5 }, () => start(body, headers)));
  expect(replies.map(({ status }) => status)).toEqual(Array(5).fill(200));
  await ana.hears(1);
  expect((await start(body, headers)).status).toBe(200);
  expect((await start({ ...body, message: 'other' }, headers)).status).toBe(409);
  expect(await ana.sessions()).toHaveLength(1);
  await start(body, { 'idempotency-key': randomUUID() });
  expect(await ana.hears(2)).toEqual(['Got once', 'Got once']);
  expect(await ana.sessions()).toHaveLength(2);
});

test('the same Idempotency-Key starts nothing again when its session has been deleted since', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', trigger_type: 'none', keep_open: false });
  const ana = shop.contact();
  const { start } = sessionCalls(parley, shop);
  const body = { public_id: 'echo-pub', phone: ana.phone, message: 'once' };
  const headers = { 'idempotency-key': randomUUID() };
  await start(body, headers);
  await ana.hears(1);
  const [{ id }] = await ana.sessions();
  await parley.call('POST', `/instances/${shop.id}/typebots/sessions/${id}/close`, {});
  expect(await ana.sessions()).toEqual([]);
  expect((await start(body, headers)).status).toBe(200);
  expect(await ana.sessions()).toEqual([]);
});

test('without a key the same start over a first turn that has not begun is the same start', async () => {
  const shop = await parley.instance({
    public_id: 'echo-pub',
    trigger_type: 'none',
    debounce_ms: WIDE_WINDOW_MS,
  });
  const ana = shop.contact();
  const { start } = sessionCalls(parley, shop);
  const body = { public_id: 'echo-pub', phone: ana.phone, message: 'once' };
  await Promise.all([start(body), start(body), start(body)]);
  expect(await ana.sessions()).toHaveLength(1);
  await start({ ...body, message: 'changed my mind' });
  expect(await ana.hears(1)).toEqual(['Got changed my mind']);
  const [, replaced] = await ana.sessions();
  expect(replaced).toMatchObject({ close_reason: 'replaced' });
});

test('a disabled typebot can be started by hand, an unknown one not', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', enabled: false });
  const ana = shop.contact();
  const { start } = sessionCalls(parley, shop);
  await ana.says('hi');
  expect(await ana.sessions()).toEqual([]);
  expect((await start({ public_id: 'nope', phone: ana.phone, message: 'x' })).status).toBe(404);
  await start({ public_id: 'echo-pub', phone: ana.phone, message: 'by hand' });
  await ana.says('and on');
  expect(await ana.hears(2)).toEqual(['Got by hand', 'Got and on']);
});

test('a start over a paused session replaces it too', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const { id } = await ana.session();
  const { pause, start } = sessionCalls(parley, shop);
  await pause(id);
  await start({ public_id: 'echo-pub', phone: ana.phone, message: 'anew' });
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got anew']);
  expect((await sessionCalls(parley, shop).read(id)).body).toMatchObject({ close_reason: 'replaced' });
});

test('CodeChat `open` on a closed row: the next message begins the flow at its first block', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', trigger_type: 'keyword', trigger_value: 'hi' });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const { id, created_at: createdAt } = await ana.session();
  const { codechat, close, events } = sessionCalls(parley, shop);
  await close(id);
  const before = parley.typebot.callsOf(ana).length;
  expect((await codechat(id, 'open')).body).toMatchObject({ sessionId: id, status: 'open' });
  await sessionIs(ana, { id, status: 'opened', close_reason: null, created_at: createdAt, session_id: null });
  expect(parley.typebot.callsOf(ana)).toHaveLength(before);
  await ana.says('no keyword');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got no keyword']);
  const kinds = () =>
    parley.typebot
      .callsOf(ana)
      .slice(before)
      .map(({ kind }) => kind);
  expect(kinds()).toEqual(['start', 'continue']);
  await ana.says('on');
  await ana.hears(3);
  expect(kinds()).toEqual(['start', 'continue', 'continue']);
  expect((await events(id)).filter(({ type }) => type === 'session.started')).toHaveLength(2);
});

test('reopening ends the other active session of the contact', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const { codechat, close, yourgpt } = sessionCalls(parley, shop);
  await ana.says('one');
  await ana.hears(1);
  const first = await ana.session();
  await close(first.id);
  await ana.says('two');
  await ana.hears(2);
  const second = await ana.session();
  await codechat(first.id, 'open');
  expect((await ana.sessions()).map(({ id, status }) => [id, status])).toEqual([
    [second.id, 'closed'],
    [first.id, 'opened'],
  ]);
  await yourgpt(second.session_uid, { state: 'pending' });
  await ana.says('three');
  expect(await ana.hears(3)).toEqual(['Got one', 'Got two', 'Got three']);
  const items = await sessionCalls(parley, shop).transcript(second.id);
  expect(items.at(-1)).toMatchObject({ text: 'Got three' });
});
