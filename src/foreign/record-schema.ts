import { z } from 'zod';

/** Replaces `__proto__` while zod parses. It cannot occur otherwise, because storable texts hold no NUL. */
const STAND_IN = '__proto__\0';

/**
 * An object with arbitrary keys, all of which are kept. `z.record` drops `__proto__`, so that a tag of that name would
 * be lost silently.
 */
export function record<Value extends z.ZodType>(
  key: z.ZodString,
  value: Value,
  params?: Parameters<typeof z.record>[2],
) {
  // eslint-disable-next-line no-restricted-syntax -- this function is the replacement
  const whole = z.record(key, value, params).overwrite((members) => renamed(members, STAND_IN, '__proto__'));
  return z.preprocess((given) => (isMembers(given) ? renamed(given, '__proto__', STAND_IN) : given), whole);
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function renamed<Members extends Record<string, unknown>>(
  members: Members,
  from: string,
  to: string,
): Members;
function renamed(members: Record<string, unknown>, from: string, to: string): Record<string, unknown> {
  if (!Object.hasOwn(members, from)) return members;
  const entries = Object.entries(members);
  return Object.fromEntries(entries.map(([name, value]) => [name === from ? to : name, value]));
}
