import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findingsOn, startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';

let product: ConsoleParley;

beforeAll(async () => {
  product = await startConsoleParley();
  await product.instance({ debounce_ms: 0, default_delay_ms: 0 });
});

afterAll(() => product.stop());

async function openPhone(options: Parameters<ConsoleParley['open']>[1] = {}) {
  const window = await product.signedIn('/console/phone', { reducedMotion: 'reduce', ...options });
  onTestFinished(() => window.close());
  return window;
}

test('a flow is tried on the phone of the console by keys and taps, with its log beside it, and started again', async () => {
  const { page, problems } = await openPhone();
  await page.getByText('Say hello as Ana.').waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('hello');
  await page.keyboard.press('Enter');
  const chat = page.getByRole('log', { name: 'Messages' });
  await chat.getByText('How are you today?').waitFor();
  await page.getByText('Started: any message').waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await page
    .getByRole('group', { name: 'What can be tapped' })
    .getByRole('button', { name: 'Great' })
    .click();
  await chat.getByText('Great is a fine answer.').waitFor();
  await page.getByRole('button', { name: 'Start again' }).click();
  await chat.getByText('Great is a fine answer.').waitFor({ state: 'hidden' });
  await chat.getByText('How are you today?').waitFor();
  await page.getByText('Add a contact').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Clara');
  await page.getByRole('textbox', { name: 'Number' }).fill('+55 11 98765-0003');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Say hello as Clara.').waitFor();
  await page.reload();
  await page.getByText('Say hello as Clara.').waitFor();
  await page.getByRole('button', { name: 'Ana' }).click();
  await chat.getByText('How are you today?').waitFor();
  // Going to another address ends what is being asked.
  expect(problems).toEqual([]);
});

test('a message that the phone could not send stands in the field again', async () => {
  const { page } = await openPhone();
  await page.route('**/sandbox/messages', (route) => route.fulfill({ status: 503, json: {} }));
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill('hello again');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(await field.inputValue()).toBe('hello again');
});

test.each([
  ['pt-BR', 'Diga olá como Bruno.'],
  ['es', 'Salude como Bruno.'],
])('on a screen of 375 pixels, in %s', async (locale, words) => {
  const { page } = await openPhone({ locale, viewport: { width: 375, height: 700 } });
  await page.getByRole('button', { name: 'Bruno' }).click();
  await page.getByText(words).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
});
