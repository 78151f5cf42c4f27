import { z } from 'zod';
import { isObject } from './json.js';

/**
 * Fields of vendor webhooks and answers, read leniently: a value of another type counts as absent, so that one odd
 * field never costs the message.
 */

/** A string, also an empty one. */
export const text = z.string().optional().catch(undefined);

/** A string that says something. */
export const words = z.string().min(1).optional().catch(undefined);

/** A message id: it becomes part of an index, so one longer than any provider makes is none. */
export const messageId = z.string().min(1).max(512).optional().catch(undefined);

/** True or false. */
export const flag = z.boolean().optional().catch(undefined);

/** A finite number, given as a number, as digits, or as the `{low, high}` of a 64-bit integer. */
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

/** An id that is a string, or a number written as one. */
export const idText = z
  .union([z.string().min(1).max(512), z.number().transform(String)])
  .optional()
  .catch(undefined);

/** An object whose members nobody has named yet, as it is: there may be a hundred thousand. */
export const anyObject = z.custom<Record<string, unknown>>(isObject).optional().catch(undefined);

/** An object of which only the named members are kept: whatever else it holds, secrets too, goes no further. */
export function shape<Shape extends z.ZodRawShape>(members: Shape) {
  return z.object(members).optional().catch(undefined);
}

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
