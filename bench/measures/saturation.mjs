// (d) Turns a second when many talk at once, and new conversations a second, beside the bare engine.
import { inTurn, median, perSecond, ratio, rounded } from '../figures.mjs';
import { startFloor } from '../floor.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Throughput, a second';

export async function run(world, { rounds, lanes, seconds }) {
  const floor = await startFloor(world.connection);
  const instance = await world.instance({ debounce_ms: 0 });
  const phones = Array.from({ length: lanes }, newPhone);
  const each = (step) => Promise.all(Array.from({ length: lanes }, (_, lane) => step(lane)));
  const turn = { floor: (lane) => floor.turn(lane), parley: (lane) => world.turn(instance, phones[lane]) };
  let others = 0;
  const start = {
    floor: () => floor.turn(`new ${(others += 1)}`),
    parley: () => world.turn(instance, newPhone()),
  };
  for (const step of Object.values(turn)) await each(step);
  const of = (steps) =>
    inTurn(rounds, {
      floor: () => perSecond(lanes, seconds, steps.floor),
      parley: async () => {
        const rate = await perSecond(lanes, seconds, steps.parley);
        await world.settled();
        return rate;
      },
    });
  const turns = await of(turn);
  const starts = await of(start);
  await floor.stop();
  await world.call('DELETE', `/instances/${instance}`);
  return [row(`turns, ${lanes} conversations`, turns), row(`new conversations, ${lanes} at once`, starts)];
}

function row(what, { floor, parley }) {
  return {
    what,
    floor: rounded(median(floor)),
    Parley: rounded(median(parley)),
    'of the floor': ratio(parley, floor),
  };
}
