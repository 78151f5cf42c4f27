import { z } from 'zod';
import { object, query, queryInteger } from '../../http/input/schema.js';
import { about, integer, text } from '../../schema-fields.js';

/** `{"status":"ok"}` */
export const okSchema = z.object({ status: z.literal('ok') });

/** The error body of this surface. */
export const errorSchema = z.object({ code: z.int(), success: z.literal(false), error: z.string() });

/** A body that only has to be an object. */
export const emptySchema = query({});

/** A body that may be any JSON. */
export const anyJsonSchema = z.unknown();

/** `POST /token`. */
export const tokenRequestSchema = object({ client_token: text(1, 500), client_secret: text(1, 500) });

/** The answer of `POST /token`; `expires_in` in seconds. */
export const tokenSchema = z.object({ access_token: z.string(), expires_in: z.int() });

/** Query of an array that lists the newest first. `before` is the id of the previous page's last entry. */
export const newestFirstSchema = query({
  limit: queryInteger(1, 1_000).default(200),
  before: text(1, 200).optional(),
});

/** Query of an array in any other order. `after` is the id of the previous page's last entry. */
export const inOrderSchema = query({
  limit: queryInteger(1, 1_000).default(200),
  after: text(1, 200).optional(),
});

/** The body of `POST …/rotate`. */
export const rotateSchema = object({
  keep_minutes: about(
    integer(0, 10_080).default(0),
    'For how many minutes the old value stays valid, so that programs can be given the new one; 0 = it is refused at once.',
    60,
  ),
});
