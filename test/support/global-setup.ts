import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { readEnv } from '../../src/config.js';
import { postgresUrl, startPostgres } from '../../src/dev/postgres.js';
import { commandOf, stopProcess } from '../../src/dev/processes.js';
import { findTemporalBinary } from '../../src/dev/temporal-binary.js';
import { startTemporalServer } from '../../src/dev/temporal-server.js';
import { findBrowser } from './browser.js';
import { lastingPort } from './lasting-port.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** An empty database, to connect to for creating others. */
    adminDatabaseUrl: string;
    /** Name of the migrated database that `createTestDatabase` copies. */
    templateDatabase: string;
    /** host:port of a development server with the namespace `default`. */
    temporalAddress: string;
    /** The bundled workflows; empty while `workflows/index.ts` does not exist. */
    workflowBundlePath: string;
    /** For files that need not outlive the run, which removes it. */
    runFolder: string;
  }
}

const templateDatabase = 'parley_template';

const runPrefix = 'parley-vitest-';
const repository = path.resolve(import.meta.dirname, '../..');

/**
 * Starts one PostgreSQL and one Temporal, and builds one workflow bundle, for the whole run. Removes all of it after.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepDeadRuns();
  const folder = await mkdtemp(path.join(tmpdir(), `${runPrefix}${process.pid}-`));
  // PostgreSQL runs under another account when the tests run as root.
  await chmod(folder, 0o755);
  const cleanUps: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const tearDown = async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  };
  try {
    const parts = await Promise.allSettled([
      startDatabase(folder, cleanUps),
      startTemporal(folder, cleanUps),
      bundleWorkflows(folder),
      buildConsole(),
      // A test that needs the browser says why there is none.
      findBrowser().catch(() => ''),
    ]);
    const [adminDatabaseUrl, temporalAddress, workflowBundlePath] = parts.map(valueOrThrow);
    project.provide('adminDatabaseUrl', adminDatabaseUrl ?? '');
    project.provide('templateDatabase', templateDatabase);
    project.provide('temporalAddress', temporalAddress ?? '');
    project.provide('workflowBundlePath', workflowBundlePath ?? '');
    project.provide('runFolder', folder);
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}

/** In a separate process, because here React would be built for tests. Does nothing if nothing has changed. */
async function buildConsole(): Promise<string> {
  const env = { ...readEnv(), NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', 'console'], { cwd: repository, env });
  return '';
}

function valueOrThrow(part: PromiseSettledResult<string>): string {
  if (part.status === 'rejected') throw part.reason;
  return part.value;
}

async function startDatabase(folder: string, cleanUps: (() => Promise<void>)[]): Promise<string> {
  const password = randomBytes(12).toString('hex');
  const port = await lastingPort();
  const server = await startPostgres({
    directory: path.join(folder, 'postgres'),
    port,
    password,
    volatile: true,
  });
  cleanUps.push(() => server.stop());
  const adminUrl = postgresUrl({ port, password }, 'postgres');
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${templateDatabase}`);
  await client.end();
  await migrateTemplate(postgresUrl({ port, password }, templateDatabase));
  return adminUrl;
}

async function migrateTemplate(url: string): Promise<void> {
  if (!existsSync(path.join(repository, 'src/store/migrate.ts'))) return;
  const { migrate } = await import('../../src/store/migrate.js');
  await migrate(url);
}

async function startTemporal(folder: string, cleanUps: (() => Promise<void>)[]): Promise<string> {
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  const binary = await findTemporalBinary({ environment: readEnv(), progress });
  const port = await lastingPort();
  const directory = path.join(folder, 'temporal');
  const server = await startTemporalServer({ ...binary, directory, port, namespace: 'default' });
  cleanUps.push(() => server.stop());
  return `127.0.0.1:${port}`;
}

async function bundleWorkflows(folder: string): Promise<string> {
  const entry = path.join(repository, 'workflows/index.ts');
  if (!existsSync(entry)) return '';
  const { bundleWorkflows } = await import(path.join(repository, 'scripts/bundle-workflows.mjs'));
  const file = path.join(folder, 'workflow-bundle.js');
  await writeFile(file, await bundleWorkflows(entry));
  return file;
}

// A run that was killed could not clean up, so the next one stops its servers and deletes its folder.
async function sweepDeadRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(new RegExp(`^${runPrefix}(\\d+)-`).exec(name)?.[1]);
    if (!owner || (await commandOf(owner)) !== undefined) continue;
    const folder = path.join(tmpdir(), name);
    await stopServersOf(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

async function stopServersOf(folder: string): Promise<void> {
  for (const file of ['postgres/postmaster.pid', 'temporal/temporal.pid']) {
    const pid = Number((await readFile(path.join(folder, file), 'utf8').catch(() => '')).split('\n')[0]);
    if (pid > 0 && (await commandOf(pid))?.includes(folder)) await stopProcess(pid, 'SIGINT', 5_000);
  }
}
