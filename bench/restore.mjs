// Rehearses the restores of docs/operations.md with the embedded servers: Temporal's data lost, Temporal from a backup,
// PostgreSQL from a backup. Prints how many conversations continued, and how soon.
// Usage: node bench/restore.mjs [contacts=30]
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import {
  makeInstance,
  newFolder,
  sameInstance,
  startProduct,
  startReceiver,
  startViewer,
  until,
} from './killable-parley.mjs';

const count = Number(process.argv[2] ?? 30);
const phones = Array.from({ length: count }, (_, index) => String(5511960000000 + index));
const viewer = await startViewer();
const receiver = await startReceiver();
const folder = await newFolder();
const backup = await newFolder();

/** Copies with owners and times, because PostgreSQL refuses files that do not belong to its user. */
const copy = (from, to, part) =>
  promisify(execFile)('cp', ['-a', path.join(from, part), path.join(to, part)]);

const replace = async (part, source) => {
  await rm(path.join(folder, part), { recursive: true, force: true });
  if (source !== undefined) await copy(source, folder, part);
};

/** Every contact writes. Returns how many got an answer, the time of the last one, and bubbles that came twice. */
async function talk(instance, word) {
  const startedMs = performance.now();
  const took = await Promise.all(
    phones.map(async (phone) => {
      const text = `${phone} ${word}`;
      await instance.says(phone, text);
      const answered = () =>
        receiver.shown.some(({ to, text: shown }) => to === phone && shown.startsWith(text));
      return until(answered, text, 60_000).then(
        () => performance.now() - startedMs,
        () => undefined,
      );
    }),
  );
  const answered = took.filter((ms) => ms !== undefined);
  const shown = receiver.shown.filter(({ text }) => text.includes(` ${word}`)).map(({ text }) => text);
  return {
    answered: answered.length,
    lastMs: Math.max(...answered),
    twice: shown.length - new Set(shown).size,
  };
}

/**
 * Checks what docs/operations.md says about a restore: the reconciler and the next message start the workflows again.
 */
async function endAllRuns({ connection: { temporal_address: address } }) {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const query = "WorkflowType='conversation' AND ExecutionStatus='Running'";
  for await (const { workflowId } of client.workflow.list({ query }))
    await client.workflow
      .getHandle(workflowId)
      .terminate('restored')
      .catch(() => undefined);
  await connection.close();
}

let product = await startProduct(folder);
let instance = await makeInstance(product, viewer, receiver, { debounce_ms: 0 });
const { id } = instance;
for (const phone of phones) await instance.says(phone, 'hello');
await until(() => new Set(receiver.shown.map(({ to }) => to)).size === count, 'the greetings');
await talk(instance, 'before');
await product.stop();
for (const part of ['postgres', 'temporal']) await copy(folder, backup, part);

async function rehearse(name, word, restore, after) {
  await restore();
  const startedMs = performance.now();
  product = await startProduct(folder);
  instance = sameInstance(product, id);
  const readyMs = performance.now() - startedMs;
  await after?.(product);
  const { answered, lastMs, twice } = await talk(instance, word);
  const seconds = (ms) => (ms / 1_000).toFixed(1);
  console.log(
    `| ${name} | ${seconds(readyMs)} s | ${answered} of ${count} | ${seconds(lastMs)} s | ${twice} |`,
  );
  await product.stop();
  return answered;
}

console.log('| restore | ready after | conversations that went on | last answer after | bubbles twice |');
console.log('| ------- | ----------- | -------------------------- | ----------------- | ------------- |');
const went = [
  await rehearse('none, a plain restart', 'plain', () => undefined),
  await rehearse('Temporal lost its data', 'empty', () => replace('temporal')),
  await rehearse(
    'Temporal from a backup, runs ended',
    'older',
    () => replace('temporal', backup),
    endAllRuns,
  ),
  await rehearse(
    'PostgreSQL from a backup, runs ended',
    'past',
    () => replace('postgres', backup),
    endAllRuns,
  ),
];
for (const used of [folder, backup]) await rm(used, { recursive: true, force: true });
viewer.close();
receiver.close();
process.exitCode = went.every((answered) => answered === count) ? 0 : 1;
