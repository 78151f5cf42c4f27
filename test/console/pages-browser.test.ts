import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findingsOn, startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { until } from '../support/parley.js';

let product: ConsoleParley;
let instance = '';

beforeAll(async () => {
  product = await startConsoleParley();
  instance = await product.instance({ debounce_ms: 0, default_delay_ms: 0, expire_in_minutes: 30 });
  const hello = { keyId: 'A1', from: { phone: '5511987650001', name: 'Ana Lima' }, text: 'hello' };
  await product.parley.call('POST', `/webhooks/${instance}`, { messages: [hello] }, {});
  await until(async () => {
    const { body } = await product.parley.call('GET', '/sessions');
    expect(body.sessions[0]).toMatchObject({ waits_for: 'contact', question: 'choice' });
  });
});

afterAll(() => product.stop());

async function openConsole(options: Parameters<ConsoleParley['open']>[1] = {}) {
  const window = await product.signedIn('/console', options);
  onTestFinished(() => window.close());
  return window;
}

/** Every page and overlay, each with what leads to it. */
const places: [name: string, open: (page: Page) => Promise<void>][] = [
  ['conversations', (page) => page.getByRole('link', { name: /Ana Lima/ }).waitFor()],
  [
    'the question before many are handed back',
    async (page) => {
      await page.getByRole('button', { name: 'More filters' }).click();
      await page.getByRole('checkbox', { name: 'Choose Ana Lima' }).check();
      await page.getByRole('button', { name: 'Hand back 1 …' }).click();
      await page.getByRole('dialog', { name: 'Hand 1 conversation back to the bot?' }).waitFor();
    },
  ],
  [
    'the seconds in which it can be taken back',
    async (page) => {
      await page.getByRole('button', { name: 'Hand back 1', exact: true }).click();
      await page.getByRole('button', { name: 'Undo' }).waitFor();
    },
  ],
  [
    'a conversation',
    async (page) => {
      await page.getByRole('link', { name: /Ana Lima/ }).click();
      await page.getByText('How are you today?').waitFor();
    },
  ],
  [
    'the menu of pauses',
    async (page) => {
      await page.getByRole('button', { name: 'Pause bot' }).click();
      await page.getByRole('menuitem', { name: 'For 1 hour' }).waitFor();
    },
  ],
  [
    'the reason of a bubble',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Why is this here?' }).last().click();
      await page.getByRole('dialog').getByText('Sent to the provider once').waitFor();
    },
  ],
  [
    'the notes of a conversation',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Tags, segment, resolution' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Add a tag' }).click();
      await page.getByLabel('Name of tag 1').waitFor();
    },
  ],
  [
    'the question before a restart',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Restart typebot' }).click();
      await page.getByRole('dialog').getByText('Begin the typebot anew?').waitFor();
    },
  ],
  [
    'the question before closing',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'what is stuck',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('link', { name: 'Stuck' }).click();
      await page.getByRole('heading', { name: 'What is stuck' }).waitFor();
      await page.getByText('Every message that came was read.').waitFor();
    },
  ],
  [
    'numbers',
    async (page) => {
      await page.getByRole('link', { name: 'Numbers' }).click();
      await page.getByText('Last event').waitFor();
    },
  ],
  [
    'typebots',
    async (page) => {
      await page.getByRole('link', { name: 'Typebots' }).click();
      await page.getByRole('button', { name: /^Edit / }).waitFor();
    },
  ],
  [
    'the settings of a typebot',
    async (page) => {
      await page.getByRole('button', { name: /^Edit / }).click();
      await page.getByRole('dialog').getByLabel('Time zone').waitFor();
    },
  ],
  [
    'the menu of the person',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.locator('.account').click();
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    },
  ],
];

test('no page or overlay has a serious finding of axe, in light and in dark, or a part without its styles', async () => {
  const { page, problems } = await openConsole({ reducedMotion: 'reduce' });
  const found: Record<string, string[]> = {};
  for (const [name, open] of places) {
    await open(page);
    found[name] = await findingsOn(page);
  }
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Parley' }).waitFor();
  found['the door'] = await findingsOn(page);
  expect(Object.fromEntries(Object.entries(found).filter(([, findings]) => findings.length > 0))).toEqual({});
  // Signing out cuts the stream.
  expect(problems.filter((problem) => !problem.includes('/events?'))).toEqual([]);
});

test('a page that is drawn once more after the sign-out asks for nothing', async () => {
  const { page, problems } = await openConsole({ reducedMotion: 'reduce' });
  await page.getByRole('link', { name: /Ana Lima/ }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.locator('.account').click();
  const leave = page.getByRole('menuitem', { name: 'Sign out' });
  await leave.waitFor();
  const path = '**/console/api/session';
  const left = page.waitForResponse(path);
  await page.route(path, (route) => route.fulfill({ json: null }));
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 1_000);
  await leave.dispatchEvent('click');
  await left;
  // The answer overtakes the end of the stream.
  const headers = { 'x-parley-console': '1' };
  await page.request.delete(new URL('/console/api/session', page.url()).href, { headers });
  await page.getByText('Reconnecting', { exact: true }).waitFor();
  await page.clock.resume();
  await page.getByRole('heading', { name: 'Sign in to Parley' }).waitFor();
  expect(problems.filter((problem) => !problem.includes('/events?'))).toEqual([]);
});

test('on a screen of 375 pixels nothing has to be scrolled sideways', async () => {
  const { page } = await openConsole({ viewport: { width: 375, height: 700 }, reducedMotion: 'reduce' });
  const widths: Record<string, number> = {};
  for (const [name, open] of places) {
    await open(page);
    widths[name] = await page.evaluate(() => document.documentElement.scrollWidth);
  }
  expect(Object.fromEntries(Object.entries(widths).filter(([, width]) => width > 375))).toEqual({});
});

test('keys alone lead from the list into a conversation, pause it for an hour and hand it back', async () => {
  const { page } = await openConsole({ reducedMotion: 'reduce' });
  const row = page.getByRole('link', { name: /Ana Lima/ });
  await row.waitFor();
  const tabTo = async (target: ReturnType<Page['getByRole']>) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('the key Tab never led there');
  };
  await tabTo(row);
  await page.keyboard.press('Enter');
  await page.getByText('How are you today?').waitFor();
  await tabTo(page.getByRole('button', { name: 'Pause bot' }));
  await page.keyboard.press('Enter');
  await tabTo(page.getByRole('menuitem', { name: 'Until I hand it back' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('Bot resumes in').waitFor();
  await tabTo(page.getByRole('button', { name: 'Hand back to bot' }));
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Pause bot' }).waitFor();
});

test('search and filters stand in the address, and an address brings them back', async () => {
  const { page } = await openConsole();
  await page.getByRole('link', { name: /Ana Lima/ }).waitFor();
  await page.getByRole('searchbox').fill('lim');
  await page.waitForURL(/q=lim/);
  await page.getByRole('link', { name: /Ana Lima/ }).waitFor();
  await page.getByLabel('Status', { exact: true }).selectOption('Closed');
  await page.getByText('No conversation fits these filters').waitFor();
  await page.reload();
  await page.getByText('No conversation fits these filters').waitFor();
  expect(await page.getByRole('searchbox').inputValue()).toBe('lim');
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await page.getByRole('link', { name: /Ana Lima/ }).waitFor();
});

test('a typebot is added by its link, put before the other, and says why it would answer', async () => {
  const { page } = await openConsole({ reducedMotion: 'reduce' });
  await page.getByRole('link', { name: 'Typebots' }).click();
  await page.getByRole('button', { name: 'Add a typebot' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: 'Name' }).fill('Orders');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('This is needed.').waitFor();
  // From then on every letter is checked.
  await form.getByRole('textbox', { name: 'Public link' }).fill('typebot.example/orders-9');
  await form.getByText('An address begins with https:// or http://', { exact: false }).waitFor();
  await form.getByRole('textbox', { name: 'Public link' }).fill('https://typebot.example/orders-9');
  await form.getByText('An address begins with').waitFor({ state: 'hidden' });
  await form.getByLabel('Trigger', { exact: true }).selectOption('regex');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('This is needed.').waitFor();
  await form.getByRole('textbox', { name: 'Text or pattern' }).fill('(');
  await form.getByRole('button', { name: 'Save' }).click();
  // What the API refuses stands at its field.
  await form.getByText('must be a valid regular expression').first().waitFor();
  await form.getByLabel('Trigger', { exact: true }).selectOption('keyword');
  await form.getByRole('textbox', { name: 'Text or pattern' }).fill('hello');
  await form.getByRole('button', { name: 'What would change?' }).click();
  // It would be tried behind the other one, which takes every message.
  await form.getByText(/0 of \d+ messages? would be answered otherwise/).waitFor();
  await form.getByRole('textbox', { name: 'Text or pattern' }).fill('order');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'hidden' });
  await page.getByText('orders-9').waitFor();
  await page.getByRole('button', { name: 'Try Orders earlier' }).click();
  await until(async () => {
    const { body } = await product.parley.call('GET', `/instances/${instance}/typebots`);
    expect(body[0]).toMatchObject({ description: 'Orders', public_id: 'orders-9', debounce_ms: 3_000 });
  });
  await page.getByLabel('First message of a contact').fill('order');
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.getByText('Orders would answer.').waitFor();
  const rows = page.locator('.rows > li');
  await rows.first().getByText('Orders').first().waitFor();
  await rows.first().dragTo(rows.last());
  await until(async () => {
    const { body } = await product.parley.call('GET', `/instances/${instance}/typebots`);
    expect(body.at(-1)).toMatchObject({ description: 'Orders' });
  });
});

test('the link of a flow is tried, its builder is named, and a typebot is deleted after a question', async () => {
  const viewer = await product.parley.call('GET', `/instances/${instance}/typebots`);
  const { typebot_url: url } = viewer.body.find((one: { public_id: string }) => one.public_id === 'demo');
  const { page } = await openConsole({ reducedMotion: 'reduce' });
  await page.getByRole('link', { name: 'Typebots' }).click();
  await page.getByRole('button', { name: 'Add a typebot' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: 'Name' }).fill('Short-lived');
  await form.getByRole('textbox', { name: 'Public link' }).fill(`${url}/nobody`);
  await form.getByRole('button', { name: 'Try the link' }).click();
  await form.getByText('The viewer knows no published flow nobody').waitFor();
  await form.getByRole('textbox', { name: 'Public link' }).fill(`${url}/demo`);
  await form.getByRole('button', { name: 'Try the link' }).click();
  await form.getByText('Flow found').waitFor();
  await form.getByRole('textbox', { name: 'Builder address' }).fill('https://app.typebot.example');
  await form.getByLabel('Builder API token', { exact: true }).fill('tok-1');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'hidden' });
  const stored = async () => {
    const { body } = await product.parley.call('GET', `/instances/${instance}/typebots`);
    return body.find((one: { description: string }) => one.description === 'Short-lived');
  };
  await until(async () => {
    expect(await stored()).toMatchObject({
      public_id: 'demo',
      typebot_api_url: 'https://app.typebot.example',
      typebot_api_token_set: true,
    });
  });
  await page.getByRole('button', { name: 'Edit Short-lived' }).click();
  await form.getByRole('textbox', { name: 'Builder address' }).fill('');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'hidden' });
  await until(async () => {
    expect(await stored()).toMatchObject({ typebot_api_url: null, typebot_api_token_set: false });
  });
  await page.getByRole('button', { name: 'Edit Short-lived' }).click();
  await form.getByRole('button', { name: 'Delete typebot' }).click();
  await page.getByRole('dialog', { name: 'Delete Short-lived?' }).waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Delete with conversations' }).click();
  await page.getByText('Short-lived').first().waitFor({ state: 'hidden' });
  expect(await stored()).toBeUndefined();
});

test('an import from Evolution begins with a preview, and says why it cannot read there', async () => {
  const { page } = await openConsole({ reducedMotion: 'reduce' });
  await page.getByRole('link', { name: 'Typebots' }).click();
  await page.getByRole('button', { name: 'Import from Evolution' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Address').fill('http://127.0.0.1:9');
  await form.getByLabel('Instance').fill('shop');
  await form.getByLabel('API key').first().fill('key');
  await form.getByRole('button', { name: 'Show what would be made' }).click();
  await form.getByText('Evolution cannot be reached at base_url').waitFor();
  expect(await findingsOn(page)).toEqual([]);
});

test.each([
  ['pt-BR', 'Conversas'],
  ['es', 'Conversaciones'],
])('whoever reads %s reads it everywhere', async (locale, title) => {
  const { page } = await openConsole({ locale });
  await page.getByRole('heading', { name: title, exact: true }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe(locale);
});
