import type { Conversations, Scope } from '../../conversations/api.js';
import { AppError } from '../../errors.js';
import type { Auth, Principal } from '../../http/access/auth.js';
import { isUuid } from '../../http/access/instance-access.js';
import type { Schema } from '../../http/input/schema.js';
import { type Addressed, type DocumentedAnswers } from '../../http/surface.js';
import { keyAccess } from '../../http/access/access.js';
import type { Db, Queryable } from '../../store/db.js';
import type { SessionView, TypebotRow } from '../../store/rows.js';
import { findSession } from '../../store/sessions/session-reads.js';
import { findOwnTypebot } from '../own-typebot.js';
import { errorReplySchema } from './schema.js';
import type { MediaUrl } from './translate.js';

/** What the Botpress routes depend on. */
export interface BotpressDeps {
  auth: Auth;
  db: Db;
  conversations: Conversations;
  mediaUrl: MediaUrl;
}

/** The bot that a request is about, and whether an integration makes the request. */
export interface Bot {
  scope: Scope;
  typebot: TypebotRow;
  byIntegration: boolean;
}

/** Access and guard of every route here: the credential first, then `x-bot-id`. */
export function ofBot({ auth, db }: BotpressDeps) {
  return {
    access: keyAccess(auth, 'botpress'),
    headerDocs: {
      'x-bot-id': { description: 'Id of the typebot configuration', required: true },
      'x-integration-id': { description: 'Present when an integration makes the call', required: false },
    },
    guard: async ({ who, headers }: Pick<Addressed<string, Principal>, 'who' | 'headers'>): Promise<Bot> => {
      const botId = first(headers['x-bot-id']);
      if (!botId) throw new AppError('invalid_request', 'x-bot-id header is required');
      const typebot = await findOwnTypebot(db, who, botId);
      if (typebot === undefined) throw new AppError('forbidden', 'bot is unknown or not yours');
      const scope = { workspaceId: typebot.workspaceId, instanceId: typebot.instanceId, actor: who.actor };
      return { scope, typebot, byIntegration: Boolean(first(headers['x-integration-id'])) };
    },
  };
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** A conversation of this bot. Throws AppError `not_found` for any other. */
export async function requireConversation(db: Queryable, bot: Bot, id: string): Promise<SessionView> {
  const session = isUuid(id) ? await findSession(db, bot.scope, id) : undefined;
  if (session?.typebotId !== bot.typebot.id) throw notFound('conversation');
  return session;
}

/** The error for an id that nothing here has. */
export function notFound(what: 'conversation' | 'message' | 'participant' | 'user'): AppError {
  return new AppError('not_found', `${what} not found`);
}

/** The documented answers of a route that succeeds with `status`. */
export function answers(status: 200 | 201, schema: Schema<unknown>): DocumentedAnswers {
  const refused = (description: string) => ({ description, schema: errorReplySchema });
  return {
    [status]: { description: 'Done', schema },
    400: refused('InvalidPayload, InvalidQuery'),
    401: refused('Unauthorized'),
    403: refused('Forbidden'),
    404: refused('ResourceNotFound'),
    405: refused('MethodNotFound'),
    409: refused('AlreadyExists'),
    413: refused('PayloadTooLarge'),
    415: refused('UnsupportedMediaType'),
    429: refused('RateLimited'),
  };
}
