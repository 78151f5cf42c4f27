import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { phoneOn } from '../support/phone.js';

let product: ConsoleParley;

beforeAll(async () => {
  product = await startConsoleParley();
});

afterAll(() => product.stop());

async function openConsole(path?: string, options?: Parameters<ConsoleParley['open']>[1]) {
  const window = await product.signedIn(path, options);
  onTestFinished(() => window.close());
  return window;
}

async function openPhone() {
  await product.instance({ debounce_ms: 0, default_delay_ms: 0, expire_in_minutes: 30 });
  const window = await product.open('/sandbox');
  onTestFinished(() => window.close());
  return phoneOn(window);
}

test('a chat is watched live, taken over, written in, handed back and closed', async () => {
  const phone = await openPhone();
  const { page, problems } = await openConsole();
  await phone.says('hello');
  await phone.hears('How are you today?');
  // It appears by itself.
  await page.getByRole('link', { name: /Ana/ }).first().click();
  const chat = page.getByRole('log', { name: 'Messages' });
  await chat.getByText('How are you today?').waitFor();
  expect(await chat.locator('.choices li').allInnerTexts()).toEqual(['Great', 'So-so', 'Tired']);
  await page.getByText('Waits for a choice').waitFor();
  await page.getByText('Closes unless somebody writes').waitFor();

  await page.getByRole('textbox', { name: 'Message' }).fill('Here is a person');
  await page.keyboard.press('Enter');
  await phone.hears('Here is a person');
  await phone.session('operator');
  await page.getByText('With a person').first().waitFor();
  await page.getByText('Bot silent: an operator wrote').waitFor();
  // The bot is silent: what the contact writes is for the person alone.
  await phone.says('thank you');
  await chat.getByText('thank you').waitFor();

  await page.getByRole('button', { name: 'Hand back to bot' }).click();
  await phone.session('opened');
  await page.getByText('Handed back to the bot').waitFor();
  await phone.says('Great');
  await phone.hears('Great is a fine answer.');
  await chat.getByText('Great is a fine answer.').waitFor();

  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close conversation' }).click();
  await phone.session('closed');
  await page.getByText('This conversation is closed.').waitFor();
  expect(problems).toEqual([]);
});
