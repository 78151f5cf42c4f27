import { z } from 'zod';
import { withoutEndSlashes } from './foreign/trim-end.js';
import { isHttpUrl } from './setting-rules.js';

/** The text of a field's error, to be read after its name: `is required`, or `must be <expected>`. */
export function words(expected: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? 'is required' : `must be ${expected}`) };
}

/** A string whose length in UTF-16 units is within bounds. */
export function text(minLength: number, maxLength: number) {
  const expected = words(
    minLength === 0
      ? `a string of at most ${maxLength} characters`
      : `a string of ${minLength} to ${maxLength} characters`,
  );
  return z.string(expected).min(minLength, expected).max(maxLength, expected);
}

/** A whole number within bounds, given as a number. */
export function integer(min: number, max: number) {
  const expected = words(`an integer between ${min} and ${max}`);
  return z.int(expected).min(min, expected).max(max, expected);
}

/** A JSON boolean. */
export function boolean() {
  return z.boolean(words('true or false'));
}

/** One of a few values. */
export function oneOf<const Word extends string>(allowed: readonly Word[]) {
  return z.enum(allowed, words(`one of ${allowed.join(', ')}`));
}

/** Adds a description and an example for the OpenAPI document. Must be the last call on a schema, after `nullable`. */
export function about<Member extends z.ZodType>(member: Member, description: string, example: unknown) {
  return member.meta({ description, examples: [example] });
}

/**
 * An absolute http or https URL without credentials, kept as written. Whether its host is private is checked with each
 * request.
 */
export function httpUrl(maxLength = 2_048) {
  const expected = words('an http or https URL');
  return z
    .string(expected)
    .max(maxLength, words(`an http or https URL of at most ${maxLength} characters`))
    .refine(isHttpUrl, expected);
}

/** The root of a service: trailing slashes removed, a path prefix kept. */
export function baseUrl() {
  return httpUrl().overwrite(withoutEndSlashes);
}
