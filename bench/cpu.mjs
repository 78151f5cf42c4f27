// CPU time of the parts of a product, from /proc; nothing on systems without it.
import { readdir, readFile } from 'node:fs/promises';

/** The unit of /proc on Linux. */
const TICK_MS = 10;

/** Milliseconds of CPU so far: of each part of a world with its child processes, and of this process as `benchmark`. */
export async function cpuSoFar(world) {
  const all = await processes();
  const ticksOf = (pid) =>
    all
      .filter((one) => one.pid === pid || one.parent === pid)
      .reduce((sum, one) => sum + one.ticks + (one.pid === pid ? one.ended : 0), 0);
  const used = Object.entries(await world.pids()).map(([part, pids]) => [
    part,
    pids.reduce((sum, pid) => sum + ticksOf(pid), 0) * TICK_MS,
  ]);
  const { user, system } = process.cpuUsage();
  return { ...Object.fromEntries(used), benchmark: (user + system) / 1_000 };
}

async function processes() {
  const names = await readdir('/proc').catch(() => []);
  const stats = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')),
  );
  return stats
    .filter((stat) => stat !== '')
    .map((stat) => {
      // After the name in brackets: state, parent, ..., user, system, and both of the children that have ended.
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      return {
        pid: Number.parseInt(stat, 10),
        parent: fields[1],
        ticks: fields[11] + fields[12],
        ended: fields[13] + fields[14],
      };
    });
}
