// (e) What idle conversations cost: memory of each process, disk of each store.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rounded } from '../figures.mjs';
import { heapsOf } from '../heaps.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Idle conversations: memory (MB), disk (KB each)';

/** Most of all at once, since what is measured is what they leave behind. */
const LANES = 40;

async function residentMb(pids, field = 'VmRSS') {
  const statuses = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/status`, 'utf8')));
  const kilobytes = statuses.map((status) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)[1]));
  return kilobytes.reduce((sum, size) => sum + size, 0) / 1_024;
}

/** Empty for a part that does not run here. `heap`: with the heaps of the worker, whose garbage is collected for it. */
async function look(world, heap) {
  const { worker, api, temporal } = await world.pids();
  const { rows } = await world.db.query('SELECT pg_database_size(current_database()) AS bytes');
  const files = ['temporal.db', 'temporal.db-wal'].map((name) =>
    path.join(world.product.folder, 'temporal', name),
  );
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return {
    ...{ worker: await residentMb(worker), api: await residentMb(api), temporal: await residentMb(temporal) },
    ofFiles: await residentMb(worker, 'RssFile'),
    ...(heap && { heaps: await heapsOf(worker), afterCollection: await residentMb(worker) }),
    postgresBytes: Number(rows[0].bytes),
    temporalBytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/**
 * Ends after `minutes`, with the figures of as many as there are then. What a process keeps once it has worked is no
 * conversation's: `warmed` conversations that have ended come before a second row without any.
 */
export async function run(world, { idle, stages, warmed, heap, minutes = Infinity }) {
  const instance = await world.instance({ debounce_ms: 0, expire_in_minutes: 1_440 });
  const endsMs = performance.now() + minutes * 60_000;
  const rows = [row('none', await look(world, heap))];
  if (warmed > 0) rows.push(await warm(world, { instance, warmed, endsMs, heap }));
  let before = await look(world);
  let had = 0;
  const places = stages.length > 0 ? stages.filter((place) => place < idle) : [Math.ceil(idle / 2)];
  for (const place of [...new Set([...places, idle])]) {
    const beganMs = performance.now();
    const made = await make(world, instance, { wanted: place - had, endsMs });
    const seconds = (performance.now() - beganMs) / 1_000;
    if (made === 0) break;
    await world.settled();
    await sleep(3_000);
    const now = await look(world, heap);
    const each = (name) => rounded((now[name] - before[name]) / made / 1_024);
    const disk = { 'PostgreSQL each': each('postgresBytes'), 'Temporal each': each('temporalBytes') };
    had += made;
    rows.push({ ...row(had, now), ...disk, 'made a second': rounded(made / seconds) });
    process.stderr.write(`  ${JSON.stringify(rows.at(-1))}\n`);
    before = now;
  }
  return rows;
}

async function warm(world, { instance, warmed, endsMs, heap }) {
  world.answers.ends = true;
  await make(world, instance, { wanted: warmed, endsMs });
  world.answers.ends = false;
  await world.settled();
  await sleep(3_000);
  return row(`none, ${warmed} have ended`, await look(world, heap));
}

/** Conversations of one turn, until there are so many or the time is over; resolves to how many. */
async function make(world, instance, { wanted, endsMs }) {
  let begun = 0;
  const lane = async () => {
    while (begun < wanted && performance.now() < endsMs) {
      begun += 1;
      await world.turn(instance, newPhone());
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return begun;
}

function row(count, { worker, ofFiles, api, temporal, heaps, afterCollection }) {
  return {
    conversations: count,
    worker: rounded(worker),
    ...(heaps && {
      'program files': rounded(ofFiles),
      ...heaps,
      'worker, collected': rounded(afterCollection),
    }),
    API: rounded(api),
    Temporal: rounded(temporal),
  };
}
