import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConsoleParley, type ConsoleParley } from '../support/console.js';
import { until } from '../support/parley.js';
import { phoneOn } from '../support/phone.js';
import { pictureFlows } from './flows.js';

const folder = path.resolve(import.meta.dirname, '../../docs/images');
const fast = { debounce_ms: 0, default_delay_ms: 0 };
const textOnly = { capabilities: { buttons: 0, list: false } };

let product: ConsoleParley;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  product = await startConsoleParley({ flows: { flows: pictureFlows } });
});

afterAll(() => product.stop());

type Phone = ReturnType<typeof phoneOn>;

async function openPhone(height = 1200) {
  const window = await product.open('/sandbox', {
    viewport: { width: 400, height },
    deviceScaleFactor: 1.5,
    timezoneId: 'UTC',
  });
  // Pictures of the flows: a plate, each on a table of its own colour.
  await window.page.route('https://pictures.example/*', (route) => {
    const hue = (new URL(route.request().url()).pathname.charCodeAt(1) * 47) % 360;
    const body = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="240"><rect width="480" height="240" fill="hsl(${hue} 45% 70%)"/><circle cx="240" cy="120" r="84" fill="#fbfaf7"/><circle cx="240" cy="120" r="54" fill="hsl(${hue} 50% 42%)"/></svg>`;
    return route.fulfill({ contentType: 'image/svg+xml', body });
  });
  return { window, phone: phoneOn(window) };
}

/** The chat from its top to its last bubble. */
async function take(phone: Phone, name: string) {
  await phone.page.locator('#presence', { hasText: '+' }).waitFor();
  await phone.chat
    .locator('img')
    .evaluateAll((all) => Promise.all(all.map((img) => img instanceof HTMLImageElement && img.decode())));
  const area = await phone.chat.boundingBox();
  const last = await phone.chat.locator('article').last().boundingBox();
  if (!area || !last) throw new Error('nothing to take a picture of');
  const clip = { ...area, height: last.y + last.height - area.y + 10 };
  await phone.page.screenshot({ path: path.join(folder, `${name}.png`), clip });
}

// The name of the picture, the flow, what its last bubble says.
test.each([
  ['rich-text', 'rich-text', 'Follow it', {}],
  ['picture-choice', 'picture-choice', 'Which table?', {}],
  ['cards', 'cards', 'Menu of the house', {}],
  ['cards-text-only', 'cards', 'Reply with', textOnly],
  ['rating', 'rating', 'How was it?', {}],
  ['date', 'date', 'When shall it come?', {}],
])('%s', async (name, publicId, lastText, channel) => {
  const { url } = product.parley.typebot;
  await product.instance({ ...fast, typebot_url: url, public_id: publicId }, channel);
  const { window, phone } = await openPhone();
  await phone.says('Hi');
  await phone.hears(lastText);
  await take(phone, name);
  await window.close();
});

test('the demo flow: buttons, list, numbered text, the whole phone', async () => {
  await product.instance(fast);
  const { window, phone } = await openPhone();
  await phone.says('Hi');
  await phone.hears('How are you today?');
  await take(phone, 'buttons');
  await phone.taps('Great');
  await phone.hears('What shall we cook?');
  await phone.page.setViewportSize({ width: 400, height: 600 });
  await phone.taps('See options');
  await phone.page.mouse.move(0, 0);
  await phone.page.locator('.phone').screenshot({ path: path.join(folder, 'list.png') });
  await window.close();

  await product.instance(fast, textOnly);
  const plain = await openPhone();
  await plain.phone.says('Hi');
  await plain.phone.hears('How are you today?');
  await take(plain.phone, 'numbered-text');
  await plain.window.close();
});

test('the whole page', async () => {
  await product.instance(fast);
  const window = await product.open('/sandbox', { viewport: { width: 860, height: 700 }, timezoneId: 'UTC' });
  const phone = phoneOn(window);
  await phone.says('hello');
  await phone.hears('How are you today?');
  await phone.taps('Great');
  await phone.hears('What shall we cook?');
  await phone.page.locator('#presence', { hasText: '+' }).waitFor();
  await phone.page.screenshot({ path: path.join(folder, 'phone.png') });
  await window.close();
});

/** A business day: contacts who were greeted, and conversations in which something else is the matter. */
async function businessDay() {
  const { parley } = product;
  const instance = await product.instance({ ...fast, expire_in_minutes: 30, description: 'Recipes' });
  await parley.call('PATCH', `/instances/${instance}`, { name: 'Cantina Bella', phone: '5511987650000' });
  const { window, phone } = await openPhone();
  await phone.says('hello');
  await phone.hears('How are you today?');
  await phone.taps('So-so');
  await phone.hears('What shall we cook?');
  await window.close();
  const writes = async (number: string, name: string, text: string) => {
    const message = { keyId: `${number}-${text}`, from: { phone: number, name }, text };
    await parley.call('POST', `/webhooks/${instance}`, { messages: [message] }, {});
  };
  const others = ['Bruno Reis', 'Carla Dias', 'Davi Nunes', 'Elisa Prado', 'Félix Rocha'];
  for (const [index, name] of others.entries()) await writes(`551198765001${index}`, name, 'good day');
  const find = (name: string) =>
    until(async () => {
      const { body } = await parley.call('GET', `/sessions?q=${encodeURIComponent(name)}`);
      expect(body.sessions[0]).toMatchObject({ waits_for: 'contact' });
      return `/instances/${instance}/typebots/sessions/${body.sessions[0].id}`;
    });
  const [carla, davi, elisa, felix] = [
    await find('Carla'),
    await find('Davi'),
    await find('Elisa'),
    await find('Felix'),
  ];
  await parley.call('POST', `${carla}/messages`, {
    message: 'Good day Carla, this is Marta. How can I help?',
  });
  await writes('5511987650011', 'Carla Dias', 'My order came without dessert');
  await parley.call('POST', `${davi}/pause`, { minutes: 25 });
  await parley.call('PATCH', `${elisa}`, { segment: 'vip', tags: { plan: 'gold' } });
  await parley.call('POST', `${felix}/close`, {});
  await trouble();
}

/** Two conversations that are stuck: one number has refused credentials, and Typebot does not answer another. */
async function trouble() {
  const { parley } = product;
  const secrets = { outbound_secrets: ['not-what-the-receiver-knows'] };
  const refused = await parley.instance({ public_id: 'rating', ...fast }, secrets);
  await parley.call('PATCH', `/instances/${refused.id}`, { name: 'Cantina Sul' });
  await refused.contact('5511987650021').says('hello');
  const down = await parley.instance({ public_id: 'rating', ...fast });
  await parley.call('PATCH', `/instances/${down.id}`, { name: 'Cantina Norte' });
  const gabi = down.contact('5511987650022');
  const wait = { 'retry-after': '110' };
  parley.typebot.fail({ of: gabi, call: 'start', status: 503, headers: wait });
  await gabi.says('hello');
  await until(async () => {
    const { groups } = (await parley.call('GET', '/sessions/waiting')).body;
    const causes = groups.map(({ waits_for: cause }: { waits_for: string }) => cause);
    expect(causes).toEqual(expect.arrayContaining(['credentials', 'typebot', 'person']));
  });
}

test('the console', async () => {
  await businessDay();
  const { page, close } = await product.signedIn('/console', {
    viewport: { width: 1280, height: 760 },
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const shoot = (name: string) => page.screenshot({ path: path.join(folder, `console-${name}.png`) });
  const place = async (name: string) => {
    await page.getByRole('link', { name }).first().click();
    await page.mouse.move(0, 0);
  };
  await page.getByRole('link', { name: /^Ana/ }).waitFor();
  await page.getByText('Live').waitFor();
  await shoot('conversations');
  await page.getByRole('link', { name: /^Ana/ }).click();
  await page.getByText('What shall we cook?').waitFor();
  await page.getByText('Closes unless somebody writes').waitFor();
  await page
    .getByText(/^Started/)
    .first()
    .waitFor();
  await page.mouse.move(0, 0);
  await shoot('conversation');
  await page.getByRole('button', { name: 'Why is this here?' }).last().click();
  await page.getByRole('dialog').getByText('Sent to the provider once').waitFor();
  await page.mouse.move(0, 0);
  await shoot('why');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await place('Stuck');
  await page.getByText('Every message that came was read.').waitFor();
  await page.getByRole('region', { name: 'With a person' }).waitFor();
  await shoot('stuck');
  await page
    .getByRole('link', { name: /^Show 1 conversation/ })
    .first()
    .click();
  await page.locator('.rows a.row').first().click();
  await page.getByText('What happens next').waitFor();
  await shoot('waits');
  await place('Typebots');
  await page.getByLabel('Number').selectOption('Cantina Bella');
  await page.getByRole('button', { name: /^Edit Recipes/ }).click();
  await page.getByRole('dialog').getByLabel('Time zone').waitFor();
  await page.mouse.move(0, 0);
  await shoot('typebot');
  await page.getByRole('dialog').getByRole('button', { name: 'What would change?' }).click();
  await page
    .getByRole('dialog')
    .getByText(/would be answered otherwise/)
    .waitFor();
  await page
    .getByRole('dialog')
    .getByText(/would be answered otherwise/)
    .scrollIntoViewIfNeeded();
  await shoot('xray');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByLabel('First message of a contact').fill('good day');
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.getByText('Recipes would answer.').waitFor();
  await shoot('typebots');
  await place('Numbers');
  await page.getByText('Last event').first().waitFor();
  await page.getByText('Enter new credentials').waitFor();
  await shoot('instances');
  await page.getByRole('button', { name: 'Connect a number' }).click();
  await page.getByRole('dialog').getByLabel('Provider').selectOption('WhatsApp Cloud API (Meta)');
  await page.mouse.move(0, 0);
  await shoot('connect');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await place('Overview');
  await page.getByRole('heading', { name: /^Conversations begun/ }).waitFor();
  await page.getByRole('columnheader', { name: 'Median wait' }).waitFor();
  await shoot('overview');
  await place('Phone');
  await page.getByText('What shall we cook?').waitFor();
  await page
    .getByText(/^Started/)
    .first()
    .waitFor();
  await shoot('phone');
  await place('Keys & webhooks');
  await page.getByRole('heading', { name: 'API keys' }).waitFor();
  await shoot('keys');
  await place('Who did what');
  await page.getByText('Typebot added').first().waitFor();
  await shoot('audit');
  await close();
});

test('the console on a phone, in the dark, and before anybody is signed in', async () => {
  const small = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 1.5, timezoneId: 'UTC' };
  const look = { ...small, reducedMotion: 'reduce', locale: 'pt-BR' } as const;
  const { page, close } = await product.signedIn('/console', { ...look, colorScheme: 'dark' });
  await page.getByRole('link', { name: /^Ana/ }).click();
  await page.getByText('What shall we cook?').waitFor();
  await page.screenshot({ path: path.join(folder, 'console-small.png') });
  await close();
  const door = await product.open('/console', {
    viewport: { width: 860, height: 620 },
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await door.page.getByRole('textbox', { name: 'API key' }).waitFor();
  await door.page.screenshot({ path: path.join(folder, 'console-sign-in.png') });
  await door.close();
});
