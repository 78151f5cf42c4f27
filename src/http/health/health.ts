import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import type { Metrics } from '../../metrics.js';
import type { Queryable } from '../../store/db.js';
import type { DatabaseState } from '../../store/readiness.js';
import { createBacklogGauges } from './backlog-gauges.js';
import { admitRoute } from '../request-log.js';

// An answer of Temporal is reused for this long.
const TEMPORAL_ANSWER_MS = 5_000;
// The database has this long to answer.
const DATABASE_ANSWER_MS = 2_000;

/** What the health routes depend on. */
export interface HealthDeps {
  db: Queryable;
  /** Whether the database can be used. May throw. */
  checkDatabase(): Promise<DatabaseState>;
  metrics: Pick<Metrics, 'registry'>;
  /** Whether Temporal can be used now. May throw. */
  checkTemporal(): Promise<'up' | 'down' | 'no_namespace'>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * `/healthz`: the process is alive. `/readyz`: it can take requests, which needs PostgreSQL with its schema and the
 * keys of its secrets. It does not need Temporal, without which messages are accepted and delivered later (`degraded`).
 * `/metrics`: Prometheus. None of them needs a key.
 */
export function healthRoutes(deps: HealthDeps): Router {
  const router = Router({ caseSensitive: true });
  const temporalState = cached(deps, TEMPORAL_ANSWER_MS);
  const backlog = createBacklogGauges(deps.metrics.registry, deps.db);
  router.get(['/healthz', '/readyz', '/metrics'], (request, response, next) => {
    admitRoute(response, request.path);
    next();
  });
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const [database, temporal] = await Promise.all([databaseState(deps), temporalState()]);
    const status = database !== 'up' ? 'unavailable' : temporal === 'up' ? 'ok' : 'degraded';
    response.status(database === 'up' ? 200 : 503).json({ status, database, temporal });
  });
  router.get('/metrics', async (_request, response) => {
    const { registry } = deps.metrics;
    await backlog.refresh();
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  });
  return router;
}

/** A database slower than a probe waits cannot take messages either, so it counts as down. */
async function databaseState({ checkDatabase }: HealthDeps): Promise<DatabaseState> {
  const inVain = sleep(DATABASE_ANSWER_MS, 'down' as const, { ref: false });
  return Promise.race([checkDatabase().catch(() => 'down' as const), inVain]);
}

function cached({ checkTemporal, now }: HealthDeps, forMs: number): HealthDeps['checkTemporal'] {
  let last: { atMs: number; answer: ReturnType<HealthDeps['checkTemporal']> } | undefined;
  return () => {
    if (last === undefined || now() - last.atMs > forMs) {
      last = { atMs: now(), answer: checkTemporal().catch(() => 'down' as const) };
    }
    return last.answer;
  };
}
