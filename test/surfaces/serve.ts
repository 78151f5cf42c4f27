import type { RequestHandler } from 'express';
import { createHttpServer } from '../../src/http/server.js';
import type { HttpServer } from '../../src/http/server.js';
import type { Surface } from '../../src/http/surface.js';
import { createLogger } from '../../src/logger.js';
import { createMetrics } from '../../src/metrics.js';

const nothing: RequestHandler = (_request, _response, next) => next();

/** The real server with these surfaces and nothing else; the caller stops it. */
export async function serveSurfaces(surfaces: Surface[]): Promise<{ server: HttpServer; port: number }> {
  const server = createHttpServer({
    surfaces,
    health: nothing,
    webhooks: nothing,
    extras: [],
    keyed: { once: (_request, work) => work(), find: () => Promise.resolve(undefined) },
    audit: () => Promise.resolve(),
    rateLimitPerSecond: 0,
    info: { version: 'test', publicUrl: 'http://127.0.0.1' },
    metrics: createMetrics({ processMetrics: false }),
    logger: createLogger({ level: 'fatal', name: 'test' }),
  });
  return { server, port: await server.listen(0, '127.0.0.1') };
}
