import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartRefused } from '../start-refused.js';
import { commandOf, stopProcess, type RunningChild } from './processes.js';
import { runAs, systemUser, type SystemUser } from './postgres-account.js';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries.js';

/** How to run the embedded PostgreSQL. */
export interface PostgresOptions {
  /** Data folder; created if missing. */
  directory: string;
  port: number;
  password: string;
  /** For tests only: faster, but not durable. */
  volatile?: boolean;
  /** In a separate process group, so that Ctrl-C reaches only the launcher, which stops its parts in order. */
  detached?: boolean;
}

/** The user of the embedded server. */
export const postgresUser = 'parley';

/** A connection URL for one database of the embedded server. */
export function postgresUrl(options: { port: number; password: string }, database: string): string {
  return `postgres://${postgresUser}:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${database}`;
}

/**
 * Starts PostgreSQL on a directory and resolves when it answers. Stops a server that a killed launcher left there
 * first, so that two never share a directory; the caller must hold the lock of the data folder. Throws with the
 * server's own message when it cannot start.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningChild> {
  const binaries = await postgresBinaries();
  const user = await systemUser();
  await stopPostgresSurvivor(options.directory);
  await prepareCluster(binaries, options, user);
  const { command, args, ids } = await runAs(
    user,
    binaries.postgres,
    serverArguments(options),
    options.directory,
  );
  const child = spawn(command, args, {
    ...ids,
    detached: options.detached ?? false,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words = lastWords(child);
  const running = toRunningChild(child);
  await waitUntilReady(options, running, words);
  return running;
}

function serverArguments(options: PostgresOptions): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...(options.volatile ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
  ];
  return [
    '-D',
    options.directory,
    '-p',
    String(options.port),
    ...settings.flatMap((setting) => ['-c', setting]),
  ];
}

/** Stops the server that a killed launcher left running on this directory, if there is one. */
export async function stopPostgresSurvivor(directory: string): Promise<void> {
  const pidFile = path.join(directory, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const command = await commandOf(pid);
  if (command?.includes(directory)) await stopProcess(pid, 'SIGINT', 15_000);
  // If the pid now belongs to another program, PostgreSQL would refuse to start because of this file.
  await rm(pidFile, { force: true });
}

// The cluster is created under another name and then renamed, so that a killed first start leaves no half of one.
async function prepareCluster(
  binaries: PostgresBinaries,
  options: PostgresOptions,
  user: SystemUser,
): Promise<void> {
  if (await exists(options.directory)) return;
  const draft = `${options.directory}.new`;
  const passwordFile = `${options.directory}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if ('uid' in user) {
    await chown(draft, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    await initialise(binaries, { directory: draft, passwordFile, user });
    await rename(draft, options.directory);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

interface ClusterRequest {
  directory: string;
  passwordFile: string;
  user: SystemUser;
}

async function initialise(binaries: PostgresBinaries, request: ClusterRequest): Promise<void> {
  const wanted = [
    `--pgdata=${request.directory}`,
    `--username=${postgresUser}`,
    `--pwfile=${request.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
  const { command, args, ids } = await runAs(request.user, binaries.initdb, wanted, request.directory);
  const child = spawn(command, args, { ...ids, stdio: ['ignore', 'ignore', 'pipe'] });
  const words = lastWords(child);
  const [code] = await once(child, 'close').catch((error: NodeJS.ErrnoException) => {
    throw new StartRefused(explainSpawn(error, request.directory));
  });
  if (code === 0) return;
  await rm(request.directory, { recursive: true, force: true });
  throw new Error(`PostgreSQL could not make its data folder ${request.directory}: ${words()}`);
}

function explainSpawn(error: NodeJS.ErrnoException, directory: string): string {
  if (error.code !== 'EACCES') return `PostgreSQL could not be started: ${error.message}`;
  return (
    `PostgreSQL could not be started in ${directory}. As root it runs under another account, which must be able to ` +
    'enter this folder and node_modules: move the project out of a closed home folder, or run as an ordinary user.'
  );
}

function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-2_000)));
  return () => text.trim();
}

function toRunningChild(child: ChildProcess): RunningChild {
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const pid = child.pid ?? 0;
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown: it closes connections and writes everything.
    if (pid !== 0 && child.exitCode === null && child.signalCode === null)
      await stopProcess(pid, 'SIGINT', 15_000);
    await exited;
  };
  return { pid, exited, stop: () => (stopping ??= stop()) };
}

async function waitUntilReady(
  options: PostgresOptions,
  running: RunningChild,
  words: () => string,
): Promise<void> {
  let gone = false;
  void running.exited.then(() => (gone = true));
  const deadline = Date.now() + 60_000;
  while (!(await answers(options))) {
    if (gone) throw new Error(`PostgreSQL stopped while starting: ${words()}`);
    if (Date.now() > deadline) {
      await running.stop();
      throw new Error(`PostgreSQL did not answer within 60 s: ${words()}`);
    }
    await sleep(50);
  }
}

/** Creates a database on the embedded server unless it exists. */
export async function ensureDatabase(
  options: { port: number; password: string },
  name: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl(options, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function answers(options: PostgresOptions): Promise<boolean> {
  const client = new pg.Client({
    connectionString: postgresUrl(options, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
