// A rolling deploy of the workers under load: each of two is stopped (SIGTERM) and replaced while contacts talk. Prints
// how long the first bubble of each turn took with and without a deploy, what was lost, and, from their histories, what
// the slowest turns waited for.
// Usage: node bench/rolling-deploy.mjs [rounds=6] [contacts=20]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeInstance, startProduct, startReceiver, startViewer, until } from './killable-parley.mjs';

const rounds = Number(process.argv[2] ?? 6);
const contacts = Number(process.argv[3] ?? 20);
const EVERY_MS = 1_500;
const root = path.resolve(import.meta.dirname, '..');

const viewer = await startViewer();
const receiver = await startReceiver();
const product = await startProduct();
const { connection } = product;
const instance = await makeInstance(product, viewer, receiver, { debounce_ms: 0 });

/** A second worker besides the launcher's own, like a second container. */
function startWorker() {
  const env = {
    ...process.env,
    DATABASE_URL: connection.database_url,
    TEMPORAL_ADDRESS: connection.temporal_address,
    PARLEY_ENCRYPTION_KEYS: keys,
    PARLEY_ALLOW_PRIVATE_HOSTS: '127.0.0.0/8,::1',
    PARLEY_MEDIA_DIR: path.join(product.folder, 'media'),
    PARLEY_LOG_LEVEL: 'error',
  };
  return spawn(process.execPath, ['dist/src/main.js', 'worker'], { cwd: root, env, stdio: 'inherit' });
}

const { encryptionKeys: keys } = JSON.parse(
  await readFile(path.join(product.folder, 'secrets.json'), 'utf8'),
);
let second = startWorker();
await sleep(8_000);

const turns = [];
let isOver = false;
let deploying = false;

async function talk(phone) {
  await instance.says(phone, 'hello');
  await until(() => receiver.shown.some(({ to }) => to === phone), 'the greeting');
  for (let n = 1; !isOver; n += 1) {
    const text = `${phone} ${n}`;
    const startedMs = performance.now();
    const wasDeploying = deploying;
    await instance.says(phone, text);
    const first = `${text} / 1`;
    const answered = await until(() => receiver.shown.some((bubble) => bubble.text === first), text).catch(
      () => false,
    );
    turns.push({
      ...{ phone, ms: performance.now() - startedMs, endedMs: Date.now(), lost: !answered },
      during: wasDeploying || deploying,
    });
    await until(() => receiver.shown.some((bubble) => bubble.text === `${text} / 5`), text);
    await sleep(EVERY_MS * (0.5 + Math.random()));
  }
}

const talking = Array.from({ length: contacts }, (_, index) => talk(String(5511980000000 + index)));
await sleep(15_000);
for (let round = 0; round < rounds; round += 1) {
  deploying = true;
  if (round % 2 === 0) {
    second.kill('SIGTERM');
    await once(second, 'exit');
    second = startWorker();
  } else await product.kill('worker', 'SIGTERM');
  await sleep(10_000);
  deploying = false;
  await sleep(5_000);
}
isOver = true;
await Promise.all(talking);

/** The events of each turn's history, in milliseconds since its webhook. */
async function explain(slowest) {
  const { Client, Connection } = await import('@temporalio/client');
  const temporal = await Connection.connect({ address: connection.temporal_address });
  const { workflow } = new Client({ connection: temporal });
  for (const turn of slowest) {
    const query = `ParleyContact = '${turn.phone}@s.whatsapp.net' OR ParleyContact = '${turn.phone}'`;
    for await (const run of workflow.list({ query }))
      await print(turn, workflow.getHandle(run.workflowId, run.runId));
  }
  await temporal.close();
}

async function print({ phone, ms, endedMs }, handle) {
  console.log(`\n${phone}, ${ms.toFixed(0)} ms`);
  const { events } = await handle.fetchHistory();
  for (const event of events) {
    const at = Number(event.eventTime.seconds) * 1_000 + event.eventTime.nanos / 1e6 - (endedMs - ms);
    if (at < -200 || at > ms + 1_500) continue;
    const [name, detail] =
      Object.entries(event).find(([key, value]) => key.endsWith('Attributes') && value) ?? [];
    const { identity, attempt, activityType, lastFailure } = detail ?? {};
    const more = [identity, attempt, activityType?.name, lastFailure?.message].filter(Boolean).join(' ');
    console.log(`${at.toFixed(0).padStart(8)} ${name?.replace('EventAttributes', '')} ${more}`);
  }
}

const percentile = (list, share) =>
  list.toSorted((a, b) => a - b)[Math.floor((list.length - 1) * share)]?.toFixed(0);
console.log('| turns | count | lost | first bubble p50 ms | p99 ms | longest ms |');
console.log('| ----- | ----- | ---- | ------------------- | ------ | ---------- |');
for (const [name, during] of [
  ['undisturbed', false],
  ['in a deploy', true],
]) {
  const some = turns.filter((turn) => turn.during === during);
  const ms = some.map((turn) => turn.ms);
  const lost = some.filter((turn) => turn.lost).length;
  console.log(
    `| ${name} | ${some.length} | ${lost} | ${percentile(ms, 0.5)} | ${percentile(ms, 0.99)} | ${percentile(ms, 1)} |`,
  );
}
await explain(turns.toSorted((a, b) => b.ms - a.ms).slice(0, 5));
second.kill('SIGTERM');
await once(second, 'exit');
await product.stop();
viewer.close();
receiver.close();
