import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../temporal/provision.js';
import { commandOf, stopProcess, type RunningChild } from './processes.js';

/** How to run Temporal's development server. */
export interface TemporalServerOptions {
  /** Path of the Temporal CLI. */
  executable: string;
  /** Its version. The server does not migrate its database between versions, so this is stored with it. */
  version: string;
  /** Holds the SQLite file, the pid and the version; created if missing. */
  directory: string;
  port: number;
  /** Undefined: without the web UI. */
  uiPort?: number;
  namespace: string;
  /** In a separate process group, so that Ctrl-C reaches only the launcher, which stops its parts in order. */
  detached?: boolean;
}

// With the defaults, every task waits for a 50 ms slot and timers below one second fire late (measured).
const dynamicConfig = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxTimeShift="50ms"',
  // The worker that decides on a turn starts it at once, instead of asking for it (3 ms of Temporal's CPU for each turn).
  'system.enableActivityEagerExecution=true',
];

/**
 * Starts Temporal's development server on a file and resolves when its namespace answers. Stops a server that a killed
 * launcher left running first, because two servers would damage the file. Throws with the server's own message.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<RunningChild> {
  await mkdir(options.directory, { recursive: true });
  await stopTemporalSurvivor(options.directory);
  await setAsideOtherVersion(options);
  const child = spawn(options.executable, serverArguments(options), {
    detached: options.detached ?? false,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2_000)));
  const exited = once(child, 'close').then(
    () => undefined,
    (error: Error) => void (words = error.message),
  );
  const pid = child.pid ?? 0;
  const stop = async () => {
    if (pid !== 0 && child.exitCode === null && child.signalCode === null)
      await stopProcess(pid, 'SIGTERM', 10_000);
    await exited;
    await rm(pidFile(options.directory), { force: true });
  };
  let stopping: Promise<void> | undefined;
  const running = { pid, exited, stop: () => (stopping ??= stop()) };
  if (pid !== 0) await writeFile(pidFile(options.directory), String(pid));
  await waitUntilReady(options, running, () => words.trim());
  return running;
}

function serverArguments(options: TemporalServerOptions): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port)],
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...[
      '--namespace',
      options.namespace,
      '--db-filename',
      databaseFile(options.directory),
      '--log-level',
      'error',
    ],
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=full'],
    ...dynamicConfig.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...searchAttributeNames.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

const databaseFile = (directory: string) => path.join(directory, 'temporal.db');
const pidFile = (directory: string) => path.join(directory, 'temporal.pid');

/** Stops the server that a killed launcher left running on this directory, if there is one. */
export async function stopTemporalSurvivor(directory: string): Promise<void> {
  const pid = Number(await readFile(pidFile(directory), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return;
  const command = await commandOf(pid);
  if (command?.includes(databaseFile(directory))) await stopProcess(pid, 'SIGTERM', 10_000);
  await rm(pidFile(directory), { force: true });
}

// The file of another CLI version may lack tables, so it is renamed and the server starts empty. Parley then repairs it,
// because the state of all sessions is in PostgreSQL.
async function setAsideOtherVersion(options: TemporalServerOptions): Promise<void> {
  const versionFile = path.join(options.directory, 'temporal.version');
  const previous = await readFile(versionFile, 'utf8').catch(() => options.version);
  if (previous !== options.version) {
    const suffix = `.${previous.replace(/[^\w.-]+/g, '_')}`;
    for (const part of ['', '-wal', '-shm']) {
      const file = databaseFile(options.directory) + part;
      await rename(file, `${databaseFile(options.directory)}${suffix}${part}`).catch(ignoreMissing);
    }
  }
  await writeFile(versionFile, options.version);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function waitUntilReady(
  options: TemporalServerOptions,
  running: RunningChild,
  words: () => string,
): Promise<void> {
  let gone = running.pid === 0;
  void running.exited.then(() => (gone = true));
  const connection = Connection.lazy({ address: `127.0.0.1:${options.port}` });
  const deadline = Date.now() + 60_000;
  try {
    while (!(await answers(connection, options.namespace))) {
      if (gone) throw new Error(`Temporal stopped while starting: ${words()}`);
      if (Date.now() > deadline) {
        await running.stop();
        throw new Error(`Temporal did not answer within 60 s: ${words()}`);
      }
      await sleep(100);
    }
  } finally {
    await connection.close();
  }
}

async function answers(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + 1_000, async () => {
      await connection.workflowService.getSystemInfo({});
      await connection.workflowService.describeNamespace({ namespace });
    });
    return true;
  } catch {
    return false;
  }
}
