// `npm run dev`: like `npm start`, but whenever the code changes, it is built and API and worker are restarted. PostgreSQL
// and Temporal keep running, so conversations continue.
import { fork } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';

const root = path.resolve(import.meta.dirname, '..');
const print = (line) => process.stdout.write(`${line}\n`);

const product = fork(path.join(import.meta.dirname, 'start.mjs'));
product.on('exit', (code) => process.exit(code ?? 1));
// Ctrl-C reaches both processes. The launcher stops its parts, and this process ends with it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => product.kill('SIGTERM'));

let building = Promise.resolve();
let settled;

/** Waits a moment before building, because an editor writes a file in several steps. */
function changed() {
  clearTimeout(settled);
  settled = setTimeout(() => (building = building.then(rebuild)), 200);
}

async function rebuild() {
  try {
    await build(print);
    if (product.connected) product.send('restart');
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
  }
}

for (const folder of ['src', 'activities', 'workflows'])
  watch(path.join(root, folder), { recursive: true }, changed);
