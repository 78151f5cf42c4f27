// More workers beside the one of the product, and options of the worker that are to be compared with the product's own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const main = path.resolve(import.meta.dirname, '../dist/src/main.js');

/** Lets every worker that this process starts, and that its children start, have these options; see `worker-options.mjs`. */
export function setWorkerOptions({ pollers, cache, slots, tasks }) {
  const behavior = pollers === 'autoscaling' ? { type: pollers } : simple(pollers);
  const options = {
    ...(behavior && { workflowTaskPollerBehavior: behavior, activityTaskPollerBehavior: behavior }),
    ...(cache && { maxCachedWorkflows: cache }),
    ...(slots && { maxConcurrentActivityTaskExecutions: slots }),
    ...(tasks && { maxConcurrentWorkflowTaskExecutions: tasks }),
  };
  if (Object.keys(options).length === 0) return;
  process.env.BENCH_WORKER = JSON.stringify(options);
  const preload = new URL('./worker-options.mjs', import.meta.url).href;
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${preload}`;
}

function simple(pollers) {
  return pollers === undefined ? undefined : { type: 'simple-maximum', maximum: Number(pollers) };
}

/** `set(count)` starts or stops workers until there are so many, the product's own among them. Needs Linux for more than one. */
export function startWorkers(product) {
  const more = [];
  const set = async (count) => {
    while (more.length > count - 1) await more.pop().stop();
    while (more.length < count - 1) more.push(await startWorker(product));
  };
  return { set, pids: () => more.map(({ pid }) => pid) };
}

async function startWorker(product) {
  const env = await environmentOf(await product.pid('worker'));
  const child = fork(main, ['worker'], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const ready = once(child, 'message').then(() => true);
  if ((await Promise.race([ready, ended.then(() => false)])) === false)
    throw new Error('another worker did not start');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { pid: child.pid, stop };
}

/** The launcher's channel to its child is not handed on. */
async function environmentOf(pid) {
  const variables = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean);
  const env = Object.fromEntries(
    variables.map((one) => [one.split('=', 1)[0], one.slice(one.indexOf('=') + 1)]),
  );
  delete env.NODE_CHANNEL_FD;
  delete env.NODE_CHANNEL_SERIALIZATION_MODE;
  return env;
}
