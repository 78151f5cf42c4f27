import { expect, test } from 'vitest';
import { until, useParley } from '../../support/parley.js';

const parley = useParley();

const list = async (query = '') => {
  const answer = await parley.call('GET', `/sessions${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
};
const idsOf = (page: { sessions: { id: string }[] }) => page.sessions.map(({ id }) => id);

test('sessions of all instances come in one list, the newest message first, page by page', async () => {
  const [shop, clinic] = [await parley.instance(), await parley.instance()];
  const contacts = [shop.contact(), clinic.contact(), shop.contact()];
  for (const contact of contacts) {
    await contact.says('hello');
    await contact.hears(1);
  }
  const ids = await Promise.all(contacts.map(async (contact) => (await contact.session()).id));
  const shown = await until(async () => {
    const page = await list();
    expect(idsOf(page)).toEqual(ids.toReversed());
    return page;
  });
  expect(shown.sessions[0]).toMatchObject({
    instance_id: shop.id,
    status: 'opened',
    waits_for: 'contact',
    question: 'choice',
    last_message: { sender: 'bot' },
    unread: 0,
  });
  const first = await list('?limit=2');
  expect(idsOf(first)).toEqual([ids[2], ids[1]]);
  expect(idsOf(await list(`?limit=2&cursor=${first.next_cursor}`))).toEqual([ids[0]]);
  expect(idsOf(await list(`?instance_id=${clinic.id}`))).toEqual([ids[1]]);
  expect(idsOf(await list(`?typebot_id=${shop.typebotId}`))).toEqual([ids[2], ids[0]]);
  expect((await parley.call('GET', '/sessions?cursor=x')).status).toBe(400);
  expect((await parley.call('GET', '/sessions?waits_for=godot')).status).toBe(400);
});

test('a name is found by the beginnings of its words without accents, a number by its beginning or end', async () => {
  const shop = await parley.instance();
  const contact = shop.contact();
  await contact.says('hello');
  await contact.hears(1);
  const { id } = await contact.session();
  await parley.db.query(
    `UPDATE contacts SET push_name = 'João da Conceição हिन्दी مُحَمَّد' WHERE instance_id = $1`,
    [shop.id],
  );
  const only = `&instance_id=${shop.id}`;
  for (const text of [
    'joao',
    'João',
    'conc',
    'CONC joa',
    'हिन्दी',
    'हिन',
    'مُحَمَّد',
    contact.phone,
    `+${contact.phone.slice(0, 6)}`,
    contact.phone.slice(-5),
  ])
    expect(idsOf(await list(`?q=${encodeURIComponent(text)}${only}`))).toEqual([id]);
  for (const text of ['maria', 'oao', '99999', "joao' & !", '!', ':*'])
    expect([text, idsOf(await list(`?q=${encodeURIComponent(text)}${only}`))]).toEqual([
      text,
      text === "joao' & !" ? [id] : [],
    ]);
});

test('a silent conversation says what it waits for, and is counted there', async () => {
  const shop = await parley.instance();
  const [paused, closed, normal] = [shop.contact(), shop.contact(), shop.contact()];
  for (const contact of [paused, closed, normal]) {
    await contact.says('hello');
    await contact.hears(1);
  }
  const of = async (contact: typeof paused) => (await contact.session()).id;
  const route = `/instances/${shop.id}/typebots/sessions`;
  await parley.call('POST', `${route}/${await of(paused)}/pause`, {});
  await parley.call('POST', `${route}/${await of(closed)}/close`, {});
  await paused.says('is anybody there?');
  const view = async (contact: typeof paused) =>
    (await parley.call('GET', `/sessions/${await of(contact)}`)).body;
  await until(async () => {
    expect(await view(paused)).toMatchObject({ waits_for: 'person', status: 'paused', unread: 1 });
  });
  expect(await view(closed)).toMatchObject({ waits_for: 'nothing', close_reason: 'closed_by_api' });
  expect(idsOf(await list(`?waits_for=person&instance_id=${shop.id}`))).toEqual([await of(paused)]);
  expect(idsOf(await list(`?reason=closed_by_api&instance_id=${shop.id}`))).toEqual([await of(closed)]);
  expect(idsOf(await list(`?status=opened&instance_id=${shop.id}`))).toEqual([await of(normal)]);

  await parley.db.query(`UPDATE instances SET status = 'auth_failed' WHERE id = $1`, [shop.id]);
  expect(await view(normal)).toMatchObject({ waits_for: 'credentials' });
  const { body: waiting } = await parley.call('GET', '/sessions/waiting');
  const refused = waiting.groups.find((group: { waits_for: string }) => group.waits_for === 'credentials');
  expect(refused).toMatchObject({ count: 2 });
});

test('what was written since the last answer is unread, whoever gave that answer and wherever', async () => {
  const shop = await parley.instance();
  const ana = shop.contact();
  await ana.says('hello');
  await ana.hears(1);
  const { id } = await ana.session();
  const route = `/instances/${shop.id}/typebots/sessions/${id}`;
  await parley.call('POST', `${route}/pause`, {});
  const unread = async () => (await parley.call('GET', `/sessions/${id}`)).body.unread;
  const asks = async (count: number) => {
    for (let left = count; left > 0; left -= 1) await ana.says('is anybody there?');
    expect(await unread()).toBe(count);
  };
  await asks(2);
  const content = { contentType: 'text', text: 'I am here' };
  await ana.sends({ fromMe: true, origin: 'humanAgent', content });
  expect(await unread()).toBe(0);
  await asks(1);
  expect((await parley.call('POST', `${route}/messages`, { message: 'So am I' })).status).toBe(200);
  expect(await unread()).toBe(0);
  await ana.sends({ content: { contentType: 'reaction', targetKeyId: 'A1', emoji: '👍' } });
  await asks(1);
});

test('a key of an instance sees the sessions of no other', async () => {
  const [shop, clinic] = [await parley.instance(), await parley.instance()];
  const contact = clinic.contact();
  await contact.says('hello');
  await contact.hears(1);
  const { id } = await contact.session();
  const asShop = { 'api-key': shop.token };
  expect((await parley.call('GET', '/sessions', undefined, asShop)).body.sessions).toEqual([]);
  expect((await parley.call('GET', `/sessions/${id}`, undefined, asShop)).status).toBe(404);
  expect((await parley.call('GET', '/sessions/waiting', undefined, asShop)).body.groups).toEqual([]);
  expect((await parley.call('GET', `/sessions/${id}`, undefined, { 'api-key': clinic.token })).status).toBe(
    200,
  );
});

test('a transcript is read from its end too, and shows what could be tapped', async () => {
  const contact = (await parley.instance()).contact();
  await contact.says('hello');
  await contact.hears(1);
  const { id, instance_id: instance } = (await list(`?q=${contact.phone}`)).sessions[0];
  const route = `/instances/${instance}/typebots/sessions/${id}/messages`;
  const { body } = await parley.call('GET', `${route}?order=desc&limit=1`);
  expect(body.messages[0]).toMatchObject({ sender: 'bot', content: { type: 'buttons' } });
  expect(body.messages[0].content.buttons.length).toBeGreaterThan(1);
  const next = await parley.call('GET', `${route}?order=desc&limit=1&cursor=${body.next_cursor}`);
  expect(next.body.messages[0]).toMatchObject({
    sender: 'contact',
    text: 'hello',
    content: { type: 'text' },
  });
});
