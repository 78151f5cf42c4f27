import { expect, test } from 'vitest';
import { beginWebhook } from '../../support/begun-webhook.js';
import { flows, holdSend, says, sessionIs } from '../../support/conversations.js';
import { useParley } from '../../support/parley.js';
import type { TestContact } from '../../support/parley.js';

const six = ['1', '2', '3', '4', '5', '6'];
const parley = useParley({ flows: { flows: { ...flows.flows, 'six-pub': { answers: [says(six, true)] } } } });

/** The contact begins the flow, whose second bubble is held at the provider: it speaks until `release`. */
const begins = (contact: TestContact) => holdSend(parley, { contact, nth: 2 }, () => contact.says('hello'));

const startCalls = (contact: TestContact) =>
  parley.typebot.callsOf(contact).filter(({ kind }) => kind === 'start').length;

test('a flow without questions is not started again by ten messages written while it spoke', async () => {
  const shop = await parley.instance({ public_id: 'six-pub' });
  const ana = shop.contact();
  const speech = await begins(ana);
  for (let number = 0; number < 10; number += 1) await ana.says(`and ${number}`);
  speech.release();
  await sessionIs(ana, { status: 'closed', close_reason: 'completed' });
  expect(ana.heard()).toEqual(six);
  expect(await ana.sessions()).toHaveLength(1);
  await ana.says('hello again');
  expect(await ana.hears(12)).toEqual([...six, ...six]);
  expect(startCalls(ana)).toBe(2);
});

test("another typebot's trigger among them starts that one, with what was written after it", async () => {
  const shop = await parley.instance({ public_id: 'six-pub' });
  const menu = { typebot_url: parley.typebot.url, public_id: 'echo-pub', debounce_ms: 0, priority: 5 };
  const made = await parley.call('POST', `/instances/${shop.id}/typebots`, {
    ...{ ...menu, trigger_type: 'keyword', trigger_value: 'menu', keep_open: true },
  });
  expect(made.status).toBe(201);
  const ana = shop.contact();
  const speech = await begins(ana);
  await ana.says('lost', 'menu', 'kept');
  speech.release();
  expect(await ana.hears(8)).toEqual([...six, 'Got menu', 'Got kept']);
  expect(await ana.sessions()).toHaveLength(2);
});

test('a webhook that began while the flow spoke starts nothing, although its message comes after the end', async () => {
  const shop = await parley.instance({ public_id: 'six-pub' });
  const ana = shop.contact();
  const speech = await begins(ana);
  const timestamp = Math.floor(Date.now() / 1000);
  const late = await beginWebhook(`http://127.0.0.1:${parley.api.port}`, shop, {
    contact: ana,
    text: 'x',
    timestamp,
  });
  speech.release();
  await sessionIs(ana, { status: 'closed', close_reason: 'completed' });
  await late.finish();
  expect(await ana.sessions()).toHaveLength(1);
});
