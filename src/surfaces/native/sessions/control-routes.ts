import type { ControlRequest } from '../../../conversations/api.js';
import { AppError } from '../../../errors.js';
import { isUuid } from '../../../http/access/instance-access.js';
import { requirePhone } from '../../../http/input/phone.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import type { Answer } from '../../../http/answer.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { emptySchema, okSchema } from '../schema.js';
import { nativeErrors } from '../surface.js';
import { closedSchema, mutedSchema, muteSchema, pauseSchema } from './schema.js';
import { requireDone, sessionNotFound, sessionRouteStart } from './session-path.js';
import type { SessionContext } from './session-path.js';

const ok = { description: 'Applied', schema: okSchema };

/** Pause, resume, close and mute. */
export function controlRoutes(deps: NativeDeps): Route[] {
  return [pauseRoute(deps), resumeRoute(deps), closeRoute(deps), muteRoute(deps)];
}

function pauseRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/sessions/{session}/pause',
    summary: 'Pause a session: the bot is silent and keeps its place',
    body: pauseSchema,
    answers: { 200: ok, ...nativeErrors(400, 403, 404, 413) },
    handle: ({ context, body }) =>
      control(deps, context, { type: 'pause', minutes: body.minutes, afterAnswer: body.after_answer }),
  });
}

function resumeRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/sessions/{session}/resume',
    summary: 'Give a session back to the bot',
    body: emptySchema,
    answers: { 200: ok, ...nativeErrors(400, 403, 404, 413) },
    handle: ({ context }) => control(deps, context, { type: 'resume' }),
  });
}

async function control(deps: NativeDeps, context: SessionContext, request: ControlRequest): Promise<Answer> {
  requireDone(await deps.conversations.control(context.scope, context.sessionId, request));
  return reply(200, { status: 'ok' });
}

function closeRoute(deps: NativeDeps): Route {
  const { access, guard } = instanceRouteStart(deps);
  return route({
    access,
    guard: async (request) => {
      const { instanceId } = await guard(request);
      const session = request.param('session');
      if (isUuid(session)) return { instanceId, session };
      const refuse = () => new AppError('invalid_request', 'session must be a UUID or a phone number');
      return { instanceId, session: await requirePhone(deps.db, instanceId, session, refuse) };
    },
    method: 'POST',
    path: '/instances/{id}/typebots/sessions/{session}/close',
    summary: 'Close a session, by its id or by the phone of its contact',
    body: emptySchema,
    answers: { 200: { description: 'Closed', schema: closedSchema }, ...nativeErrors(400, 403, 404, 413) },
    handle: async ({ who, context: { instanceId, session } }) => {
      const scope = { workspaceId: who.workspaceId, instanceId, actor: who.actor };
      // Other surfaces answer the closing of a closed session with success.
      if (isUuid(session)) {
        return control(deps, { scope, sessionId: session }, { type: 'close', onlyActive: true });
      }
      const closed = await deps.conversations.closeByPhone(scope, instanceId, session);
      if (closed === 0) throw sessionNotFound();
      return reply(200, { status: 'ok', closed });
    },
  });
}

function muteRoute(deps: NativeDeps): Route {
  const { access, guard } = instanceRouteStart(deps);
  return route({
    access,
    guard: async (request) => {
      const { instanceId } = await guard(request);
      return { instanceId, phone: await requirePhone(deps.db, instanceId, request.param('phone')) };
    },
    method: 'POST',
    path: '/instances/{id}/contacts/{phone}/mute',
    audit: 'contact.muted',
    summary: 'Silence the bot for a contact for some minutes',
    body: muteSchema,
    answers: {
      200: { description: 'Muted until', schema: mutedSchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: async ({ who, context: contact, body }) => {
      const { mutedUntil } = await deps.conversations.mute(contact, body.minutes, who.actor);
      return reply(200, {
        status: 'ok',
        phone: contact.phone,
        muted_until: mutedUntil?.toISOString() ?? null,
      });
    },
  });
}
