// The list of conversations in a real browser, beside many active sessions, while 20 events a second arrive.
import { setTimeout as sleep } from 'node:timers/promises';
import bundled from '@sparticuz/chromium';
import { chromium } from 'playwright-core';
import { recordEvent } from '../../dist/src/store/events/session-events.js';
import { at, rounded } from '../figures.mjs';
import { startLarge } from '../large-database.mjs';

export const title = 'The console, minute by minute, with 20 events a second';

const EVERY_MS = 50;

export async function run(world, { live, minutes = 2 }) {
  // One in fifty of these sessions is active.
  const large = await startLarge(world, { sessions: live * 50 });
  const browser = await chromium.launch({
    executablePath: process.env.PARLEY_TEST_BROWSER ?? (await bundled.executablePath()),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const events = await startEvents(large);
  try {
    const watched = await openList(browser, large);
    const rows = [];
    for (let minute = 1; minute <= minutes; minute += 1) {
      const [before, asked] = [events.count(), watched.requests()];
      await sleep(60_000);
      const counts = { events: events.count() - before, requests: watched.requests() - asked };
      rows.push({ minute, ...counts, ...(await watched.figures()) });
    }
    return rows;
  } finally {
    await events.stop();
    await browser.close();
    await large.stop();
  }
}

/** Messages of contacts at random, recorded and told as the product does it. */
async function startEvents({ db, instanceId }) {
  const { rows } = await db.query(
    `SELECT id, workspace_id AS "workspaceId" FROM sessions WHERE status = 'opened'`,
  );
  const client = await db.connect();
  let count = 0;
  let last = Promise.resolve();
  const one = async () => {
    const { id, workspaceId } = rows[Math.floor(Math.random() * rows.length)];
    await client.query('BEGIN');
    await client.query('UPDATE sessions SET last_message_at = now(), updated_at = now() WHERE id = $1', [id]);
    await recordEvent(client, { workspaceId, instanceId, sessionId: id, type: 'message.received' });
    await client.query('COMMIT');
    count += 1;
  };
  const timer = setInterval(() => (last = last.then(one)), EVERY_MS);
  const stop = async () => {
    clearInterval(timer);
    await last;
    client.release();
  };
  return { count: () => count, stop };
}

async function openList(browser, { apiUrl, request }) {
  const page = await browser.newPage();
  let requests = 0;
  page.on('request', () => (requests += 1));
  await page.addInitScript(watchThread);
  const { url } = await request('POST', '/console/sign-in-links', {});
  await page.goto(`${apiUrl}/console${new URL(url).hash}`);
  await page.getByRole('heading', { name: 'Conversations' }).waitFor();
  await sleep(5_000);
  const session = await page.context().newCDPSession(page);
  await page.evaluate(() => window.takeFigures());
  const figures = async () => {
    const { tasks, waits } = await page.evaluate(() => window.takeFigures());
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return {
      ...{ 'long tasks': tasks.length, 'longest ms': rounded(Math.max(0, ...tasks)) },
      ...{ 'a press waits p95 ms': rounded(at(waits, 0.95)), 'at most ms': rounded(Math.max(...waits)) },
      'heap MB': rounded(usedSize / 1_048_576),
    };
  };
  return { requests: () => requests, figures };
}

/** In the page: tasks above 50 ms, and how late a timer is, which is how long a press of a key would wait. */
function watchThread() {
  let [tasks, waits] = [[], []];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe(
    { type: 'longtask', buffered: true },
  );
  let due = performance.now() + 50;
  const look = () => {
    waits.push(performance.now() - due);
    due = performance.now() + 50;
    setTimeout(look, 50);
  };
  setTimeout(look, 50);
  window.takeFigures = () => {
    const taken = { tasks, waits };
    [tasks, waits] = [[], []];
    return taken;
  };
}
