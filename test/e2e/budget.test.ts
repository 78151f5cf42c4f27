import { Worker } from '@temporalio/worker';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import pg from 'pg';
import { expect, inject, test, vi } from 'vitest';
import { WIDE_WINDOW_MS, until, useParley } from '../support/parley.js';
import type { TestContact } from '../support/parley.js';

const five = [1, 2, 3, 4, 5].map((n) => ({
  id: `b${n}`,
  type: 'text',
  content: { type: 'richText', richText: [{ type: 'p', children: [{ text: `bubble ${n}` }] }] },
}));
const question = { messages: five.slice(0, 1), input: { id: 'i1', type: 'text input' } };
const fiveBubbles = { messages: five, input: { id: 'i2', type: 'text input' } };

/** How many turns may go by until enough of them were undisturbed. */
const MOST_TURNS = 12;
const manyOf = (reply: typeof question) => [question, ...Array.from({ length: MOST_TURNS }, () => reply)];

const parley = useParley({
  flows: {
    flows: {
      'echo-pub': { answers: manyOf(question) },
      'five-pub': { answers: manyOf(fiveBubbles) },
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

const workflowIds = new WeakMap<TestContact, string>();

/** Asks for the workflow's id once, so that few of the statements are the test's own. */
async function historyOf(contact: TestContact): Promise<History> {
  const workflowId = workflowIds.get(contact) ?? String((await contact.session()).workflow_id);
  workflowIds.set(contact, workflowId);
  return parley.client.workflow.getHandle(workflowId).fetchHistory();
}

function count(texts: string[], pattern: RegExp): number {
  return texts.filter((text) => pattern.test(text)).length;
}

/** The turn is over: its activities have ended, the last task is completed, and the relay has nothing to repeat. */
async function settled(contact: TestContact, atLeast: number): Promise<string[]> {
  return until(async () => {
    const events = await eventsOf(contact);
    expect(events.length).toBeGreaterThanOrEqual(atLeast);
    expect(events.at(-1)).toMatch(/^workflow(Task|Execution)Completed/);
    const ended = count(events, /^activityTask(Completed|Failed|TimedOut|Canceled)/);
    expect(ended).toBe(count(events, /^activityTaskScheduled/));
    const untold = await parley.db.query('SELECT 1 FROM contacts WHERE relay_next_at IS NOT NULL');
    expect(untold.rowCount).toBe(0);
    return events;
  });
}

/** On a busy machine the relay repeats a signal that takes longer than a second, and tasks time out. */
function disturbed(events: string[], messages = 1): boolean {
  const signals = count(events, /^workflowExecutionSignaled/);
  return signals > messages || count(events, /(TimedOut|Failed)EventAttr/) > 0;
}

/** The events of what is measured; with a new contact each time, until nothing disturbs it. */
async function quiet(measure: () => Promise<string[]>, messages = 1): Promise<string[]> {
  for (let tries = 0; tries < MOST_TURNS; tries += 1) {
    const events = await measure();
    if (!disturbed(events, messages)) return events;
  }
  throw new Error('it was disturbed each time');
}

/** The first turns of a contact that nothing disturbed, each with its events; `take` is called at its end. */
async function undisturbed<T>(
  contact: TestContact,
  { bubbles, events: atLeast, turns }: { bubbles: number; events: number; turns: number },
  take: (events: string[]) => T,
): Promise<T[]> {
  await contact.says('hello');
  await contact.hears(1);
  let before = await settled(contact, atLeast);
  const taken: T[] = [];
  for (let turn = 1; turn <= MOST_TURNS && taken.length < turns; turn += 1) {
    await contact.says(`turn ${turn}`);
    await contact.hears(1 + turn * bubbles);
    const after = await settled(contact, before.length + atLeast);
    const own = after.slice(before.length);
    const result = take(own);
    if (!disturbed(own)) taken.push(result);
    before = after;
  }
  expect(taken).toHaveLength(turns);
  return taken;
}

function tasks(events: string[]): number {
  return count(events, /^workflowTaskCompleted/);
}

test('a turn costs 15 events and 3 workflow tasks, whatever the number of its bubbles', async () => {
  const shop = await parley.instance({ public_id: 'five-pub', debounce_ms: 200, expire_in_minutes: 30 });
  const budget = { bubbles: 5, events: 15, turns: 1 };
  const [turn = []] = await undisturbed(shop.contact(), budget, (events) => events);
  expect(turn).toHaveLength(15);
  expect(tasks(turn)).toBe(3);
});

test('the first turn costs two events more: the start and the idle timer', async () => {
  const shop = await parley.instance({ public_id: 'five-pub', debounce_ms: 200, expire_in_minutes: 30 });
  const events = await quiet(async () => {
    const contact = shop.contact();
    await contact.says('hello');
    await contact.hears(1);
    return settled(contact, 15);
  });
  expect(events.length).toBeLessThanOrEqual(17);
});

test('without a window a turn costs 10 events and 2 workflow tasks', async () => {
  const shop = await parley.instance({ public_id: 'five-pub' });
  const budget = { bubbles: 5, events: 10, turns: 1 };
  const [turn = []] = await undisturbed(shop.contact(), budget, (events) => events);
  expect(turn).toHaveLength(10);
  expect(tasks(turn)).toBe(2);
});

/**
 * What goes on by time, however many turns there are: the looks of the relays, the check of the listening connection,
 * the note of an instance's last webhook; and what the test itself asks.
 */
const UPKEEP =
  /(relay|start|media)_next_at <= now\(\)|^SELECT 1( FROM (outbox|contacts)|$)|^UPDATE instances SET last_inbound_at/;

/** The note that a signal arrived; nothing waits for it, so it may come at any place. */
const SIGNAL_NOTED = /^UPDATE contacts SET\s+relay_next_at = CASE/;

/** Statements of the process, with BEGIN and COMMIT. */
function statements(calls: unknown[][]): string[] {
  return calls.map(([config]) => textOf(config)).filter((text) => !UPKEEP.test(text));
}

test('a turn of one bubble costs 20 statements before it leaves and 23 in all, with 3 transactions of several', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const budget = { bubbles: 1, events: 10, turns: 3 };
  const turns = await undisturbed(shop.contact(), budget, () => {
    const own = statements(query.mock.calls);
    query.mockClear();
    return own;
  });
  query.mockRestore();
  // What the relay reads before it repeats a signal may fall into the turn before that signal.
  const [least = []] = turns.sort((a, b) => a.length - b.length);
  const turn = least.filter((text) => !SIGNAL_NOTED.test(text));
  expect(least.length - turn.length).toBe(1);
  expect(turn.findIndex((text) => text.includes(`SET state = 'sending'`)) + 1).toBe(19);
  expect(turn).toHaveLength(22);
  expect(turn.filter((text) => text === 'BEGIN')).toHaveLength(3);
});

function textOf(config: unknown): string {
  if (typeof config === 'string') return config;
  return typeof config === 'object' && config !== null && 'text' in config ? String(config.text) : '';
}

test('an extra message in the window costs 4 events and at most one re-armed timer', async () => {
  const shop = await parley.instance({ public_id: 'budget-pub', debounce_ms: WIDE_WINDOW_MS });
  const events = await quiet(async () => {
    const ana = shop.contact();
    await ana.says('one');
    await ana.says('more');
    await ana.hears(1);
    return settled(ana, 15);
  }, 2);
  expect(events.length).toBeLessThanOrEqual(16 + 4 + 5);
  expect(events.filter((type) => type === 'timerCanceledEventAttributes')).toEqual([]);
});

/** The events of a conversation from its fourth message to its end; its whole history replays. */
async function endOfConversation(): Promise<string[]> {
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
  const options = { workflowBundle: { codePath: inject('workflowBundlePath') } };
  await Worker.runReplayHistory(options, await historyOf(ana), (await ana.session()).workflow_id);
  return closed.slice(open.length);
}

test('the end of a conversation costs at most 8 events, and every history replays', async () => {
  const events = await quiet(endOfConversation);
  expect(events.length).toBeLessThanOrEqual(10 + 8);
});

// On a busy machine a replay took 5.4 s. A time-out below that begins it again and again.
test('a workflow task has ten seconds', async () => {
  const shop = await parley.instance({ public_id: 'budget-pub' });
  const ana = shop.contact();
  await ana.says('one');
  await ana.hears(1);
  const [started] = (await historyOf(ana)).events ?? [];
  const timeout = started?.workflowExecutionStartedEventAttributes?.workflowTaskTimeout;
  expect(Number(timeout?.seconds)).toBe(10);
});
