import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findingsOn, startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { until } from '../support/parley.js';

let product: ConsoleParley;

beforeAll(async () => {
  product = await startConsoleParley();
  const instance = await product.instance({ debounce_ms: 0, default_delay_ms: 0, description: 'Greeter' });
  for (const [index, name] of ['Ana', 'Bia'].entries()) {
    const from = { phone: `551198765010${index}`, name };
    const message = { keyId: `o${index}`, from, text: 'hello' };
    await product.parley.call('POST', `/webhooks/${instance}`, { messages: [message] }, {});
  }
  await until(async () => {
    const { body } = await product.parley.call('GET', '/sessions?waits_for=contact');
    expect(body.sessions.map(({ question }: { question: string }) => question)).toEqual(['choice', 'choice']);
  });
});

afterAll(() => product.stop());

async function openOverview(options: Parameters<ConsoleParley['open']>[1] = {}) {
  const window = await product.signedIn('/console/overview', { reducedMotion: 'reduce', ...options });
  onTestFinished(() => window.close());
  return window;
}

test('the overview shows what goes on, how fast the bots answer, and where people wait', async () => {
  const { page, problems } = await openOverview();
  await page.getByRole('heading', { name: 'Conversations begun: 2' }).waitFor();
  await page.getByText('From the last message to the first bubble; 2 answers.').waitFor();
  await page.getByText('Still open').waitFor();
  await page.getByText('Nothing failed in this time.').waitFor();
  const questions = page.getByRole('region', { name: 'Where they are now' });
  await questions.getByRole('cell', { name: '2', exact: true }).waitFor();
  await questions.getByText('How are you today?').waitFor();
  await page.getByText('As a table').nth(1).click();
  await page.getByRole('columnheader', { name: 'Bot', exact: true }).waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await page.getByLabel('Time', { exact: true }).selectOption('Last 30 days');
  await page.waitForURL(/time=month/);
  await page.getByRole('heading', { name: 'Conversations begun: 2' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Conversations begun: 2' }).waitFor();
  expect(await page.getByLabel('Time', { exact: true }).inputValue()).toBe('month');
  await questions.getByRole('link', { name: 'Show these conversations' }).press('Enter');
  await page.getByRole('link', { name: /Ana/ }).waitFor();
  // Going to another address ends what is being asked.
  expect(problems).toEqual([]);
});

test.each([
  ['pt-BR', 'Conversas iniciadas: 2', 'Visão geral', 'Mais'],
  ['es', 'Conversaciones iniciadas: 2', 'Resumen', 'Más'],
])('on a screen of 375 pixels it is in the menu, in %s', async (locale, title, name, more) => {
  const { page } = await openOverview({ locale, viewport: { width: 375, height: 700 } });
  await page.getByRole('heading', { name: title }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  await page.locator('.account', { hasText: more }).click();
  await page.getByRole('menuitem', { name }).waitFor();
});
