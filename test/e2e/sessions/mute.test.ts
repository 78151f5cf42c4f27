import { expect, test } from 'vitest';
import { asked, flows, greeted, saysFive, sessionCalls, sessionIs } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });

test('a muted contact without a session starts nothing, by message or by hand, until the mute is lifted', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const { mute, start } = sessionCalls(parley, shop);
  const muted = await mute(ana.phone, 10);
  expect(muted.body).toMatchObject({ status: 'ok', phone: ana.phone });
  expect(Date.parse(muted.body.muted_until)).toBeGreaterThan(Date.now() + 9 * 60_000);
  expect((await ana.says('hello')).body.results[0].outcome).toBe('accepted');
  expect(await ana.sessions()).toEqual([]);
  const refused = await start({ public_id: 'echo-pub', phone: ana.phone, message: 'x' });
  expect(refused).toMatchObject({ status: 409, body: { code: 409, error: 'contact is muted' } });
  expect((await mute(ana.phone, 0)).body.muted_until).toBeNull();
  await ana.says('hello again');
  expect(await ana.hears(1)).toEqual(['Got hello again']);
});

test('the muted contacts of a number are listed in pages, the first to be free first, and no others', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const other = await parley.instance({ public_id: 'echo-pub' });
  const { mute } = sessionCalls(parley, shop);
  const [ana, bia, caio, dora] = [shop.contact(), shop.contact(), shop.contact(), other.contact()];
  await mute(ana.phone, 60);
  await mute(bia.phone, 10);
  await mute(caio.phone, 30);
  await mute(caio.phone, 0);
  await sessionCalls(parley, other).mute(dora.phone, 10);
  const page = async (cursor = '') =>
    (await parley.call('GET', `/instances/${shop.id}/mutes?limit=1${cursor}`)).body;
  const first = await page();
  const second = await page(`&cursor=${first.next_cursor}`);
  const phones = [...first.mutes, ...second.mutes].map(({ phone }: { phone: string }) => phone);
  expect(phones).toEqual([bia.phone, ana.phone]);
  expect(second.next_cursor).toBeNull();
  const refused = await parley.call('GET', `/instances/${shop.id}/mutes?cursor=x`);
  expect(refused).toMatchObject({ status: 400, body: { error: 'cursor is not one that a page gave' } });
});

test.each([
  ['525512345678', '5215512345678'],
  ['541123456789', '5491123456789'],
  ['5531988887777', '553188887777'],
])('a mute of %s holds for a message from %s', async (muted, writes) => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact(writes);
  await sessionCalls(parley, shop).mute(muted, 10);
  expect((await ana.says('hello')).body.results[0].outcome).toBe('accepted');
  expect(await ana.sessions()).toEqual([]);
  await sessionCalls(parley, shop).mute(muted, 0);
  await ana.says('again');
  await until(async () =>
    expect(await ana.sessions()).toMatchObject([{ remote_jid: `${muted}@s.whatsapp.net` }]),
  );
});

test('a mute set and lifted in a delivery holds the bubbles and then sends them in order', async () => {
  const { shop, ana, id } = await greeted(parley);
  const { mute, transcript, events } = sessionCalls(parley, shop);
  const second = await saysFive(parley, ana);
  const muting = mute(ana.phone, 10);
  await until(async () => expect((await ana.session()).muted_until).not.toBeNull());
  second.release();
  await muting;
  await ana.says('while muted');
  expect(ana.heard()).toEqual(['Got hi', '1', '2']);
  expect(await ana.session()).toMatchObject({ id, status: 'opened' });
  expect((await transcript(id)).at(-1)).toMatchObject({ text: 'while muted' });
  await mute(ana.phone, 0);
  await ana.hears(6);
  await ana.says('next');
  expect(await ana.hears(7)).toEqual(['Got hi', '1', '2', '3', '4', '5', 'Got next']);
  expect((await events(id)).map(({ type }) => type)).toContain('contact.muted');
});

test('a mute in the window and in the call holds both, and ends by itself', async () => {
  const { shop, ana, id } = await greeted(parley);
  const { mute, transcript } = sessionCalls(parley, shop);
  const call = await asked(parley, ana, 'asked');
  await ana.says('waits');
  await mute(ana.phone, 1);
  call.release();
  await until(async () =>
    expect((await transcript(id)).at(-1)).toMatchObject({ text: 'Got asked', delivery: 'pending' }),
  );
  const { rows } = await parley.db.query<{ id: string }>(
    'SELECT contact_id AS id FROM sessions WHERE id = $1',
    [id],
  );
  const handle = parley.client.workflow.getHandle(`conversation/${shop.id}/${rows[0]?.id}`);
  const events = (await handle.describe()).historyLength;
  // A mute of a minute, told as one of two seconds by the next signal.
  await parley.db.query(`UPDATE contacts SET muted_until = now() + interval '2 seconds' WHERE id = $1`, [
    rows[0]?.id,
  ]);
  await ana.sends({ content: { contentType: 'reaction', targetKeyId: 'x', emoji: '👍' } });
  expect(await ana.hears(3)).toEqual(['Got hi', 'Got asked', 'Got waits']);
  // One timer for the end of the mute, two turns' work, no loop.
  expect((await handle.describe()).historyLength - events).toBeLessThan(60);
});

test("while muted, operators' messages go out and `keyword_finish` is not read", async () => {
  const { shop, ana, id } = await greeted(parley, { keyword_finish: 'sair' });
  const { mute, operator } = sessionCalls(parley, shop);
  await mute(ana.phone, 10);
  await ana.says('sair');
  expect(await ana.session()).toMatchObject({ id, status: 'opened' });
  await operator(id, 'A person speaks', false);
  expect(await ana.hears(2)).toEqual(['Got hi', 'A person speaks']);
});

test('a mute survives the end of its session', async () => {
  const { shop, ana, id } = await greeted(parley);
  const { mute, close } = sessionCalls(parley, shop);
  await mute(ana.phone, 10);
  await close(id);
  await ana.says('hello');
  expect(await ana.sessions()).toHaveLength(1);
  await mute(ana.phone, 0);
  await ana.says('hello');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got hello']);
});

test('after the end of a flow with `cooldown_minutes` no trigger starts; after it they do', async () => {
  const { ana, id } = await greeted(parley, { cooldown_minutes: 10 });
  await ana.says('bye');
  await sessionIs(ana, { id, status: 'closed', close_reason: 'completed' });
  await ana.says('thanks');
  expect(await ana.sessions()).toHaveLength(1);
  await parley.db.query(`UPDATE contacts SET cooldown_until = now() WHERE remote_jid = $1`, [ana.jid]);
  await ana.says('hello');
  expect(await ana.hears(3)).toEqual(['Got hi', 'Bye', 'Got hello']);
});

test('the cooldown runs from `completed` only', async () => {
  const { shop, ana, id } = await greeted(parley, { cooldown_minutes: 10 });
  await sessionCalls(parley, shop).close(id);
  await ana.says('hello');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got hello']);
});
