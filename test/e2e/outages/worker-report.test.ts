import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { readEnv } from '../../../src/config.js';
import { startDoorway } from '../../support/doorway.js';
import { databaseForThisTest } from '../../support/postgres.js';
import { lastingPort } from '../../support/lasting-port.js';
import { until } from '../../support/parley.js';

const root = path.resolve(import.meta.dirname, '../../..');

/** A worker as a process of its own, built, with PostgreSQL behind a door. */
async function startWorkerProcess() {
  const database = await databaseForThisTest();
  const door = await startDoorway(database.url);
  const port = await lastingPort();
  const { build } = await import(path.join(root, 'scripts/build.mjs'));
  await build(() => undefined);
  const env = {
    ...readEnv(),
    DATABASE_URL: Object.assign(new URL(database.url), { host: new URL(door.url).host }).href,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    PARLEY_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    PARLEY_MEDIA_DIR: path.join(inject('runFolder'), `report-${port}`),
    PARLEY_LOG_LEVEL: 'warn',
    PARLEY_WORKER_PORT: String(port),
  };
  const worker = spawn(process.execPath, ['dist/src/main.js', 'worker'], { cwd: root, env, stdio: 'ignore' });
  onTestFinished(async () => {
    worker.kill('SIGKILL');
    await door.shut();
  });
  const ask = async (page: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${page}`);
    return { status: response.status, text: await response.text() };
  };
  await until(() => ask('/healthz'), 120_000);
  return { worker, door, ask };
}

test('a worker says whether it lives and can work, and publishes its numbers and those of the Temporal SDK', async () => {
  const { worker, door, ask } = await startWorkerProcess();
  await until(async () => expect((await ask('/healthz')).status).toBe(200));
  expect(JSON.parse((await ask('/readyz')).text)).toEqual({
    ...{ status: 'ok', worker: 'up' },
    ...{ database: 'up', temporal: 'up' },
  });
  await until(async () => {
    const { text } = await ask('/metrics');
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(text).toMatch(/^temporal_worker_task_slots_available\{.*worker_type="WorkflowWorker".*\} \d/m);
    expect(text).toMatch(/^temporal_num_pollers\{/m);
  });
  await door.shut();
  await until(async () => expect(await ask('/readyz')).toMatchObject({ status: 503 }));
  expect((await ask('/healthz')).status).toBe(200);
  expect((await ask('/nothing')).status).toBe(404);
  await door.open();
  await until(async () => expect(await ask('/readyz')).toMatchObject({ status: 200 }));
  worker.kill('SIGTERM');
  expect(await once(worker, 'exit')).toEqual([0, null]);
});
