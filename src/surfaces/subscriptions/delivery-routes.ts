import { AppError } from '../../errors.js';
import { isUuid } from '../../http/access/instance-access.js';
import { reply, route } from '../../http/surface.js';
import { keyAccess } from '../../http/access/access.js';
import type { Route } from '../../http/surface.js';
import {
  announceDeliveries,
  findRetryable,
  listDeliveries,
  retryDelivery,
} from '../../store/events/deliveries.js';
import { nativeErrors } from '../native/surface.js';
import { deliveriesDocument, pageSchema, retriedDocument } from './schema.js';
import { requireSubscription } from './require-subscription.js';
import type { SubscriptionDeps } from './require-subscription.js';
import { cutPage, toDelivery } from './translate.js';

/** The delivery log of a subscription, and the manual retry. */
export function deliveryRoutes(deps: SubscriptionDeps): Route[] {
  return [log(deps), retry(deps)];
}

function log({ auth, db }: SubscriptionDeps) {
  return route({
    method: 'GET',
    path: '/subscriptions/{id}/deliveries',
    summary: 'Shows what was sent, newest first',
    access: keyAccess(auth),
    query: pageSchema,
    answers: {
      200: { description: 'A page of the log; kept for a week', schema: deliveriesDocument },
      ...nativeErrors(400, 404),
    },
    handle: async ({ who, param, query }) => {
      const { id } = await requireSubscription(db, who, param('id'));
      const page = { subscriptionId: id, before: query.cursor ?? null, limit: query.limit + 1 };
      const { shown, next_cursor } = cutPage(await listDeliveries(db, page), query.limit, (row) => row.rowId);
      return reply(200, { deliveries: shown.map(toDelivery), next_cursor });
    },
  });
}

function retry({ auth, db, manualRetryMs }: SubscriptionDeps) {
  return route({
    method: 'POST',
    path: '/subscriptions/{id}/deliveries/{deliveryId}/retry',
    audit: 'delivery.retried',
    summary: 'Sends a delivery again, at once',
    description:
      'Whatever became of it, under the same X-Parley-Delivery. 409: the subscription is disabled, or the event is no longer kept.',
    access: keyAccess(auth),
    answers: {
      200: { description: 'The delivery, waiting to be sent', schema: retriedDocument },
      ...nativeErrors(404, 409),
    },
    handle: async ({ who, param }) => {
      const { id: subscriptionId, enabled } = await requireSubscription(db, who, param('id'));
      const id = param('deliveryId');
      if (!isUuid(id)) throw deliveryNotFound();
      const delivery = await db.transaction(async (tx) => {
        const retryable = await findRetryable(tx, subscriptionId, id);
        if (retryable === 'not_found') throw deliveryNotFound();
        if (!enabled) throw new AppError('conflict', 'subscription is disabled');
        if (retryable === 'event_gone') throw new AppError('conflict', 'event is no longer kept');
        await announceDeliveries(tx);
        return retryDelivery(tx, id, manualRetryMs);
      });
      return reply(200, { status: 'ok', delivery: toDelivery(delivery) });
    },
  });
}

function deliveryNotFound(): AppError {
  return new AppError('not_found', 'delivery not found');
}
