import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { flows, sessionCalls, sessionIs, textsGiven } from '../../support/conversations.js';
import { signed, until, useParley } from '../../support/parley.js';
import type { TestInstance } from '../../support/parley.js';

const parley = useParley({ flows });

function post(shop: TestInstance, phone: string, { keyId, text }: { keyId: string; text: string }) {
  const timestamp = Math.floor(Date.now() / 1000);
  const message = { keyId, contact: { id: phone }, timestamp, content: { contentType: 'text', text } };
  return parley.call(
    'POST',
    `/webhooks/${shop.id}`,
    ...signed({ events: [{ id: keyId, type: 'message', message }] }),
  );
}

test('one message delivered ten times in parallel is one row, one turn and one answer', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const message = { keyId: randomUUID(), text: 'hi' };
  const replies = await Promise.all(Array.from({ length: 10 }, () => post(shop, ana.phone, message)));
  expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
  const outcomes = replies.map(({ body }) => body.results[0].outcome as string);
  expect(outcomes.toSorted()).toEqual(['accepted', ...Array(9).fill('duplicate')]);
  await ana.hears(1);
  await ana.says('next');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got next']);
  const items = await sessionCalls(parley, shop).transcript((await ana.session()).id);
  expect(items.filter(({ direction }) => direction === 'incoming')).toHaveLength(2);
});

test('the guard outlives the session, also one that was deleted', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', keep_open: false });
  const ana = shop.contact();
  const message = { keyId: randomUUID(), text: 'hi' };
  await post(shop, ana.phone, message);
  await ana.hears(1);
  await sessionCalls(parley, shop).close((await ana.session()).id);
  expect((await post(shop, ana.phone, message)).body.results[0].outcome).toBe('duplicate');
  expect(await ana.sessions()).toEqual([]);
});

test('of the edits of one message the last one is kept, however often each of them comes', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const edit = (text: string) =>
    ana.sends({ keyId: 'm-1#edit', content: { contentType: 'edit', targetKeyId: 'm-1', text } });
  for (const text of ['first', 'first', 'last']) expect((await edit(text)).status).toBe(200);
  const items = await sessionCalls(parley, shop).transcript((await ana.session()).id);
  expect(items.filter((item) => item['content_type'] === 'edit')).toHaveLength(1);
  const { rows } = await parley.db.query<{ text: string }>(
    `SELECT content->>'text' AS text FROM inbox WHERE instance_id = $1 AND content_type = 'edit'`,
    [shop.id],
  );
  expect(rows).toEqual([{ text: 'last' }]);
});

test('the same message id on two instances is two messages', async () => {
  const [shop, bank] = [
    await parley.instance({ public_id: 'echo-pub' }),
    await parley.instance({ public_id: 'echo-pub' }),
  ];
  const message = { keyId: randomUUID(), text: 'same id' };
  const phone = '5511900000055';
  await Promise.all([post(shop, phone, message), post(bank, phone, message)]);
  await shop.contact(phone).hears(2);
});

test('a message whose signal was lost is relayed, and its second delivery adds nothing', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  await ana.says('start');
  await ana.hears(1);
  const message = { keyId: randomUUID(), text: 'stored' };
  await post(shop, ana.phone, message);
  await parley.db.query(
    `UPDATE contacts SET relay_next_at = now() WHERE id = (SELECT contact_id FROM sessions WHERE id = $1)`,
    [(await ana.session()).id],
  );
  await post(shop, ana.phone, message);
  await ana.hears(2);
  await until(async () => {
    const { rows } = await parley.db.query('SELECT 1 FROM contacts WHERE relay_next_at IS NOT NULL');
    expect(rows).toEqual([]);
  });
  await ana.says('end');
  expect(await ana.hears(3)).toEqual(['Got start', 'Got stored', 'Got end']);
  expect(textsGiven(parley, ana)).toEqual(['start', 'stored', 'end']);
  await sessionIs(ana, { status: 'opened' });
});
