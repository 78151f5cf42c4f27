import { readFile } from 'node:fs/promises';
import type { Locator, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../support/parley.js';
import { phoneOn, startPhoneParley, type PhoneParley } from '../support/phone.js';

let product: PhoneParley;

beforeAll(async () => {
  product = await startPhoneParley();
});

afterAll(() => product.stop());

/** A window that must be without a single problem when the test ends. */
async function openWindow(path: string, options?: Parameters<PhoneParley['open']>[1]) {
  const window = await product.open(path, options);
  onTestFinished(() => window.close());
  return window;
}

async function openPhone(
  settings: Record<string, unknown> = {},
  viewport?: { width: number; height: number },
) {
  const instanceId = await product.instance({ debounce_ms: 0, default_delay_ms: 0, ...settings });
  const window = await openWindow('/sandbox', viewport && { viewport });
  const { problems } = window;
  return { instanceId, problems, ...phoneOn(window) };
}

const sessionsOf = (instanceId: string) =>
  product.parley.call('GET', `/instances/${instanceId}/typebots/sessions`);

test('the phone opens with the seeded instance, two contacts and an invitation to say hello', async () => {
  const phone = await openPhone();
  await phone.page.getByText('Say hello as Ana.').waitFor();
  expect(await phone.page.locator('#instance').textContent()).toContain(phone.instanceId);
  expect(await phone.page.locator('#contacts button').allInnerTexts()).toEqual([
    expect.stringContaining('Ana'),
    expect.stringContaining('Bruno'),
  ]);
  await phone.session('no session');
  expect(phone.problems).toEqual([]);
});

test('a hello is read, the bot types, and its bubbles come with buttons', async () => {
  const phone = await openPhone({ default_delay_ms: 3_000 });
  await phone.says('hello');
  await phone.page.getByText('the bot is typing…').waitFor();
  await phone.hears('Hello Ana! This is the demo flow of Parley.');
  await phone.chat.locator('.typing').waitFor();
  const question = await phone.hears('How are you today?');
  expect(await question.getByRole('button').allInnerTexts()).toEqual(['Great', 'So-so', 'Tired']);
  await phone.said('hello').getByTitle('Read by the bot').waitFor();
  await phone.page.getByText('the bot is typing…').waitFor({ state: 'hidden' });
  await phone.session('opened');
  expect(phone.problems).toEqual([]);
});

test('the demo flow can be walked to its end by taps and typing, refused replies included', async () => {
  const phone = await openPhone();
  await phone.says('hello');
  await phone.hears('How are you today?');
  await phone.taps('So-so');
  await phone.hears('So-so is a fine answer.');
  await phone.hears('What shall we cook?');
  await phone.taps('See options');
  const sheet = phone.page.getByRole('dialog');
  expect(await sheet.getByRole('button').allInnerTexts()).toHaveLength(6);
  await sheet.getByRole('button', { name: 'Ramen' }).click();
  await phone.hears('For how many people');
  await phone.says('thirty');
  await phone.hears('Invalid message. Please, try again.');
  await phone.says('4');
  await phone.hears('To which e-mail address');
  await phone.says('no address');
  await phone.hears('Can you type it again?');
  await phone.says('ana@example.com');
  await phone.hears('Anything the cook should know?');
  const dish = phone.chat.locator('article.out img');
  expect(await dish.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth))).toBe(480);
  await phone.says('no onions');
  await phone.hears('Ramen for 4: “no onions”. The recipe goes to ana@example.com.');
  await phone.session('closed · completed');
  expect(phone.problems).toEqual([]);
  const [session] = (await sessionsOf(phone.instanceId)).body;
  expect(session).toMatchObject({ status: 'closed', close_reason: 'completed' });
});

test('a closed conversation starts over with the next message', async () => {
  const phone = await openPhone({ keyword_finish: 'exit' });
  await phone.says('hello');
  await phone.hears('How are you today?');
  await phone.says('exit');
  await phone.session('closed');
  await phone.says('hello again');
  await phone.session('opened');
  await until(async () => expect((await sessionsOf(phone.instanceId)).body).toHaveLength(2));
  expect(phone.problems).toEqual([]);
});

test('a picture and a location go out through the menu', async () => {
  const phone = await openPhone();
  await phone.says('hello');
  await phone.hears('How are you today?');
  const chooser = phone.page.waitForEvent('filechooser');
  await phone.attaches('Picture');
  const picture = new URL('../../src/dev/demo-typebot/picture.png', import.meta.url);
  await (
    await chooser
  ).setFiles({ name: 'dish.png', mimeType: 'image/png', buffer: await readFile(picture) });
  const sent = phone.chat.locator('article.in').filter({ has: phone.page.locator('img') });
  await sent.getByTitle('Read by the bot').waitFor();
  await phone.taps('Tired');
  await phone.hears('What shall we cook?');
  await phone.attaches('Location');
  await phone.said('Here (-23.5613, -46.6565)').getByTitle('Read by the bot').waitFor();
  await phone.says('Moqueca');
  await phone.hears('Moqueca, good.');
  expect(phone.problems).toEqual([]);
});

test('a press beside the menu closes it, and a list can be left without a choice', async () => {
  const phone = await openPhone();
  await phone.says('hello');
  await phone.hears('How are you today?');
  await phone.page.getByLabel('Attach').click();
  await phone.chat.click({ position: { x: 300, y: 300 } });
  await phone.page.getByRole('button', { name: 'Location' }).waitFor({ state: 'hidden' });
  await phone.taps('Great');
  await phone.hears('What shall we cook?');
  await phone.taps('See options');
  await expectInside(phone.page.getByRole('dialog'), phone.page.getByRole('main'));
  await phone.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await phone.page.getByRole('dialog').waitFor({ state: 'hidden' });
  await phone.said('Great').waitFor();
  expect(await phone.chat.locator('article.in').count()).toBe(2);
  expect(phone.problems).toEqual([]);
});

async function expectInside(inner: Locator, outer: Locator) {
  const [small, large] = await Promise.all([inner.boundingBox(), outer.boundingBox()]);
  if (!small || !large) throw new Error('one of them is not shown');
  expect(small.x).toBeGreaterThan(large.x);
  expect(small.x + small.width).toBeLessThan(large.x + large.width);
  expect(small.y + small.height).toBeLessThan(large.y + large.height);
}

test('two contacts talk at the same time, each in a conversation of its own', async () => {
  const phone = await openPhone();
  await phone.says('hello');
  await phone.picks('Bruno');
  await phone.page.getByText('Say hello as Bruno.').waitFor();
  await phone.says('good day');
  await phone.hears('Hello Bruno!');
  await phone.taps('Tired');
  await phone.hears('Tired is a fine answer.');
  await phone.picks('Ana');
  await phone.hears('Hello Ana!');
  await phone.taps('Great');
  await phone.hears('Great is a fine answer.');
  expect(await phone.chat.getByText('Bruno').count()).toBe(0);
  expect((await sessionsOf(phone.instanceId)).body).toHaveLength(2);
  expect(phone.problems).toEqual([]);
});

test('an answer to a contact who is not on the screen is counted beside the name', async () => {
  const phone = await openPhone();
  await phone.page.getByText('Say hello as Ana.').waitFor();
  await product.parley.call(
    'POST',
    `/webhooks/${phone.instanceId}`,
    { messages: [{ keyId: 'B1', from: { phone: '5511987650002', name: 'Bruno' }, text: 'hello' }] },
    {},
  );
  await phone.page.locator('#contacts').getByRole('button', { name: 'Bruno' }).getByText('2').waitFor();
  expect(phone.problems).toEqual([]);
});

test('a contact that was added is still there after the page was opened again', async () => {
  const phone = await openPhone();
  await phone.page.getByText('Add a contact').click();
  await phone.page.getByLabel('Name').fill('Carla');
  await phone.page.getByLabel('Phone', { exact: true }).fill('+55 11 98765 0003');
  await phone.taps('Add contact');
  await phone.says('hello');
  await phone.hears('Hello Carla!');
  await phone.page.reload();
  await phone.picks('Carla');
  await phone.hears('How are you today?');
  expect(phone.problems).toEqual([]);
});

test('a session that is paused by the API shows it, and nothing comes until it is resumed', async () => {
  const phone = await openPhone();
  await phone.says('hello');
  await phone.hears('How are you today?');
  const [{ id }] = (await sessionsOf(phone.instanceId)).body;
  const route = `/instances/${phone.instanceId}/typebots/sessions/${id}`;
  expect((await product.parley.call('POST', `${route}/pause`, {})).status).toBe(200);
  await phone.session('paused');
  await phone.says('Great');
  // Bruno's whole conversation goes by meanwhile.
  await phone.picks('Bruno');
  await phone.says('hello');
  await phone.hears('How are you today?');
  await phone.taps('Tired');
  await phone.hears('What shall we cook?');
  await phone.picks('Ana');
  await phone.session('paused');
  expect(await phone.chat.locator('article.out').count()).toBe(2);
  expect((await product.parley.call('POST', `${route}/resume`)).status).toBe(200);
  await phone.session('opened');
  await phone.says('So-so');
  await phone.hears('So-so is a fine answer.');
  expect(phone.problems).toEqual([]);
});

test('on a channel with text only a choice is numbered, and a number answers it', async () => {
  await product.instance(
    { debounce_ms: 0, default_delay_ms: 0 },
    { capabilities: { buttons: 0, list: false } },
  );
  const window = await openWindow('/sandbox');
  const phone = phoneOn(window);
  await phone.says('hello');
  const question = await phone.hears('How are you today?');
  expect(await question.innerText()).toContain('2. So-so');
  await phone.says('2');
  await phone.hears('So-so is a fine answer.');
  expect(window.problems).toEqual([]);
});

test('marks of WhatsApp are shown as such, and a link ends where its address does', async () => {
  const phone = await openPhone();
  await phone.types('*bold* _slanted_ ~gone~ `code` (https://example.com/a?b=c).');
  const said = phone.said('bold');
  for (const [mark, text] of Object.entries({ strong: 'bold', em: 'slanted', s: 'gone', code: 'code' }))
    expect(await said.locator(mark).innerText()).toBe(text);
  expect(await said.getByRole('link').getAttribute('href')).toBe('https://example.com/a?b=c');
  expect(phone.problems).toEqual([]);
});

test('a message that is sent before the page has found its instance is not lost', async () => {
  await product.instance({ debounce_ms: 0, default_delay_ms: 0 });
  const window = await openWindow('/docs');
  const phone = phoneOn(window);
  const held: Route[] = [];
  await phone.page.route('**/sandbox/settings', (route) => void held.push(route));
  await phone.page.goto(`${product.url}/sandbox`);
  await phone.types('hello');
  await until(() => expect(held).toHaveLength(1));
  await held[0]?.continue();
  await phone.hears('Hello Ana!');
  expect(window.problems).toEqual([]);
});

test('the whole phone fits on a real one: nothing to scroll sideways, the message field in sight', async () => {
  const phone = await openPhone({}, { width: 360, height: 640 });
  await phone.says('hello');
  await phone.hears('How are you today?');
  const page = await phone.page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    height: document.documentElement.scrollHeight,
  }));
  expect(page).toEqual({ width: 360, height: 640 });
  const field = await phone.page.getByRole('textbox', { name: 'Message' }).boundingBox();
  expect((field?.y ?? 640) + (field?.height ?? 0)).toBeLessThan(640);
  await phone.taps('Tired');
  await phone.hears('Tired is a fine answer.');
  expect(phone.problems).toEqual([]);
});

test('an outage is said, and the phone goes on by itself afterwards', async () => {
  const phone = await openPhone();
  await phone.page.getByText('Say hello as Ana.').waitFor();
  await phone.page.context().setOffline(true);
  await phone.page.getByText('Parley does not answer; trying again').waitFor();
  await phone.page.context().setOffline(false);
  await phone.says('hello');
  await phone.hears('How are you today?');
});

test("the page runs no script but its own, and a flow's pictures come from anywhere", async () => {
  const { page, problems } = await openPhone();
  const policy = (await fetch(`${product.url}/sandbox`)).headers.get('content-security-policy');
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("img-src 'self' data: blob: http: https:;");
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "ran"';
    document.head.append(script);
    return document.title;
  });
  expect(ran).toBe('Parley sandbox phone');
  expect(problems).toEqual([expect.stringContaining('Content Security Policy')]);
});
