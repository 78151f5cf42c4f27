import { expect, test } from 'vitest';
import { flows, says, sessionCalls, sessionIs } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';
import type { TestContact, TestInstance } from '../../support/parley.js';

const once = { answers: [says(['Our office is closed'], true)] };
const parley = useParley({ flows: { flows: { ...flows.flows, 'once-pub': once } } });

/** Another bot: answers whatever it hears at once, until nothing comes any more or so many answers are given. */
async function answers(contact: TestContact, most: number) {
  await contact.says('I am a bot');
  for (let heard = 1; heard <= most; heard += 1) {
    await contact.hears(heard);
    await contact.says(`Thank you for message ${heard}`);
  }
}

async function paused(shop: TestInstance, contact: TestContact) {
  const { id } = await sessionIs(contact, { status: 'paused' });
  return (await sessionCalls(parley, shop).events(id)).filter(({ type }) => type === 'session.paused');
}

async function floods(): Promise<number> {
  const { body } = await parley.call('GET', '/metrics');
  return Number(/^parley_sessions_flooded_last_hour (\d+)$/m.exec(body)?.[1]);
}

test('two bots that answer each other stop: the session is paused, and timeline, event and metric say so', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', max_turns_per_minute: 5 });
  const bot = shop.contact();
  const before = await floods();
  await answers(bot, 5);
  expect((await paused(shop, bot)).map(({ data }) => data)).toEqual([{ by: 'flood' }]);
  expect(bot.heard()).toHaveLength(5);
  expect(await floods()).toBe(before + 1);
  const { id } = await bot.session();
  await sessionCalls(parley, shop).resume(id);
  await bot.says('a person now');
  expect((await bot.hears(6)).at(-1)).toBe('Got a person now');
});

test('a flow without questions, which opens a session for each message, stops as well', async () => {
  const shop = await parley.instance({ public_id: 'once-pub', keep_open: false, max_turns_per_minute: 3 });
  const bot = shop.contact();
  await answers(bot, 3);
  expect((await paused(shop, bot)).map(({ data }) => data)).toEqual([{ by: 'flood' }]);
  expect(bot.heard()).toHaveLength(3);
});

test('one contact who floods silences nobody else, and 20 turns a minute are the default', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', max_turns_per_minute: undefined });
  const [bot, ana] = [shop.contact(), shop.contact()];
  await answers(bot, 20);
  await paused(shop, bot);
  await ana.says('hello');
  expect(await ana.hears(1)).toEqual(['Got hello']);
});

test('what a flooding contact wrote last is in the transcript, and is not given to the flow afterwards', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', max_turns_per_minute: 2 });
  const bot = shop.contact();
  await answers(bot, 2);
  await paused(shop, bot);
  const { id } = await bot.session();
  const { resume, transcript } = sessionCalls(parley, shop);
  expect((await transcript(id)).map(({ text }) => text)).toContain('Thank you for message 2');
  await resume(id);
  await bot.says('again');
  await until(() => expect(bot.heard()).toContain('Got again'));
  expect(bot.heard()).not.toContain('Got Thank you for message 2');
});
