import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { flows, saysFive, sessionCalls } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';
import type { TestInstance } from '../../support/parley.js';

const parley = useParley({ flows });

async function opened() {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const silence = () => parley.call('POST', `/instances/${shop.id}/silence`, {});
  const speak = () => parley.call('DELETE', `/instances/${shop.id}/silence`);
  return { shop, silence, speak };
}

async function greeted(shop: TestInstance) {
  const contact = shop.contact();
  await contact.says('hi');
  await contact.hears(1);
  return { contact, id: String((await contact.session()).id) };
}

test('a silenced number starts nothing, by message or by hand, and its neighbour goes on', async () => {
  const { shop, silence, speak } = await opened();
  const other = await opened();
  expect((await silence()).body).toEqual({ status: 'ok', silenced_at: expect.any(String) });
  const ana = shop.contact();
  expect((await ana.says('hello')).body.results[0].outcome).toBe('accepted');
  expect(await ana.sessions()).toEqual([]);
  const { start } = sessionCalls(parley, shop);
  const byHand = await start({ public_id: 'echo-pub', phone: ana.phone, message: 'x' });
  expect(byHand).toMatchObject({ status: 409, body: { error: 'every bot of this number is silent' } });
  const asked = await parley.call('POST', `/instances/${shop.id}/typebots/evaluate`, { text: 'hello' });
  expect(asked.body).toMatchObject({ would_start: null, reason: 'number_silenced' });
  await greeted(other.shop);
  expect((await speak()).body).toEqual({ status: 'ok', silenced_at: null });
  await ana.says('hello again');
  expect(await ana.hears(1)).toEqual(['Got hello again']);
});

test('pressed in the middle of an answer, the rest is held; people may write; lifted, it goes on', async () => {
  const { shop, silence, speak } = await opened();
  const [ana, ben] = [await greeted(shop), await greeted(shop)];
  const { operator, transcript, events } = sessionCalls(parley, shop);
  const second = await saysFive(parley, ana.contact);
  let isAnswered = false;
  const silencing = silence().then(() => {
    isAnswered = true;
  });
  await until(async () => {
    const { body } = await parley.call('GET', `/instances/${shop.id}`);
    expect(body.silenced_at).not.toBeNull();
  });
  // What is on its way is waited for.
  expect(isAnswered).toBe(false);
  second.release();
  await silencing;
  await ben.contact.says('while silent');
  await until(async () => expect((await transcript(ben.id)).at(-1)).toMatchObject({ text: 'while silent' }));
  await operator(ben.id, 'A person speaks', false);
  expect(await ben.contact.hears(2)).toEqual(['Got hi', 'A person speaks']);
  expect(ana.contact.heard()).toEqual(['Got hi', '1', '2']);
  const { body } = await parley.call('GET', `/sessions/${ana.id}`);
  expect(body).toMatchObject({ status: 'opened', waits_for: 'silenced' });
  await speak();
  expect(await ana.contact.hears(6)).toEqual(['Got hi', '1', '2', '3', '4', '5']);
  await ben.contact.says('next');
  expect(await ben.contact.hears(3)).toEqual(['Got hi', 'A person speaks', 'Got next']);
  expect((await events(ana.id)).filter(({ type }) => type === 'number.silenced')).toMatchObject([
    { data: { silent: true, surface: 'native' } },
    { data: { silent: false } },
  ]);
});

test('what a program sends in the bot’s name waits too, in every dialect; what a person sends does not', async () => {
  const { shop, silence, speak } = await opened();
  const { contact, id } = await greeted(shop);
  const { session_uid } = await contact.session();
  const { operator, transcript } = sessionCalls(parley, shop);
  await silence();
  const said = await parley.call('POST', '/chatbot/v1/sendMessage', {
    ...{ widget_uid: shop.typebotId, session_uid, message: 'By an assistant', send_by: 'assistant' },
  });
  expect(said).toMatchObject({ status: 200, body: { message: 'Message sent' } });
  const headers = { 'api-key': parley.key, 'x-bot-id': shop.typebotId };
  const message = { conversationId: id, userId: randomUUID(), tags: {}, type: 'text' };
  const chat = (text: string, more = {}) =>
    parley.call('POST', '/v1/chat/messages', { ...message, payload: { text }, ...more }, headers);
  expect((await chat('By a program')).status).toBe(201);
  expect((await chat('Scheduled', { schedule: { delay: 10 } })).status).toBe(201);
  await operator(id, 'A person speaks', false);
  expect(await contact.hears(2)).toEqual(['Got hi', 'A person speaks']);
  const waiting = (await transcript(id)).filter(({ delivery }) => delivery === 'pending');
  expect(waiting.map(({ text }) => text)).toEqual(['By an assistant', 'By a program', 'Scheduled']);
  await speak();
  expect((await contact.hears(5)).slice(2)).toEqual(['By an assistant', 'By a program', 'Scheduled']);
});
