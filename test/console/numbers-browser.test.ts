import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findingsOn, startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { until } from '../support/parley.js';

let product: ConsoleParley;
let instance = '';

beforeAll(async () => {
  product = await startConsoleParley();
  instance = await product.instance({ debounce_ms: 0, default_delay_ms: 0 });
});

afterAll(() => product.stop());

async function openNumbers(options: Parameters<ConsoleParley['open']>[1] = {}) {
  const window = await product.signedIn('/console/instances', { reducedMotion: 'reduce', ...options });
  onTestFinished(() => window.close());
  await window.page.getByRole('heading', { name: 'Sandbox' }).waitFor();
  return window;
}

const says = (keyId: string, text: string) =>
  product.parley.call(
    'POST',
    `/webhooks/${instance}`,
    { messages: [{ keyId, from: { phone: '5511987650009', name: 'Bia' }, text }] },
    {},
  );
const sessions = async () => (await product.parley.call('GET', '/sessions')).body.sessions;

test('all bots of a number are silenced with one press and a question, and every page says so', async () => {
  const { page, problems } = await openNumbers();
  await page.getByRole('button', { name: 'Silence all bots: Sandbox' }).click();
  const question = page.getByRole('dialog', { name: 'Silence every bot of Sandbox?' });
  await question.waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await question.getByRole('button', { name: 'Silence all bots' }).click();
  await page.getByText('Every bot of this number is silent').waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await says('s1', 'hello');
  expect(await sessions()).toEqual([]);
  await page.getByRole('link', { name: 'Conversations', exact: true }).first().click();
  await page.getByRole('link', { name: 'Every bot is silent: Sandbox' }).click();
  await page.getByRole('button', { name: 'Let bots speak: Sandbox' }).click();
  await page.getByText('Every bot is silent').waitFor({ state: 'hidden' });
  await says('s2', 'hello again');
  await until(async () => expect(await sessions()).toHaveLength(1));
  // Going to another address ends what is being asked.
  expect(problems).toEqual([]);
});

test('the alarm of a quiet number is set in hours and told', async () => {
  const { page } = await openNumbers();
  await page.getByText('No silence alarm').click();
  await page.getByLabel('Hours without an event').fill('12');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Alarm after 12 hours without an event').waitFor();
  await product.parley.db.query(
    `UPDATE instances SET last_inbound_at = now() - interval '13 hours' WHERE id = $1`,
    [instance],
  );
  await page.getByRole('button', { name: 'Check now: Sandbox' }).click();
  await page.getByText('No event for more than 12 hours').waitFor();
  expect(await findingsOn(page)).toEqual([]);
});

test('a contact who was muted without a conversation is found at its number and unmuted', async () => {
  const mute = `/instances/${instance}/contacts/5511987650042/mute`;
  await product.parley.call('POST', mute, { minutes: 90 });
  const { page } = await openNumbers();
  await page.getByText('Muted contacts').click();
  await page.getByText('+5511987650042').waitFor();
  await page.getByText(/^1:[23]\d:\d\d$/).waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Unmute: +5511987650042' }).click();
  await page.getByText('No contact is muted.').waitFor();
  const { body } = await product.parley.call('GET', `/instances/${instance}/mutes`);
  expect(body).toEqual({ mutes: [], next_cursor: null });
});

test('the phone number of a number is changed by keys alone, and one that is none is refused on the spot', async () => {
  const { page } = await openNumbers();
  await page.getByRole('button', { name: 'Settings: Sandbox' }).press('Enter');
  const form = page.getByRole('dialog', { name: 'Settings: Sandbox' });
  await form.getByLabel('Phone number').fill('+55 11 98765-0000');
  expect(await findingsOn(page)).toEqual([]);
  await form.getByRole('button', { name: 'Save' }).press('Enter');
  await form.waitFor({ state: 'hidden' });
  await page.getByText('+5511987650000').waitFor();
  await page.getByRole('button', { name: 'Settings: Sandbox' }).click();
  await form.getByLabel('Phone number').fill('12');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('alert').waitFor();
});

test('a number is connected by keys alone, and what to paste at the provider is shown and copied', async () => {
  const { page } = await openNumbers({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: 'Connect a number' }).press('Enter');
  const form = page.getByRole('dialog', { name: 'Connect a number' });
  await form.getByLabel('Provider').selectOption('WhatsApp Cloud API (Meta)');
  await form.getByLabel('Name', { exact: false }).first().fill('Support');
  await form.getByRole('textbox', { name: 'Phone number id' }).fill('106540352242922');
  await form.getByLabel('Access token').first().fill('EAAJ');
  await form.getByLabel('App secret').first().fill('5f2c');
  expect(await findingsOn(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await form.getByText('Support is connected').waitFor();
  expect(await findingsOn(page)).toEqual([]);
  const { body } = await product.parley.call('GET', '/instances');
  const made = body.find(({ name }: { name: string }) => name === 'Support');
  await form.getByText(`/webhooks/${made.id}`).waitFor();
  await form.getByRole('button', { name: 'Copy: Verify token' }).press('Enter');
  await until(async () => {
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^[\w-]{32}$/);
  });
  await form.getByRole('link', { name: 'Next: add a typebot' }).press('Enter');
  await page.getByText('No typebot on this number').waitFor();
});

test.each([
  ['pt-BR', 'Silenciar todos os bots: Sandbox', 'Conectar um número'],
  ['es', 'Callar todos los bots: Sandbox', 'Conectar un número'],
])('on a screen of 375 pixels, in %s', async (locale, panic, connect) => {
  const { page } = await openNumbers({ locale, viewport: { width: 375, height: 700 } });
  await page.getByRole('button', { name: panic }).waitFor();
  await page.getByRole('button', { name: connect }).click();
  await page.getByRole('dialog').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
});
