import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchBrowser, type TestBrowser } from '../support/browser.js';
import { useApi } from './api.js';

const api = useApi();
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

async function openDocs(path: string) {
  const window = await browser.open();
  onTestFinished(() => window.close());
  const asked: string[] = [];
  window.page.on('request', (request) => asked.push(request.url()));
  await window.page.goto(api().url + path);
  await window.page.locator('.opblock').first().waitFor();
  return { ...window, asked };
}

test('every document has a page, reached by links, with nothing loaded from elsewhere', async () => {
  const { page, problems, asked } = await openDocs('/docs');
  const links = await page
    .getByRole('navigation', { name: 'Documents' })
    .getByRole('link')
    .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href') ?? ''));
  expect(links).toEqual([
    '/docs',
    '/docs/native',
    '/docs/codechat',
    '/docs/botpress',
    '/docs/yourgpt',
    '/openapi.json',
  ]);
  for (const link of links.slice(1, -1)) {
    await page.locator(`nav a[href="${link}"]`).click();
    await page.waitForURL(`**${link}`);
    await page.locator('.opblock').first().waitFor();
  }
  expect(asked.filter((url) => !url.startsWith(api().url) && !url.startsWith('data:'))).toEqual([]);
  expect(problems).toEqual([]);
});

test('a request is tried out with a key, from whatever address the page was opened', async () => {
  const { key, instanceId } = await api().tenant();
  const { page, problems } = await openDocs('/docs/native');
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.locator('#api_key_value').first().fill(key);
  await page.getByRole('button', { name: 'Apply credentials' }).first().click();
  await page.getByRole('button', { name: 'Close', exact: true }).first().click();
  const operation = page.locator('.opblock').filter({ has: page.locator('[data-path="/instances"]') });
  await operation.filter({ hasText: 'List instances' }).locator('.opblock-summary').click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table').getByText(instanceId).first().waitFor();
  expect(problems).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
    key,
  );
});
