import { z } from 'zod';
import { text, words } from '../../schema-fields.js';

/** The schema of a channel's settings. Code outside the schema files knows zod in this form only. */
export type SettingsSchema = z.ZodType;

/** A non-empty string of at most `maxLength` UTF-16 units. */
export function settingText(maxLength = 512) {
  return text(1, maxLength);
}

/** A secret: stored encrypted and never shown. Errors mention its length only. */
export function secretText(minLength = 1) {
  return text(minLength, 4_096);
}

/** A header that the provider adds to every webhook; `name` is lower-cased for comparing. */
export function headerSecret() {
  return z.object(
    {
      name: text(1, 128)
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a header name')
        .toLowerCase(),
      value: secretText(),
    },
    words('an object with name and value'),
  );
}

/** One secret, or two while it is being changed. */
export function rotatingSecrets(minLength: number) {
  const expected = words('an array of one or two secrets');
  return z.array(secretText(minLength), expected).min(1, expected).max(2, expected);
}

/** An object, with an error text that fits the settings. */
export function objectOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, words('an object'));
}
