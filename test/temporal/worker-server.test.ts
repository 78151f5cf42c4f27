import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { startWorkerServer } from '../../src/temporal/worker-server.js';

async function served(needs: () => Promise<Record<string, string>>) {
  const registry = new Registry();
  const report = { registry, sdkMetricsUrl: undefined, isRunning: () => true, needs };
  const server = await startWorkerServer(report, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.stop());
  return async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, body: await response.json().catch(() => undefined) };
  };
}

test('a worker is ready while all that it needs is up', async () => {
  const states = { postgres: 'up' };
  const get = await served(async () => states);
  expect(await get('/readyz')).toEqual({
    status: 200,
    body: { status: 'ok', worker: 'up', postgres: 'up' },
  });
  states.postgres = 'down';
  expect(await get('/readyz?now')).toMatchObject({ status: 503, body: { postgres: 'down' } });
});

test('a worker that cannot find out is not ready, and only a page that is not there is unknown', async () => {
  const get = await served(() => Promise.reject(new Error('no connection')));
  expect(await get('/readyz')).toEqual({ status: 503, body: { status: 'unavailable' } });
  expect((await get('/healthz')).status).toBe(200);
  expect(await get('/ready')).toEqual({ status: 404, body: { status: 'unknown' } });
});
