import { expect, test } from 'vitest';
import { flows, greeted } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';
import type { TestContact } from '../../support/parley.js';

const parley = useParley({ flows });

/** Says each text once the answer to the one before has arrived. */
async function talks(ana: TestContact, texts: string[]): Promise<void> {
  for (const text of texts) {
    const soFar = ana.heard().length;
    await ana.says(text);
    await ana.hears(soFar + 1);
  }
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `number ${from + index}`);

test('a long conversation goes on in a new run after 300 events, so that a worker never replays much', async () => {
  const { ana } = await greeted(parley);
  const { workflow_id: workflowId } = await ana.session();
  const { runId } = await parley.client.workflow.getHandle(workflowId).describe();
  await talks(ana, numbers(1, 20));
  const before = await parley.client.workflow.getHandle(workflowId).describe();
  await talks(ana, numbers(21, 50));
  const after = await until(async () => {
    const now = await parley.client.workflow.getHandle(workflowId).describe();
    expect(now.runId).not.toBe(runId);
    return now;
  });
  expect({ runId: before.runId, status: after.status.name }).toEqual({ runId, status: 'RUNNING' });
  const first = await parley.client.workflow.getHandle(workflowId, runId).describe();
  expect(first.status.name).toBe('CONTINUED_AS_NEW');
  // The next message often arrives before a turn is over, so that a run goes on as new some turns later.
  expect(first.historyLength).toBeLessThan(600);
  await parley.worker.stop();
  await ana.says('after a restart');
  await parley.worker.start();
  expect(await ana.hears(52)).toEqual(
    ['hi', ...numbers(1, 50), 'after a restart'].map((text) => `Got ${text}`),
  );
  expect(await ana.sessions()).toHaveLength(1);
});
