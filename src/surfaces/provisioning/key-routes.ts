import { randomUUID } from 'node:crypto';
import { AppError } from '../../errors.js';
import type { Provisioner } from '../../http/access/auth.js';
import { isInstanceId, isUuid } from '../../http/access/instance-access.js';
import { reply, route } from '../../http/surface.js';
import type { Route } from '../../http/surface.js';
import {
  deleteApiKey,
  endPreviousValue,
  hasApiKey,
  insertApiKey,
  listApiKeys,
  rotateApiKey,
} from '../../store/accounts/api-keys.js';
import { endSessionsOfKey } from '../../store/accounts/console-sessions.js';
import { findInstanceOwner } from '../../store/accounts/instances.js';
import type { ApiKeyRow } from '../../store/rows.js';
import { hashSecret, newSecret } from '../../store/secrets.js';
import { inOrderSchema, rotateSchema } from '../native/schema.js';
import { requireRoom } from '../quotas.js';
import { requirePlace } from '../require-place.js';
import { askingSession, managersOnly } from './access.js';
import type { ProvisioningDeps } from './deps.js';
import { createdKeySchema, keyListSchema, newKeySchema, okSchema } from './schema.js';

/** The API keys of a workspace. */
export function keyRoutes(deps: ProvisioningDeps): Route[] {
  return [listRoute(deps), createRoute(deps), rotateRoute(deps), endPreviousRoute(deps), deleteRoute(deps)];
}

function listRoute(deps: ProvisioningDeps): Route {
  return route({
    ...managersOnly(deps),
    method: 'GET',
    path: '/workspaces/{id}/keys',
    summary: 'List the API keys of a workspace, without the keys themselves',
    query: inOrderSchema,
    answers: { 200: { description: 'The keys', schema: keyListSchema }, ...deps.errors(400, 403, 404) },
    handle: async ({ context: { workspaceId }, query }) => {
      await requirePlace('after', query.after, (id) => requireKey(deps, workspaceId, id));
      return reply(200, (await listApiKeys(deps.db, workspaceId, query)).map(toView));
    },
  });
}

function createRoute(deps: ProvisioningDeps): Route {
  return route({
    ...managersOnly(deps),
    method: 'POST',
    path: '/workspaces/{id}/keys',
    audit: 'key.created',
    summary: 'Make an API key',
    description: 'Only this answer shows the key. With `instance_id` it opens that instance only.',
    body: newKeySchema,
    answers: {
      201: { description: 'The key', schema: createdKeySchema },
      ...deps.errors(400, 403, 404, 409, 413),
    },
    handle: async ({ who, context, body }) => {
      const instanceId = body.instance_id ?? null;
      if (instanceId !== null) await requireOwnInstance(deps, who, context.workspaceId, instanceId);
      const key = newSecret('pk');
      const wanted = {
        id: randomUUID(),
        workspaceId: context.workspaceId,
        instanceId,
        kind: 'key' as const,
        name: body.name,
        keyHash: hashSecret(key),
      };
      const row = await deps.db.transaction(async (tx) => {
        await requireRoom(tx, deps.quotas, context.workspaceId, 'keys');
        return insertApiKey(tx, wanted);
      });
      return reply(201, { ...toView(row), key });
    },
  });
}

/**
 * For an instance of another workspace: `forbidden` for a workspace key, `not_found` for the administrator, who belongs
 * to no workspace.
 */
async function requireOwnInstance(
  deps: ProvisioningDeps,
  who: Provisioner,
  workspaceId: string,
  instanceId: string,
): Promise<void> {
  const owner = isInstanceId(instanceId) ? await findInstanceOwner(deps.db, instanceId) : undefined;
  if (owner === workspaceId) return;
  if (owner !== undefined && who.type === 'workspace') throw new AppError('forbidden', 'forbidden');
  throw new AppError('not_found', 'instance not found');
}

async function requireKey(deps: ProvisioningDeps, workspaceId: string, keyId: string): Promise<void> {
  const isThere = isUuid(keyId) && (await hasApiKey(deps.db, workspaceId, keyId));
  if (!isThere) throw new AppError('not_found', 'key not found');
}

function rotateRoute(deps: ProvisioningDeps): Route {
  return route({
    ...managersOnly(deps),
    method: 'POST',
    path: '/workspaces/{id}/keys/{keyId}/rotate',
    summary: 'Replace the value of an API key',
    description:
      'Only this answer shows the new value. Id, name and instance stay. Console sessions that the key opened are ended, except the one that asks. Event streams and stream tokens end with the old value.',
    audit: 'key.rotated',
    body: rotateSchema,
    answers: {
      200: { description: 'The key with its new value', schema: createdKeySchema },
      ...deps.errors(400, 403, 404, 413),
    },
    handle: async ({ who, context: { workspaceId }, body, param }) => {
      const keyId = param('keyId');
      if (!isUuid(keyId)) throw new AppError('not_found', 'key not found');
      const key = newSecret('pk');
      const row = await deps.db.transaction(async (tx) => {
        const wanted = { hash: hashSecret(key), keepMinutes: body.keep_minutes };
        const rotated = await rotateApiKey(tx, { workspaceId, keyId }, wanted);
        if (rotated !== undefined) await endSessionsOfKey(tx, rotated, askingSession(who));
        return rotated;
      });
      if (row === undefined) throw new AppError('not_found', 'key not found');
      return reply(200, { ...toView(row), key });
    },
  });
}

function endPreviousRoute(deps: ProvisioningDeps): Route {
  return route({
    ...managersOnly(deps),
    method: 'DELETE',
    path: '/workspaces/{id}/keys/{keyId}/previous',
    audit: 'key.previous_ended',
    summary: 'End the old value of a rotated API key at once',
    description: 'For when its time was chosen too long. Does nothing if no old value is valid.',
    answers: {
      200: { description: 'Only the newest value is valid', schema: okSchema },
      ...deps.errors(403, 404),
    },
    handle: async ({ context: { workspaceId }, param }) => {
      const keyId = param('keyId');
      const isKey = isUuid(keyId) && (await endPreviousValue(deps.db, { workspaceId, keyId }));
      if (!isKey) throw new AppError('not_found', 'key not found');
      return reply(200, { status: 'ok' });
    },
  });
}

function deleteRoute(deps: ProvisioningDeps): Route {
  return route({
    ...managersOnly(deps),
    method: 'DELETE',
    path: '/workspaces/{id}/keys/{keyId}',
    audit: 'key.revoked',
    summary: 'Revoke an API key',
    answers: { 200: { description: 'Revoked', schema: okSchema }, ...deps.errors(403, 404) },
    handle: async ({ context, param }) => {
      const keyId = param('keyId');
      const isGone = isUuid(keyId) && (await deleteApiKey(deps.db, context.workspaceId, keyId));
      if (!isGone) throw new AppError('not_found', 'key not found');
      return reply(200, { status: 'ok' });
    },
  });
}

function toView(key: ApiKeyRow) {
  return {
    id: key.id,
    name: key.name,
    instance_id: key.instanceId,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    created_at: key.createdAt.toISOString(),
  };
}
