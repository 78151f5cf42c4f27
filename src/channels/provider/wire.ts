import { z } from 'zod';
import { isObject } from './json.js';

/**
 * Fields of providers' webhooks and answers, read leniently: a value of the wrong type counts as absent, so that a
 * message is not lost because of one odd field.
 */

/** A string, possibly empty. */
export const text = z.string().optional().catch(undefined);

/** A non-empty string. */
export const words = z.string().min(1).optional().catch(undefined);

/** A message id. Longer ones than any provider uses count as absent, because ids are kept in database indexes. */
export const messageId = z.string().min(1).max(512).optional().catch(undefined);

/** True or false. */
export const flag = z.boolean().optional().catch(undefined);

/** A finite number, given as such, as a string of digits, or as a 64-bit integer `{low, high}`. */
export const amount = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,18}(\.\d{1,18})?$/)
      .transform(Number),
    z
      .object({ low: z.number(), high: z.number() })
      .transform(({ low, high }) => (low >>> 0) + high * 2 ** 32),
  ])
  .optional()
  .catch(undefined);

/** An id, given as a string or a number. */
export const idText = z
  .union([z.string().min(1).max(512), z.number().transform(String)])
  .optional()
  .catch(undefined);

/** An object of which no members are known, kept without checking them: there may be a hundred thousand. */
export const anyObject = z.custom<Record<string, unknown>>(isObject).optional().catch(undefined);

/** An object of which only the named members are kept, so that nothing else, such as a secret, is passed on. */
export function shape<Shape extends z.ZodRawShape>(members: Shape) {
  return z.object(members).optional().catch(undefined);
}

/** The advertisement that a message came from, as in WhatsApp's own messages (`externalAdReply`). */
export const adReply = shape({
  title: words,
  body: words,
  sourceType: z.enum(['ad', 'post']).optional().catch(undefined),
  sourceId: words,
  sourceUrl: words,
  ctwaClid: words,
});

/** A list without its unreadable items; anything else is an empty list. */
export function listOf<Item>(item: z.ZodType<Item>) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((values) =>
      values.flatMap((value) => {
        const read = item.safeParse(value);
        return read.success && read.data !== undefined ? [read.data] : [];
      }),
    );
}
