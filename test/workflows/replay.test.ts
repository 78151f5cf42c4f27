import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, inject, test } from 'vitest';
import '../support/quiet-runtime.js';

const folder = new URL('./histories/', import.meta.url);
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there is a recorded history for every way a conversation can go', () => {
  expect(histories.length).toBeGreaterThanOrEqual(11);
});

test.each(histories)('the recorded history %s replays with the present workflow code', async (name) => {
  const history = historyFromJSON(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
  const workflowId = 'conversation/VZ00000000000000000000000000/00000000-0000-0000-0000-000000000000';
  const options = { workflowBundle: { codePath: inject('workflowBundlePath') } };
  await expect(Worker.runReplayHistory(options, history, workflowId)).resolves.toBeUndefined();
});
