// (e) What idle conversations cost: memory of each process, disk of each store.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inLanes, rounded } from '../figures.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Idle conversations: memory (MB), disk (KB each)';

/** Null for a part that does not run here. */
async function residentMb(world, part) {
  const pid = await world.product.pid(part).catch(() => undefined);
  if (pid === undefined) return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1_024;
}

async function look(world) {
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
    worker: await residentMb(world, 'worker'),
    api: await residentMb(world, 'api'),
    temporal: await residentMb(world, 'temporal'),
    postgresBytes: Number(rows[0].bytes),
    temporalBytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

export async function run(world, { idle }) {
  const instance = await world.instance({ debounce_ms: 0, expire_in_minutes: 1_440 });
  const rows = [];
  let before = await look(world);
  rows.push(row(0, before));
  let had = 0;
  for (const count of [...new Set([Math.ceil(idle / 2), idle])]) {
    await inLanes(20, count - had, () => world.turn(instance, newPhone()));
    await world.settled();
    await sleep(3_000);
    const now = await look(world);
    const each = (name) => rounded((now[name] - before[name]) / (count - had) / 1_024);
    rows.push({
      ...row(count, now),
      'PostgreSQL each': each('postgresBytes'),
      'Temporal each': each('temporalBytes'),
    });
    before = now;
    had = count;
  }
  return rows;
}

function row(count, { worker, api, temporal }) {
  return {
    conversations: count,
    worker: rounded(worker),
    API: rounded(api),
    Temporal: temporal && rounded(temporal),
  };
}
