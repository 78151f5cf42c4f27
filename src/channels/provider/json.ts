import { parseForeignJson } from '../../input-bounds.js';

/** Parses a body as JSON; undefined when it is none or too large a one. Invalid UTF-8 is not JSON either. */
export function parseJson(body: Uint8Array | string): unknown {
  if (typeof body === 'string') return parseForeignJson(body);
  try {
    return parseForeignJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object, so that its members can be looked at. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as text, to look for words in; `""` for nothing, and for what is nested too deeply to be anybody's words. */
export function printed(value: unknown): string {
  try {
    return JSON.stringify(value ?? '');
  } catch {
    return '';
  }
}

/** The member at a path of names and positions, undefined when any step is missing. */
export function member(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof step === 'number') return Array.isArray(at) ? at[step] : undefined;
    return isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, value);
}

/** A non-empty string, undefined for anything else. */
export function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A copy without the members that are undefined: absent values are omitted (channels reference 10). */
export function defined<T extends object>(value: T): T {
  const copy = { ...value };
  for (const [name, inner] of Object.entries(copy)) {
    if (inner === undefined) Reflect.deleteProperty(copy, name);
  }
  return copy;
}
