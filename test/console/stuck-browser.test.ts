import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Page } from 'playwright-core';
import { findingsOn, startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { echo, greeted, says, sessionIs } from '../support/conversations.js';
import type { Parley, TestContact } from '../support/parley.js';
import { until } from '../support/parley.js';
import { evolutionWebhook } from '../support/providers/evolution.js';
import { openShop } from '../support/providers/shop.js';
import { startProvider } from '../support/providers/index.js';

const listens = { type: 'listenForWebhook', expectsDedicatedReply: true };
const flows = {
  'echo-pub': echo,
  'event-pub': { answers: [{ ...says(['Pay, please'], true), clientSideActions: [listens] }] },
};

let product: ConsoleParley;
let parley: Parley;

beforeAll(async () => {
  product = await startConsoleParley({ flows: { flows } });
  ({ parley } = product);
});

afterAll(() => product.stop());

/** The card of a cause on the page of what is stuck. */
async function cardOf(cause: string) {
  const { page, close } = await product.signedIn('/console/stuck', { reducedMotion: 'reduce' });
  onTestFinished(() => close());
  await page.clock.install();
  const card = page.getByRole('region', { name: cause });
  await card.getByText('1', { exact: true }).waitFor();
  return { page, card };
}

/** Presses the button for all conversations of the card, confirms, and lets the seconds for second thoughts pass. */
async function pressesForAll(page: Page, card: ReturnType<Page['getByRole']>, words: [RegExp, RegExp]) {
  await card.getByRole('button', { name: words[0] }).click();
  await page.getByRole('dialog').getByRole('button', { name: words[1] }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await page.clock.runFor(10_500);
}

const waitsFor = async (contact: Pick<TestContact, 'session'>) => {
  const { id } = await contact.session();
  return (await parley.call('GET', `/sessions/${id}`)).body.waits_for;
};

const isStuck = (contact: Pick<TestContact, 'session'>, cause: string) =>
  until(async () => expect(await waitsFor(contact)).toBe(cause));

test('credentials refused: new ones are entered on the spot, and what waited is sent', async () => {
  const shop = await parley.instance(
    { public_id: 'echo-pub' },
    { outbound_secrets: ['not-what-the-receiver-knows'] },
  );
  const ana = shop.contact();
  await ana.says('hi');
  await isStuck(ana, 'credentials');
  const { page, card } = await cardOf('Credentials refused');
  await page.getByRole('navigation').getByText('1 conversation').waitFor();
  await card.getByRole('button', { name: 'Enter new credentials: Shop' }).click();
  const form = page.getByRole('dialog', { name: 'Settings: Shop' });
  expect(await form.getByLabel('Name', { exact: false }).first().inputValue()).toBe('Shop');
  expect(await findingsOn(page)).toEqual([]);
  await form.getByLabel('Secret of what Parley sends').first().fill(parley.receiver.secret);
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'hidden' });
  await ana.hears(1);
  await isStuck(ana, 'contact');
  await page.clock.runFor(16_000);
  await card.waitFor({ state: 'hidden' });
});

test('a number without WhatsApp: the provider is asked again, and what waited is no longer stuck', async () => {
  const provider = await startProvider('evolution');
  onTestFinished(() => provider.server.close());
  const shop = await openShop(parley, provider, { typebot: { public_id: 'echo-pub' } });
  const ana = shop.guest();
  await shop.post(ana.says('hi'));
  await ana.hears(1);
  const state = { instance: 'loja', state: 'close', statusReason: 200 };
  await shop.post(evolutionWebhook('connection.update', state));
  await isStuck(ana, 'channel');
  const { page, card } = await cardOf('Number is disconnected');
  await card.getByRole('button', { name: 'Check now: Shop' }).click();
  await card.waitFor({ state: 'hidden' });
  await isStuck(ana, 'contact');
  expect(await findingsOn(page)).toEqual([]);
});

test('a number that was silenced: its bots are let speak', async () => {
  const { shop, ana } = await greeted(parley);
  await parley.call('POST', `/instances/${shop.id}/silence`, {});
  await isStuck(ana, 'silenced');
  const { card } = await cardOf('Number is silenced');
  await card.getByRole('button', { name: 'Let bots speak: Shop' }).click();
  await card.waitFor({ state: 'hidden' });
  await isStuck(ana, 'contact');
  await ana.says('again');
  await ana.hears(2);
});

test('a Typebot that does not answer: a person takes over, and nothing of it is told any more', async () => {
  const { ana } = await greeted(parley);
  parley.typebot.fail({ of: ana, call: 'continue', status: 503, headers: { 'retry-after': '100' } });
  await ana.says('more');
  await isStuck(ana, 'typebot');
  const { page, card } = await cardOf('Typebot does not answer');
  await pressesForAll(page, card, [/^Pause all/, /^Pause 1$/]);
  await sessionIs(ana, { status: 'paused' });
  await isStuck(ana, 'person');
});

test('a window that is over: its conversations are closed', async () => {
  const { ana } = await greeted(parley);
  parley.receiver.fail({ to: ana, status: 400, body: { error: { reason: 'windowClosed' } } });
  await ana.says('more');
  await isStuck(ana, 'window');
  const { page, card } = await cardOf('24-hour window is over');
  await pressesForAll(page, card, [/^Close all/, /^Close 1$/]);
  await sessionIs(ana, { status: 'closed', close_reason: 'closed_by_api' });
});

test('an outside event that does not come: those who wait for it are closed', async () => {
  const shop = await parley.instance({ public_id: 'event-pub' });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  await isStuck(ana, 'event');
  const { page, card } = await cardOf('Waits for an outside event');
  await pressesForAll(page, card, [/^Close all/, /^Close 1$/]);
  await sessionIs(ana, { status: 'closed', close_reason: 'closed_by_api' });
});
