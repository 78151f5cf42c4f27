import { randomUUID } from 'node:crypto';
import { requireInstance } from '../../http/access/instance-access.js';
import { reply, route } from '../../http/surface.js';
import { keyAccess } from '../../http/access/access.js';
import type { Route } from '../../http/surface.js';
import type { Tx } from '../../store/db.js';
import {
  announceDeliveries,
  forgetDeliveries,
  giveUpStale,
  hurryDeliveries,
} from '../../store/events/deliveries.js';
import { newSecret } from '../../store/secrets.js';
import type { SecretPlace } from '../../store/secrets.js';
import {
  deleteSubscription,
  insertSubscription,
  listSubscriptions,
  updateSubscription,
} from '../../store/events/subscriptions.js';
import type { SubscriptionRow } from '../../store/events/subscriptions.js';
import { newestFirstSchema, okSchema } from '../native/schema.js';
import { requireRoom } from '../quotas.js';
import { requirePlace } from '../require-place.js';
import { requireSecretsAgain } from '../secret-origins.js';
import { nativeErrors } from '../native/surface.js';
import { deliveryRoutes } from './delivery-routes.js';
import { requireSubscription, subscriptionNotFound } from './require-subscription.js';
import type { SubscriptionDeps } from './require-subscription.js';
import {
  createdDocument,
  createSubscriptionSchema,
  listDocument,
  subscriptionDocument,
  updateSubscriptionSchema,
} from './schema.js';
import { toSubscription } from './translate.js';

/** `/subscriptions`: outgoing webhooks and their log. */
export function subscriptionRoutes(deps: SubscriptionDeps): Route[] {
  return [create(deps), list(deps), get(deps), update(deps), remove(deps), ...deliveryRoutes(deps)];
}

function create({ auth, db, quotas, secrets }: SubscriptionDeps) {
  return route({
    method: 'POST',
    path: '/subscriptions',
    audit: 'subscription.created',
    summary: 'Sends events to an address of yours',
    description: 'The secret signs every delivery. It is made when none is given, and shown only here.',
    access: keyAccess(auth),
    body: createSubscriptionSchema,
    answers: {
      201: { description: 'The subscription with its secret', schema: createdDocument },
      ...nativeErrors(400, 403, 404, 409, 413),
    },
    handle: async ({ who, body }) => {
      const instanceId = body.instance_id ?? who.instanceId ?? null;
      if (instanceId !== null) await requireInstance(db, who, instanceId);
      const secret = body.secret ?? newSecret('whsec');
      const id = randomUUID();
      const wanted = {
        id,
        workspaceId: who.workspaceId,
        instanceId,
        url: body.url,
        events: body.events,
        secret: secrets.encrypt(secret, placeOf(id)),
      };
      const row = await db.transaction(async (tx) => {
        await requireRoom(tx, quotas, who.workspaceId, 'subscriptions');
        return insertSubscription(tx, wanted);
      });
      return reply(201, { ...toSubscription(row), secret });
    },
  });
}

function list({ auth, db }: SubscriptionDeps) {
  return route({
    method: 'GET',
    path: '/subscriptions',
    summary: 'Lists subscriptions, newest first',
    access: keyAccess(auth),
    query: newestFirstSchema,
    answers: { 200: { description: 'Without secrets', schema: listDocument }, ...nativeErrors(400) },
    handle: async ({ who, query: { limit, before } }) => {
      await requirePlace('before', before, (id) => requireSubscription(db, who, id));
      const rows = await listSubscriptions(db, who, { limit, after: before });
      return reply(200, rows.map(toSubscription));
    },
  });
}

function get({ auth, db }: SubscriptionDeps) {
  return route({
    method: 'GET',
    path: '/subscriptions/{id}',
    summary: 'Shows a subscription',
    access: keyAccess(auth),
    answers: {
      200: { description: 'Without its secret', schema: subscriptionDocument },
      ...nativeErrors(404),
    },
    handle: async ({ who, param }) =>
      reply(200, toSubscription(await requireSubscription(db, who, param('id')))),
  });
}

function update({ auth, db, secrets, giveUpMs }: SubscriptionDeps) {
  return route({
    method: 'PATCH',
    path: '/subscriptions/{id}',
    audit: 'subscription.changed',
    summary: 'Changes address, events or secret, disables or enables',
    description:
      'While it is disabled no event is kept for it; what waited before is sent when it is enabled again, unless too old. An address of another origin needs its secret given with it.',
    access: keyAccess(auth),
    body: updateSubscriptionSchema,
    answers: {
      200: { description: 'The subscription afterwards', schema: subscriptionDocument },
      ...nativeErrors(400, 404, 413),
    },
    handle: async ({ who, param, body }) => {
      const before = await requireSubscription(db, who, param('id'));
      requireSecretForOrigin(before, body);
      const { secret: given, ...rest } = body;
      const secret = given === undefined ? undefined : secrets.encrypt(given, placeOf(before.id));
      const row = await db.transaction(async (tx) => {
        const changed = await updateSubscription(tx, who, { ...rest, id: before.id, secret });
        if (changed !== undefined) await followUp(tx, before, changed, giveUpMs);
        return changed;
      });
      if (row === undefined) throw subscriptionNotFound();
      return reply(200, toSubscription(row));
    },
  });
}

/**
 * The signature proves to a receiver that an event is ours. A receiver at another origin must not be handed the old
 * secret's signatures.
 */
function requireSecretForOrigin({ url }: SubscriptionRow, given: { url?: string; secret?: string }): void {
  const stored = { url, secret: 'stored' };
  const changed = { ...stored, ...(given.url !== undefined && { url: given.url }) };
  requireSecretsAgain({ prefix: '', secretMembers: ['secret'], stored, given, changed });
}

function placeOf(id: string): SecretPlace {
  return { column: 'subscriptions.secret', row: id };
}

/** Applies a change to the deliveries that are waiting. */
async function followUp(tx: Tx, before: SubscriptionRow, after: SubscriptionRow, giveUpMs: number) {
  if (!after.enabled) return forgetDeliveries(tx, after.id);
  if (before.enabled && before.url === after.url) return;
  if (!before.enabled) await giveUpStale(tx, after.id, giveUpMs);
  await hurryDeliveries(tx, after.id, before.enabled ? 'postponed' : 'all');
  await announceDeliveries(tx);
}

function remove({ auth, db }: SubscriptionDeps) {
  return route({
    method: 'DELETE',
    path: '/subscriptions/{id}',
    audit: 'subscription.deleted',
    summary: 'Deletes a subscription with its log',
    access: keyAccess(auth),
    answers: { 200: { description: 'Done', schema: okSchema }, ...nativeErrors(404) },
    handle: async ({ who, param }) => {
      const { id } = await requireSubscription(db, who, param('id'));
      if (!(await deleteSubscription(db, who, id))) throw subscriptionNotFound();
      return reply(200, { status: 'ok' });
    },
  });
}
