import { z } from 'zod';
import type { Issue } from '../errors.js';

/** What a schema promises to give. The only form in which code outside the schema files knows zod. */
export type Schema<Output> = z.ZodType<Output>;

/** Reads a value at the border. Messages are the schema's own words. */
export function parseWith<Output>(
  schema: Schema<Output>,
  value: unknown,
): { ok: true; value: Output } | { ok: false; issues: Issue[] } {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: result.error.issues.map(toIssue) };
}

function toIssue(issue: z.core.$ZodIssue): Issue {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return { path, message: issue.message };
  return { path, message: issue.message, unknownKeys: issue.keys };
}

/**
 * JSON Schema 2020-12 of a schema for the OpenAPI document: `input` for what callers send, `output` for what they
 * get. What has no such form (a refinement, a transform) is left out.
 */
export function toJsonSchema(schema: Schema<unknown>, io: 'input' | 'output'): Record<string, unknown> {
  const document = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== '$schema'));
}
