import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { startConsoleParley, type ConsoleParley } from '../support/console.js';
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

test('the console', async () => {
  await product.instance({ ...fast, expire_in_minutes: 30, description: 'Recipes' });
  const { window, phone } = await openPhone();
  await phone.says('hello');
  await phone.hears('How are you today?');
  await phone.taps('So-so');
  await phone.hears('What shall we cook?');
  await phone.picks('Bruno');
  await phone.says('good day');
  await phone.hears('How are you today?');
  await window.close();

  const { page, close } = await product.signedIn('/console', {
    viewport: { width: 1280, height: 760 },
    timezoneId: 'UTC',
  });
  const shoot = (name: string) => page.screenshot({ path: path.join(folder, `console-${name}.png`) });
  await page.getByRole('link', { name: /Ana/ }).waitFor();
  await page.getByText('Live').waitFor();
  await shoot('conversations');
  await page.getByRole('link', { name: /Ana/ }).click();
  await page.getByText('What shall we cook?').waitFor();
  await page.getByText('Closes unless somebody writes').waitFor();
  await page
    .getByText(/^Started/)
    .first()
    .waitFor();
  await shoot('conversation');
  await page.getByRole('button', { name: 'Why is this here?' }).last().click();
  await page.getByRole('dialog').getByText('Sent to the provider once').waitFor();
  await page.mouse.move(0, 0);
  await shoot('why');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'Stuck' }).click();
  await page.getByText('Every message that came was read.').waitFor();
  await shoot('stuck');
  await page.getByRole('link', { name: 'Typebots' }).click();
  await page.getByRole('button', { name: /^Edit / }).click();
  await page.getByRole('dialog').getByLabel('Time zone').waitFor();
  await page.mouse.move(0, 0);
  await shoot('typebot');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Numbers' }).click();
  await page.getByText('Last event').first().waitFor();
  await shoot('instances');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: /^Conversations begun/ }).waitFor();
  await page.getByRole('columnheader', { name: 'Median wait' }).waitFor();
  await shoot('overview');
  await page.getByRole('link', { name: 'Phone' }).click();
  await page.getByText('What shall we cook?').waitFor();
  await page
    .getByText(/^Started/)
    .first()
    .waitFor();
  await shoot('phone');
  await page.getByRole('link', { name: 'Keys & webhooks' }).click();
  await page.getByRole('link', { name: 'Who did what' }).click();
  await page.getByText('Typebot added').first().waitFor();
  await shoot('audit');
  await close();
});
