import type { Surface } from '../../http/surface.js';
import { printError } from './errors.js';
import { messageRoutes } from './message-routes.js';
import type { YourgptDeps } from './project.js';
import { sessionRoutes } from './session-routes.js';

/** The YourGPT chatbot API, in which every call is a POST that answers 200. */
export function yourgptSurface(deps: YourgptDeps): Surface {
  return {
    name: 'yourgpt',
    title: 'YourGPT chatbot API',
    basePath: '/chatbot/v1',
    bodyTypes: ['json', 'form'],
    wrongMethod: 404,
    routes: [...sessionRoutes(deps), ...messageRoutes(deps)],
    printError,
  };
}
