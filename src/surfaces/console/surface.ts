import type { Route, Surface } from '../../http/surface.js';
import { printNativeError } from '../native/surface.js';
import { COOKIE_PATH } from './cookie-auth.js';
import { signInRoutes } from './sign-in-routes.js';
import type { SignInDeps } from './sign-in-routes.js';

/**
 * What the console's pages call: signing in, and `routes` of the native surface below `/console/api`, made with an auth
 * that knows the cookie. It is not a dialect and appears in no OpenAPI document.
 */
export function consoleSurface(deps: SignInDeps, routes: readonly Route[]): Surface {
  const below = routes.map((native) => ({ ...native, path: `${COOKIE_PATH}${native.path}` }));
  return {
    name: 'console',
    title: 'Console',
    basePath: COOKIE_PATH,
    bodyTypes: ['json'],
    wrongMethod: 404,
    undocumented: true,
    routes: [...signInRoutes(deps), ...below],
    printError: printNativeError,
  };
}
