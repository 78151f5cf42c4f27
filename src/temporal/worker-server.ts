import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { within } from '../deadline.js';

/** What a worker reports about itself. */
export interface WorkerReport {
  /** The metrics of the process. */
  registry: Registry;
  /** Where the Temporal SDK publishes its metrics (slots, caches, latencies, failures), if it does. */
  sdkMetricsUrl: string | undefined;
  /** Whether the worker polls for tasks. */
  isRunning(): boolean;
  /** The states of the services that the worker needs, by name; `up` if usable. May reject. */
  needs(): Promise<Record<string, string>>;
}

/** A running server; `port` is the one that was opened. */
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
 * - `/healthz`: 200 while the worker polls. A process that answers anything else should be restarted.
 * - `/readyz`: 200 if PostgreSQL and Temporal can be used too. For rolling deploys; no traffic depends on it.
 * - `/metrics`: for Prometheus, the metrics of the process and of the Temporal SDK.
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

/** Serves probes and Prometheus on a separate port. Needs no credentials, so the port must be private. */
export async function startWorkerServer(
  report: WorkerReport,
  at: { port: number; host?: string },
): Promise<WorkerServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    void answer(response, Object.hasOwn(pages, path) ? pages[path] : undefined, report);
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
  const found = page?.(report).catch(() => json(503, { status: 'unavailable' }));
  const { status, type, body } = (await found) ?? json(404, { status: 'unknown' });
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** Empty if the SDK does not answer, so that the metrics of the process are not lost with it. */
async function sdkMetrics(url: string | undefined): Promise<string> {
  if (url === undefined) return '';
  return within(SDK_ANSWER_MS, async (signal) => (await fetch(url, { signal })).text()).catch(() => '');
}
