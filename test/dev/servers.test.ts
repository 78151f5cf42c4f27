import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEnv } from '../../src/config.js';
import { freePort } from '../../src/dev/free-port.js';
import { ensureDatabase, postgresUrl, startPostgres } from '../../src/dev/postgres.js';
import { commandOf, type RunningChild } from '../../src/dev/processes.js';
import { findTemporalBinary } from '../../src/dev/temporal-binary.js';
import { startTemporalServer } from '../../src/dev/temporal-server.js';
import { lastingPort } from '../support/lasting-port.js';

let folder: string;
let running: RunningChild[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-servers-'));
  await chmod(folder, 0o755);
  running = [];
});

afterEach(async () => {
  for (const child of running) await child.stop();
  await rm(folder, { recursive: true });
});

async function postgres(port: number) {
  const options = { directory: path.join(folder, 'postgres'), port, password: 'p@ss/word' };
  const child = await startPostgres(options);
  running.push(child);
  return { child, options };
}

async function query(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test('PostgreSQL keeps its data over a stop, and a server that outlived its launcher gives way', async () => {
  const first = await postgres(await lastingPort());
  await ensureDatabase(first.options, 'parley');
  await ensureDatabase(first.options, 'parley');
  await query(postgresUrl(first.options, 'parley'), 'CREATE TABLE kept AS SELECT 42 AS answer');
  // Still running, as after a kill -9 of the launcher alone.
  const second = await postgres(await lastingPort());
  expect(await commandOf(first.child.pid)).toBeUndefined();
  expect(await query(postgresUrl(second.options, 'parley'), 'SELECT answer FROM kept')).toEqual([
    { answer: 42 },
  ]);
});

test('PostgreSQL recovers after kill -9, and an initialisation that was cut short is begun again', async () => {
  await mkdir(path.join(folder, 'postgres.new'));
  await writeFile(path.join(folder, 'postgres.new', 'PG_VERSION'), '18');
  const { child, options } = await postgres(await lastingPort());
  process.kill(child.pid, 'SIGKILL');
  await child.exited;
  await postgres(options.port);
  expect(await query(postgresUrl(options, 'postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('Temporal keeps its workflows over kill -9, and sets its file aside for another CLI version', async () => {
  const binary = await findTemporalBinary({ environment: readEnv(), progress: () => undefined });
  const options = {
    ...binary,
    directory: path.join(folder, 'temporal'),
    port: await lastingPort(),
    namespace: 'default',
  };
  const first = await startTemporalServer(options);
  running.push(first);
  const command = await commandOf(first.pid);
  for (const setting of [
    'journal_mode=wal',
    'synchronous=full',
    'history.transferProcessorMaxPollRPS=2000',
    'history.timerProcessorMaxPollRPS=2000',
    'history.timerProcessorMaxTimeShift="50ms"',
  ]) {
    expect(command).toContain(setting);
  }
  expect(await readdir(options.directory)).toContain('temporal.db-wal');
  const connection = await Connection.connect({ address: `127.0.0.1:${options.port}` });
  const client = new Client({ connection });
  await client.workflow.start('anything', { workflowId: 'kept', taskQueue: 'nobody' });
  // The survivor of a killed launcher is still there: it gives way.
  const second = await startTemporalServer(options);
  running.push(second);
  expect(await commandOf(first.pid)).toBeUndefined();
  expect((await client.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
  await second.stop();
  running.push(await startTemporalServer({ ...options, version: 'another' }));
  await expect(client.workflow.getHandle('kept').describe()).rejects.toThrow();
  expect((await readdir(options.directory)).filter((name) => name.startsWith('temporal.db.'))).not.toEqual(
    [],
  );
  await connection.close();
});

test('a port that somebody holds on one address alone is passed over by what listens on every address', async () => {
  const other = createServer();
  const port = await lastingPort();
  const v6 = await new Promise<boolean>((resolve) => {
    other.once('error', () => resolve(false));
    other.listen({ port, host: '::1' }, () => resolve(true));
  });
  if (!v6) return;
  const address = other.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await freePort(taken, 'everywhere')).toBeGreaterThan(taken);
  expect(await freePort(taken)).toBe(taken);
  await new Promise((resolve) => other.close(resolve));
});
