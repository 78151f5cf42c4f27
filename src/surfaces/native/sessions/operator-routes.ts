import type { OutboundContent } from '../../../../activities/ports/messages.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { operatorMessageSchema, sentMessageSchema } from './schema.js';
import { sessionNotFound, sessionRouteStart } from './session-path.js';
import { toTranscriptItem } from './translate.js';

/** Sends an operator's message to the contact. */
export function operatorMessageRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/sessions/{session}/messages',
    summary: 'Write to the contact as an operator',
    description: 'With `pause` (the default) the bot falls silent and what it had under way is dropped.',
    body: operatorMessageSchema,
    answers: {
      200: { description: 'The message as recorded', schema: sentMessageSchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: async ({ context: { scope, sessionId }, body }) => {
      const result = await deps.conversations.sendMessage(scope, sessionId, {
        content: body.content ?? textContent(body.message ?? ''),
        sender: 'operator',
        takeover: body.pause,
        replyTo: body.reply_to,
      });
      if (!result.ok) throw sessionNotFound();
      return reply(200, { status: 'ok', message: toTranscriptItem(result.message, deps.mediaUrl) });
    },
  });
}

function textContent(text: string): OutboundContent {
  return { type: 'text', text };
}
