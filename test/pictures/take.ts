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
