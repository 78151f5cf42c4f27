import { expect, test } from 'vitest';
import { until, useParley } from '../support/parley.js';

const parley = useParley();

test('a first message starts the flow and its answer reaches the contact', async () => {
  const shop = await parley.instance({ public_id: 'startinput-pub' });
  const ana = shop.contact();
  expect((await ana.says('Bob')).status).toBe(200);
  await ana.hears(1);
  expect(ana.heard()[0]).toBe('Hello Bob');
  const start = parley.typebot.callsOf(ana).find((call) => call.kind === 'start');
  expect(start?.body.prefilledVariables).toMatchObject({
    instanceInstanceId: shop.id,
    keyRemoteJid: ana.jid,
    contentType: 'text',
    pushName: 'Ana',
    businessId: parley.workspaceId,
  });
});

test('text, choice and end of flow go through, and the session closes with completed', async () => {
  const shop = await parley.instance({ public_id: 'branch-pub' });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  await ana.says('sales');
  await ana.hears(2);
  const session = await until(async () => {
    const found = await ana.session();
    expect(found.status).toBe('closed');
    return found;
  });
  expect(session.close_reason).toBe('completed');
  expect(parley.typebot.repliesOf(ana).at(-1)).toMatchObject({ text: 'Sales' });
});

test('a message that no trigger matches starts nothing and moves a counter', async () => {
  const shop = await parley.instance({ trigger_type: 'keyword', trigger_value: 'menu' });
  const ana = shop.contact();
  await ana.says('something else');
  expect(await ana.sessions()).toEqual([]);
  const { body } = await parley.call('GET', '/metrics');
  expect(body).toContain('parley_messages_unmatched_total{channel="generic"} 1');
});
