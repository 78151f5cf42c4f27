import { Router } from 'express';
import type { Metrics } from '../metrics.js';
import type { Queryable } from '../store/db.js';
import { createBacklogGauges } from './backlog-gauges.js';

const TEMPORAL_ANSWER_MS = 5_000;

/** What the health routes look at. */
export interface HealthDeps {
  db: Queryable;
  metrics: Pick<Metrics, 'registry'>;
  /** Whether Temporal answers now. May throw. */
  checkTemporal(): Promise<boolean>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * `/healthz`: the process lives. `/readyz`: it can take requests, which needs PostgreSQL and not Temporal (design,
 * Promises): without Temporal it is `degraded`. `/metrics`: Prometheus. None needs a key.
 */
export function healthRoutes(deps: HealthDeps): Router {
  const router = Router({ caseSensitive: true });
  const temporalIsUp = cached(deps, TEMPORAL_ANSWER_MS);
  const backlog = createBacklogGauges(deps.metrics.registry, deps.db);
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const [database, temporal] = await Promise.all([databaseIsUp(deps.db), temporalIsUp()]);
    const status = !database ? 'unavailable' : temporal ? 'ok' : 'degraded';
    response
      .status(database ? 200 : 503)
      .json({ status, database: word(database), temporal: word(temporal) });
  });
  router.get('/metrics', async (_request, response) => {
    const { registry } = deps.metrics;
    await backlog.refresh();
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  });
  return router;
}

function word(isUp: boolean): 'up' | 'down' {
  return isUp ? 'up' : 'down';
}

function databaseIsUp(db: Queryable): Promise<boolean> {
  return db.query('SELECT 1').then(
    () => true,
    () => false,
  );
}

function cached({ checkTemporal, now }: HealthDeps, forMs: number): () => Promise<boolean> {
  let last: { atMs: number; answer: Promise<boolean> } | undefined;
  return () => {
    if (last === undefined || now() - last.atMs > forMs) {
      last = { atMs: now(), answer: checkTemporal().catch(() => false) };
    }
    return last.answer;
  };
}
