// Loaded before the program in every process of `memory --heap`. After SIGUSR2 a worker collects its garbage, in its workflow
// thread too, and writes what is left of each heap to a file. This comes after the figures without a collection.
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

if (process.argv.includes('worker') && process.env.BENCH_HEAPS !== undefined) {
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
