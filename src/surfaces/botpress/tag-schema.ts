import { z } from 'zod';
import { toJsonSchema, words } from '../../http/input/schema.js';

/** Ids of this API; ours are UUIDs. */
export const id = z.string().min(28).max(36);

const tagKey = z.string().min(1).max(200);

/** Tags as they are written: `""` and null take one away. */
export const tags = record(tagKey, z.string().max(500).nullable());

/** Tags of a message that is made: there is nothing to take away. */
export const messageTags = record(tagKey, z.string().max(500));

/** The tags by which something that exists is found; without them all tags must be equal. */
export const discriminateByTags = z.array(z.string().max(500)).optional();

/**
 * An object of any names. Unlike `z.record` it keeps a member `__proto__`: in JSON that is a name like any other, and
 * being defined, not assigned, it becomes nobody's prototype.
 */
export function record<Value extends z.ZodType>(name: z.ZodString, value: Value) {
  // A map on the way: zod's own record leaves that name out of what it reads.
  const members = z.map(name, value, words('an object'));
  return z
    .unknown()
    .transform((given, context) => {
      const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
      const read = members.safeParse(isObject ? new Map(Object.entries(given)) : given);
      if (read.success) return Object.fromEntries(read.data) as Record<string, z.output<Value>>;
      for (const { path, message } of read.error.issues)
        context.addIssue({ code: 'custom', path: [...path], message });
      return z.NEVER;
    })
    .meta(toJsonSchema(z.record(name, value), 'input'));
}
