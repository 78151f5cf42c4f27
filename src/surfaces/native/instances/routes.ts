import { randomInt, randomUUID } from 'node:crypto';
import { AppError } from '../../../errors.js';
import type { Principal } from '../../../http/access/auth.js';
import { requireInstance } from '../../../http/access/instance-access.js';
import { reply, route } from '../../../http/surface.js';
import { keyAccess } from '../../../http/access/access.js';
import type { Route } from '../../../http/surface.js';
import { insertApiKey } from '../../../store/accounts/api-keys.js';
import type { Tx } from '../../../store/db.js';
import {
  findInstance,
  insertInstance,
  listInstances,
  lockInstance,
  updateInstance,
} from '../../../store/accounts/instances.js';
import type { NewInstance } from '../../../store/accounts/instances.js';
import type { InstanceRow } from '../../../store/rows.js';
import { hashSecret, newSecret } from '../../../store/secrets.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { requireRoom } from '../../quotas.js';
import { requirePlace } from '../../require-place.js';
import { newestFirstSchema, okSchema } from '../schema.js';
import { nativeErrors } from '../surface.js';
import { healthRoute } from './health-route.js';
import { mutesRoute } from './mutes-route.js';
import {
  createdInstanceSchema,
  instanceChangeSchema,
  instanceListSchema,
  instanceViewSchema,
  newInstanceSchema,
} from './schema.js';
import { asTranscription, mergeChannel, readNewChannel, readTranscription } from './settings.js';
import { silenceRoutes } from './silence-routes.js';
import { tokenRoutes } from './token-routes.js';
import { maskedWebhook, toAdviceView, toInstanceView } from './translate.js';

/** `/instances`: list, create, read, change, delete. */
export function instanceRoutes(deps: NativeDeps): Route[] {
  return [
    listRoute(deps),
    createRoute(deps),
    getRoute(deps),
    changeRoute(deps),
    deleteRoute(deps),
    healthRoute(deps),
    mutesRoute(deps),
    ...silenceRoutes(deps),
    ...tokenRoutes(deps),
  ];
}

function listRoute(deps: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/instances',
    summary: 'List instances, newest first',
    access: keyAccess(deps.auth),
    query: newestFirstSchema,
    answers: { 200: { description: 'The instances', schema: instanceListSchema }, ...nativeErrors(400) },
    handle: async ({ who, query: { limit, before } }) => {
      await requirePlace('before', before, (id) => requireInstance(deps.db, who, id));
      const instances = await listInstances(deps.db, deps.keyRing, who, { limit, after: before });
      return reply(
        200,
        instances.map((instance) => show(deps, instance)),
      );
    },
  });
}

function createRoute(deps: NativeDeps): Route {
  return route({
    method: 'POST',
    path: '/instances',
    audit: 'instance.created',
    summary: 'Connect a WhatsApp number',
    description: 'Only this answer shows the instance token and the secrets of the webhook.',
    access: keyAccess(deps.auth),
    body: newInstanceSchema,
    answers: {
      201: { description: 'The instance', schema: createdInstanceSchema },
      ...nativeErrors(400, 403, 409, 413),
    },
    handle: async ({ who, body }) => {
      const { channel, settings } = readNewChannel(deps.channels, body.channel);
      const { instance, token } = await create(deps, who, {
        id: newInstanceId(),
        workspaceId: who.workspaceId,
        name: body.name,
        phone: body.phone ?? null,
        channelType: channel.type,
        channel: settings,
        transcription: readTranscription(null, body.transcription ?? null),
        status: channel.initialStatus,
        alarmAfterHours: body.alarm_after_hours,
      });
      const { context } = deps.channels.connect(instance);
      const made = (registered: boolean) => {
        const advice = toAdviceView(channel.advice(context), registered);
        return reply(201, { ...toInstanceView(instance, advice), token });
      };
      const afterwards = async () => made((await channel.register?.(context)) ?? false);
      return { ...made(false), afterwards };
    },
  });
}

function create(
  deps: NativeDeps,
  who: Principal,
  wanted: NewInstance,
): Promise<{ instance: InstanceRow; token: string }> {
  const token = newSecret('it');
  return deps.db.transaction(async (tx) => {
    await requireRoom(tx, deps.quotas, who.workspaceId, 'instances');
    const instance = await insertInstance(tx, deps.keyRing, wanted);
    await insertApiKey(tx, {
      id: randomUUID(),
      workspaceId: who.workspaceId,
      instanceId: instance.id,
      kind: 'instance_token',
      name: 'instance token',
      keyHash: hashSecret(token),
    });
    return { instance, token };
  });
}

function getRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}',
    summary: 'Show an instance',
    answers: { 200: { description: 'The instance', schema: instanceViewSchema }, ...nativeErrors(403, 404) },
    handle: async ({ context }) => reply(200, show(deps, await requireInstanceRow(deps, context.instanceId))),
  });
}

function changeRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'PATCH',
    path: '/instances/{id}',
    audit: 'instance.changed',
    summary: 'Change an instance',
    description:
      'Members of `channel` and `transcription` are merged; `null` takes a member back to its default.',
    body: instanceChangeSchema,
    answers: {
      200: { description: 'The changed instance', schema: instanceViewSchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: async ({ context, body }) => {
      const instance = await deps.db.transaction((tx) => change(deps, tx, context.instanceId, body));
      if (body.channel !== undefined) await registerAgain(deps, instance);
      return reply(200, show(deps, instance));
    },
  });
}

interface InstanceChanges {
  name?: string;
  phone?: string | null;
  channel?: Record<string, unknown>;
  transcription?: Record<string, unknown> | null;
  alarm_after_hours?: number;
}

async function change(deps: NativeDeps, tx: Tx, id: string, wanted: InstanceChanges): Promise<InstanceRow> {
  const stored = await lockInstance(tx, deps.keyRing, id);
  if (stored === undefined) throw new AppError('not_found', 'instance not found');
  if (Object.values(wanted).every((value) => value === undefined)) return stored;
  const channel = deps.channels.find(stored.channelType);
  if (channel === undefined) throw new Error(`instance ${id}: unknown channel type`);
  const { transcription } = wanted;
  return updateInstance(tx, deps.keyRing, id, {
    name: wanted.name ?? stored.name,
    alarmAfterHours: wanted.alarm_after_hours ?? stored.alarmAfterHours,
    phone: wanted.phone === undefined ? stored.phone : wanted.phone,
    channel: mergeChannel(deps.channels, channel, stored.channelSettings, wanted.channel ?? {}),
    transcription:
      transcription === undefined
        ? stored.transcription && asTranscription(stored.transcription)
        : readTranscription(stored.transcription, transcription),
    // New settings may hold a new credential.
    status: wanted.channel && stored.status === 'auth_failed' ? channel.initialStatus : stored.status,
  });
}

/**
 * The provider must learn of a new address or secret too. Where it has no API for that, or it fails, the operator sets
 * it by hand.
 */
async function registerAgain(deps: NativeDeps, instance: InstanceRow): Promise<void> {
  const { channel, context } = deps.channels.connect(instance);
  await channel.register?.(context);
}

function deleteRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'DELETE',
    path: '/instances/{id}',
    audit: 'instance.deleted',
    summary: 'Delete an instance with its configurations, sessions, transcripts, mutes and token',
    answers: { 200: { description: 'Deleted', schema: okSchema }, ...nativeErrors(403, 404) },
    handle: async ({ context }) => {
      await deps.conversations.deleteInstance(context.instanceId);
      return reply(200, { status: 'ok' });
    },
  });
}

/** The instance that the guard has let through. Throws AppError `not_found` when it has been deleted since. */
export async function requireInstanceRow(deps: NativeDeps, id: string): Promise<InstanceRow> {
  const instance = await findInstance(deps.db, deps.keyRing, id);
  if (instance === undefined) throw new AppError('not_found', 'instance not found');
  return instance;
}

function show(deps: NativeDeps, instance: InstanceRow) {
  return toInstanceView(instance, maskedWebhook(deps.channels.connect(instance)));
}

/** `VZ` and 26 upper-case letters or digits. */
function newInstanceId(): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  return `VZ${Array.from({ length: 26 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}
