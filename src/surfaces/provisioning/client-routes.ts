import { AppError } from '../../errors.js';
import { reply, route } from '../../http/surface.js';
import type { Route } from '../../http/surface.js';
import { endSessionsOfClient } from '../../store/accounts/console-sessions.js';
import { endPreviousClientSecret, rotateClientSecret } from '../../store/accounts/workspaces.js';
import { hashSecret, newSecret } from '../../store/secrets.js';
import { rotateSchema } from '../native/schema.js';
import { askingSession, managersOnly } from './access.js';
import type { ProvisioningDeps } from './deps.js';
import { createdWorkspaceSchema, okSchema } from './schema.js';
import { toView } from './workspace-routes.js';

/** The client of a workspace: the pair for `POST /token`. */
export function clientRoutes(deps: ProvisioningDeps): Route[] {
  return [rotateRoute(deps), endPreviousRoute(deps)];
}

function rotateRoute(deps: ProvisioningDeps): Route {
  return route({
    ...managersOnly(deps),
    method: 'POST',
    path: '/workspaces/{id}/client/rotate',
    audit: 'client.rotated',
    summary: "Replace the secret of the workspace's client",
    description:
      'Only this answer shows the new secret. The client token stays. Bearer tokens, event streams and stream tokens end with the secret that they were issued for. Console sessions that the client opened are ended, except the one that asks.',
    body: rotateSchema,
    answers: {
      200: { description: 'The workspace with its new client secret', schema: createdWorkspaceSchema },
      ...deps.errors(400, 403, 404, 413),
    },
    handle: async ({ who, context: { workspaceId }, body }) => {
      const secret = newSecret('cs');
      const wanted = { hash: hashSecret(secret), keepMinutes: body.keep_minutes };
      const workspace = await deps.db.transaction(async (tx) => {
        const rotated = await rotateClientSecret(tx, workspaceId, wanted);
        const client = rotated && { workspaceId, valueNo: rotated.valueNo };
        if (client !== undefined) await endSessionsOfClient(tx, client, askingSession(who));
        return rotated;
      });
      if (workspace === undefined) throw new AppError('not_found', 'workspace not found');
      return reply(200, { ...toView(workspace), client_secret: secret });
    },
  });
}

function endPreviousRoute(deps: ProvisioningDeps): Route {
  return route({
    ...managersOnly(deps),
    method: 'DELETE',
    path: '/workspaces/{id}/client/previous',
    audit: 'client.previous_ended',
    summary: "End the old secret of the workspace's client at once",
    description: 'For when its time was chosen too long. Does nothing if no old secret is valid.',
    answers: {
      200: { description: 'Only the newest secret is valid', schema: okSchema },
      ...deps.errors(403, 404),
    },
    handle: async ({ context: { workspaceId } }) => {
      await endPreviousClientSecret(deps.db, workspaceId);
      return reply(200, { status: 'ok' });
    },
  });
}
