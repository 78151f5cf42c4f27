import { AppError } from '../../../errors.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { editSessionSchema, restartedSchema, restartSchema } from './edit-schema.js';
import { sessionViewSchema } from './schema.js';
import { sessionNotFound, sessionRouteStart } from './session-path.js';
import { START_REFUSALS } from './start-routes.js';
import { toSessionView } from './translate.js';

/** Editing and restarting a session. */
export function editRoutes(deps: NativeDeps): Route[] {
  return [editRoute(deps), restartRoute(deps)];
}

function editRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'PATCH',
    path: '/instances/{id}/typebots/sessions/{session}',
    summary: 'Change tags, segment and resolution of a session',
    body: editSessionSchema,
    answers: {
      200: { description: 'The session after the change', schema: sessionViewSchema },
      ...nativeErrors(400, 403, 404, 409, 413),
    },
    handle: async ({ context, body }) => {
      const result = await deps.conversations.edit(context.scope, context.sessionId, body);
      if (result.ok) return reply(200, toSessionView(result.session));
      if (result.reason === 'not_found') throw sessionNotFound();
      throw new AppError('conflict', 'session is closed');
    },
  });
}

function restartRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/sessions/{session}/restart',
    summary: 'Begin the typebot anew, in a new session',
    description: "The contact's active session ends. The session named may be a closed one.",
    body: restartSchema,
    answers: {
      200: { description: 'The new session', schema: restartedSchema },
      ...nativeErrors(400, 403, 404, 409, 413),
    },
    handle: async ({ context: { scope, sessionId }, body }) => {
      const result = await deps.conversations.restart(scope, sessionId, { text: body.message });
      if (result.ok) return reply(200, { status: 'ok', session: result.session.id });
      if (result.reason === 'not_found') throw sessionNotFound();
      throw new AppError('conflict', RESTART_REFUSALS[result.reason]);
    },
  });
}

const RESTART_REFUSALS = {
  ...START_REFUSALS,
  standIn: 'a session of the channel api has nobody to restart for',
};
