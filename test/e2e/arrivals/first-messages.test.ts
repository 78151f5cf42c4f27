import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { flows, sessionCalls, sessionIs, textsGiven } from '../../support/conversations.js';
import { WIDE_WINDOW_MS, signed, until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });

test('a keyword and a second message 300 ms later are one turn with both texts', async () => {
  const shop = await parley.instance({
    ...{ public_id: 'echo-pub', trigger_type: 'keyword', trigger_value: 'menu', debounce_ms: WIDE_WINDOW_MS },
  });
  const ana = shop.contact();
  await ana.says(' MENÚ');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await ana.says('I need help with my order');
  expect(await ana.hears(1)).toEqual(['Got  MENÚ\nI need help with my order']);
  const { id } = await ana.session();
  const events = await sessionCalls(parley, shop).events(id);
  expect(events.find(({ type }) => type === 'turn.merged')?.data).toEqual({ count: 2 });
});

test('a notice that nobody wrote starts nothing, a poll that nobody can read does', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  expect((await ana.sends({ content: { contentType: 'pin' } })).status).toBe(200);
  expect(await ana.sessions()).toEqual([]);
  await ana.sends({ content: { contentType: 'poll' } });
  await until(async () => expect(await ana.sessions()).toHaveLength(1));
  await until(() => expect(parley.typebot.callsOf(ana)).not.toEqual([]));
});

test('twenty first messages at the same time open one session and one Typebot session, and all texts arrive', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: 0 });
  const ana = shop.contact();
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
  const replies = await Promise.all(texts.map((text) => ana.says(text)));
  expect(replies.map(({ status }) => status)).toEqual(texts.map(() => 200));
  await ana.hears(20);
  const { id } = await ana.session();
  const incoming = (await sessionCalls(parley, shop).transcript(id)).filter(
    ({ direction }) => direction === 'incoming',
  );
  expect(parley.typebot.callsOf(ana).filter(({ kind }) => kind === 'start')).toHaveLength(1);
  expect(ana.heard().toSorted()).toEqual(incoming.map(({ text }) => `Got ${text}`).toSorted());
  expect(incoming).toHaveLength(20);
  expect(new Set(ana.heard()).size).toBe(20);
  expect(await ana.sessions()).toHaveLength(1);
  expect(parley.typebot.mostParallel()).toBe(1);
});

test('twenty first messages in one debounce window are one turn', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
  await Promise.all(texts.map((text) => ana.says(text)));
  const [heard] = await ana.hears(1);
  expect(heard?.replace('Got ', '').split('\n').toSorted()).toEqual(texts.toSorted());
  await ana.says('more');
  expect((await ana.hears(2))[1]).toBe('Got more');
});

test('a contact who writes to two instances in one window gets two turns, the texts apart', async () => {
  const settings = { public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS };
  const [shop, bank] = [await parley.instance(settings), await parley.instance(settings)];
  const [atShop, atBank] = [shop.contact('5511900000001'), bank.contact('5511900000001')];
  await Promise.all([atShop.says('shoes'), atBank.says('loan')]);
  await Promise.all([atShop.says('size 40'), atBank.says('30 years')]);
  const heard = await atShop.hears(2);
  expect(heard.toSorted()).toEqual([
    expect.stringMatching(/^Got (loan\n30 years|30 years\nloan)$/),
    expect.stringMatching(/^Got (shoes\nsize 40|size 40\nshoes)$/),
  ]);
  await sessionCalls(parley, shop).close((await atShop.session()).id);
  expect((await atBank.session()).status).toBe('opened');
});

test('every reply goes to the contact who wrote, with many writing at once', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const contacts = Array.from({ length: 30 }, () => shop.contact());
  await Promise.all(contacts.map((contact) => contact.says(`I am ${contact.phone}`)));
  for (const contact of contacts) {
    expect(await contact.hears(1)).toEqual([`Got I am ${contact.phone}`]);
  }
});

test('a sticker with keyword typebots only starts nothing; with `all` it starts the flow', async () => {
  const shop = await parley.instance({
    ...{ public_id: 'echo-pub', trigger_type: 'keyword', trigger_value: 'start', priority: 5 },
  });
  const sticker = {
    content: { contentType: 'sticker', media: { url: 'http://127.0.0.1:9/s.webp', mimeType: 'image/webp' } },
  };
  const ana = shop.contact();
  expect((await ana.sends(sticker)).status).toBe(200);
  expect(await ana.sessions()).toEqual([]);
  const path = `/instances/${shop.id}/typebots`;
  const all = { typebot_url: parley.typebot.url, public_id: 'branch-pub', trigger_type: 'all' };
  await parley.call('POST', path, all);
  await ana.sends(sticker);
  expect(await ana.hears(1)).toHaveLength(1);
  expect((await ana.session()).public_id).toBe('branch-pub');
});

test('reactions, edits, revokes and system notices are recorded and start and move nothing', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const notices = [
    { contentType: 'reaction', emoji: '👍', targetKeyId: 'x' },
    { contentType: 'edit', targetKeyId: 'x', text: 'new' },
    { contentType: 'revoke', targetKeyId: 'x' },
    { contentType: 'system', systemType: 'other' },
  ];
  for (const content of notices) expect((await ana.sends({ content })).status).toBe(200);
  expect(await ana.sessions()).toEqual([]);
  await ana.says('hi');
  await ana.hears(1);
  const { id } = await ana.session();
  for (const content of notices)
    expect((await ana.sends({ content })).body.results[0].outcome).toBe('accepted');
  await ana.says('go on');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got go on']);
  const items = await sessionCalls(parley, shop).transcript(id);
  const types = items.filter(({ direction }) => direction === 'incoming').map((item) => item.content_type);
  expect(types).toEqual(['text', 'reaction', 'edit', 'revoke', 'system', 'text']);
});

test('a reaction that arrives very late in an open session stays a reaction', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' }, { max_inbound_age_seconds: 1 });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const { id } = await ana.session();
  await parley.db.query(`UPDATE sessions SET opened_at = now() - interval '1 hour' WHERE id = $1`, [id]);
  const timestamp = Math.floor(Date.now() / 1000) - 60;
  await ana.sends({ timestamp, content: { contentType: 'reaction', emoji: '👍', targetKeyId: 'x' } });
  await ana.sends({ timestamp, fromMe: true, content: { contentType: 'text', text: 'a person wrote this' } });
  await ana.sends({ timestamp, content: { contentType: 'text', text: 'late' } });
  await ana.says('now');
  expect(await ana.hears(3)).toEqual(['Got hi', 'Got late', 'Got now']);
});

test('an old message starts nothing, but an open session takes what was written after it began', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' }, { max_inbound_age_seconds: 60 });
  const ana = shop.contact();
  const old = {
    timestamp: Math.floor(Date.now() / 1000) - 120,
    content: { contentType: 'text', text: 'old' },
  };
  expect((await ana.sends(old)).body.results[0].outcome).toBe('accepted');
  expect(await ana.sessions()).toEqual([]);
  await ana.says('hi');
  await ana.hears(1);
  await ana.sends(old);
  await ana.says('then');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got then']);
});

test('historical messages are answered with `ignored` and start nothing', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const answer = await ana.sends({ historical: true, content: { contentType: 'text', text: 'from 2020' } });
  expect(answer.body.results[0].outcome).toBe('ignored');
  expect(await ana.sessions()).toEqual([]);
});

test('typebots are tried by priority, the oldest first among equals, and `none` never starts by itself', async () => {
  const shop = await parley.instance({ public_id: 'a', trigger_type: 'none', priority: 9 });
  const add = async (settings: object) =>
    (
      await parley.call('POST', `/instances/${shop.id}/typebots`, {
        typebot_url: parley.typebot.url,
        ...settings,
      })
    ).body;
  await add({ public_id: 'other-pub', trigger_type: 'all', priority: 1 });
  const first = await add({
    public_id: 'echo-pub',
    trigger_type: 'contains',
    trigger_value: 'olá',
    priority: 5,
  });
  await add({ public_id: 'echo-pub', trigger_type: 'starts_with', trigger_value: 'OLA', priority: 5 });
  const ana = shop.contact();
  await ana.says('ola mundo');
  await ana.hears(1);
  expect((await ana.session()).typebot_id).toBe(first.typebot_id);
});

test('two API processes on one database: every message is handled once', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: 0 });
  const second = await parley.secondApi();
  const phone = '5511900000077';
  const ana = shop.contact(phone);
  const ids = Array.from({ length: 10 }, () => randomUUID());
  const post = async (base: string, keyId: string) => {
    const timestamp = Math.floor(Date.now() / 1000);
    const message = {
      keyId,
      contact: { id: phone },
      timestamp,
      content: { contentType: 'text', text: keyId },
    };
    const [body, headers] = signed({ events: [{ id: keyId, type: 'message', message }] });
    return (await fetch(`${base}/webhooks/${shop.id}`, { method: 'POST', body, headers })).status;
  };
  const bases = [`http://127.0.0.1:${parley.api.port}`, second.url];
  const statuses = await Promise.all(ids.flatMap((id) => bases.map((base) => post(base, id))));
  expect(new Set(statuses)).toEqual(new Set([200]));
  await ana.hears(10);
  await second.stop();
  expect(ana.heard().toSorted()).toEqual(ids.map((id) => `Got ${id}`).toSorted());
  expect(textsGiven(parley, ana)).toHaveLength(10);
});

test('a message without a matching trigger starts nothing and is answered 200', async () => {
  const shop = await parley.instance({
    public_id: 'echo-pub',
    trigger_type: 'keyword',
    trigger_value: 'start',
  });
  const ana = shop.contact();
  expect((await ana.says('hello')).status).toBe(200);
  expect(await ana.sessions()).toEqual([]);
  await ana.says('START');
  await sessionIs(ana, { status: 'opened' });
  await until(() => expect(ana.heard()).toEqual(['Got START']));
});
