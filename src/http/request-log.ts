import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { ErrorCode } from '../errors.js';
import type { Metrics } from '../metrics.js';

const ROUTE = 'parleyRoute';
const REFUSED = 'parleyRefused';

/** How a request appears in the log and in the metrics. */
export interface RouteName {
  /** The pattern of the path, never the path itself, which may hold phone numbers and URL secrets. */
  route: string;
  /** Type of a webhook's channel; empty for other routes. */
  channel: string;
  /** Whether the caller has authenticated, or the route is open to all. */
  admitted: boolean;
}

/** Names the route before its caller is known. Until `admitCaller`, metrics count the request under `stranger`. */
export function nameRoute(response: Response, route: string): void {
  response.locals[ROUTE] = { route, channel: '', admitted: false } satisfies RouteName;
}

/** As `nameRoute`, for a route that is open to all or a webhook that passed its checks. */
export function admitRoute(response: Response, route: string, channel = ''): void {
  response.locals[ROUTE] = { route, channel, admitted: true } satisfies RouteName;
}

/** Marks the caller of a named route as known. */
export function admitCaller(response: Response): void {
  response.locals[ROUTE] = { ...routeOf(response), admitted: true };
}

/** Records the error code of a refused request for the log. */
export function nameRefusal(response: Response, code: ErrorCode): void {
  response.locals[REFUSED] = code;
}

/**
 * Gives every request an id, returned as `X-Request-Id`, and writes one log line and one measurement when it ends.
 * Callers without a credential all share one set of labels, so that a stranger cannot create new series.
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
      const { route, channel, admitted } = routeOf(response);
      const ms = Math.round(performance.now() - startedAtMs);
      const { method } = request;
      const refused: unknown = response.locals[REFUSED];
      const status = response.writableFinished ? response.statusCode : 499;
      const labels = admitted ? { method, route, channel, status } : { ...STRANGER, status };
      metrics.httpSeconds.observe(labels, ms / 1_000);
      logger.info({ requestId, method, route, ...(channel && { channel }), status, refused, ms }, 'request');
    });
    next();
  };
}

const STRANGER = { method: 'any', route: 'stranger', channel: '' };

/** The name of a response's request, or `unknown` before a route has named it. */
export function routeOf(response: Response): RouteName {
  return response.locals[ROUTE] ?? { route: 'unknown', channel: '', admitted: false };
}
