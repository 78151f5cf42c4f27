import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startTracing } from '../../src/tracing/tracing.js';
import { conversationId } from '../../workflows/contract.js';
import { startOtlpReceiver } from '../support/otlp-receiver.js';
import type { OtlpReceiver, ReceivedSpan } from '../support/otlp-receiver.js';
import { startParley, until } from '../support/parley.js';
import { textBubble } from '../support/typebot/stand-in.js';

const { History } = proto.temporal.api.history.v1;
const histories = new URL('../workflows/histories/', import.meta.url);
const spansOfWorkflows = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors',
);
const ask = { id: 'i1', type: 'text input', options: {} };
const flows = {
  'marked-pub': {
    answers: [
      { messages: [textBubble('b1', 'MARK-of-the-flow')], input: ask },
      { messages: [textBubble('b2', 'MARK-again')], input: { ...ask, id: 'i2' } },
    ],
  },
};

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;
let traced: string;
let receiver: OtlpReceiver;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-traces-'));
  traced = path.join(folder, 'bundle.js');
  receiver = await startOtlpReceiver();
  const { bundleWorkflows } = await import(path.join(root, 'scripts/bundle-workflows.mjs'));
  await writeFile(traced, await bundleWorkflows(path.join(root, 'workflows/index.ts'), [spansOfWorkflows]));
});
afterAll(async () => {
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

/** The spans between a span and the root of its trace, from the root on. */
function lineOf(span: ReceivedSpan, all: ReceivedSpan[]): string[] {
  const parent = all.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent === undefined ? [] : lineOf(parent, all)), span.name];
}

test('a message is one trace from its webhook over signal and workflow to Typebot, and holds no word of it', async () => {
  const traces = await startTracing({ endpoint: receiver.endpoint }, 'worker');
  const { parley, stop } = await startParley({ flows: { flows }, traces, workflowBundlePath: traced });
  const shop = await parley.instance({ public_id: 'marked-pub', debounce_ms: 200 });
  const ana = shop.contact();
  await ana.sends({
    contact: { id: ana.phone, name: 'MARK-the-name' },
    content: { contentType: 'text', text: 'MARK-one' },
  });
  await ana.hears(1);
  await ana.says('MARK-two');
  await ana.hears(2);
  const { workflow_id: workflowId, id } = await ana.session();
  await parley.call('POST', `/instances/${shop.id}/typebots/sessions/${id}/close`);
  const handle = parley.client.workflow.getHandle(workflowId);
  await until(async () => expect((await handle.describe()).status.name).toBe('COMPLETED'));
  const history = await handle.fetchHistory();
  await stop();
  await traces?.stop();

  const { spans } = receiver;
  const talks = spans
    .filter(({ name }) => name === 'RunActivity:talkToTypebot')
    .map((span) => lineOf(span, spans));
  expect(talks).toHaveLength(2);
  for (const line of talks) {
    expect(line[0]).toMatch(/^POST \/webhooks/);
    expect(line).toEqual(
      expect.arrayContaining([expect.stringMatching(/^SignalWithStartWorkflow|^SignalWorkflow/)]),
    );
    expect(line).toContain('StartActivity:talkToTypebot');
  }
  expect(spans.map(({ name }) => name)).toContain('RunWorkflow:conversation');

  const sent = receiver.bytes().toString('latin1');
  for (const secret of ['MARK', ana.phone, parley.key, shop.token]) expect(sent).not.toContain(secret);
  expect(sent).toContain(conversationId(shop.id, ''));

  // A run that was traced goes on without, as after a restart with tracing off.
  const plain = { workflowBundle: { codePath: inject('workflowBundlePath') } };
  await expect(Worker.runReplayHistory(plain, history, workflowId)).resolves.toBeUndefined();
});

test('runs of before go on with tracing on: every recorded history replays', async () => {
  const workflowId = 'conversation/VZ00000000000000000000000000/00000000-0000-0000-0000-000000000000';
  const sinks = { exporter: { export: { fn: () => undefined, callDuringReplay: false } } };
  for (const name of readdirSync(histories).filter((file) => file.endsWith('.pb'))) {
    const history = History.decode(readFileSync(new URL(name, histories)));
    const replay = Worker.runReplayHistory(
      { workflowBundle: { codePath: traced }, sinks },
      history,
      workflowId,
    );
    await expect(replay, name).resolves.toBeUndefined();
  }
});
