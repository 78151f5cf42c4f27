// Measures the time from a webhook to the outbound request, apart from the debounce window, and in the same run the least
// that Temporal needs for it. Needs a running product (`npm start`), whose connection.json it reads.
// Usage: node bench/latency.mjs [data folder]
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import {
  bubble,
  caller,
  json,
  listen,
  makeInstance,
  newPhone,
  readProduct,
  say,
  started,
} from './stand-ins.mjs';

const ROUNDS = 60;
const product = readProduct(process.argv[2]);
const call = caller(product);

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** `wait(key)` resolves when `ring(key)` is called. */
function bells() {
  const waiting = new Map();
  return {
    wait: (key) => new Promise((resolve) => waiting.set(key, resolve)),
    ring: (key) => waiting.get(key)?.(performance.now()),
  };
}

const answer = { messages: [bubble('b1')], input: { id: 'i1', type: 'text input' } };

const heard = bells();
const typebotMs = [];
const viewer = await listen((request, _body, response) => {
  const began = performance.now();
  json(response, request.url.endsWith('/startChat') ? started(answer) : answer);
  typebotMs.push(performance.now() - began);
});
const gateway = await listen((_request, body, response) => {
  const { to, type } = JSON.parse(body);
  if (type === 'message') heard.ring(to.contactId);
  json(response, {});
});

async function measureProduct(debounceMs) {
  const urls = { gatewayUrl: gateway.url, viewerUrl: viewer.url };
  const { id: instanceId } = await makeInstance(call, { ...urls, typebot: { debounce_ms: debounceMs } });
  const phone = newPhone();
  const times = [];
  const acks = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const out = heard.wait(phone);
    const { began, ackMs } = await say(product, instanceId, phone);
    times.push((await out) - began - debounceMs);
    acks.push(ackMs);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await call('DELETE', `/instances/${instanceId}`);
  return { times: times.slice(5), acks: acks.slice(5) };
}

async function measureFloor(debounceMs) {
  const rung = bells();
  const taskQueue = `floor-${randomUUID()}`;
  const native = await NativeConnection.connect({ address: product.temporal_address });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./floor-workflows.mjs', import.meta.url)),
    activities: { typebot: async () => undefined, deliver: async () => rung.ring(taskQueue) },
    bundlerOptions: { logger: new DefaultLogger('ERROR') },
  });
  const connection = await Connection.connect({ address: product.temporal_address });
  const client = new Client({ connection });
  const times = await worker.runUntil(async () => {
    const measured = [];
    const workflowId = taskQueue;
    for (let round = 0; round < ROUNDS; round += 1) {
      const out = rung.wait(taskQueue);
      const began = performance.now();
      await client.workflow.signalWithStart('floor', {
        workflowId,
        taskQueue,
        args: [debounceMs],
        signal: 'go',
      });
      measured.push((await out) - began - debounceMs);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await client.workflow
      .getHandle(workflowId)
      .terminate('measured')
      .catch(() => undefined);
    return measured;
  });
  await connection.close();
  await native.close();
  return times.slice(5);
}

const at = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)].toFixed(0);

const rows = [];
for (const debounceMs of [0, 300]) {
  const floor = await measureFloor(debounceMs);
  const { times, acks } = await measureProduct(debounceMs);
  rows.push({
    'debounce ms': debounceMs,
    'floor p50': at(floor, 0.5),
    'floor p95': at(floor, 0.95),
    'Parley p50': at(times, 0.5),
    'Parley p95': at(times, 0.95),
    'ack p50': at(acks, 0.5),
    'ack p95': at(acks, 0.95),
    'times the floor (p50)': (at(times, 0.5) / at(floor, 0.5)).toFixed(2),
  });
}
console.table(rows);
console.log(`Typebot stand-in p50 ${at(typebotMs, 0.5)} ms (not taken off)`);
viewer.close();
gateway.close();
process.exit(0);
