// The longest time for which one foreign input holds the event loop: every parser and renderer gets its largest and its
// worst input. Prints a table; ends with 1 when a block is longer than 100 ms. Run it on an idle machine.
// Usage: node bench/loop-blocks.mjs [words of the name]
import { performance } from 'node:perf_hooks';
import { build } from '../scripts/build.mjs';
import { cases } from './loop-blocks/cases.mjs';

const LIMIT_MS = 100;
const ROUNDS = 3;
const wanted = process.argv.slice(2);

await build(() => undefined);
const rows = [];
for (const { name, make, run } of await cases()) {
  if (!wanted.every((word) => name.includes(word))) continue;
  rows.push({ name, ms: await longest(make, run) });
}
for (const { name, ms } of rows.toSorted((a, b) => b.ms - a.ms)) {
  process.stdout.write(`${ms.toFixed(1).padStart(9)} ms  ${ms > LIMIT_MS ? 'TOO LONG ' : ''}${name}\n`);
}
process.exitCode = rows.some(({ ms }) => ms > LIMIT_MS) ? 1 : 0;

/**
 * The longest of some rounds, each with an input of its own. Where other programs take the processor away, the time
 * that was spent on it is the smaller number and the true one.
 */
async function longest(make, run) {
  let most = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const input = make(round);
    globalThis.gc?.();
    const [began, cpuBegan] = [performance.now(), process.cpuUsage()];
    run(input);
    const { user, system } = process.cpuUsage(cpuBegan);
    most = Math.max(most, Math.min(performance.now() - began, (user + system) / 1000));
  }
  return most;
}
