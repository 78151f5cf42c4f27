// Measures the longest time for which one foreign input blocks the event loop: every parser and renderer gets its largest
// and worst inputs. Prints all rows above the limit and the longest of each group; exits with 1 if there are rows above
// the limit. Usage: node bench/loop-blocks.mjs [words of the name]
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../scripts/build.mjs';
import { cases } from './loop-blocks/cases.mjs';

const LIMIT_MS = 100;
const wanted = process.argv.slice(2);

await build(() => undefined);

const rows = [];
for (const { name, make, run } of await cases()) {
  if (!wanted.every((word) => name.includes(word))) continue;
  const row = { name, ms: await longest(make, run) };
  rows.push(row);
  if (row.ms > LIMIT_MS) print(row);
}
const longestFirst = rows.toSorted((a, b) => b.ms - a.ms);
const groups = new Set(rows.map(({ name }) => groupOf(name)));
for (const group of groups) print(longestFirst.find(({ name }) => groupOf(name) === group));
process.stdout.write(`${rows.length} inputs\n`);
process.exitCode = longestFirst.some(({ ms }) => ms > LIMIT_MS) ? 1 : 0;

function print({ name, ms }) {
  process.stdout.write(`${ms.toFixed(1).padStart(9)} ms  ${ms > LIMIT_MS ? 'TOO LONG ' : ''}${name}\n`);
}

function groupOf(name) {
  return name.split(':')[0];
}

/** One round. The shortest of five tries counts, because a long block may be due to garbage collection. */
async function longest(make, run) {
  const first = await block(make(0), run);
  if (first <= LIMIT_MS) return first;
  const others = [];
  for (let round = 1; round < 5; round += 1) others.push(await block(make(round), run));
  return Math.min(first, ...others);
}

async function block(input, run) {
  globalThis.gc?.();
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const [began, cpuBegan] = [performance.now(), process.cpuUsage()];
  const running = run(input);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBegan);
  // If other programs take the processor away, the CPU time is smaller than the elapsed time, and is what counts.
  const alone = Math.min(ms, (user + system) / 1_000);
  if (!(running instanceof Promise)) return alone;
  await running;
  await sleep(5);
  delays.disable();
  return Math.max(alone, delays.max / 1e6 - 1);
}
