import { statusOfCode } from '../../errors.js';
import type { AppError } from '../../errors.js';
import type { DocumentedAnswers, Route, Surface } from '../../http/surface.js';
import { errorSchema } from './schema.js';

/**
 * Parley's own dialect, which takes every path that no other surface has. `routes` are all those that answer in its
 * shape.
 */
export function nativeSurface(routes: readonly Route[], components: Surface['components']): Surface {
  return {
    name: 'native',
    title: 'Parley API',
    basePath: '',
    bodyTypes: ['json'],
    wrongMethod: 404,
    routes,
    components,
    printError: printNativeError,
  };
}

/** An error in VZaps' shape: `{"code","success":false,"error"}`. An unsupported content type is 400 here. */
export function printNativeError(error: AppError): { status: number; body: unknown } {
  const status = error.code === 'unsupported_media_type' ? 400 : statusOfCode[error.code];
  return { status, body: { code: status, success: false, error: error.message } };
}

const errorWords: Record<number, string> = {
  400: 'A fault that the text names',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'Not found',
  409: 'Not possible in the present state, or with as many as a workspace may have',
  413: 'payload too large',
  429: 'too many requests',
};

/** Documents error answers. Those of credential and rate limit are added to every route. */
export function nativeErrors(...statuses: number[]): DocumentedAnswers {
  const all = [...new Set([...statuses, 401, 403, 429])];
  return Object.fromEntries(
    all.map((status) => [status, { description: errorWords[status] ?? 'Error', schema: errorSchema }]),
  );
}
