import { z } from 'zod';
import { SUBSCRIPTION_EVENTS } from '../../store/subscriptions.js';

// Each message follows the name of the member: `url is required`.
function asked(rule: string) {
  return { error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is required' : rule) };
}

const url = z
  .string(asked('must be a string'))
  .max(2048, 'must be at most 2048 characters')
  .refine(isWebAddress, 'must be an http(s) URL without credentials');

const knownEvents = `must be one of ${SUBSCRIPTION_EVENTS.join(', ')}`;
const events = z
  .array(z.enum(SUBSCRIPTION_EVENTS, knownEvents), asked('must be an array'))
  .min(1, 'must name at least one event')
  .transform((names) => [...new Set(names)]);

function isWebAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** Body of `POST /subscriptions`. Unknown members are ignored. */
export const createSubscriptionSchema = z.object({
  url,
  events,
  instance_id: z.string('must be a string').nullish(),
  secret: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(256, 'must be at most 256 characters')
    .nullish(),
});

/** Body of `PATCH /subscriptions/{id}`: only what is sent is written. */
export const updateSubscriptionSchema = z.object({
  enabled: z.boolean('must be a boolean').optional(),
  url: url.optional(),
  events: events.optional(),
});

const cursor = z
  .string('is invalid')
  .regex(/^\d{1,15}$/, 'is invalid')
  .transform(Number)
  .optional();

const limitRange = 'must be an integer from 1 to 200';

/** A page of a list: `cursor` is the `next_cursor` of the page before. */
export const pageSchema = z.object({
  limit: z
    .string(limitRange)
    .regex(/^\d{1,3}$/, limitRange)
    .transform(Number)
    .pipe(z.int(limitRange).min(1, limitRange).max(200, limitRange))
    .default(50),
  cursor,
});

/** Query of `GET /events`. What a browser's EventSource cannot send as a header may stand here. */
export const streamQuerySchema = z.object({
  access_token: z.string('must be a string').optional(),
  last_event_id: z.string('must be a string').optional(),
});

const time = z.iso.datetime();

/** A subscription as it is shown. */
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

export const deliveryDocument = z.object({
  id: z.uuid(),
  event: z.enum(SUBSCRIPTION_EVENTS),
  attempt: z.int(),
  status: z.enum(['pending', 'delivered', 'failed']),
  response_status: z.int().nullable(),
  at: time,
  next_attempt_at: time.nullable(),
});

export const deliveriesDocument = z.object({
  deliveries: z.array(deliveryDocument),
  next_cursor: z.string().nullable(),
});

export const retriedDocument = z.object({ status: z.literal('ok'), delivery: deliveryDocument });

export const timelineDocument = z.object({
  events: z.array(
    z.object({ id: z.string(), type: z.string(), at: time, data: z.record(z.string(), z.unknown()) }),
  ),
  next_cursor: z.string().nullable(),
});

export const listDocument = z.array(subscriptionDocument);
export const doneDocument = z.object({ status: z.literal('ok') });
export const tokenDocument = z.object({ access_token: z.string(), expires_in: z.int() });
