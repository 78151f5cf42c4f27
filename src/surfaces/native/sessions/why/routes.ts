import { AppError } from '../../../../errors.js';
import { keyAccess } from '../../../../http/access/access.js';
import { isUuid } from '../../../../http/access/instance-access.js';
import { reply, route } from '../../../../http/surface.js';
import type { Route } from '../../../../http/surface.js';
import { readKeyNames } from '../../../../store/accounts/api-keys.js';
import { findTypebot } from '../../../../store/accounts/typebots.js';
import {
  findCaused,
  readCausingTurn,
  readRelatedEvents,
  readSendStory,
} from '../../../../store/messages/why.js';
import { findSession } from '../../../../store/sessions/session-reads.js';
import type { NativeDeps } from '../../deps.js';
import { nativeErrors } from '../../surface.js';
import { whySchema } from './schema.js';
import { keysIn, toWhy } from './translate.js';

/** `GET /sessions/{session}/messages/{message}/why`. */
export function whyRoute(deps: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/sessions/{session}/messages/{message}/why',
    summary:
      'Say why a message is there: what was read, what started it, how Typebot and the provider took it',
    access: keyAccess(deps.auth),
    answers: { 200: { description: 'The chain of causes', schema: whySchema }, ...nativeErrors(404) },
    handle: async ({ who, param }) => {
      const [sessionId, messageId] = [param('session'), param('message')];
      const isKnown = isUuid(sessionId) && (await findSession(deps.db, who, sessionId)) !== undefined;
      if (!isKnown) throw new AppError('not_found', 'session not found');
      const why = isUuid(messageId) ? await readWhy(deps, { ...who, sessionId, messageId }) : undefined;
      if (why === undefined) throw new AppError('not_found', 'message not found');
      return reply(200, why);
    },
  });
}

async function readWhy(
  { db }: NativeDeps,
  { workspaceId, sessionId, messageId }: { workspaceId: string; sessionId: string; messageId: string },
) {
  const message = await findCaused(db, sessionId, messageId);
  if (message === undefined) return undefined;
  const turn = message.turnNo === null ? undefined : await readCausingTurn(db, sessionId, message.turnNo);
  const at = turn?.begunAt ?? message.createdAt;
  const related = await readRelatedEvents(db, sessionId, { messageId, turnNo: message.turnNo, at });
  const send = message.direction === 'outgoing' ? await readSendStory(db, messageId) : undefined;
  const typebotId = related.started?.data.typebot;
  const typebot = isText(typebotId) && isUuid(typebotId) ? await findTypebot(db, typebotId) : undefined;
  const keys = await readKeyNames(db, workspaceId, keysIn(related));
  return toWhy({ message, turn, send, ...related, typebot, keys });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
