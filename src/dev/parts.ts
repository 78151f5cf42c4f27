import path from 'node:path';
import type { Environment, LaunchSettings } from '../config.js';
import { freePort } from './free-port.js';
import { forkProcess } from './forked.js';
import type { KeptSecrets } from './kept-secrets.js';
import type { PartStack } from './part-stack.js';
import { ensureDatabase, postgresUrl, startPostgres, stopPostgresSurvivor } from './postgres.js';
import type { Progress } from './processes.js';
import { supervise, type Supervised } from './supervise.js';
import { findTemporalBinary } from './temporal-binary.js';
import { startTemporalServer, stopTemporalSurvivor } from './temporal-server.js';

/** What the starting of every part needs. */
export interface Launch {
  settings: LaunchSettings;
  /** As the person gave it. */
  environment: Environment;
  /** Absolute. */
  dataDir: string;
  secrets: KeptSecrets;
  stack: PartStack;
  progress: Progress;
}

/** The database to use: the one that DATABASE_URL names, else the embedded one, started here. */
export async function startDatabase(launch: Launch): Promise<string> {
  if (launch.settings.databaseUrl) return launch.settings.databaseUrl;
  launch.progress('Starting PostgreSQL');
  const directory = path.join(launch.dataDir, 'postgres');
  // Before a port is chosen: the survivor of a killed launcher holds the one we want.
  await stopPostgresSurvivor(directory);
  const options = {
    directory,
    port: await freePort(5432),
    password: launch.secrets.databasePassword,
    detached: true,
  };
  const start = () => startPostgres(options);
  await launch.stack.add(
    'PostgreSQL',
    await supervise({ name: 'PostgreSQL', start, progress: launch.progress }),
  );
  await ensureDatabase(options, 'parley');
  return postgresUrl(options, 'parley');
}

export interface TemporalPlace {
  address: string;
  /** Null when the server is not the embedded one. */
  uiUrl: string | null;
}

/** The Temporal server to use: the one that TEMPORAL_ADDRESS names, else the development server, started here. */
export async function startTemporal(launch: Launch): Promise<TemporalPlace> {
  if (launch.settings.temporalAddress) return { address: launch.settings.temporalAddress, uiUrl: null };
  const binary = await findTemporalBinary({ environment: launch.environment, progress: launch.progress });
  launch.progress(`Starting Temporal (${binary.version})`);
  const directory = path.join(launch.dataDir, 'temporal');
  await stopTemporalSurvivor(directory);
  const port = await freePort(7233);
  const uiPort = await freePort(8233);
  const namespace = launch.settings.temporalNamespace;
  const start = () => startTemporalServer({ ...binary, directory, port, uiPort, namespace, detached: true });
  await launch.stack.add('Temporal', await supervise({ name: 'Temporal', start, progress: launch.progress }));
  return { address: `127.0.0.1:${port}`, uiUrl: `http://localhost:${uiPort}` };
}

/** Forks worker and API, and forks them again when they die. The API stops first: no intake without a worker. */
export async function startProcesses(launch: Launch, env: Environment): Promise<Supervised[]> {
  const processes = [
    { name: 'Worker', script: '../main.js', args: ['worker'], log: 'worker.log', graceMs: 50_000 },
    { name: 'API', script: './api-process.js', args: [], log: 'api.log', graceMs: 20_000 },
  ];
  launch.progress('Starting API and worker');
  const starts = processes.map(({ name, script, args, log, graceMs }) => {
    const options = {
      script: path.resolve(import.meta.dirname, script),
      args,
      env,
      logFile: path.join(launch.dataDir, 'logs', log),
      graceMs,
    };
    return supervise({ name, start: () => forkProcess(options), progress: launch.progress });
  });
  // Whatever came up goes on the stack, in this order, also when the other did not.
  for (const [index, outcome] of (await Promise.allSettled(starts)).entries()) {
    if (outcome.status === 'fulfilled') await launch.stack.add(processes[index]?.name ?? '', outcome.value);
  }
  return Promise.all(starts);
}
