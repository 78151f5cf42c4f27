// (c) From the webhook to the first outbound request, the debounce taken off, beside the bare engine.
import { setTimeout as sleep } from 'node:timers/promises';
import { columns, inTurn, median, ratio } from '../figures.mjs';
import { startFloor } from '../floor.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Inbound to first outbound (ms)';
export const scales = true;

async function several(turns, turn) {
  const times = [];
  for (let count = 0; count < turns; count += 1) {
    times.push(await turn());
    await sleep(40);
  }
  return times;
}

export async function run(world, { rounds, turns }) {
  const floor = await startFloor(world.connection);
  const rows = [];
  for (const debounceMs of [0, 300]) {
    const instance = await world.instance({ debounce_ms: debounceMs });
    const phone = newPhone();
    const oneOf = {
      floor: () => floor.turn('one', debounceMs),
      parley: () => world.turn(instance, phone, debounceMs),
    };
    for (const turn of Object.values(oneOf)) await several(5, turn);
    const times = await inTurn(rounds, {
      floor: () => several(turns, oneOf.floor),
      parley: () => several(turns, oneOf.parley),
    });
    rows.push({
      'debounce ms': debounceMs,
      ...columns('floor', times.floor.flat()),
      ...columns('Parley', times.parley.flat()),
      'times the floor': ratio(times.parley.map(median), times.floor.map(median)),
    });
  }
  await floor.stop();
  return rows;
}
