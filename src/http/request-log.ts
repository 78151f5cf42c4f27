import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.js';

/** Where the routes leave the pattern of the path, the only form of it that may be logged. */
export const ROUTE_PATTERN = 'parleyRoute';

/**
 * Gives every request an id, answered as `X-Request-Id`, and one log line and one measurement when it is done. The line
 * has the route's pattern, never the path: paths hold phone numbers and url secrets.
 */
export function requestLog(
  logger: Pick<Logger, 'info'>,
  metrics: Pick<Metrics, 'httpSeconds'>,
): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID();
    const startedAtMs = performance.now();
    response.set('X-Request-Id', requestId);
    response.once('close', () => {
      const pattern: unknown = response.locals[ROUTE_PATTERN];
      const route = typeof pattern === 'string' ? pattern : 'unknown';
      const ms = Math.round(performance.now() - startedAtMs);
      const { method } = request;
      const status = response.writableFinished ? response.statusCode : 499;
      metrics.httpSeconds.observe({ method, route, status }, ms / 1_000);
      logger.info({ requestId, method, route, status, ms }, 'request');
    });
    next();
  };
}
