import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { findingsOn, startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { flows, greeted } from '../support/conversations.js';
import { until } from '../support/parley.js';

let product: ConsoleParley;

beforeAll(async () => {
  product = await startConsoleParley({ flows, env: { PARLEY_TEMPORAL_UI: 'http://127.0.0.1:8233' } });
});

afterAll(() => product.stop());

let people = 0;

/** A conversation with a contact of its own, opened in the console once the bot has said something. */
async function openTalk(settings: object = {}, options: Parameters<ConsoleParley['open']>[1] = {}) {
  const instance = await product.instance({ debounce_ms: 0, default_delay_ms: 0, ...settings });
  people += 1;
  const phone = `55119876600${String(people).padStart(2, '0')}`;
  const says = async (text: string) => {
    const message = { keyId: `${phone}-${text}`, from: { phone, name: 'Ana Lima' }, text };
    await product.parley.call('POST', `/webhooks/${instance}`, { messages: [message] }, {});
  };
  await says('hello');
  const { parley } = product;
  const newest = async () => (await parley.call('GET', `/sessions?instance_id=${instance}`)).body.sessions[0];
  const id = await until(async () => {
    const session = await newest();
    expect(session.last_message.sender).toBe('bot');
    return session.id as string;
  });
  const window = await product.signedIn(`/console/conversations/${instance}/${id}`, {
    reducedMotion: 'reduce',
    ...options,
  });
  onTestFinished(() => window.close());
  return { ...window, id, phone, newest, says };
}

const chat = (page: Page) => page.getByRole('log', { name: 'Messages' });

test('a bubble tells the whole chain that led to it, by a click on it or by its button', async () => {
  const { page, problems } = await openTalk();
  const bubble = chat(page).getByRole('article', { name: 'Bot' }).filter({ hasText: 'How are you today?' });
  await bubble.getByRole('button', { name: 'Why is this here?' }).click();
  const why = page.getByRole('dialog', { name: 'Why is this here?' });
  await why.getByText('The contact wrote').waitFor();
  await why.getByText('hello', { exact: true }).waitFor();
  await why.getByText('demo was started by: any message').waitFor();
  await why.getByText('Turn 1: given to Typebot').waitFor();
  await why.getByText(/^\d+ calls? answered/).waitFor();
  await why.getByText('Sent to the provider once').waitFor();
  await page.keyboard.press('Escape');
  await why.waitFor({ state: 'hidden' });
  await chat(page).getByText('hello', { exact: true }).click();
  await why.getByText('Turn 1: given to Typebot').waitFor();
  // Another page was opened meanwhile, which cuts its stream.
  expect(problems.filter((problem) => !problem.includes('/events?'))).toEqual([]);
});

test('segment and tags are edited, and the timeline says who did it', async () => {
  const { page, newest } = await openTalk();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Tags, segment, resolution' }).click();
  const notes = page.getByRole('dialog');
  await notes.getByLabel('Segment').fill('vip');
  await notes.getByRole('button', { name: 'Add a tag' }).click();
  await notes.getByLabel('Name of tag 1').fill('plan');
  await notes.getByLabel('Value of tag 1').fill('gold');
  await notes.getByRole('button', { name: 'Save' }).click();
  await notes.waitFor({ state: 'hidden' });
  await page.getByText('plan: gold').waitFor();
  await page.getByText('Changed: tags, segment').waitFor();
  await page.getByText('Console, key test').waitFor();
  expect(await newest()).toMatchObject({ segment: 'vip', tags: { plan: 'gold' } });
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Tags, segment, resolution' }).click();
  await notes.getByRole('button', { name: 'Remove tag 1' }).click();
  await notes.getByRole('button', { name: 'Save' }).click();
  await page.getByText('plan: gold').waitFor({ state: 'hidden' });
  expect(await newest()).toMatchObject({ segment: 'vip', tags: {} });
});

test('the typebot is begun anew, and the new conversation is on the screen', async () => {
  const { page, id, newest } = await openTalk();
  await page.getByRole('button', { name: 'More actions' }).click();
  const temporal = page.getByRole('menuitem', { name: 'Workflow in Temporal' });
  expect(await temporal.getAttribute('href')).toMatch(
    /^http:\/\/127\.0\.0\.1:8233\/namespaces\/default\/workflows\/conversation%2F/,
  );
  await page.getByRole('menuitem', { name: 'Restart typebot' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Begin anew' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(id));
  await chat(page).getByText('How are you today?').waitFor();
  const now = await newest();
  expect(page.url()).toContain(now.id);
  expect(now).toMatchObject({ status: 'opened' });
  expect((await product.parley.call('GET', `/sessions/${id}`)).body.close_reason).toBe('replaced');
});

test('bubbles that a pause holds back are shown, and given up or sent', async () => {
  const { page } = await openTalk({ default_delay_ms: 60_000 });
  await page.getByRole('button', { name: 'Pause bot' }).click();
  await page.getByRole('menuitem', { name: 'Another time …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause bot' });
  await dialog.getByLabel('Minutes').fill('25');
  await dialog.getByRole('button', { name: 'Pause bot' }).click();
  await page.getByText('Bot resumes in').waitFor();
  await page.getByText(/^2[45]:\d\d/).waitFor();
  const held = page.getByRole('region', { name: 'Held back' });
  await held.getByText('1 bubble of the bot is held back').waitFor();
  await held.getByRole('button', { name: 'Drop them' }).click();
  await held.waitFor({ state: 'hidden' });
  await page.getByText('1 held bubble given up').waitFor();
  await chat(page).getByText('Not delivered: given up by a person').waitFor();
});

test('of several held bubbles the first is sent, the next given up, and the rest stays', async () => {
  const typebot = { typebot_url: product.parley.typebot.url, public_id: 'echo-pub' };
  const { page, says, newest } = await openTalk({ ...typebot, default_delay_ms: 60_000 });
  await says('five');
  await chat(page).getByText('5', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Pause bot' }).click();
  await page.getByRole('menuitem', { name: 'Until I hand it back' }).click();
  const held = page.getByRole('region', { name: 'Held back' });
  const drops = held.getByRole('button', { name: /^Drop: / });
  await until(async () => expect(await drops.count()).toBeGreaterThanOrEqual(4));
  const count = await drops.count();
  expect(await held.getByRole('button', { name: /^Send: / }).count()).toBe(1);
  const [sent] = await held.getByRole('listitem').allInnerTexts();
  expect(await findingsOn(page)).toEqual([]);
  await held.getByRole('button', { name: /^Send: / }).click();
  await page.getByText('A held bubble was sent').waitFor();
  await until(async () => expect(await drops.count()).toBe(count - 1));
  await drops.first().click();
  await page.getByText('1 held bubble given up').waitFor();
  await until(async () => expect(await drops.count()).toBe(count - 2));
  const words = sent?.split('\n')[0] ?? '';
  await chat(page).locator('article:not(.unsent)').getByText(words, { exact: true }).waitFor();
  expect(await newest()).toMatchObject({ status: 'paused', held: count - 2 });
});

test('on a screen of 375 pixels a held bubble is sent and another dropped, each by its own button', async () => {
  const typebot = { typebot_url: product.parley.typebot.url, public_id: 'echo-pub' };
  const settings = { ...typebot, default_delay_ms: 60_000 };
  const { page, says, newest } = await openTalk(settings, { viewport: { width: 375, height: 667 } });
  await says('five');
  await chat(page).getByText('5', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Pause bot' }).click();
  await page.getByRole('menuitem', { name: 'Until I hand it back' }).click();
  const held = page.getByRole('region', { name: 'Held back' });
  const drops = held.getByRole('button', { name: /^Drop: / });
  await until(async () => expect(await drops.count()).toBeGreaterThanOrEqual(4));
  const count = await drops.count();
  for (const button of await held.getByRole('button').all()) {
    const box = await button.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(375);
    expect(box?.height).toBeGreaterThanOrEqual(24);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  // The chat is still to be seen above them.
  expect((await chat(page).boundingBox())?.height).toBeGreaterThan(120);
  await held.getByRole('button', { name: /^Send: / }).click();
  await until(async () => expect(await newest()).toMatchObject({ held: count - 1 }));
  await until(async () => expect(await drops.count()).toBe(count - 1));
  await drops.last().click();
  await until(async () => expect(await newest()).toMatchObject({ status: 'paused', held: count - 2 }));
});

test('while the contact may write more, the clock counts down to when the bot reads it', async () => {
  const { page, says, newest } = await openTalk();
  const waits = page.getByText('Bot reads what was written in');
  expect(await newest()).toMatchObject({ reads_at: null });
  expect(await waits.count()).toBe(0);
  const { instance_id: instance, typebot_id: typebot } = await newest();
  const path = `/instances/${instance}/typebots/${typebot}`;
  expect((await product.parley.call('PATCH', path, { debounce_ms: 60_000 })).status).toBe(200);
  await says('Great');
  await waits.waitFor();
  const { reads_at: readsAt, last_inbound_at: writtenAt } = await newest();
  const windowMs = Date.parse(readsAt) - Date.parse(writtenAt);
  expect(Math.abs(windowMs - 60_000)).toBeLessThan(10_000);
  await page.getByRole('button', { name: 'Pause bot' }).click();
  await page.getByRole('menuitem', { name: 'Until I hand it back' }).click();
  await waits.waitFor({ state: 'hidden' });
});

/** A line of the clock, and the time to which it counts down, once the countdown is right: a busy page shows it late. */
async function countdown(page: Page, words: string) {
  const line = page.getByRole('listitem').filter({ hasText: words });
  await line.waitFor();
  return until(async () => {
    const [at, offMs] = await timeOf(line);
    expect(Math.abs(offMs)).toBeLessThan(2_000);
    return { line, at };
  });
}

/** The time in a line, and how far its countdown is from that time, in milliseconds. */
function timeOf(line: Locator) {
  return line.locator('time').evaluate((time: HTMLTimeElement) => {
    const [, minutes, seconds] = /^(\d+):(\d\d)/.exec(time.textContent) ?? [];
    const leftMs = (Number(minutes) * 60 + Number(seconds)) * 1_000;
    return [time.dateTime, Date.parse(time.dateTime) - Date.now() - leftMs] as const;
  });
}

test('while Typebot gives no answer, the clock counts down to when it is asked again', async () => {
  const typebot = { typebot_url: product.parley.typebot.url, public_id: 'echo-pub' };
  const { page, says, phone, newest } = await openTalk(typebot);
  const wait = { 'retry-after': '30' };
  product.parley.typebot.fail({ of: { phone }, call: 'continue', status: 503, headers: wait });
  await says('more');
  const { line, at } = await countdown(page, 'Typebot is asked again in (1 try so far)');
  expect((await newest()).typebot_retry).toEqual({ at, tries: 1 });
  await chat(page).getByText('Got more', { exact: true }).waitFor({ timeout: 60_000 });
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(at));
  await line.waitFor({ state: 'hidden' });
});

test('a bubble that the provider puts off is counted down to its next attempt', async () => {
  const { parley } = product;
  const { shop, ana, id } = await greeted(parley, { default_delay_ms: 0 });
  const window = await product.signedIn(`/console/conversations/${shop.id}/${id}`);
  onTestFinished(() => window.close());
  const { page } = window;
  await chat(page).getByText('Got hi', { exact: true }).waitFor();
  parley.receiver.fail({ to: ana });
  parley.receiver.fail({ to: ana, status: 429, headers: { 'retry-after': '30' } });
  await ana.says('five');
  const { line, at } = await countdown(page, 'Bubble 2 is sent again in (1 try so far)');
  await ana.hears(6);
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(at));
  await line.waitFor({ state: 'hidden' });
});

test('what the flow knows is what the contact answered and what it was given', async () => {
  const { page, says } = await openTalk();
  await says('Great');
  await chat(page).getByText('Great is a fine answer').waitFor();
  await page.getByText('What the flow knows').click();
  await page.getByText('Answers, the newest first').waitFor();
  const answer = page.locator('.facts.answers > div').filter({ hasText: 'How are you today?' });
  await answer.getByText('Great', { exact: true }).waitFor();
  await page.getByText('firstMessage').waitFor();
});
