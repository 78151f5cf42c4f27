import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEnv } from '../../src/config.js';
import { forkProcess } from '../../src/dev/forked.js';
import { ensureDatabase, postgresUrl, startPostgres } from '../../src/dev/postgres.js';
import { findTemporalBinary } from '../../src/dev/temporal-binary.js';
import { startTemporalServer } from '../../src/dev/temporal-server.js';
import { migrate } from '../../src/store/migrate.js';
import { startDoorway } from '../support/doorway.js';
import type { Doorway } from '../support/doorway.js';
import { lastingPort } from '../support/lasting-port.js';
import { mountDisk } from './disk.js';
import { startPart } from './part.js';
import type { Part } from './part.js';

const root = path.resolve(import.meta.dirname, '../..');

/** A connection between two parts that faults can disturb. */
export interface Wire {
  name: string;
  door: Doorway;
}

/** A small production system: two API and two worker processes with one Temporal and one PostgreSQL. */
export interface Fleet {
  /** Base URL of each API process. */
  apis: string[];
  adminKey: string;
  /** Direct addresses of the servers, which no fault affects. */
  databaseUrl: string;
  temporalAddress: string;
  parts: Part[];
  /**
   * From each process to PostgreSQL and to Temporal, and from all workers to the stand-ins for Typebot and the
   * provider.
   */
  wires: Wire[];
  /** Addresses under which the workers reach the stand-ins. */
  viewerUrl: string;
  providerUrl: string;
  /** Output of the processes. */
  logFolder: string;
  /** Where PostgreSQL keeps its data. */
  diskFolder: string;
  /** See `FleetOptions.clockFile`. */
  clockFile: string;
  /** Stops everything and removes its folder, unless `keep` is true. */
  stop(keep?: boolean): Promise<void>;
}

/** Addresses of the stand-ins for Typebot and the provider. */
export interface World {
  viewerUrl: string;
  providerUrl: string;
}

export interface FleetOptions {
  /** Additional environment variables for API and worker. */
  env?: Record<string, string>;
  /** Gives PostgreSQL its own in-memory disk of this size; needs root. */
  diskMb?: number;
  /** Environment variable with which API and worker find the file that shifts their clock; it starts as `+0`. */
  clockFile?: string;
}

type Keep = <T>(started: T, stop: () => Promise<void>) => T;

/** Builds the product and starts all its parts in a temporary folder. */
export async function startFleet(world: World, options: FleetOptions = {}): Promise<Fleet> {
  const { build } = (await import(path.join(root, 'scripts/build.mjs'))) as {
    build(progress: () => void): Promise<void>;
  };
  await build(() => undefined);
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-chaos-'));
  // When this runs as root, PostgreSQL runs under another account, which has to reach the folder.
  await chmod(folder, 0o755);
  const stops: (() => Promise<void>)[] = [];
  const keep: Keep = (started, stop) => {
    stops.push(stop);
    return started;
  };
  const stop = async (keepFolder = false) => {
    for (const one of stops.splice(0).toReversed()) await one();
    if (!keepFolder) await rm(folder, { recursive: true, force: true });
  };
  try {
    const started = await startAll({ folder, world, options, keep });
    const places = {
      logFolder: path.join(folder, 'logs'),
      diskFolder: disk(folder),
      clockFile: clock(folder),
    };
    return { ...started, ...places, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Start {
  folder: string;
  world: World;
  options: FleetOptions;
  keep: Keep;
}

const disk = (folder: string) => path.join(folder, 'disk');
const clock = (folder: string) => path.join(folder, 'clock');

type Started = Omit<Fleet, 'stop' | 'logFolder' | 'diskFolder' | 'clockFile'>;

async function startAll(start: Start): Promise<Started> {
  const { keep, world } = start;
  const wires: Wire[] = [];
  const wire = async (name: string, target: string) => {
    const door = await startDoorway(target);
    keep(door, () => door.shut());
    wires.push({ name, door });
    return door.url;
  };
  const viewerUrl = await wire('workers to Typebot', world.viewerUrl);
  const providerUrl = await wire('workers to the provider', world.providerUrl);
  const servers = await startServers(start);
  const { databaseUrl, temporalAddress } = servers;
  const adminKey = randomBytes(24).toString('hex');
  const shared = processEnv(start, adminKey);
  const processes: { part: Part; url: string }[] = [];
  const startOne = async (role: 'api' | 'worker', number: number) => {
    const name = `${role} ${number}`;
    const behind = new URL(await wire(`${name} to PostgreSQL`, databaseUrl));
    const temporal = new URL(await wire(`${name} to Temporal`, `http://${temporalAddress}`));
    const port = await lastingPort();
    const env = {
      ...shared,
      DATABASE_URL: Object.assign(new URL(databaseUrl), { host: behind.host }).href,
      TEMPORAL_ADDRESS: temporal.host,
      PORT: String(port),
    };
    const logFile = path.join(start.folder, 'logs', `${role}-${number}.log`);
    const fork = { script: path.join(root, 'dist/src/main.js'), args: [role], env, logFile, graceMs: 20_000 };
    const { part, stop } = await startPart(name, () => forkProcess(fork));
    keep(part, stop);
    processes.push({ part, url: `http://127.0.0.1:${port}` });
  };
  for (const number of [1, 2]) await Promise.all([startOne('worker', number), startOne('api', number)]);
  const apis = processes.filter(({ part }) => part.name.startsWith('api')).map(({ url }) => url);
  const parts = [...processes.map(({ part }) => part), ...servers.parts];
  return { apis, adminKey, databaseUrl, temporalAddress, parts, wires, viewerUrl, providerUrl };
}

async function startServers({ folder, keep, options: { diskMb } }: Start) {
  await mkdir(disk(folder), { mode: 0o755 });
  if (diskMb !== undefined) keep(disk, await mountDisk(disk(folder), diskMb));
  const database = {
    directory: path.join(disk(folder), 'postgres'),
    port: await lastingPort(),
    password: 'chaos',
  };
  const postgres = await startPart('PostgreSQL', () => startPostgres({ ...database, detached: true }));
  keep(postgres, postgres.stop);
  await ensureDatabase(database, 'parley');
  const databaseUrl = postgresUrl(database, 'parley');
  await migrate(databaseUrl);
  const binary = await findTemporalBinary({ environment: readEnv(), progress: () => undefined });
  const port = await lastingPort();
  const options = {
    ...binary,
    directory: path.join(folder, 'temporal'),
    port,
    namespace: 'default',
    detached: true,
  };
  const temporal = await startPart('Temporal', () => startTemporalServer(options));
  keep(temporal, temporal.stop);
  return { databaseUrl, temporalAddress: `127.0.0.1:${port}`, parts: [postgres.part, temporal.part] };
}

function processEnv({ folder, options }: Start, adminKey: string): Record<string, string> {
  if (options.clockFile !== undefined) writeFileSync(clock(folder), '+0\n');
  return {
    PATH: readEnv().PATH ?? '',
    PARLEY_ADMIN_KEY: adminKey,
    PARLEY_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    PARLEY_ALLOW_PRIVATE_HOSTS: '127.0.0.0/8',
    PARLEY_DATA_DIR: path.join(folder, 'data'),
    PARLEY_MEDIA_DIR: path.join(folder, 'media'),
    PARLEY_RATE_LIMIT: '0',
    PARLEY_LOG_LEVEL: 'warn',
    // No one opens the links to files, so that the address need not exist.
    PARLEY_PUBLIC_URL: 'http://127.0.0.1:1',
    // An unanswered call is examined after seconds instead of production's two minutes.
    PARLEY_TYPEBOT_TIMEOUT_MS: '6000',
    ...(options.clockFile !== undefined && { [options.clockFile]: clock(folder) }),
    ...options.env,
  };
}
