import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { within } from '../deadline.js';

/** What a worker tells of itself. */
export interface WorkerReport {
  /** The process's own numbers. */
  registry: Registry;
  /** Where the Temporal SDK publishes slots, caches, latencies and failures; undefined where it does not. */
  sdkMetricsUrl: string | undefined;
  /** Whether the worker polls for tasks. */
  isRunning(): boolean;
  /** What a worker needs beside itself, by name; `up` where it can be used. May throw. */
  needs(): Promise<Record<string, string>>;
}

export interface WorkerServer {
  port: number;
  stop(): Promise<void>;
}

const SDK_ANSWER_MS = 2_000;

type Page = (report: WorkerReport) => Promise<{ status: number; type: string; body: string }>;

const json = (status: number, body: object) => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});

/**
 * - `/healthz`: the process lives and polls; restart it where it does not answer 200.
 * - `/readyz`: it can also work, with PostgreSQL and Temporal there. Nothing is routed by it; rolling deploys wait for it.
 * - `/metrics`: Prometheus, the process's numbers and those of the Temporal SDK.
 */
const pages: Record<string, Page> = {
  '/healthz': async ({ isRunning }) =>
    isRunning() ? json(200, { status: 'ok' }) : json(503, { status: 'stopping' }),
  '/readyz': async ({ isRunning, needs }) => {
    const found = { worker: isRunning() ? 'up' : 'stopping', ...(await needs()) };
    const isReady = Object.values(found).every((state) => state === 'up');
    return json(isReady ? 200 : 503, { status: isReady ? 'ok' : 'unavailable', ...found });
  },
  '/metrics': async ({ registry, sdkMetricsUrl }) => ({
    status: 200,
    type: registry.contentType,
    body: `${await registry.metrics()}\n${await sdkMetrics(sdkMetricsUrl)}`,
  }),
};

/** Serves what probes and Prometheus ask a worker, on a port of its own. Without credentials: keep the port private. */
export async function startWorkerServer(
  report: WorkerReport,
  at: { port: number; host?: string },
): Promise<WorkerServer> {
  const server = createServer((request, response) => {
    const page = pages[(request.url ?? '').split('?')[0] ?? ''];
    void answer(response, page, report);
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(response: ServerResponse, page: Page | undefined, report: WorkerReport): Promise<void> {
  const { status, type, body } =
    (await page?.(report).catch(() => undefined)) ?? json(404, { status: 'unknown' });
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** Nothing while the SDK does not answer: the process's own numbers must not be lost with it. */
async function sdkMetrics(url: string | undefined): Promise<string> {
  if (url === undefined) return '';
  return within(SDK_ANSWER_MS, async (signal) => (await fetch(url, { signal })).text()).catch(() => '');
}
