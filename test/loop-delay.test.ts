import { expect, test } from 'vitest';
import { createMetrics, createProcessRegistry } from '../src/metrics.js';
import { startWorkerServer } from '../src/temporal/worker-server.js';

function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** The delay of the event loop since the last look, as Prometheus reads it. */
function delays(text: string): Record<string, number> {
  const found = [...text.matchAll(/^nodejs_eventloop_lag_(p50|p99|max)_seconds ([\d.e+-]+)$/gm)];
  return Object.fromEntries(found.map(([, name = '', value]) => [name, Number(value)]));
}

async function afterBlock(read: () => Promise<string>): Promise<Record<string, number>> {
  const turn = () => new Promise((resolve) => setTimeout(resolve, 30));
  await turn();
  block(400);
  await turn();
  return delays(await read());
}

const seen = { p50: expect.any(Number), p99: expect.any(Number), max: expect.any(Number) };

test('the API tells how long its event loop was blocked', async () => {
  const { registry } = createMetrics({ processMetrics: true });
  const found = await afterBlock(() => registry.metrics());
  expect(found).toEqual(seen);
  expect(found.max).toBeGreaterThan(0.35);
});

test('and so does a worker', async () => {
  const registry = createProcessRegistry();
  const report = { registry, sdkMetricsUrl: undefined, isRunning: () => true, needs: async () => ({}) };
  const server = await startWorkerServer(report, { port: 0, host: '127.0.0.1' });
  try {
    const url = `http://127.0.0.1:${server.port}/metrics`;
    const found = await afterBlock(async () => (await fetch(url)).text());
    expect(found).toEqual(seen);
    expect(found.max).toBeGreaterThan(0.35);
  } finally {
    await server.stop();
  }
});
