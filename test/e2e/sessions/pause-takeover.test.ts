import { expect, test } from 'vitest';
import {
  asked,
  flows,
  greeted,
  holdSend,
  inDelivery,
  sessionCalls,
  sessionIs,
} from '../../support/conversations.js';
import { WIDE_WINDOW_MS, useParley } from '../../support/parley.js';
import type { TestContact, TestInstance } from '../../support/parley.js';

const parley = useParley({ flows });

const person = (text: string, more: object = {}) => ({
  ...{ fromMe: true, origin: 'humanAgent', content: { contentType: 'text', text } },
  ...more,
});

/** After a takeover the bot goes on with the next message, and what was dropped stays dropped. */
async function goesOn(shop: TestInstance, ana: TestContact, expected: string[]): Promise<void> {
  const { id } = await ana.session();
  await sessionCalls(parley, shop).resume(id);
  await ana.says('next');
  expect(await ana.hears(expected.length + 1)).toEqual([...expected, 'Got next']);
}

test('a person who writes in the window takes the word: what waits is dropped', async () => {
  const { shop, ana } = await greeted(parley, { stop_bot_from_me: true, debounce_ms: WIDE_WINDOW_MS });
  await ana.says('question');
  await ana.sends(person('I am here'));
  expect(await ana.session()).toMatchObject({ status: 'paused', chat_mode: 'operator' });
  await ana.says('to the person');
  await goesOn(shop, ana, ['Got hi']);
  const { id } = await ana.session();
  const items = await sessionCalls(parley, shop).transcript(id);
  expect(items.find(({ text }) => text === 'I am here')).toMatchObject({
    ...{ direction: 'outgoing', sender: 'operator', delivery: 'sent' },
  });
  const events = await sessionCalls(parley, shop).events(id);
  expect(events.find(({ type }) => type === 'session.paused')?.data).toEqual({
    ...{ by: 'takeover', surface: 'number' },
  });
});

test('a takeover in the call drops its answer, also when the bot is given the word back during the call', async () => {
  const { shop, ana, id } = await greeted(parley, { stop_bot_from_me: true });
  const { resume, transcript } = sessionCalls(parley, shop);
  const call = await asked(parley, ana, 'question');
  await ana.sends(person('I am here'));
  await resume(id);
  await ana.says('next');
  call.release();
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got next']);
  const dropped = (await transcript(id)).find(({ text }) => text === 'Got question');
  expect(dropped).toMatchObject({ delivery: 'failed', error: { reason: 'dropped' } });
  expect(parley.typebot.callsOf(ana).map(({ kind }) => kind)).toEqual([
    'start',
    'continue',
    'continue',
    'continue',
  ]);
  expect(parley.typebot.mostParallel()).toBe(1);
});

test('a takeover in a delivery: nothing more of the bot goes out, and nothing of it comes back', async () => {
  const { shop, ana, second } = await inDelivery(parley, { stop_bot_from_me: true });
  const writing = ana.sends(person('I am here'));
  await sessionIs(ana, { status: 'paused', chat_mode: 'operator' });
  second.release();
  expect((await writing).status).toBe(200);
  await goesOn(shop, ana, ['Got hi', '1', '2']);
});

test("an operator's message in a delivery drops the rest and goes out after the bubble on its way", async () => {
  const { shop, ana, id, second } = await inDelivery(parley, { stop_bot_from_me: true });
  const writing = sessionCalls(parley, shop).operator(id, 'A person speaks');
  await sessionIs(ana, { status: 'paused', chat_mode: 'operator' });
  second.release();
  expect(await writing).toMatchObject({ status: 200, body: { message: { sender: 'operator' } } });
  await ana.hears(4);
  await goesOn(shop, ana, ['Got hi', '1', '2', 'A person speaks']);
});

test('with `pause` false an operator writes in between and the bot goes on', async () => {
  const { shop, ana, id, second } = await inDelivery(parley, { stop_bot_from_me: true });
  const writing = sessionCalls(parley, shop).operator(id, 'By the way', false);
  second.release();
  expect((await writing).status).toBe(200);
  const heard = await ana.hears(7);
  expect(heard.filter((text) => text !== 'By the way')).toEqual(['Got hi', '1', '2', '3', '4', '5']);
  expect((await ana.session()).status).toBe('opened');
});

test('chat mode operator through YourGPT drops, awaiting holds; bot gives the word back', async () => {
  const { shop, ana, second } = await inDelivery(parley, { stop_bot_from_me: true });
  const { yourgpt } = sessionCalls(parley, shop);
  const uid = (await ana.session()).session_uid as string;
  const changing = yourgpt(uid, { chat_mode: 'operator' });
  await sessionIs(ana, { status: 'paused' });
  second.release();
  expect((await changing).body.data.chat_mode).toBe('3');
  expect((await yourgpt(uid, { chat_mode: 'bot' })).body.data.chat_mode).toBe('1');
  await ana.says('next');
  expect(await ana.hears(4)).toEqual(['Got hi', '1', '2', 'Got next']);
  const third = await holdSend(parley, { contact: ana }, () => ana.says('five'));
  const waiting = yourgpt(uid, { chat_mode: 'awaiting' });
  await sessionIs(ana, { status: 'paused', chat_mode: 'awaiting' });
  third.release();
  await waiting;
  expect(ana.heard()).toHaveLength(5);
  await yourgpt(uid, { chat_mode: 'bot' });
  expect((await ana.hears(9)).slice(4)).toEqual(['1', '2', '3', '4', '5']);
});

test('without the settings a person on the number is only recorded', async () => {
  const { ana, id } = await greeted(parley, { stop_bot_from_me: false });
  await ana.sends(person('just looking'));
  await ana.says('next');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got next']);
  expect(await ana.session()).toMatchObject({ id, status: 'opened', chat_mode: 'bot' });
});

test('`listen_from_me` feeds the bot; together with `stop_bot_from_me` it pauses and feeds nothing', async () => {
  const { shop, ana } = await greeted(parley, {
    stop_bot_from_me: false,
    listen_from_me: true,
  });
  await ana.sends(person('from the number'));
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got from the number']);
  await shop.change({ stop_bot_from_me: true });
  await ana.sends(person('stop'));
  expect((await ana.session()).status).toBe('paused');
  await goesOn(shop, ana, ['Got hi', 'Got from the number']);
});

test("Parley's own echo never pauses: by its id, and when it overtakes the answer to the send", async () => {
  const { ana, id } = await greeted(parley, { stop_bot_from_me: true });
  const [sent] = parley.receiver.messages.filter(({ to }) => to.contactId === ana.phone);
  await ana.sends(person('Got hi', { keyId: `srv-${sent?.id}` }));
  expect((await ana.session()).status).toBe('opened');
  const answer = await holdSend(parley, { contact: ana }, () => ana.says('again'));
  const echo = ana.sends(person('Got again', { keyId: `srv-${parley.receiver.requestsTo(ana).at(-1)?.id}` }));
  answer.release();
  expect((await echo).status).toBe(200);
  await ana.says('more');
  expect(await ana.hears(3)).toEqual(['Got hi', 'Got again', 'Got more']);
  expect(await ana.session()).toMatchObject({ id, status: 'opened', chat_mode: 'bot' });
});

test('a late echo of a deleted session is no person: it does not quiet the triggers', async () => {
  const { shop, ana, id } = await greeted(parley, {
    stop_bot_from_me: true,
    keep_open: false,
    takeover_quiet_minutes: 10,
  });
  const [sent] = parley.receiver.messages.filter(({ to }) => to.contactId === ana.phone);
  await sessionCalls(parley, shop).close(id);
  await ana.sends(person('Got hi', { keyId: `srv-${sent?.id}` }));
  await ana.says('again');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got again']);
});

test('a person without an open session starts nothing, and holds the triggers back for `takeover_quiet_minutes`', async () => {
  const settings = { stop_bot_from_me: true, listen_from_me: true, takeover_quiet_minutes: 10 };
  const shop = await parley.instance({ public_id: 'echo-pub', ...settings });
  const ana = shop.contact();
  await ana.sends(person('Hello Ana, here is Bob'));
  await ana.says('hi Bob');
  expect(await ana.sessions()).toEqual([]);
  await parley.db.query(
    `UPDATE contacts SET quiet_since = now() - interval '11 minutes' WHERE remote_jid = $1`,
    [ana.jid],
  );
  await ana.says('later');
  expect(await ana.hears(1)).toEqual(['Got later']);
});

test('a person who takes over in a long wait of a delivery frees the lane: the next message is answered at once', async () => {
  const { shop, ana } = await greeted(parley, { stop_bot_from_me: true, default_delay_ms: 45_000 });
  await ana.says('five');
  await ana.hears(2);
  await ana.sends(person('I am here'));
  await goesOn(shop, ana, ['Got hi', '1']);
});
