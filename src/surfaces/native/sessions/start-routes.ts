import type { StartRequest } from '../../../conversations/api.js';
import { AppError } from '../../../errors.js';
import { requirePhone } from '../../../http/input/phone.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import type { Answer } from '../../../http/answer.js';
import type { TypebotRow } from '../../../store/rows.js';
import { listTypebots } from '../../../store/accounts/typebots.js';
import { instanceRouteStart, requireTypebot } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { okSchema } from '../schema.js';
import { nativeErrors } from '../surface.js';
import { startByPublicIdSchema, startTypebotSchema } from './schema.js';

const answers = {
  200: { description: 'The session exists and is opened', schema: okSchema },
  ...nativeErrors(400, 403, 404, 409, 413),
};

/** Starting a session manually. */
export function startRoutes(deps: NativeDeps): Route[] {
  const byPublicId = route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/sessions/start',
    summary: 'Start a session by the public id of its typebot',
    body: startByPublicIdSchema,
    answers,
    handle: async ({ who, context, body }) => {
      const typebot = await findByPublicId(deps, context.instanceId, body.public_id);
      return start(deps, { typebot, actor: who.actor }, body);
    },
  });
  const byTypebot = route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/{typebotId}/sessions/start',
    summary: 'Start a session of a typebot',
    body: startTypebotSchema,
    answers,
    handle: async ({ who, context, body, param }) => {
      const typebot = await requireTypebot(deps.db, context.instanceId, param('typebotId'));
      return start(deps, { typebot, actor: who.actor }, body);
    },
  });
  return [byPublicId, byTypebot];
}

/** Several configurations may share a public id: enabled ones first, then by evaluation order. */
async function findByPublicId(deps: NativeDeps, instanceId: string, publicId: string): Promise<TypebotRow> {
  const fitting = (await listTypebots(deps.db, instanceId)).filter(
    (typebot) => typebot.publicId === publicId,
  );
  const typebot = fitting.find(({ enabled }) => enabled) ?? fitting[0];
  if (typebot === undefined) throw new AppError('not_found', 'typebot not found');
  return typebot;
}

async function start(
  deps: NativeDeps,
  { typebot, actor }: Pick<StartRequest, 'typebot' | 'actor'>,
  body: { phone: string; message: string; push_name?: string },
): Promise<Answer> {
  const phone = await requirePhone(deps.db, typebot.instanceId, body.phone);
  const result = await deps.conversations.start({
    typebot,
    phone,
    text: body.message,
    pushName: body.push_name,
    refuseMuted: true,
    actor,
  });
  if (result.ok) return reply(200, { status: 'ok' });
  throw new AppError('conflict', START_REFUSALS[result.reason]);
}

/** Why no session is started, as a text for the caller. */
export const START_REFUSALS = {
  silenced: 'every bot of this number is silent',
  muted: 'contact is muted',
  active: 'the contact has an active session',
};
