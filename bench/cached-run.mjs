// What a run costs the worker that caches it, before its first event: kilobytes of heap and CPU. In one process, without
// servers. Usage: node --expose-gc bench/cached-run.mjs [bundle]   (default: the bundle of the last build)
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { rounded } from './figures.mjs';

const RUNS = 600;
const CALL_MS = 5_000;

// The SDK's own, which it does not export.
const require = createRequire(import.meta.url);
const sdk = path.dirname(require.resolve('@temporalio/worker'));
const { parseWorkflowCode } = require(path.join(sdk, 'worker.js'));
const { ReusableVMWorkflowCreator } = require(path.join(sdk, 'workflow/reusable-vm.js'));

const built = path.resolve(import.meta.dirname, '../dist/workflow-bundle.js');
const file = process.argv[2] ?? built;
console.table({ [path.basename(file)]: await measure(file) });
process.exit(0);

async function measure(file) {
  const bundle = parseWorkflowCode(await readFile(file, 'utf8'), file);
  const creator = await ReusableVMWorkflowCreator.create(bundle, CALL_MS, new Set());
  const cached = await create(creator, 50, 'warm');
  const before = look();
  cached.push(...(await create(creator, RUNS, 'run')));
  const { user, system } = process.cpuUsage(before.cpu);
  return {
    'KB a run': rounded((look().bytes - before.bytes) / RUNS / 1_024),
    'ms of CPU a run': rounded((user + system) / 1_000 / RUNS),
  };
}

function look() {
  globalThis.gc();
  return { bytes: process.memoryUsage().heapUsed, cpu: process.cpuUsage() };
}

async function create(creator, count, name) {
  const runs = [];
  for (let index = 0; index < count; index += 1)
    runs.push(await creator.createWorkflow(optionsOf(`${name}-${index}`)));
  return runs;
}

function optionsOf(id) {
  const ids = { runId: id, workflowId: id, taskQueue: 'bench', namespace: 'bench' };
  const info = {
    ...ids,
    workflowType: 'conversation',
    attempt: 1,
    historyLength: 3,
    memo: {},
    searchAttributes: {},
  };
  const randomnessSeed = [1, 2, 3, 4, 5, 6, 7, 8];
  return {
    info: { ...info, unsafe: { now: Date.now } },
    randomnessSeed,
    now: 0,
    showStackTraceSources: false,
  };
}
