// (d) Turns a second when many talk at once, and new conversations a second, beside the bare engine.
import { inTurn, median, perSecond, ratio, rounded } from '../figures.mjs';
import { cpuSoFar } from '../cpu.mjs';
import { startFloor } from '../floor.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Throughput, a second, and CPU (ms) of one turn';
export const scales = true;

export async function run(world, { rounds, lanes, seconds, warm }) {
  const floor = await startFloor(world.connection);
  const instance = await world.instance({ debounce_ms: 0 });
  const phones = Array.from({ length: lanes }, newPhone);
  let others = 0;
  const turns = {
    floor: (lane) => floor.turn(lane),
    parley: (lane) => world.turn(instance, phones[lane]),
  };
  const starts = {
    floor: () => floor.turn(`new ${(others += 1)}`),
    parley: () => world.turn(instance, newPhone()),
  };
  // Temporal looks at the time-outs of tasks that are long over when they are due, 3 to 10 seconds later. Without a round
  // of its own kind before it that does not count, each round would pay for those of the other side.
  const counted = (step) => async () => {
    await perSecond(lanes, warm, step);
    const before = await cpuSoFar(world);
    const rate = await perSecond(lanes, seconds, step);
    const after = await cpuSoFar(world);
    await world.settled();
    const perTurn = Object.entries(after).map(([part, ms]) => [part, (ms - before[part]) / (rate * seconds)]);
    return { rate, cpu: Object.fromEntries(perTurn) };
  };
  const of = ({ floor: bare, parley }) => inTurn(rounds, { floor: counted(bare), parley: counted(parley) });
  const rows = [
    ...rowsOf(`turns, ${lanes} conversations`, await of(turns)),
    ...rowsOf(`new conversations, ${lanes} at once`, await of(starts)),
  ];
  await floor.stop();
  await world.call('DELETE', `/instances/${instance}`);
  return rows;
}

/** The floor's worker and client are the benchmark itself; beside Parley it is the stand-ins and the clients. */
function rowsOf(what, { floor, parley }) {
  const rates = (rounds) => rounds.map(({ rate }) => rate);
  const cpu = (rounds) =>
    Object.fromEntries(
      Object.keys(rounds[0].cpu).map((part) => [
        `CPU ${part}`,
        rounded(median(rounds.map((round) => round.cpu[part]))),
      ]),
    );
  return [
    { what, of: 'the floor', 'a second': rounded(median(rates(floor))), ...cpu(floor) },
    {
      ...{ what, of: 'Parley', 'a second': rounded(median(rates(parley))), ...cpu(parley) },
      'of the floor': ratio(rates(parley), rates(floor)),
    },
  ];
}
