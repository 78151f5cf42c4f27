import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fillDisk } from './disk.js';
import type { Fleet, FleetOptions } from './fleet.js';

/** A part of the system that is unavailable for a while. */
export interface Outage {
  name: string;
  forMs: number;
  begin(fleet: Fleet): Promise<unknown> | void;
  end(fleet: Fleet): Promise<unknown> | void;
  /** Special needs; an outage that has some runs on a separate fleet. */
  options?: FleetOptions & {
    /** Shift of the contacts' and the provider's clock, so that it follows that of the processes. */
    clockMs?: number;
  };
}

/** A tenth of production's two minutes, so that an outage of one minute here equals one of ten minutes there. */
export const PATIENCE_MS = 12_000;
const LIBFAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const HOUR_MS = 3_600_000;

const wiresTo = (fleet: Fleet, what: string) =>
  fleet.wires.filter(({ name }) => name.endsWith(what)).map(({ door }) => door);
const parts = (fleet: Fleet, what: string) => fleet.parts.filter(({ name }) => name.startsWith(what));

/** Connections to one part are refused. */
const closed = (name: string, to: string, forMs: number): Outage => ({
  name,
  forMs,
  begin: (fleet) => Promise.all(wiresTo(fleet, to).map((door) => door.shut())),
  end: (fleet) => Promise.all(wiresTo(fleet, to).map((door) => door.open())),
});

/** All packets between the processes and one part are dropped. */
const dropped = (name: string, to: string, forMs: number): Outage => ({
  name,
  forMs,
  begin: (fleet) => wiresTo(fleet, to).forEach((door) => door.freeze()),
  end: (fleet) => wiresTo(fleet, to).forEach((door) => door.thaw()),
});

const frozen = (name: string, part: string, forMs: number): Outage => ({
  name,
  forMs,
  begin: (fleet) => Promise.all(parts(fleet, part).map((one) => one.freeze())),
  end: (fleet) => Promise.all(parts(fleet, part).map((one) => one.thaw())),
});

/** Killed, and not restarted before the end of the outage. */
function killed(name: string, part: string, forMs: number): Outage {
  let letUp: () => void = () => undefined;
  return {
    name,
    forMs,
    begin: (fleet) => {
      const held = new Promise<void>((resolve) => (letUp = resolve));
      for (const one of parts(fleet, part)) {
        one.holdDown(held);
        one.kill();
      }
    },
    end: () => letUp(),
  };
}

/** All open connections to PostgreSQL die without notice to either end; new ones work at once. */
const failover: Outage = {
  name: 'PostgreSQL: silent failover',
  forMs: 10_000,
  begin: (fleet) => wiresTo(fleet, 'PostgreSQL').forEach((door) => door.deafen()),
  end: () => undefined,
};

const fullDisk: Outage = {
  name: 'PostgreSQL: disk full',
  forMs: 30_000,
  options: { diskMb: 160 },
  begin: ({ diskFolder }) => fillDisk(path.join(diskFolder, 'filler')),
  end: ({ diskFolder }) => rm(path.join(diskFolder, 'filler')),
};

const clockBack: Outage = {
  name: 'clock of all API and worker hosts set back an hour',
  forMs: 20_000,
  options: {
    clockMs: -HOUR_MS,
    env: {
      LD_PRELOAD: LIBFAKETIME,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    clockFile: 'FAKETIME_TIMESTAMP_FILE',
  },
  begin: ({ clockFile }) => writeFile(clockFile, '-1h\n'),
  // The clock stays an hour behind: all must go on working with the wrong time.
  end: () => undefined,
};

/** All outages, by their names on the command line. */
export const outages: Record<string, Outage> = {
  typebot: closed('Typebot down ten minutes, scaled 1:10', 'Typebot', 60_000),
  provider: closed('provider down', 'provider', 30_000),
  'postgres-killed': killed('PostgreSQL killed, back after 10 s', 'PostgreSQL', 10_000),
  'postgres-frozen': frozen('PostgreSQL frozen (SIGSTOP)', 'PostgreSQL', 30_000),
  'postgres-failover': failover,
  'postgres-dropped': dropped('PostgreSQL: every packet dropped', 'PostgreSQL', 30_000),
  'temporal-down': killed('Temporal down', 'Temporal', 30_000),
  'temporal-frozen': frozen('Temporal frozen (SIGSTOP)', 'Temporal', 30_000),
  'no-worker': killed('no worker', 'worker', 30_000),
  'disk-full': fullDisk,
  'clock-back': clockBack,
};
