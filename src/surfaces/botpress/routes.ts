import type { Surface } from '../../http/surface.js';
import type { BotpressDeps } from './bot.js';
import { conversationRoutes } from './conversation-routes.js';
import { printError } from './errors.js';
import { messageRoutes } from './message-routes.js';
import { participantRoutes } from './participant-routes.js';
import { userRoutes } from './user-routes.js';

/** Conversations, messages and users of Botpress's runtime API, as `@botpress/client` calls them. */
export function botpressSurface(deps: BotpressDeps): Surface {
  return {
    name: 'botpress',
    title: 'Botpress runtime API',
    basePath: '/v1/chat',
    bodyTypes: ['json'],
    wrongMethod: 405,
    routes: [
      ...conversationRoutes(deps),
      ...participantRoutes(deps),
      ...messageRoutes(deps),
      ...userRoutes(deps),
    ],
    printError,
  };
}
