import { Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { flows, greeted, textsGiven } from '../../support/conversations.js';
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

/** The runs of a workflow, the oldest first. */
async function runsOf(workflowId: string) {
  const runs = [];
  for await (const run of parley.client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    runs.push(run);
  return runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
}

test('a conversation in which messages always wait goes on in new runs between two turns, and gives each message once, in order', async () => {
  const { ana } = await greeted(parley);
  const { workflow_id: workflowId } = await ana.session();
  const texts = numbers(1, 250);
  // A webhook is quicker than a turn, so that the next message is there whenever a turn ends.
  for (const text of texts) await ana.says(text);
  await until(() =>
    expect(textsGiven(parley, ana).flatMap((given) => given.split('\n'))).toEqual(['hi', ...texts]),
  );
  const over = await until(async () => {
    const runs = await runsOf(workflowId);
    expect(runs.at(-1)?.status.name).toBe('RUNNING');
    return runs.slice(0, -1);
  });
  expect(over.length).toBeGreaterThanOrEqual(2);
  const options = { workflowBundle: { codePath: inject('workflowBundlePath') } };
  for (const { runId, status } of over) {
    const history = await parley.client.workflow.getHandle(workflowId, runId).fetchHistory();
    expect({ status: status.name, isLong: (history.events ?? []).length > 900 }).toEqual({
      status: 'CONTINUED_AS_NEW',
      isLong: false,
    });
    await Worker.runReplayHistory(options, history, workflowId);
  }
  expect(await ana.sessions()).toHaveLength(1);
});
