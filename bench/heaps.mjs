// Asks workers for the heaps of their threads; see `heap-report.cjs`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rounded } from './figures.mjs';
import { until } from './killable-parley.mjs';

/** Lets the workers that this process starts, and that its children start, report their heaps. */
export async function reportHeaps() {
  process.env.BENCH_HEAPS = await mkdtemp(path.join(tmpdir(), 'parley-heaps-'));
  // Not imported: that would leave out threads that begin with a CommonJS module, such as that of the workflows.
  const preload = path.join(import.meta.dirname, 'heap-report.cjs');
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --require ${preload}`;
}

/** Megabytes of all their heaps: taken from the system and used before a collection, kept after it, and outside of the heaps. */
export async function heapsOf(pids) {
  const reports = await Promise.all(pids.map(heapsOfOne));
  const mains = reports.map(({ main }) => main);
  const others = reports.flatMap((report) => report.others);
  const sum = (heaps, field) => rounded(heaps.reduce((all, heap) => all + heap[field], 0) / 1_048_576);
  return {
    'heap (total, used, kept)': ['total', 'used', 'kept'].map((field) => sum(mains, field)).join(', '),
    'heaps of threads': ['total', 'used', 'kept'].map((field) => sum(others, field)).join(', '),
    external: sum([...mains, ...others], 'external'),
  };
}

async function heapsOfOne(pid) {
  const file = path.join(process.env.BENCH_HEAPS, `heaps-${pid}.json`);
  process.kill(pid, 'SIGUSR2');
  const text = await until(() => readFile(file, 'utf8').catch(() => ''), 'the report of a worker');
  await rm(file);
  return JSON.parse(text);
}
