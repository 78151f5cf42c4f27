import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startConsoleParley } from '../support/console.js';
import type { ConsoleParley } from '../support/console.js';
import { flows } from '../support/conversations.js';
import { until } from '../support/parley.js';
import { phoneOn } from '../support/phone.js';

let product: ConsoleParley;

beforeAll(async () => {
  product = await startConsoleParley({ flows });
});

afterAll(() => product.stop());

/** A person at a console of their own, signed in with a key of their own. */
async function operator(name: string) {
  const { parley } = product;
  const admin = { authorization: `Bearer ${parley.settings.secrets.adminKey}` };
  const made = await parley.call('POST', `/workspaces/${parley.workspaceId}/keys`, { name }, admin);
  const window = await product.open('/console', { reducedMotion: 'reduce' });
  onTestFinished(() => window.close());
  const { page } = window;
  await page.getByRole('textbox', { name: 'API key' }).fill(String(made.body.key));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  return { name, ...window, ...deskOf(page) };
}

/** What a person sees and does in one conversation. */
function deskOf(page: Page) {
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  return {
    opens: (path: string) => page.goto(`${product.url}${path}`),
    sees: (text: string) =>
      page.getByRole('log', { name: 'Messages' }).getByText(text, { exact: true }).last().waitFor(),
    /** What the conversation waits for, in its header. */
    state: (words: string) => page.locator('header').getByText(words, { exact: true }).waitFor(),
    writes: async (text: string) => {
      await page.getByRole('textbox', { name: 'Message' }).fill(text);
      await page.keyboard.press('Enter');
    },
    handsBack: () => press('Hand back to bot'),
    /** Unless the other one was quicker, so that there is nothing left to press. */
    pauses: async () => {
      const soon = { timeout: 20_000 };
      await page
        .getByRole('button', { name: 'Pause bot', exact: true })
        .click(soon)
        .then(() => page.getByRole('menuitem', { name: 'Until I hand it back' }).click(soon))
        .catch(() => undefined);
    },
    closes: async () => {
      await press('Close');
      await page.getByRole('dialog').getByRole('button', { name: 'Close conversation' }).click();
    },
  };
}

/** A contact at the sandbox phone who was greeted, and two operators who look at that conversation. */
async function threeOfThem() {
  const { parley } = product;
  const typebot = { typebot_url: parley.typebot.url, public_id: 'echo-pub' };
  // So long between bubbles that a person who writes after the first has the word before the last.
  const instance = await product.instance({ ...typebot, debounce_ms: 0, default_delay_ms: 4_000 });
  const phone = phoneOn(await product.open('/sandbox'));
  onTestFinished(() => phone.page.context().close());
  await phone.says('hi');
  await phone.hears('Got hi');
  const { body } = await parley.call('GET', `/sessions?instance_id=${instance}`);
  const id = String(body.sessions[0].id);
  const [olga, pedro] = [await operator('Olga'), await operator('Pedro')];
  for (const one of [olga, pedro]) {
    await one.opens(`/console/conversations/${instance}/${id}`);
    await one.sees('Got hi');
  }
  const base = `/instances/${instance}/typebots/sessions/${id}`;
  const controls = async () => {
    const found = (await parley.call('GET', `${base}/events?limit=200`)).body.events;
    return found
      .filter(({ data }: { data: { surface?: string } }) => data.surface === 'console')
      .map(({ type, data }: { type: string; data: { key_name: string } }) => `${data.key_name} ${type}`);
  };
  return { phone, olga, pedro, instance, id, controls };
}

/** The bot's bubbles that set out between two moments of the database. */
async function spokenBetween(id: string, from: Date, to: Date): Promise<string[]> {
  const { rows } = await product.parley.db.query<{ text: string }>(
    `SELECT text FROM outbox WHERE session_id = $1 AND sender = 'bot' AND claimed_at > $2 AND claimed_at < $3`,
    [id, from, to],
  );
  return rows.map(({ text }) => text);
}

/** How many of the bot's bubbles were given up because a person took over. */
async function givenUp(id: string): Promise<number> {
  const { rowCount } = await product.parley.db.query(
    `SELECT FROM outbox WHERE session_id = $1 AND sender = 'bot' AND error->>'reason' = 'dropped'`,
    [id],
  );
  return rowCount ?? 0;
}

/** When the message with this text set out, once its way is over. */
function leftAt(id: string, text: string): Promise<Date> {
  return until(async () => {
    const { rows } = await product.parley.db.query<{ at: Date }>(
      `SELECT claimed_at AS at FROM outbox WHERE session_id = $1 AND text = $2 AND state = 'sent'`,
      [id, text],
    );
    if (rows[0] === undefined) throw new Error(`${text} was not sent`);
    return rows[0].at;
  });
}

/** The database's clock. */
async function now(): Promise<Date> {
  const { rows } = await product.parley.db.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  return rows[0]?.at ?? new Date(NaN);
}

const noProblems = (...windows: { problems: string[] }[]) =>
  // Going to a page cuts the stream of the one before.
  expect(windows.flatMap(({ problems }) => problems.filter((one) => !one.includes('/events?')))).toEqual([]);

test('one operator takes over while the bot speaks and the phone writes; the other sees it live; nobody is talked over', async () => {
  const { phone, olga, pedro, id, controls } = await threeOfThem();
  await phone.says('five');
  await phone.hears('1');
  await Promise.all([olga.writes('Olga speaking'), phone.types('hello?')]);
  await pedro.sees('Olga speaking');
  await pedro.state('With a person');
  await phone.hears('Olga speaking');
  await phone.says('is this a person?');
  await pedro.sees('is this a person?');
  await pedro.writes('Pedro too');
  await olga.sees('Pedro too');
  await phone.hears('Pedro too');
  const taken = await leftAt(id, 'Olga speaking');
  await leftAt(id, 'Pedro too');
  expect(await givenUp(id)).toBeGreaterThan(0);
  await Promise.all([olga.handsBack(), pedro.handsBack().catch(() => 'it was gone already')]);
  await olga.state('Waits for the contact');
  await pedro.state('Waits for the contact');
  const handedBack = await eventAt(id, 'session.resumed');
  await phone.says('again');
  await phone.hears('Got again');
  expect(await spokenBetween(id, taken, handedBack)).toEqual([]);
  const [first, second, third, ...rest] = await controls();
  expect([first, second, third]).toEqual([
    'Olga session.paused',
    'Olga operator.message',
    'Pedro operator.message',
  ]);
  expect(rest).toEqual([expect.stringMatching(/^(Olga|Pedro) session\.resumed$/)]);
  noProblems(olga, pedro);
});

/** When the last event of a type was recorded. */
async function eventAt(id: string, type: string): Promise<Date> {
  const { rows } = await product.parley.db.query<{ at: Date }>(
    'SELECT at FROM session_events WHERE session_id = $1 AND type = $2 ORDER BY id DESC LIMIT 1',
    [id, type],
  );
  return rows[0]?.at ?? new Date(NaN);
}

test('two who press at the same moment silence the bot once and end with one state, which both see', async () => {
  const { phone, olga, pedro, instance, id, controls } = await threeOfThem();
  for (const round of [1, 2, 3]) {
    await phone.types('five');
    await phone.hears('1', round);
    await Promise.all([olga.pauses(), pedro.writes(`Pedro, ${round}`), phone.types(`words ${round}`)]);
    for (const one of [olga, pedro]) await one.state('With a person');
    await phone.hears(`Pedro, ${round}`);
    await leftAt(id, `Pedro, ${round}`);
    expect(await givenUp(id)).toBeGreaterThanOrEqual(round);
    const silentFrom = await now();
    await phone.says(`more ${round}`);
    await olga.sees(`more ${round}`);
    await pedro.handsBack();
    for (const one of [olga, pedro]) await one.state('Waits for the contact');
    expect(await spokenBetween(id, silentFrom, await eventAt(id, 'session.resumed'))).toEqual([]);
    await phone.says(`next ${round}`);
    await phone.hears(`Got next ${round}`);
  }
  noProblems(olga, pedro);
  // A pause that comes after the close is refused.
  await Promise.all([olga.closes(), pedro.pauses()]);
  for (const one of [olga, pedro]) await one.state('Closed by a person or program');
  const done = await controls();
  expect(done.filter((one: string) => one === 'Pedro operator.message')).toHaveLength(3);
  expect(done.filter((one: string) => one === 'Pedro session.resumed')).toHaveLength(3);
  expect(done.filter((one: string) => /session\.paused$/.test(one)).length).toBeGreaterThanOrEqual(3);
  expect(done.at(-1)).toBe('Olga session.closed');
  const { body } = await product.parley.call('GET', `/audit?instance_id=${instance}&limit=100`);
  const audited = body.entries
    .filter((one: { session_id: string | null }) => one.session_id === id)
    .map((one: { key_name: string; action: string }) => `${one.key_name} ${one.action}`);
  expect(audited.toReversed()).toEqual(done);
});
