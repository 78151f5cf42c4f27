import type { HeldBubbleRequest, HeldBubbleResult } from '../../../conversations/api.js';
import { AppError } from '../../../errors.js';
import { isUuid } from '../../../http/access/instance-access.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { listHeld } from '../../../store/messages/held.js';
import { findOverview } from '../../../store/sessions/overview.js';
import type { NativeDeps } from '../deps.js';
import { emptySchema } from '../schema.js';
import { nativeErrors } from '../surface.js';
import { droppedSchema, heldSchema, settledSchema } from './held-schema.js';
import { sessionNotFound, sessionRouteStart } from './session-path.js';
import { toTranscriptItem } from './translate.js';

const MOST = 200;

/** What a silent bot holds back: all of it, and bubble by bubble. */
export function heldRoutes(deps: NativeDeps): Route[] {
  return [
    listRoute(deps),
    dropAllRoute(deps),
    settleRoute(deps, 'send', {
      summary: 'Send one bubble that a silent bot holds back',
      description:
        'The bot stays silent. Only the first bubble that is held can be sent, since the contact reads an answer in its order: drop those before it, or send them first.',
      done: 'It is on its way',
    }),
    settleRoute(deps, 'drop', {
      summary: 'Give up one bubble that a silent bot holds back',
      description: 'Any of them, in any order. The others stay held, and the flow waits where it was.',
      done: 'Given up',
    }),
  ];
}

function listRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}/typebots/sessions/{session}/held',
    summary: 'Show the bubbles that a silent bot holds back',
    answers: {
      200: { description: 'In the order of sending', schema: heldSchema },
      ...nativeErrors(400, 403, 404),
    },
    handle: async ({ context: { scope, sessionId } }) => {
      const session = await findOverview(deps.db, scope, sessionId);
      if (session === undefined) throw sessionNotFound();
      const rows = session.held === 0 ? [] : await listHeld(deps.db, sessionId, MOST);
      return reply(200, { messages: rows.map((row) => toTranscriptItem(row, deps.mediaUrl)) });
    },
  });
}

function dropAllRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/sessions/{session}/held/drop',
    summary: 'Give up what a silent bot holds back',
    description:
      'Bubbles that would be sent once the bot is handed the conversation back, and the answer under way.',
    body: emptySchema,
    answers: {
      200: { description: 'Given up', schema: droppedSchema },
      ...nativeErrors(400, 403, 404, 409, 413),
    },
    handle: async ({ context: { scope, sessionId } }) => {
      const result = await deps.conversations.dropHeld(scope, sessionId);
      if (!result.ok) throw refused(result.reason);
      return reply(200, { status: 'ok', dropped: result.dropped });
    },
  });
}

function settleRoute(
  deps: NativeDeps,
  action: HeldBubbleRequest['action'],
  words: { summary: string; description: string; done: string },
): Route {
  const { done, ...about } = words;
  return route({
    ...sessionRouteStart(deps),
    ...about,
    method: 'POST',
    path: `/instances/{id}/typebots/sessions/{session}/held/{message}/${action}`,
    body: emptySchema,
    answers: {
      200: { description: done, schema: settledSchema },
      ...nativeErrors(400, 403, 404, 409, 413),
    },
    handle: async ({ context: { scope, sessionId }, param }) => {
      const message = param('message');
      if (!isUuid(message)) throw new AppError('invalid_request', 'message must be a UUID');
      const result = await deps.conversations.settleHeldBubble(scope, sessionId, { message, action });
      if (!result.ok) throw refused(result.reason);
      return reply(200, { status: 'ok' });
    },
  });
}

type Refusal = Exclude<HeldBubbleResult, { ok: true }>['reason'];

function refused(reason: Refusal): AppError {
  switch (reason) {
    case 'not_found':
    case 'closed':
      return sessionNotFound();
    case 'speaking':
      return new AppError('conflict', 'the bot is not silent: nothing is held back');
    case 'not_held':
      return new AppError('conflict', 'the message is not held back: it left, is leaving, or was dropped');
    case 'not_first':
      return new AppError('conflict', 'an earlier bubble is held back: send or drop it first');
  }
}
