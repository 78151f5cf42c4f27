import { z } from 'zod';
import { digitsOf } from '../../channels/jid.js';
import { readTypedPhone } from '../../channels/typed-phone.js';
import { cutText } from '../../foreign/cut-text.js';
import type { Issue } from '../../errors.js';
import { integer, words } from '../../schema-fields.js';
import { describeMembers } from './describe-members.js';
import { notAMember } from './near-name.js';

/** What a schema promises to give. The only form in which code outside the schema files knows zod. */
export type Schema<Output> = z.ZodType<Output>;

/** A caller mends one fault after the other; a body of a hundred thousand is told of these. */
const MAX_ISSUES = 50;

/** Reads a value at the border. Messages are the schema's own words. */
export function parseWith<Output>(
  schema: Schema<Output>,
  value: unknown,
): { ok: true; value: Output } | { ok: false; issues: Issue[] } {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: result.error.issues.slice(0, MAX_ISSUES).map(toIssue) };
}

function toIssue(issue: z.core.$ZodIssue): Issue {
  // `record` reads `__proto__` under a name with a NUL.
  const path = issue.path.map((step) => String(step).replaceAll('\0', ''));
  if (issue.code !== 'unrecognized_keys') return { path, message: issue.message };
  return {
    path: [...path, cutText(issue.keys[0] ?? '', 64)],
    message: issue.message,
    unknownKeys: issue.keys,
  };
}

/**
 * JSON Schema 2020-12 of a schema for the OpenAPI document: `input` for what callers send, `output` for what they
 * get. What has no such form (a refinement, a transform) is left out.
 */
export function toJsonSchema(schema: Schema<unknown>, io: 'input' | 'output'): Record<string, unknown> {
  const document = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return describeMembers(Object.fromEntries(Object.entries(document).filter(([key]) => key !== '$schema')));
}

/** A body or a member that is an object. A member that it does not know is a slip of the caller's, and refused. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const { error } = words('an object');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? notAMember(issue.keys[0] ?? '', Object.keys(shape)) : error(issue),
  });
}

/** The parameters of a query string; unknown ones are dropped, for proxies and browsers add their own. */
export function query<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, words('an object'));
}

/** A whole number within bounds in a query string. */
export function queryInteger(min: number, max: number) {
  const expected = words(`an integer between ${min} and ${max}`);
  return z
    .string(expected)
    .regex(/^\d{1,10}$/, expected)
    .transform(Number)
    .pipe(integer(min, max));
}

/** A phone number as people write it, 8 to 15 digits among its marks. `requirePhone` reads it for an instance. */
export function phone() {
  const error = (issue: { input?: unknown }) =>
    issue.input === undefined ? 'is required' : 'must have 8 to 15 digits';
  return z
    .string({ error })
    .max(64, { error })
    .refine((written) => /^\d{8,15}$/.test(digitsOf(written)), { error });
}

/** The digits of an instance's own number, whose country nobody can know but from itself. */
export function ownPhone() {
  return phone().transform((written, context) => {
    const read = readTypedPhone(written, { ownNumber: undefined, anyDigits: true });
    if (read.ok) return read.digits;
    context.addIssue({ code: 'custom', message: read.problem });
    return z.NEVER;
  });
}
