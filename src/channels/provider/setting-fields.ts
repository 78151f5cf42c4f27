import { z } from 'zod';
import { text, words } from '../../schema-fields.js';

/** The settings of a channel as one schema. The only form in which code outside the schema files knows zod. */
export type SettingsSchema = z.ZodType;

/** A setting that is a non-empty string. */
export function settingText(maxLength = 512) {
  return text(1, maxLength);
}

/** A setting that is a secret: stored encrypted, never shown, so its length is all that is said of it. */
export function secretText(minLength = 1) {
  return text(minLength, 4_096);
}

/** A header that the provider adds to every webhook; `name` is lower-cased for the comparison. */
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

/** One or two secrets, the second for rotation. */
export function rotatingSecrets(minLength: number) {
  const expected = words('an array of one or two secrets');
  return z.array(secretText(minLength), expected).min(1, expected).max(2, expected);
}

/** A setting that is an object whose members another schema reads. */
export function objectOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, words('an object'));
}
