import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.js';
import type { Fleet, Wire } from './fleet.js';
import type { Part } from './part.js';

/** Something that goes wrong; `strike` resolves when the fault is over. */
export interface Fault {
  /** Name under which the table counts it, such as `SIGKILL worker`. */
  kind: string;
  strike(): Promise<void>;
}

/** How many faults of each kind a run has. */
export interface FaultCounts {
  kills: number;
  freezes: number;
  wires: number;
}

/** The faults of a run, in the order in which they strike. */
export function planFaults(fleet: Fleet, counts: FaultCounts, chance: Chance): Fault[] {
  return chance.shuffled([
    ...spread(fleet.parts, counts.kills, chance).map(killOf),
    ...spread(fleet.parts, counts.freezes, chance).map((part) =>
      freezeOf(part, chance.between(1_000, 8_000)),
    ),
    ...spread(fleet.wires, counts.wires, chance).map((wire) => wireFault(wire, chance)),
  ]);
}

/** `count` items in random order, in which each item occurs about equally often. */
function spread<T>(items: readonly T[], count: number, chance: Chance): T[] {
  const rounds = Array.from({ length: Math.ceil(count / items.length) }, () => chance.shuffled(items));
  return rounds.flat().slice(0, count);
}

/** `worker 2` → `worker` */
const role = (name: string) => name.replace(/ \d/, '');

function killOf(part: Part): Fault {
  return { kind: `SIGKILL ${role(part.name)}`, strike: async () => part.kill() };
}

function freezeOf(part: Part, forMs: number): Fault {
  const strike = async () => {
    await part.freeze();
    await sleep(forMs);
    await part.thaw();
  };
  return { kind: `SIGSTOP ${role(part.name)}`, strike };
}

function wireFault({ name, door }: Wire, chance: Chance): Fault {
  const forMs = chance.between(1_000, 8_000);
  const during = async (begin: () => unknown, end: () => unknown) => {
    await begin();
    await sleep(forMs);
    await end();
  };
  const delayMs = chance.between(100, 1_500);
  const kinds: Record<string, () => Promise<void>> = {
    delayed: () =>
      during(
        () => door.slow(delayMs),
        () => door.slow(0),
      ),
    reset: async () => door.reset(),
    refused: () => during(door.shut, door.open),
    'all packets dropped': () => during(door.freeze, door.thaw),
    'silent failover': async () => door.deafen(),
  };
  const kind = chance.pick(Object.keys(kinds));
  return { kind: `${kind}: ${role(name)}`, strike: async () => kinds[kind]?.() };
}
