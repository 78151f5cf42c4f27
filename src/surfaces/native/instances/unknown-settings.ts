import { AppError } from '../../../errors.js';
import { cutText } from '../../../foreign/cut-text.js';
import { notAMember } from '../../../http/input/near-name.js';

type Json = Record<string, unknown>;

/**
 * Refuses an unknown member of settings, at any depth: ignoring a misspelt one would silently apply its default. Only
 * for what a caller sends, since stored settings may hold members of another version. Throws AppError `invalid_body`.
 */
export function refuseUnknown(schema: unknown, given: unknown, path: readonly string[]): void {
  if (!isObject(schema) || !isObject(schema['properties']) || !isObject(given)) return;
  const known = schema['properties'];
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) {
      const where = [...path, cutText(name, 64)].join('.');
      throw new AppError('invalid_body', `${where} ${notAMember(name, Object.keys(known))}`);
    }
    refuseUnknown(known[name], value, [...path, name]);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
