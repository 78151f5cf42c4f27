import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { flows, holdCall, sessionCalls, textsGiven } from '../../support/conversations.js';
import { WIDE_WINDOW_MS, signed, until, useParley } from '../../support/parley.js';
import type { TestInstance } from '../../support/parley.js';

const parley = useParley({ flows });

function send(shop: TestInstance, contact: { id: string; phone?: string }, text: string) {
  const keyId = `k-${randomUUID()}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const message = { keyId, contact, timestamp, content: { contentType: 'text', text } };
  return parley.call(
    'POST',
    `/webhooks/${shop.id}`,
    ...signed({ events: [{ id: keyId, type: 'message', message }] }),
  );
}

async function sessionsOf(shop: TestInstance) {
  return (await parley.call('GET', `/instances/${shop.id}/typebots/sessions`)).body;
}

const heard = (id: string, texts: string[]) => until(() => expect(parley.receiver.texts(id)).toEqual(texts));
let phones = 5511930000000;
/** A hidden id and a phone of one person. */
const twoAddresses = () => ({ lid: `lid-${randomUUID()}`, phone: String((phones += 1)) });

test('two contacts with open sessions turn out to be one: the session with the latest message stays', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const { lid, phone } = twoAddresses();
  await send(shop, { id: lid }, 'by id');
  await heard(lid, ['Got by id']);
  await send(shop, { id: phone }, 'by phone');
  await heard(phone, ['Got by phone']);
  await send(shop, { id: lid, phone }, 'both');
  await heard(lid, ['Got by id', 'Got both']);
  const [byPhone, byLid] = await sessionsOf(shop);
  expect(byPhone).toMatchObject({ remote_jid: `${phone}@s.whatsapp.net`, status: 'opened' });
  expect(byLid).toMatchObject({ remote_jid: `${lid}@generic`, status: 'closed', close_reason: 'replaced' });
  await send(shop, { id: phone }, 'again');
  await heard(phone, ['Got by phone', 'Got again']);
  expect(await sessionsOf(shop)).toHaveLength(2);
  const query = `ParleyInstance = '${shop.id}' AND ExecutionStatus = 'Running'`;
  await until(async () => expect((await parley.client.workflow.count(query)).count).toBe(1));
});

test('what waited in the session that ends is given to the one that stays', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const { lid, phone } = twoAddresses();
  await send(shop, { id: lid }, 'first');
  await send(shop, { id: phone }, 'second');
  await send(shop, { id: lid, phone }, 'third');
  await heard(lid, ['Got first\nsecond\nthird']);
  const sessions = await sessionsOf(shop);
  expect(sessions.map(({ status }: { status: string }) => status)).toEqual(['opened', 'closed']);
});

test('the losing session is deleted with `keep_open` false, its call ignored and its bubbles dropped', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', keep_open: false });
  const { lid, phone } = twoAddresses();
  const call = await holdCall(parley, { phone: lid }, () => send(shop, { id: lid }, 'never answered'));
  await send(shop, { id: phone }, 'by phone');
  await heard(phone, ['Got by phone']);
  await send(shop, { id: phone, phone }, 'more');
  await heard(phone, ['Got by phone', 'Got more']);
  await send(shop, { id: lid, phone }, 'both');
  await heard(lid, ['Got both']);
  call.release();
  expect(await sessionsOf(shop)).toHaveLength(1);
  await until(async () => {
    const { rows } = await parley.db.query('SELECT 1 FROM sessions WHERE instance_id = $1', [shop.id]);
    expect(rows).toHaveLength(1);
  });
  await send(shop, { id: lid }, 'last');
  await heard(lid, ['Got both', 'Got last']);
});

test('mute, cooldown and addresses move to the contact that stays', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const { lid, phone } = twoAddresses();
  await send(shop, { id: lid }, 'hi');
  await heard(lid, ['Got hi']);
  await sessionCalls(parley, shop).mute(phone, 10);
  await send(shop, { id: lid, phone }, 'muted now');
  const [session] = await sessionsOf(shop);
  expect(session.muted_until).not.toBeNull();
  await sessionCalls(parley, shop).mute(phone, 0);
  await send(shop, { id: phone }, 'free');
  await heard(phone, ['Got free']);
  expect(await sessionsOf(shop)).toHaveLength(1);
  expect([...textsGiven(parley, { phone }), ...textsGiven(parley, { phone: lid })]).not.toContain(
    'muted now',
  );
});

test('the phone of a start finds a contact known by another form of the number', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const withNine = shop.contact('5532988776655');
  await withNine.says('hi');
  await withNine.hears(1);
  await sessionCalls(parley, shop).start({
    public_id: 'echo-pub',
    phone: '553288776655',
    message: 'by hand',
  });
  expect(await withNine.hears(2)).toEqual(['Got hi', 'Got by hand']);
  const [started, replaced] = await sessionsOf(shop);
  expect(started.remote_jid).toBe('5532988776655@s.whatsapp.net');
  expect(replaced.close_reason).toBe('replaced');
});

test('many events that join the same two contacts at once leave one contact and lose nothing', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: 0 });
  const { lid, phone } = twoAddresses();
  await Promise.all([send(shop, { id: lid }, 'a'), send(shop, { id: phone }, 'b')]);
  const texts = Array.from({ length: 8 }, (_, index) => `both ${index}`);
  const replies = await Promise.all(texts.map((text) => send(shop, { id: lid, phone }, text)));
  expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200));
  await until(() => {
    const all = [...parley.receiver.texts(lid), ...parley.receiver.texts(phone)];
    for (const text of texts) expect(all.filter((one) => one === `Got ${text}`)).toHaveLength(1);
  });
  const { rows } = await parley.db.query(
    'SELECT DISTINCT contact_id FROM contact_addresses WHERE instance_id = $1',
    [shop.id],
  );
  expect(rows).toHaveLength(1);
});
