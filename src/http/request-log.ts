import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { ErrorCode } from '../errors.js';
import type { Metrics } from '../metrics.js';

const ROUTE = 'parleyRoute';
const REFUSED = 'parleyRefused';

/** What a request is called in the log and in the metrics. */
export interface RouteName {
  /** The pattern of the path, never the path: paths hold phone numbers and url secrets. */
  route: string;
  /** Type of a webhook's channel; empty elsewhere. */
  channel: string;
  /** Whether the caller has proved to be somebody, or the route is open to all. */
  admitted: boolean;
}

/** Names the route of a request before its caller is known: for the log. */
export function nameRoute(response: Response, route: string): void {
  response.locals[ROUTE] = { route, channel: '', admitted: false } satisfies RouteName;
}

/** As `nameRoute`, for a route that is open to all, or a webhook whose secret was right. */
export function admitRoute(response: Response, route: string, channel = ''): void {
  response.locals[ROUTE] = { route, channel, admitted: true } satisfies RouteName;
}

/** The caller of a named route is known. */
export function admitCaller(response: Response): void {
  response.locals[ROUTE] = { ...routeOf(response), admitted: true };
}

/** Why a request was not carried out: for the log. */
export function nameRefusal(response: Response, code: ErrorCode): void {
  response.locals[REFUSED] = code;
}

/**
 * Gives every request an id, answered as `X-Request-Id`, and one log line and one measurement when it is done. Who has
 * no credential is measured under one name for all: a stranger must not be able to make series.
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

/** What the request of an answer is called, as far as it is known. */
export function routeOf(response: Response): RouteName {
  return response.locals[ROUTE] ?? { route: 'unknown', channel: '', admitted: false };
}
