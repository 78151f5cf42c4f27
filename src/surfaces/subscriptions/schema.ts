import { z } from 'zod';
import { object, query, queryInteger } from '../../http/input/schema.js';
import { about, boolean, httpUrl, oneOf, text, words } from '../../schema-fields.js';
import { SUBSCRIPTION_EVENTS } from '../../store/events/subscriptions.js';
import { record } from '../../foreign/record-schema.js';

const url = httpUrl();
const someEvents = words(`a list of some of ${SUBSCRIPTION_EVENTS.join(', ')}`);
const events = z
  .array(oneOf(SUBSCRIPTION_EVENTS), someEvents)
  .min(1, someEvents)
  .transform((names) => [...new Set(names)]);

/** Body of `POST /subscriptions`. */
export const createSubscriptionSchema = object({
  url,
  events,
  instance_id: text(1, 200).nullish(),
  secret: text(1, 256).nullish(),
});

/** Body of `PATCH /subscriptions/{id}`. Only the members that are sent are changed. */
export const updateSubscriptionSchema = object({
  enabled: boolean().optional(),
  url: url.optional(),
  events: events.optional(),
  secret: text(1, 256).optional(),
});

const page = {
  limit: queryInteger(1, 200).default(50),
  cursor: z
    .string('is not one that a page gave')
    .regex(/^\d{1,15}$/, 'is not one that a page gave')
    .transform(Number)
    .optional(),
};

/** A page of a list: `cursor` is the `next_cursor` of the page before. */
export const pageSchema = query({ ...page });

/** A page of a timeline. */
export const timelineQuerySchema = query({
  order: about(oneOf(['asc', 'desc']).default('asc'), '`desc`: the newest first.', 'desc'),
  ...page,
});

/** Query of `GET /events`, for what a browser's EventSource cannot send as headers. */
export const streamQuerySchema = query({
  access_token: text(1, 4_096).optional(),
  last_event_id: text(0, 100).optional(),
});

const time = z.iso.datetime();

/** A subscription in answers. */
export const subscriptionDocument = z.object({
  id: z.uuid(),
  url: z.string(),
  events: z.array(z.enum(SUBSCRIPTION_EVENTS)),
  instance_id: z.string().nullable(),
  enabled: z.boolean(),
  failing_since: time.nullable(),
  created_at: time,
  updated_at: time,
});

/** The only answer that shows the secret. */
export const createdDocument = subscriptionDocument.extend({ secret: z.string() });

/** A line of the delivery log. */
export const deliveryDocument = z.object({
  id: z.uuid(),
  event: z.enum(SUBSCRIPTION_EVENTS),
  attempt: z.int(),
  status: z.enum(['pending', 'delivered', 'failed']),
  response_status: z.int().nullable(),
  at: time,
  next_attempt_at: time.nullable(),
});

/** A page of the delivery log, newest first. */
export const deliveriesDocument = z.object({
  deliveries: z.array(deliveryDocument),
  next_cursor: z.string().nullable(),
});

/** The answer to a retry. */
export const retriedDocument = z.object({ status: z.literal('ok'), delivery: deliveryDocument });

/** A page of a timeline, in the order that was asked for. */
export const timelineDocument = z.object({
  events: z.array(
    z.object({ id: z.string(), type: z.string(), at: time, data: record(z.string(), z.unknown()) }),
  ),
  next_cursor: z.string().nullable(),
});

/** Every subscription the key may see, newest first. */
export const listDocument = z.array(subscriptionDocument);
/** A token for the stream; `expires_in` in seconds. */
export const tokenDocument = z.object({ access_token: z.string(), expires_in: z.int() });
