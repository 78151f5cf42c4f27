import { WorkflowClient } from '@temporalio/client';
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

/** Holds back the signals to the workflow of this contact, those of the relay among them. */
function holdSignalsTo({ phone }: TestContact) {
  const { until: released, release } = hold();
  releases.push(release);
  const signal = WorkflowClient.prototype.signalWithStart;
  vi.spyOn(WorkflowClient.prototype, 'signalWithStart').mockImplementation(async function (
    this: WorkflowClient,
    ...[type, options]: Parameters<typeof signal>
  ) {
    if (JSON.stringify(options.typedSearchAttributes).includes(phone)) await released;
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
