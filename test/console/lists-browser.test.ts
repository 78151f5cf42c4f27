import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { until } from '../support/parley.js';

let product: ConsoleParley;
let instance = '';
const names = ['Ana Lima', 'Bruno Reis', 'Carla Dias'];

beforeAll(async () => {
  product = await startConsoleParley();
  instance = await product.instance({ debounce_ms: 0, default_delay_ms: 0, expire_in_minutes: 600 });
  const messages = names.map((name, index) => ({
    ...{ keyId: `L${index}`, from: { phone: `551198765100${index}`, name }, text: 'hello' },
  }));
  for (const message of messages)
    await product.parley.call('POST', `/webhooks/${instance}`, { messages: [message] }, {});
  await until(async () => {
    const { body } = await product.parley.call('GET', '/sessions?waits_for=contact');
    expect(body.sessions).toHaveLength(names.length);
  });
});

afterAll(() => product.stop());

async function openList(path = '/console/conversations') {
  const window = await product.signedIn(path, { reducedMotion: 'reduce' });
  await window.page.clock.install();
  onTestFinished(() => window.close());
  return window;
}

const sessionOf = async (name: string) => {
  const { body } = await product.parley.call('GET', `/sessions?q=${encodeURIComponent(name)}`);
  return body.sessions[0];
};

test('many are paused after their count was shown and ten seconds have passed, not before', async () => {
  const { page } = await openList();
  const calls: string[] = [];
  page.on('request', (request) => request.url().endsWith('/sessions/bulk') && calls.push(request.url()));
  await page.getByRole('checkbox', { name: 'Choose Ana Lima' }).check();
  await page.getByRole('checkbox', { name: 'Choose Bruno Reis' }).check();
  await page.getByRole('button', { name: 'Pause 2 …' }).click();
  const question = page.getByRole('dialog', { name: 'Pause 2 conversations?' });
  await question.getByLabel('For how many minutes').fill('45');
  await question.getByRole('button', { name: 'Pause 2' }).click();
  const progress = page.getByRole('status').filter({ hasText: 'Nothing has been done yet.' });
  await progress.getByText('2 conversations will be paused').waitFor();
  expect(await sessionOf('Ana')).toMatchObject({ status: 'opened' });
  await page.clock.runFor(9_000);
  expect(await page.getByRole('button', { name: 'Undo' }).isVisible()).toBe(true);
  expect(calls).toEqual([]);
  expect(await sessionOf('Ana')).toMatchObject({ status: 'opened' });
  await page.clock.runFor(1_500);
  await page.getByText('2 conversations done.').waitFor();
  for (const name of ['Ana', 'Bruno'])
    expect(await sessionOf(name)).toMatchObject({ status: 'paused', waits_for: 'person' });
  expect(await sessionOf('Carla')).toMatchObject({ status: 'opened' });
  const [ana] = [await sessionOf('Ana')];
  expect(Date.parse(ana.resumes_at) - Date.now()).toBeGreaterThan(40 * 60_000);
});

test('keys alone close all that fit, and take it back in time', async () => {
  const { page } = await openList('/console/conversations?q=carla');
  await page.getByRole('link', { name: /Carla Dias/ }).waitFor();
  await page.getByRole('button', { name: 'Close all …' }).focus();
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: 'Close 1 conversation?' });
  await question.getByRole('button', { name: 'Close 1' }).focus();
  await page.keyboard.press('Enter');
  const undo = page.getByRole('button', { name: 'Undo' });
  await undo.waitFor();
  await until(async () => {
    expect(await undo.evaluate((element) => element === document.activeElement)).toBe(true);
  });
  await page.keyboard.press('Enter');
  await undo.waitFor({ state: 'hidden' });
  await page.clock.runFor(11_000);
  await page.getByRole('link', { name: /Carla Dias/ }).waitFor();
  expect(await sessionOf('Carla')).toMatchObject({ status: 'opened' });
});

test('the list is sorted by what happens next, counted down, and narrowed by segment and silence', async () => {
  const { id } = await sessionOf('Carla');
  const path = `/instances/${instance}/typebots/sessions/${id}`;
  await product.parley.call('PATCH', path, { segment: 'vip' });
  await product.parley.call('POST', `${path}/pause`, { minutes: 7 });
  const { page } = await openList();
  await page.getByLabel('Order').selectOption('Next event first');
  await page.waitForURL(/order=next_event/);
  await until(async () => {
    expect(await page.locator('.rows > li').first().innerText()).toMatch(/Carla Dias[\s\S]*\b6:\d\d/);
  });
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('textbox', { name: 'Segment' }).fill('vip');
  await page.waitForURL(/segment=vip/);
  await until(async () => expect(await page.locator('.rows > li').count()).toBe(1));
  await page.getByLabel('Nobody has written for').selectOption('Silent for 8 hours');
  await page.getByText('No conversation fits these filters').waitFor();
  await product.parley.call('POST', `${path}/resume`, {});
});

test('the list is narrowed by who has the word', async () => {
  const { id } = await sessionOf('Carla');
  const path = `/instances/${instance}/typebots/sessions/${id}`;
  await product.parley.call('POST', `${path}/messages`, { message: 'I take this one' });
  const { page } = await openList();
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByLabel('Who has the word').selectOption('A person has the word');
  await page.waitForURL(/chat_mode=operator/);
  await page.getByRole('link', { name: /Carla Dias/ }).waitFor();
  await until(async () => expect(await page.locator('.rows > li').count()).toBe(1));
  await product.parley.call('POST', `${path}/resume`, {});
  await page.getByText('No conversation fits these filters').waitFor();
});

test('what fits is saved as a file', async () => {
  const { page } = await openList('/console/conversations?q=carla');
  await page.getByRole('link', { name: /Carla Dias/ }).waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'As CSV, for spreadsheets' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('conversations.csv');
  const text = await readFile(await download.path(), 'utf8');
  expect(text.split('\r\n')).toHaveLength(3);
  expect(text).toContain('Carla Dias');
});

test('what a person left behind is handed back from the page of what stands still', async () => {
  const { id } = await sessionOf('Bruno');
  await product.parley.call('POST', `/instances/${instance}/typebots/sessions/${id}/pause`, {});
  const { page } = await openList('/console/stuck');
  const card = page.getByRole('region', { name: 'With a person' });
  await card.getByRole('button', { name: 'Hand all back …' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Hand back \d/ })
    .click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await page.clock.runFor(10_500);
  await until(async () => expect(await sessionOf('Bruno')).toMatchObject({ status: 'opened' }));
});
