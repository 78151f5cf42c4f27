import { AppError } from '../../../errors.js';
import { consoleSessionOf } from '../../../http/access/auth.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { endPreviousToken, rotateInstanceToken } from '../../../store/accounts/api-keys.js';
import { endSessionsOfKey } from '../../../store/accounts/console-sessions.js';
import { hashSecret, newSecret } from '../../../store/secrets.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { okSchema, rotateSchema } from '../schema.js';
import { nativeErrors } from '../surface.js';
import { rotatedTokenSchema } from './schema.js';

/** `/instances/{id}/token`: the token that was made with the instance. */
export function tokenRoutes(deps: NativeDeps): Route[] {
  return [rotateRoute(deps), endPreviousRoute(deps)];
}

function rotateRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/token/rotate',
    audit: 'token.rotated',
    summary: 'Replace the token of an instance',
    description:
      'Only this answer shows the new token. Event streams and stream tokens end with the old one; console sessions that it opened are ended.',
    body: rotateSchema,
    answers: {
      200: { description: 'The new token', schema: rotatedTokenSchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: async ({ who, context: { instanceId }, body }) => {
      const token = newSecret('it');
      const wanted = { hash: hashSecret(token), keepMinutes: body.keep_minutes };
      const isDone = await deps.db.transaction(async (tx) => {
        const rotated = await rotateInstanceToken(tx, instanceId, wanted);
        if (rotated !== undefined) await endSessionsOfKey(tx, rotated, consoleSessionOf(who));
        return rotated !== undefined;
      });
      if (!isDone) throw new AppError('not_found', 'instance not found');
      return reply(200, { instance_id: instanceId, token });
    },
  });
}

function endPreviousRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'DELETE',
    path: '/instances/{id}/token/previous',
    audit: 'token.previous_ended',
    summary: 'End the old token of an instance at once',
    description: 'For when its time was chosen too long. Does nothing if no old token is valid.',
    answers: {
      200: { description: 'Only the newest token is valid', schema: okSchema },
      ...nativeErrors(403, 404),
    },
    handle: async ({ context: { instanceId } }) => {
      await endPreviousToken(deps.db, instanceId);
      return reply(200, { status: 'ok' });
    },
  });
}
