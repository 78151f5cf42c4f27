import { Router } from 'express';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { AppError, describeError } from '../errors.js';
import { isUnavailable } from '../store/db.js';
import { nameRefusal, nameRoute } from './request-log.js';
import type { HttpMethod, Route, RouteTools, Surface } from './surface.js';
import type { Answer } from './answer.js';

const UNAVAILABLE_RETRY_SECONDS = 5;

/** Mounts the routes of a surface. A known path with another method is answered as the dialect prescribes. */
export function surfaceRoutes(surface: Surface, lent: Omit<RouteTools, 'bodyTypes'>): Router {
  const router = Router({ caseSensitive: true });
  const tools: RouteTools = { bodyTypes: surface.bodyTypes, ...lent };
  for (const [path, routes] of byPath(surface.routes)) {
    const expressPath = path.replace(/\{(\w+)\}/g, ':$1');
    router.all(expressPath, async (request, response) => {
      nameRoute(response, path);
      const wanted = request.method === 'HEAD' ? 'GET' : request.method;
      const route = routes.find(({ method }) => method === wanted);
      if (route === undefined)
        throw wrongMethod(
          surface,
          routes.map(({ method }) => method),
          response,
        );
      await send(response, await route.run(request, tools));
    });
  }
  return router;
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return paths;
}

function wrongMethod(surface: Surface, allowed: HttpMethod[], response: Response): AppError {
  if (surface.wrongMethod === 404) return new AppError('not_found', 'not found');
  response.set('Allow', allowed.join(', '));
  return new AppError('method_not_allowed', 'method not allowed');
}

async function send(response: Response, answer: Answer): Promise<void> {
  if ('stream' in answer) {
    await answer.stream(response);
    return;
  }
  response
    .set(answer.headers ?? {})
    .status(answer.status)
    .json(answer.body);
}

/** For paths that nothing has answered: throws AppError `not_found`, printed in the dialect of the path. */
export function unknownPath(): RequestHandler {
  return () => {
    throw new AppError('not_found', 'not found');
  };
}

/** How errors are printed below a base path. */
export type Dialect = Pick<Surface, 'basePath' | 'printError'>;

/** The one place where errors become answers, in the dialect whose base path the request is under. */
export function errorAnswers(
  dialects: readonly Dialect[],
  logger: Pick<Logger, 'error'>,
): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = toAppError(thrown);
    nameRefusal(response, error.code);
    if (error.code === 'internal') logger.error(describeError(thrown), 'a request failed');
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const { status, body } = dialectOf(dialects, request).printError(error);
    if (error.retryAfterSeconds !== undefined) response.set('Retry-After', String(error.retryAfterSeconds));
    response.status(status).json(body);
  };
}

function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isUnavailable(thrown)) {
    return new AppError('unavailable', 'service unavailable', {
      retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS,
    });
  }
  // The router could not decode the path, so it names nothing.
  if (thrown instanceof URIError) return new AppError('not_found', 'not found');
  return new AppError('internal', 'internal server error');
}

function dialectOf(dialects: readonly Dialect[], request: Request): Dialect {
  const path = request.originalUrl.split('?')[0] ?? '';
  const longestFirst = dialects.toSorted((one, other) => other.basePath.length - one.basePath.length);
  const dialect = longestFirst.find(({ basePath }) => path === basePath || path.startsWith(`${basePath}/`));
  if (dialect === undefined) throw new Error('no surface takes the paths of no other one');
  return dialect;
}
