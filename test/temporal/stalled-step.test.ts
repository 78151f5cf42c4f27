import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject, expect, onTestFinished, test } from 'vitest';
import { createTemporalWorker } from '../../src/temporal/worker.js';
import { connectTemporal } from '../support/temporal.js';

const root = path.resolve(import.meta.dirname, '../..');

async function bundleThatStalls(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-stalls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { bundleWorkflows } = await import(path.join(root, 'scripts/bundle-workflows.mjs'));
  const file = path.join(folder, 'bundle.js');
  await writeFile(file, await bundleWorkflows(path.join(root, 'test/support/stalling-workflow.mjs')));
  return file;
}

test('a worker whose step is held up for longer than five seconds goes on', async () => {
  const { client, close } = await connectTemporal();
  onTestFinished(close);
  const worker = await createTemporalWorker({
    temporal: { connectionOptions: { address: inject('temporalAddress') }, namespace: 'default' },
    taskQueue: 'stalls',
    workflowBundlePath: await bundleThatStalls(),
    activities: {},
  });
  const running = worker.run();
  onTestFinished(async () => {
    await worker.stop();
    await running;
  });
  const options = { taskQueue: 'stalls', workflowId: 'stalls', args: [] };
  await expect(client.workflow.execute('stalls', options)).resolves.toBe('timed-out');
});
