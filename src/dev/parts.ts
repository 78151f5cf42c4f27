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

/** What starting the parts needs. */
export interface Launch {
  settings: LaunchSettings;
  /** As given by the user. */
  environment: Environment;
  /** Absolute. */
  dataDir: string;
  secrets: KeptSecrets;
  stack: PartStack;
  progress: Progress;
}

/** The URL of the database: DATABASE_URL if it is set, else that of the embedded PostgreSQL, which is started. */
export async function startDatabase(launch: Launch): Promise<string> {
  if (launch.settings.databaseUrl) return launch.settings.databaseUrl;
  launch.progress('Starting PostgreSQL');
  const directory = path.join(launch.dataDir, 'postgres');
  // Before a port is chosen, because a server left by a killed launcher holds the usual one.
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

/** Where Temporal is. */
export interface TemporalPlace {
  address: string;
  /** Null if the server is not the embedded one. */
  uiUrl: string | null;
}

/** The Temporal server: that of TEMPORAL_ADDRESS if it is set, else the development server, which is started. */
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

/** Forks worker and API, and again whenever they die. The API is stopped first, as it must not run without a worker. */
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
  // Whatever started goes on the stack, in this order, even if the other did not start.
  for (const [index, outcome] of (await Promise.allSettled(starts)).entries()) {
    if (outcome.status === 'fulfilled') await launch.stack.add(processes[index]?.name ?? '', outcome.value);
  }
  return Promise.all(starts);
}
