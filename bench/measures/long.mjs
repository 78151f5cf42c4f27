// (f) Whether a turn gets slower as its conversation grows.
import { columns } from '../figures.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Turn n of one conversation (ms)';

/** Turns measured around each place. */
const AROUND = 20;

export async function run(world, { places }) {
  const instance = await world.instance({ debounce_ms: 0 });
  const phone = newPhone();
  const rows = [];
  let turn = 0;
  for (const place of places) {
    for (; turn < place - AROUND; turn += 1) await world.turn(instance, phone);
    const times = [];
    for (const last = turn + AROUND; turn < last; turn += 1) times.push(await world.turn(instance, phone));
    rows.push({ turn: place, ...columns('first bubble', times) });
  }
  return rows;
}
