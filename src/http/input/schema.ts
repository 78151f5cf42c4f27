import { z } from 'zod';
import { digitsOf } from '../../channels/jid.js';
import { readTypedPhone } from '../../channels/typed-phone.js';
import { cutText } from '../../foreign/cut-text.js';
import type { Issue } from '../../errors.js';
import { integer, words } from '../../schema-fields.js';
import { describeMembers } from './describe-members.js';
import { notAMember } from './near-name.js';

/** A schema, by the type it produces. Code outside the schema files knows zod only in this form. */
export type Schema<Output> = z.ZodType<Output>;

/** Enough for any caller to work through; a body of a hundred thousand faults is reported with these only. */
const MAX_ISSUES = 50;

/** Validates a value at the border. The messages are those of the schema. */
export function parseWith<Output>(
  schema: Schema<Output>,
  value: unknown,
): { ok: true; value: Output } | { ok: false; issues: Issue[] } {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: result.error.issues.slice(0, MAX_ISSUES).map(toIssue) };
}

function toIssue(issue: z.core.$ZodIssue): Issue {
  // zod's `record` reads `__proto__` under a name with a NUL.
  const path = issue.path.map((step) => String(step).replaceAll('\0', ''));
  if (issue.code !== 'unrecognized_keys') return { path, message: issue.message };
  return {
    path: [...path, cutText(issue.keys[0] ?? '', 64)],
    message: issue.message,
    unknownKeys: issue.keys,
  };
}

/**
 * The JSON Schema 2020-12 of a schema, for the OpenAPI document: `input` is what callers send, `output` what they get.
 * Refinements and transforms, which have no such form, are left out.
 */
export function toJsonSchema(schema: Schema<unknown>, io: 'input' | 'output'): Record<string, unknown> {
  const document = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return describeMembers(Object.fromEntries(Object.entries(document).filter(([key]) => key !== '$schema')));
}

/** An object that refuses unknown members, since they are slips of the caller, and suggests the nearest known name. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const { error } = words('an object');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? notAMember(issue.keys[0] ?? '', Object.keys(shape)) : error(issue),
  });
}

/** The parameters of a query string. Unknown ones are dropped, because proxies and browsers add their own. */
export function query<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, words('an object'));
}

/** A whole number within bounds, in a query string. */
export function queryInteger(min: number, max: number) {
  const expected = words(`an integer between ${min} and ${max}`);
  return z
    .string(expected)
    .regex(/^\d{1,10}$/, expected)
    .transform(Number)
    .pipe(integer(min, max));
}

/** A phone number as people write it: 8 to 15 digits, with separators. `requirePhone` reads it for an instance. */
export function phone() {
  const error = (issue: { input?: unknown }) =>
    issue.input === undefined ? 'is required' : 'must have 8 to 15 digits';
  return z
    .string({ error })
    .max(64, { error })
    .refine((written) => /^\d{8,15}$/.test(digitsOf(written)), { error });
}

/**
 * The digits of an instance's own number. It must contain its country code: there is no other number to infer it from.
 */
export function ownPhone() {
  return phone().transform((written, context) => {
    const read = readTypedPhone(written, { ownNumber: undefined, anyDigits: true });
    if (read.ok) return read.digits;
    context.addIssue({ code: 'custom', message: read.problem });
    return z.NEVER;
  });
}
