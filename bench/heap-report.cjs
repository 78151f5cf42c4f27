// Required before the program in every process of `memory --heap`. After SIGUSR2 a worker collects its garbage, in its workflow
// thread too, and writes what is left of each heap to a file. This comes after the figures without a collection.
const { writeFile } = require('node:fs/promises');
const { setTimeout: sleep } = require('node:timers/promises');
const { getHeapStatistics, setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const { BroadcastChannel, isMainThread } = require('node:worker_threads');

// A thread does not have the arguments of its process.
if (!isMainThread || process.argv.includes('worker')) {
  const threads = new BroadcastChannel('bench-heaps');
  threads.unref();
  if (isMainThread) process.on('SIGUSR2', () => void report(threads));
  else threads.onmessage = ({ data }) => data === 'collect' && threads.postMessage(collected());
}

async function report(threads) {
  const others = [];
  threads.onmessage = ({ data }) => others.push(data);
  threads.postMessage('collect');
  const main = collected();
  await sleep(1_000);
  await writeFile(`${process.env.BENCH_HEAPS}/heaps-${process.pid}.json`, JSON.stringify({ main, others }));
}

/** In bytes, before and after a collection. */
function collected() {
  const before = getHeapStatistics();
  setFlagsFromString('--expose_gc');
  runInNewContext('gc')();
  const after = getHeapStatistics();
  return {
    total: before.total_heap_size,
    used: before.used_heap_size,
    kept: after.used_heap_size,
    external: after.external_memory,
  };
}
