// Measures a whole Parley in processes of its own: real PostgreSQL, real Temporal; stand-ins for Typebot and the channel.
// Usage: npm run bench -- [turn ack latency throughput memory long lists console endings] [options]; without names, all of them.
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import * as ack from './measures/ack.mjs';
import * as consoleList from './measures/console.mjs';
import * as endings from './measures/endings.mjs';
import * as latency from './measures/latency.mjs';
import * as lists from './measures/lists.mjs';
import * as long from './measures/long.mjs';
import * as memory from './measures/memory.mjs';
import * as throughput from './measures/saturation.mjs';
import * as turn from './measures/turn.mjs';
import { startCluster } from './cluster.mjs';
import { reportHeaps } from './heaps.mjs';
import { setWorkerOptions } from './workers.mjs';
import { startWorld } from './world.mjs';

// In this order: what leaves much behind comes last.
const measures = { latency, ack, throughput, long, memory, turn, lists, console: consoleList, endings };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    turns: { type: 'string', default: '20' },
    posts: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '8' },
    warm: { type: 'string', default: '12' },
    lanes: { type: 'string', default: '40' },
    idle: { type: 'string', default: '600' },
    stages: { type: 'string', default: '' },
    // Conversations that end before the first idle one, and the worker's heaps after a collection.
    warmed: { type: 'string', default: '0' },
    heap: { type: 'boolean', default: false },
    places: { type: 'string', default: '40,1000' },
    sessions: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '40' },
    live: { type: 'string', default: '5000' },
    minutes: { type: 'string' },
    doomed: { type: 'string', default: '10000' },
    json: { type: 'string', default: 'bench-results.json' },
    // How many workers, one number after the other.
    workers: { type: 'string', default: '1' },
    // Options of the worker instead of its own: 'autoscaling' or a number, cached runs, activities and workflow tasks at once.
    pollers: { type: 'string' },
    cache: { type: 'string' },
    slots: { type: 'string' },
    tasks: { type: 'string' },
    // Another Temporal than the development server, as host:port.
    temporal: { type: 'string' },
    // A folder with Temporal's programs, to start a server over PostgreSQL, and the shards of its history.
    cluster: { type: 'string' },
    shards: { type: 'string', default: '64' },
  },
});

const WORDS = ['json', 'temporal', 'cluster', 'pollers', 'heap'];
const LISTS = ['places', 'stages', 'workers'];
const toValue = (name, value) => {
  if (WORDS.includes(name)) return value;
  return LISTS.includes(name) ? value.split(',').filter(Boolean).map(Number) : Number(value);
};
const options = Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, toValue(name, value)]),
);
const wanted = positionals.length === 0 ? Object.keys(measures) : positionals;
const unknown = wanted.filter((name) => !(name in measures));
if (unknown.length > 0)
  throw new Error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}`);

const result = {
  at: new Date().toISOString(),
  node: process.version,
  cpus: cpus().map(({ model }) => model),
  options: values,
  measures: {},
};
setWorkerOptions(options);
if (options.heap) await reportHeaps();
const cluster = options.cluster && (await startCluster({ folder: options.cluster, shards: options.shards }));
const temporal = cluster?.address ?? options.temporal;
if (temporal !== undefined) process.env.TEMPORAL_ADDRESS = temporal;
let world;
try {
  world = await startWorld(cluster?.pids);
  for (const [name, { title, run, scales = false }] of Object.entries(measures)) {
    if (!wanted.includes(name)) continue;
    const [loadBefore] = loadavg();
    const beganMs = performance.now();
    const rows = scales ? await withWorkers(run) : await run(world, options);
    const seconds = Math.round((performance.now() - beganMs) / 1_000);
    result.measures[name] = { title, loadBefore, seconds, rows };
    process.stdout.write(`\n${title} (${name}: ${seconds} s, load before ${loadBefore.toFixed(1)})\n`);
    console.table(rows);
    await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
  }
} finally {
  await world?.stop();
  await cluster?.stop();
}
process.exit(0);

/** The rows of a measurement that tells something else with each number of workers. */
async function withWorkers(run) {
  const rows = [];
  for (const workers of options.workers) {
    await world.workers.set(workers);
    for (const row of await run(world, options))
      rows.push({ ...(options.workers.length > 1 && { workers }), ...row });
  }
  await world.workers.set(1);
  return rows;
}
