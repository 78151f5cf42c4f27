import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.js';
import { consoleFiles } from './console/files.js';
import { docsRoutes } from './openapi/docs.js';
import type { Audit } from './audit.js';
import type { KeyedAnswers } from './idempotency.js';
import type { OpenApiInfo } from './openapi/openapi.js';
import { createRateLimit } from './access/rate-limit.js';
import { admitRoute, requestLog } from './request-log.js';
import { securityHeaders } from './security-headers.js';
import type { Surface } from './surface.js';
import { errorAnswers, surfaceRoutes, unknownPath } from './surface-routes.js';
import { webhookErrors } from './webhooks.js';

/** The parts the server is built from. */
export interface HttpServerDeps {
  /** The native surface, whose base path is empty, and the other dialects. */
  surfaces: readonly Surface[];
  /** From `healthRoutes`. */
  health: RequestHandler;
  /** From `webhookRoutes`. */
  webhooks: RequestHandler;
  /** Served after the surfaces: media, the console. */
  extras: readonly RequestHandler[];
  /** From `createKeyedAnswers`. */
  keyed: KeyedAnswers;
  /** From `createAudit`. */
  audit: Audit;
  /** PARLEY_RATE_LIMIT; 0 = off. */
  rateLimitPerSecond: number;
  info: OpenApiInfo;
  metrics: Metrics;
  logger: Logger;
  /** From `requestSpans`; absent when tracing is off. */
  requestSpans?: RequestHandler;
}

/** A server that can be started once and stopped once. */
export interface HttpServer {
  /** Resolves with the port once it is listening. Rejects when the port is taken. */
  listen(port: number, host?: string): Promise<number>;
  /**
   * Stops accepting requests, gives running ones `graceMs` to finish, then closes their connections. Safe to call
   * twice.
   */
  stop(graceMs: number): Promise<void>;
}

/** Builds the server; nothing is open before `listen`. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const server = createServer(createApp(deps));
  return {
    listen: async (port, host) => {
      server.listen(port, host);
      await once(server, 'listening');
      return portOf(server.address());
    },
    stop: async (graceMs) => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Paths served without a credential, measured by their first segment. */
const OPEN_TO_ALL = ['/docs', '/openapi.json', '/media', '/sandbox', '/console'];

/** Builds the chain that every request passes, in this order. */
function createApp(deps: HttpServerDeps): express.Express {
  const limit = createRateLimit(deps.rateLimitPerSecond);
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing');
  if (deps.requestSpans !== undefined) app.use(deps.requestSpans);
  app.use(requestLog(deps.logger, deps.metrics));
  app.use(securityHeaders(deps.info.publicUrl));
  app.use(deps.health);
  app.use(deps.webhooks);
  app.use(OPEN_TO_ALL, (request, response, next) => {
    admitRoute(response, request.baseUrl);
    next();
  });
  app.use(
    docsRoutes(
      deps.surfaces.filter(({ undocumented }) => !undocumented),
      deps.info,
    ),
  );
  for (const surface of deps.surfaces)
    app.use(surfaceRoutes(surface, { limit, keyed: deps.keyed, audit: deps.audit }));
  for (const extra of deps.extras) app.use(extra);
  app.use(consoleFiles());
  app.get(/^\/$/, toConsole);
  app.use(unknownPath());
  app.use(errorAnswers([...deps.surfaces, webhookErrors], deps.logger));
  return app;
}

/** For people who open the bare address in a browser. */
const toConsole: RequestHandler = (_request, response) => {
  response.redirect('/console');
};

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
