import { randomUUID } from 'node:crypto';
import type { InboundContent, InboundMessage } from '../../../../activities/ports/messages.js';
import { phoneJid } from '../../../channels/jid.js';
import { arrivalMs } from '../../../conversations/arrivals/arrival-clock.js';
import { AppError } from '../../../errors.js';
import { requirePhone } from '../../../http/input/phone.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { requireInstanceRow } from '../instances/routes.js';
import { nativeErrors } from '../surface.js';
import { sandboxAnswerSchema, sandboxMessageSchema } from './schema.js';

/**
 * `POST /instances/{id}/sandbox/messages`: plays a contact of a sandbox, with an API key instead of the webhook's
 * secret.
 */
export function sandboxRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/sandbox/messages',
    summary: 'Write as a contact of a sandbox',
    description: 'Only for instances of the channel `sandbox`.',
    body: sandboxMessageSchema,
    answers: {
      200: { description: 'The message has arrived', schema: sandboxAnswerSchema },
      ...nativeErrors(400, 403, 404, 409, 413),
    },
    handle: async ({ context: { instanceId }, body }) => {
      const arrivedMs = arrivalMs();
      const instance = await requireInstanceRow(deps, instanceId);
      if (instance.channelType !== 'sandbox') throw new AppError('conflict', 'instance is not a sandbox');
      const digits = await requirePhone(deps.db, instanceId, body.phone);
      const event = toEvent(digits, { name: body.name, content: contentOf(body) });
      const [outcome = 'ignored'] = await deps.inbound.accept(instance, [event], arrivedMs);
      return reply(200, { status: 'ok', outcome });
    },
  });
}

function contentOf({
  message,
  choice,
}: {
  message?: string;
  choice?: { type: 'button' | 'list'; id: string; title: string };
}): InboundContent {
  if ((message === undefined) === (choice === undefined))
    throw new AppError('invalid_body', 'either message or choice is required');
  if (choice === undefined) return { contentType: 'text', text: message ?? '' };
  const { type, id, title } = choice;
  return { contentType: type === 'button' ? 'buttonReply' : 'listReply', id, title };
}

function toEvent(
  digits: string,
  { name, content }: { name: string | undefined; content: InboundContent },
): InboundMessage {
  return {
    ...{ kind: 'message', keyId: `SBX${randomUUID()}`, remoteJid: phoneJid(digits), waId: digits },
    ...{ isGroup: false, fromMe: false, origin: 'contact', historical: false },
    ...(name ? { pushName: name } : {}),
    ...{ messageTimestamp: Date.now(), content },
  };
}
