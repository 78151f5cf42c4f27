import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findingsOn, startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { until } from '../support/parley.js';

let product: ConsoleParley;
let instance = '';
/** The address that is told of events: takes them, or not. */
const told: string[] = [];
let status = 200;
const listener = createServer((request, response) => {
  told.push(String(request.headers['x-parley-event']));
  request.resume();
  response.writeHead(status).end();
});

beforeAll(async () => {
  product = await startConsoleParley();
  instance = await product.instance({ debounce_ms: 0, default_delay_ms: 0 });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await product.stop();
  await new Promise((resolve) => listener.close(resolve));
});

async function openAccess(query = '', options: Parameters<ConsoleParley['open']>[1] = {}) {
  const window = await product.signedIn(`/console/access${query}`, { reducedMotion: 'reduce', ...options });
  onTestFinished(() => window.close());
  return window;
}

const opens = async (key: string) =>
  (await product.parley.call('GET', '/instances', undefined, { 'api-key': key })).status;

test('a key is made for one number, shown once, rotated and revoked, each after a question', async () => {
  const { page, problems } = await openAccess();
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('n8n');
  await dialog.getByLabel('Opens').selectOption('Sandbox alone');
  expect(await findingsOn(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Make a key' }).click();
  await dialog.getByText('This is shown only now').waitFor();
  expect(await findingsOn(page)).toEqual([]);
  const key = await dialog.locator('code').innerText();
  expect(await opens(key)).toBe(200);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText(/Sandbox alone · Never used|Sandbox alone · Last used/).waitFor();
  expect(await page.content()).not.toContain(key);
  await page.getByRole('button', { name: 'Rotate n8n' }).press('Enter');
  await dialog.getByLabel('The old value opens').selectOption('no more');
  expect(await findingsOn(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  await dialog.getByText('This is shown only now').waitFor();
  const rotated = await dialog.locator('code').innerText();
  expect([await opens(key), await opens(rotated)]).toEqual([401, 200]);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('button', { name: 'Revoke n8n' }).click();
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('n8n', { exact: true }).waitFor({ state: 'hidden' });
  expect(await opens(rotated)).toBe(401);
  await page.getByRole('link', { name: 'Who did what' }).click();
  for (const what of ['API key made', 'API key rotated', 'API key revoked'])
    await page.getByText(what).first().waitFor();
  expect(await findingsOn(page)).toEqual([]);
  // Going to another address ends what is being asked.
  expect(problems).toEqual([]);
});

test('a webhook is added, its log shows what was refused, and it is sent again', async () => {
  const { page } = await openAccess('?view=webhooks');
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill(url);
  await dialog.getByLabel('Conversation closed').uncheck();
  expect(await findingsOn(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Add a webhook' }).click();
  await dialog.getByText('Secret that signs the events').waitFor();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  status = 500;
  const hello = { keyId: 'w1', from: { phone: '5511987651111', name: 'Ana' }, text: 'hello' };
  await product.parley.call('POST', `/webhooks/${instance}`, { messages: [hello] }, {});
  await until(() => expect(told).toContain('session.started'));
  await page.getByText('What was sent').click();
  await page.getByText('HTTP 500').waitFor();
  expect(await findingsOn(page)).toEqual([]);
  status = 200;
  await page.getByRole('button', { name: /^Send again: session.started/ }).click();
  await page.getByText('Delivered', { exact: true }).waitFor();
  await page.getByRole('switch', { name: `Send to ${url}` }).press('Space');
  await until(async () => {
    const { body } = await product.parley.call('GET', '/subscriptions');
    expect(body).toMatchObject([{ url, enabled: false, events: ['session.started', 'message.failed'] }]);
  });
  await page.getByRole('button', { name: `Delete ${url}` }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Nobody is told of events').waitFor();
});

test('with a key of one number there are no keys to manage, and its own audit', async () => {
  const keys = `/workspaces/${product.parley.workspaceId}/keys`;
  const { body } = await product.parley.call('POST', keys, { name: 'one', instance_id: instance });
  const link = await product.parley.call('POST', '/console/sign-in-links', {}, { 'api-key': body.key });
  const window = await product.open(`/console${new URL(String(link.body.url)).hash}`);
  onTestFinished(() => window.close());
  const { page } = window;
  await page.getByRole('link', { name: 'Keys & webhooks' }).click();
  await page.getByText('Your key is for one number').waitFor();
  await page.getByRole('link', { name: 'Who did what' }).click();
  await page.getByText('Typebot added').waitFor();
  expect(await page.getByText('API key made').count()).toBe(0);
});

test.each([
  ['pt-BR', 'Criar uma chave'],
  ['es', 'Crear una clave'],
])('on a screen of 375 pixels, in %s', async (locale, make) => {
  const { page } = await openAccess('', { locale, viewport: { width: 375, height: 700 } });
  await page.getByRole('button', { name: make }).click();
  await page.getByRole('dialog').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
});
