import { randomUUID } from 'node:crypto';
import { reply, route } from '../../http/surface.js';
import { provisionerAccess } from '../../http/access/access.js';
import type { Route } from '../../http/surface.js';
import type { WorkspaceRow } from '../../store/rows.js';
import { hashSecret, newSecret } from '../../store/secrets.js';
import { insertWorkspace, listWorkspaces } from '../../store/accounts/workspaces.js';
import { newestFirstSchema } from '../native/schema.js';
import { requirePlace } from '../require-place.js';
import { requireAdmin, requireWorkspace } from './access.js';
import type { ProvisioningDeps } from './deps.js';
import {
  createdWorkspaceSchema,
  newWorkspaceSchema,
  okSchema,
  workspaceListSchema,
  workspaceViewSchema,
} from './schema.js';

/** Workspaces, for the administrator only. */
export function workspaceRoutes(deps: ProvisioningDeps): Route[] {
  return [listRoute(deps), createRoute(deps), getRoute(deps), deleteRoute(deps)];
}

function adminOnly(deps: ProvisioningDeps) {
  return {
    access: provisionerAccess(deps.auth),
    guard: ({ who }: { who: Parameters<typeof requireAdmin>[0] }) => requireAdmin(who),
  };
}

function listRoute(deps: ProvisioningDeps): Route {
  return route({
    ...adminOnly(deps),
    method: 'GET',
    path: '/workspaces',
    summary: 'List workspaces, newest first',
    query: newestFirstSchema,
    answers: {
      200: { description: 'The workspaces', schema: workspaceListSchema },
      ...deps.errors(400, 403),
    },
    handle: async ({ query: { limit, before } }) => {
      await requirePlace('before', before, (id) => requireWorkspace(deps.db, id));
      return reply(200, (await listWorkspaces(deps.db, { limit, after: before })).map(toView));
    },
  });
}

function createRoute(deps: ProvisioningDeps): Route {
  return route({
    ...adminOnly(deps),
    method: 'POST',
    path: '/workspaces',
    summary: 'Add a workspace',
    description: 'Only this answer shows the client secret.',
    body: newWorkspaceSchema,
    answers: {
      201: { description: 'The workspace', schema: createdWorkspaceSchema },
      ...deps.errors(400, 403, 413),
    },
    handle: async ({ body }) => {
      const clientSecret = newSecret('cs');
      const workspace = await insertWorkspace(deps.db, {
        id: randomUUID(),
        name: body.name,
        clientToken: newSecret('ct'),
        clientSecretHash: hashSecret(clientSecret),
      });
      return reply(201, { ...toView(workspace), client_secret: clientSecret });
    },
  });
}

function getRoute(deps: ProvisioningDeps): Route {
  return route({
    ...adminOnly(deps),
    method: 'GET',
    path: '/workspaces/{id}',
    summary: 'Show a workspace',
    answers: {
      200: { description: 'The workspace', schema: workspaceViewSchema },
      ...deps.errors(403, 404),
    },
    handle: async ({ param }) => reply(200, toView(await requireWorkspace(deps.db, param('id')))),
  });
}

function deleteRoute(deps: ProvisioningDeps): Route {
  return route({
    ...adminOnly(deps),
    method: 'DELETE',
    path: '/workspaces/{id}',
    summary: 'Delete a workspace with everything in it',
    answers: { 200: { description: 'Deleted', schema: okSchema }, ...deps.errors(403, 404) },
    handle: async ({ param }) => {
      const { id } = await requireWorkspace(deps.db, param('id'));
      await deps.conversations.deleteWorkspace(id);
      return reply(200, { status: 'ok' });
    },
  });
}

/** A workspace as it is shown, without its secret. */
export function toView(workspace: WorkspaceRow) {
  return {
    id: workspace.id,
    project_id: workspace.projectId,
    name: workspace.name,
    client_token: workspace.clientToken,
    created_at: workspace.createdAt.toISOString(),
  };
}
