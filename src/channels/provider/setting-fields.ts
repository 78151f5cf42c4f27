import { z } from 'zod';
import { withoutEndSlashes } from '../../foreign/trim-end.js';

/** The words of a settings error: a member that is left out is required, any other value must be `expected`. */
function words(expected: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? 'is required' : `must be ${expected}`) };
}

/** The settings of a channel as one schema. The only form in which code outside the schema files knows zod. */
export type SettingsSchema = z.ZodType;

/** A setting with what it means and an example, for the OpenAPI document. The last call of a setting's schema. */
export function about<Setting extends z.ZodType>(setting: Setting, description: string, example: unknown) {
  return setting.meta({ description, examples: [example] });
}

/** A setting that is a non-empty string of at most `maxLength` characters. */
export function text(maxLength = 512) {
  const expected = words(`a string of 1 to ${maxLength} characters`);
  return z.string(expected).min(1, expected).max(maxLength, expected);
}

/** A setting that is a secret: stored encrypted, never shown, so its length is all that is said of it. */
export function secretText(minLength = 1) {
  const expected = words(`a string of ${minLength} to 4096 characters`);
  return z.string(expected).min(minLength, expected).max(4_096, expected);
}

/** A setting that is a whole number within bounds. */
export function integer(min: number, max: number) {
  const expected = words(`an integer between ${min} and ${max}`);
  return z.int(expected).min(min, expected).max(max, expected);
}

/** A setting that is true or false. */
export function boolean() {
  return z.boolean(words('true or false'));
}

/** A setting that is one of a few words. */
export function oneOf<const Word extends string>(allowed: readonly Word[]) {
  return z.enum(allowed, words(`one of ${allowed.join(', ')}`));
}

/** An absolute http or https URL without credentials; kept as written. Whether it is private is asked at each request. */
export function httpUrl() {
  const expected = words('an http or https URL');
  return z.string(expected).refine(isHttpUrl, expected);
}

/** A provider's root: trailing slashes removed, a path prefix kept. */
export function baseUrl() {
  return httpUrl().overwrite(withoutEndSlashes);
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return (
    ['http:', 'https:'].includes(url.protocol) && !!url.hostname && url.username === '' && url.password === ''
  );
}

/** A header that the provider adds to every webhook; `name` is lower-cased for the comparison. */
export function headerSecret() {
  return z.object(
    {
      name: text(128)
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a header name')
        .toLowerCase(),
      value: secretText(),
    },
    words('an object with name and value'),
  );
}

/** One or two secrets, the second for rotation. */
export function rotatingSecrets(minLength: number) {
  const expected = words('an array of one or two secrets');
  return z.array(secretText(minLength), expected).min(1, expected).max(2, expected);
}

/** A setting that is an object whose members another schema reads. */
export function objectOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, words('an object'));
}
