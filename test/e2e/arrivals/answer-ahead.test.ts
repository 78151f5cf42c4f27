import { AsyncLocalStorage } from 'node:async_hooks';
import { Connection, WorkflowClient } from '@temporalio/client';
import { afterEach, expect, test, vi } from 'vitest';
import { flows, hold } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';
import type { TestContact } from '../../support/parley.js';

const parley = useParley({ flows });

/** Also when a test fails, since the product waits for its signals when it stops. */
const releases: (() => void)[] = [];

afterEach(() => {
  for (const release of releases.splice(0)) release();
  vi.restoreAllMocks();
});

/** How long the caller of Temporal is ready to wait, in milliseconds. */
const patience = new AsyncLocalStorage<number>();
/** The relay waits for five seconds, a request for less than one. */
const byRelay = () => (patience.getStore() ?? 0) > 2_000;

/** Holds back the signals of requests to the workflow of this contact. The relay must be free for others. */
function holdSignalsTo({ phone }: TestContact) {
  const { until: released, release } = hold();
  releases.push(release);
  const within = Connection.prototype.withDeadline;
  vi.spyOn(Connection.prototype, 'withDeadline').mockImplementation(function (
    this: Connection,
    deadline,
    work,
  ) {
    return patience.run(Number(deadline) - Date.now(), () => within.call(this, deadline, work));
  } as typeof within);
  const signal = WorkflowClient.prototype.signalWithStart;
  vi.spyOn(WorkflowClient.prototype, 'signalWithStart').mockImplementation(async function (
    this: WorkflowClient,
    ...[type, options]: Parameters<typeof signal>
  ) {
    const isTheirs = JSON.stringify(options.typedSearchAttributes).includes(phone);
    if (isTheirs && !byRelay()) await released;
    return signal.call(this, type, options);
  });
  return release;
}

async function recorded({ jid }: TestContact): Promise<number> {
  const { rows } = await parley.db.query<{ count: number }>(
    'SELECT count(*)::int FROM inbox b JOIN contacts c ON c.id = b.contact_id WHERE c.remote_jid = $1',
    [jid],
  );
  return rows[0]?.count ?? 0;
}

test('a message is acknowledged while its signal is on its way; the next of the same contact waits, others do not', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const [ana, bia] = [shop.contact(), shop.contact()];
  const release = holdSignalsTo(ana);
  await ana.says('one');
  let answered = false;
  const second = ana.says('two').then(() => (answered = true));
  await until(async () => expect(await recorded(ana)).toBe(2));
  await bia.says('hello');
  expect(await bia.hears(1)).toEqual(['Got hello']);
  expect(answered).toBe(false);
  release();
  await second;
  expect((await ana.hears(1)).join('\n')).toContain('one');
});
