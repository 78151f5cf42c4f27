import { expect, test } from 'vitest';
import { asked, flows, sessionCalls, sessionIs } from '../../support/conversations.js';
import { useParley } from '../../support/parley.js';

const parley = useParley({ flows });

/** A shop whose typebot asks on and on, with another one behind the word `menu`. */
async function shopWithMenu(settings: object = {}) {
  const shop = await parley.instance({ public_id: 'echo-pub', ...settings });
  const menu = { typebot_url: parley.typebot.url, public_id: 'other-pub', keep_open: true, priority: -1 };
  const trigger = { trigger_type: 'keyword', trigger_value: 'menu', interrupts: true };
  const made = await parley.call('POST', `/instances/${shop.id}/typebots`, { ...menu, ...trigger });
  expect(made.status).toBe(201);
  return { shop, menuId: String(made.body.typebot_id) };
}

test("a typebot that interrupts replaces another bot's session when its trigger matches", async () => {
  const { shop, menuId } = await shopWithMenu();
  const ana = shop.contact();
  await ana.says('hello');
  await ana.hears(1);
  const first = await ana.session();
  await ana.says('MENÚ');
  expect(await ana.hears(2)).toEqual(['Got hello', 'Got MENÚ']);
  const [now, before] = await ana.sessions();
  expect(before).toMatchObject({ id: first.id, status: 'closed', close_reason: 'replaced' });
  expect(now).toMatchObject({ typebot_id: menuId, status: 'opened' });
  await ana.says('menu');
  expect(await ana.hears(3)).toContain('Got menu');
  expect(await ana.sessions()).toHaveLength(2);
});

test('what the replaced session had under way never comes', async () => {
  const { shop } = await shopWithMenu();
  const ana = shop.contact();
  await ana.says('hello');
  await ana.hears(1);
  const call = await asked(parley, ana, 'a long story');
  await ana.says('menu');
  expect(await ana.hears(2)).toEqual(['Got hello', 'Got menu']);
  call.release();
  await ana.says('more');
  expect(await ana.hears(3)).toEqual(['Got hello', 'Got menu', 'Got more']);
});

test('other words, a pause, a mute, and a typebot that does not interrupt change nothing', async () => {
  const { shop, menuId } = await shopWithMenu();
  const { pause, resume, mute } = sessionCalls(parley, shop);
  const ana = shop.contact();
  await ana.says('hello');
  await ana.hears(1);
  const { id } = await ana.session();
  await ana.says('the menu please');
  expect(await ana.hears(2)).toEqual(['Got hello', 'Got the menu please']);
  await pause(id);
  await ana.says('menu');
  await resume(id);
  await mute(ana.phone, 5);
  await ana.says('menu');
  await mute(ana.phone, 0);
  await sessionIs(ana, { id, status: 'opened' });
  const path = `/instances/${shop.id}/typebots/${menuId}`;
  expect((await parley.call('PATCH', path, { interrupts: false })).status).toBe(200);
  await ana.says('menu');
  expect(await ana.hears(3)).toEqual(['Got hello', 'Got the menu please', 'Got menu']);
  expect(await ana.sessions()).toHaveLength(1);
});

test('with `keep_open` false nothing is left of the session that gave way', async () => {
  const { shop, menuId } = await shopWithMenu({ keep_open: false });
  const ana = shop.contact();
  await ana.says('hello');
  await ana.hears(1);
  await ana.says('menu');
  await ana.hears(2);
  expect(await ana.sessions()).toMatchObject([{ typebot_id: menuId }]);
});
