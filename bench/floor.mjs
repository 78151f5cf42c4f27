// The bare engine, to be measured beside the product: `floor-workflows.mjs`, a worker, and a client.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { bundleWorkflows } from '../scripts/bundle-workflows.mjs';
import { bells } from './stand-ins.mjs';

/** Starts it on the product's Temporal. `turn(key)` signals one conversation; resolves to the milliseconds to its second activity. */
export async function startFloor({ temporal_address: address }) {
  const taskQueue = `floor-${randomUUID()}`;
  const rung = bells();
  const native = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: {
      code: await bundleWorkflows(fileURLToPath(new URL('./floor-workflows.mjs', import.meta.url))),
    },
    activities: { typebot: async () => undefined, deliver: async (id) => rung.ring(id) },
    maxConcurrentActivityTaskExecutions: 200,
  });
  const running = worker.run();
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const started = new Set();
  const turn = async (key, debounceMs = 0) => {
    const workflowId = `${taskQueue}/${debounceMs}/${key}`;
    started.add(workflowId);
    const rang = rung.wait(workflowId);
    const beganMs = performance.now();
    const signal = { signal: 'go', args: [debounceMs] };
    await client.workflow.signalWithStart('floor', { workflowId, taskQueue, ...signal });
    return (await rang) - beganMs - debounceMs;
  };
  const stop = async () => {
    for (const id of started)
      await client.workflow
        .getHandle(id)
        .terminate('measured')
        .catch(() => undefined);
    worker.shutdown();
    await running;
    await connection.close();
    await native.close();
  };
  return { turn, stop };
}
