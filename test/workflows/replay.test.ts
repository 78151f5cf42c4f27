import { readdirSync, readFileSync } from 'node:fs';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import '../support/quiet-runtime.js';

const { History } = proto.temporal.api.history.v1;

// Made by bench/record-histories.mjs: protobuf messages `temporal.api.history.v1.History`.
const folder = new URL('./histories/', import.meta.url);
const histories = readdirSync(folder).filter((name) => name.endsWith('.pb'));

test('there is a recorded history for every way a conversation can go', () => {
  expect(histories.length).toBeGreaterThanOrEqual(11);
});

test.each(histories)('the recorded history %s replays with the present workflow code', async (name) => {
  const history = History.decode(readFileSync(new URL(name, folder)));
  const workflowId = 'conversation/VZ00000000000000000000000000/00000000-0000-0000-0000-000000000000';
  const options = { workflowBundle: { codePath: inject('workflowBundlePath') } };
  await expect(Worker.runReplayHistory(options, history, workflowId)).resolves.toBeUndefined();
});
