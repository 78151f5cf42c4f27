import { Worker } from '@temporalio/worker';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import pg from 'pg';
import { expect, inject, test, vi } from 'vitest';
import { until, useParley } from '../support/parley.js';
import type { TestContact } from '../support/parley.js';

const five = [1, 2, 3, 4, 5].map((n) => ({
  id: `b${n}`,
  type: 'text',
  content: { type: 'richText', richText: [{ type: 'p', children: [{ text: `bubble ${n}` }] }] },
}));
const question = { messages: five.slice(0, 1), input: { id: 'i1', type: 'text input' } };
const fiveBubbles = { messages: five, input: { id: 'i2', type: 'text input' } };

const parley = useParley({
  flows: {
    flows: {
      'echo-pub': { answers: Array.from({ length: 9 }, () => question) },
      'budget-pub': { answers: [question, fiveBubbles, question, { messages: five.slice(0, 1) }] },
    },
  },
});

/** Events of the conversation's run, by type, in order. */
async function eventsOf(contact: TestContact): Promise<string[]> {
  const history = await historyOf(contact);
  return (history.events ?? []).map((event) =>
    String(Object.keys(event).find((key) => key.endsWith('EventAttributes'))),
  );
}

async function historyOf(contact: TestContact): Promise<History> {
  const { workflow_id: workflowId } = await contact.session();
  return parley.client.workflow.getHandle(workflowId).fetchHistory();
}

function tasks(events: string[]): number {
  return events.filter((type) => type === 'workflowTaskCompletedEventAttributes').length;
}

/** The turn is over for the workflow too: its last task is completed. */
async function settled(contact: TestContact, atLeast: number): Promise<string[]> {
  return until(async () => {
    const events = await eventsOf(contact);
    expect(events.length).toBeGreaterThanOrEqual(atLeast);
    expect(events.at(-1)).toMatch(/^workflow(Task|Execution)Completed/);
    return events;
  });
}

test('a turn costs 15 events and 3 workflow tasks, whatever the number of its bubbles', async () => {
  const shop = await parley.instance({ public_id: 'budget-pub', debounce_ms: 200, expire_in_minutes: 30 });
  const ana = shop.contact();
  await ana.says('one');
  await ana.hears(1);
  const first = await settled(ana, 15);
  // The first turn, the start and the idle timer.
  expect(first.length).toBeLessThanOrEqual(17);
  await ana.says('two');
  await ana.hears(6);
  const second = await settled(ana, first.length + 15);
  expect(second.length - first.length).toBe(15);
  expect(tasks(second) - tasks(first)).toBe(3);
});

test('without a window a turn costs 10 events and 2 workflow tasks', async () => {
  const shop = await parley.instance({ public_id: 'budget-pub' });
  const ana = shop.contact();
  await ana.says('one');
  await ana.hears(1);
  const first = await settled(ana, 10);
  await ana.says('two');
  await ana.hears(6);
  const second = await settled(ana, first.length + 10);
  expect(second.length - first.length).toBe(10);
  expect(tasks(second) - tasks(first)).toBe(2);
});

/** What the relays ask for all the time, and what the test itself asks. */
const UPKEEP = /(relay|start|media)_next_at <= now\(\)|^SELECT 1 FROM outbox/;

/** Statements of the process, with BEGIN and COMMIT. */
function statements(calls: unknown[][]): string[] {
  return calls.map(([config]) => textOf(config)).filter((text) => !UPKEEP.test(text));
}

test('a turn of one bubble costs 20 statements before it leaves and 23 in all, with 3 transactions of several', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  await ana.says('one');
  await ana.hears(1);
  const before = (await settled(ana, 10)).length;
  const { workflow_id: workflowId } = await ana.session();
  const run = parley.client.workflow.getHandle(workflowId);
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const turns: string[][] = [];
  for (let turn = 2; turn < 5; turn += 1) {
    query.mockClear();
    await ana.says(`turn ${turn}`);
    await until(async () => expect((await run.describe()).historyLength).toBe(before + (turn - 1) * 10));
    turns.push(statements(query.mock.calls));
  }
  query.mockRestore();
  // An instance's last webhook is noted once a second: of several turns, the one with the fewest.
  const [least = []] = turns.sort((a, b) => a.length - b.length);
  expect(least.findIndex((text) => text.includes(`SET state = 'sending'`)) + 1).toBe(20);
  expect(least).toHaveLength(23);
  expect(least.filter((text) => text === 'BEGIN')).toHaveLength(3);
});

function textOf(config: unknown): string {
  if (typeof config === 'string') return config;
  return typeof config === 'object' && config !== null && 'text' in config ? String(config.text) : '';
}

test('an extra message in the window costs 4 events and at most one re-armed timer', async () => {
  const shop = await parley.instance({ public_id: 'budget-pub', debounce_ms: 2_000 });
  const ana = shop.contact();
  await ana.says('one');
  await ana.says('more');
  await ana.hears(1);
  const events = await settled(ana, 15);
  expect(events.length).toBeLessThanOrEqual(16 + 4 + 5);
  expect(events.filter((type) => type === 'timerCanceledEventAttributes')).toEqual([]);
});

/** How many events a conversation costs from its fourth message to its end, and who had it. */
async function endOfConversation(): Promise<{ events: number; contact: TestContact }> {
  const shop = await parley.instance({ public_id: 'budget-pub' });
  const ana = shop.contact();
  let open: string[] = [];
  for (const [text, heard] of [
    ['one', 1],
    ['two', 6],
    ['three', 7],
  ] as const) {
    await ana.says(text);
    await ana.hears(heard);
    // A message that comes before the end of a turn saves a workflow task.
    open = await settled(ana, open.length + 10);
  }
  await ana.says('four');
  await until(async () => expect((await ana.session()).status).toBe('closed'));
  const closed = await until(async () => {
    const events = await eventsOf(ana);
    expect(events.at(-1)).toBe('workflowExecutionCompletedEventAttributes');
    return events;
  });
  return { events: closed.length - open.length, contact: ana };
}

test('the end of a conversation costs at most 8 events, and every history replays', async () => {
  const costs: number[] = [];
  // On a busy machine the relay may repeat a signal that takes longer than a second, so the cheapest of three counts.
  while (costs.length < 3 && !costs.some((events) => events <= 10 + 8)) {
    const { events, contact } = await endOfConversation();
    costs.push(events);
    const options = { workflowBundle: { codePath: inject('workflowBundlePath') } };
    const history = await historyOf(contact);
    await Worker.runReplayHistory(options, history, (await contact.session()).workflow_id);
  }
  expect(Math.min(...costs)).toBeLessThanOrEqual(10 + 8);
});
