// Time from a webhook to the outbound request, beyond the debounce window, beside the bare floor of the engine, in one
// run. Needs a running product (`npm start`); reads its connection.json. Usage: node bench/latency.mjs [data folder]
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const ROUNDS = 60;
const folder = process.argv[2] ?? '.parley';
const product = JSON.parse(readFileSync(`${folder}/connection.json`, 'utf8'));
const secret = 'secret-of-the-benchmark';

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** Resolves `wait(key)` when `ring(key)` is called. */
function bells() {
  const waiting = new Map();
  return {
    wait: (key) => new Promise((resolve) => waiting.set(key, resolve)),
    ring: (key) => waiting.get(key)?.(performance.now()),
  };
}

async function listen(handle) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => handle(request, body, response));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function json(response, value) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const text = (id) => ({
  id,
  type: 'text',
  content: { type: 'richText', richText: [{ type: 'p', children: [{ text: 'Next?' }] }] },
});
const answer = { messages: [text('b1')], input: { id: 'i1', type: 'text input' } };

const heard = bells();
const typebotMs = [];
const viewer = await listen((request, _body, response) => {
  const began = performance.now();
  if (request.url.endsWith('/startChat')) {
    json(response, {
      sessionId: randomUUID(),
      resultId: randomUUID(),
      typebot: { id: 't', version: '6.1', theme: {}, settings: {} },
      ...answer,
    });
  } else json(response, answer);
  typebotMs.push(performance.now() - began);
});
const gateway = await listen((_request, body, response) => {
  const { to, type } = JSON.parse(body);
  if (type === 'message') heard.ring(to.contactId);
  json(response, {});
});

async function call(method, path, body) {
  const response = await fetch(product.api_url + path, {
    method,
    headers: { 'api-key': product.api_key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function makeInstance(debounceMs) {
  const channel = {
    type: 'generic',
    inbound_secrets: [secret],
    outbound_url: gateway.url,
    outbound_secrets: [secret],
  };
  const { id } = await call('POST', '/instances', { name: `bench ${debounceMs}`, channel });
  await call('POST', `/instances/${id}/typebots`, {
    typebot_url: viewer.url,
    public_id: 'bench',
    trigger_type: 'all',
    debounce_ms: debounceMs,
  });
  return id;
}

async function post(instanceId, phone) {
  const sentAt = Math.floor(Date.now() / 1000);
  const keyId = randomUUID();
  const message = {
    keyId,
    contact: { id: phone },
    timestamp: sentAt,
    content: { contentType: 'text', text: 'hi' },
  };
  const body = JSON.stringify({ version: 1, sentAt, events: [{ id: keyId, type: 'message', message }] });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const began = performance.now();
  const response = await fetch(`${product.api_url}/webhooks/${instanceId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-parley-timestamp': `${sentAt}`,
      'x-parley-signature': `sha256=${signature}`,
    },
    body,
  });
  await response.text();
  return { began, ackMs: performance.now() - began };
}

async function measureProduct(debounceMs) {
  const instanceId = await makeInstance(debounceMs);
  const phone = `5511${Math.floor(1e8 + Math.random() * 9e8)}`;
  const times = [];
  const acks = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const out = heard.wait(phone);
    const { began, ackMs } = await post(instanceId, phone);
    times.push((await out) - began - debounceMs);
    acks.push(ackMs);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await call('DELETE', `/instances/${instanceId}`, {});
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
