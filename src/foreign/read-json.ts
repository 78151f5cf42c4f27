import { hasTooManyValues } from './input-bounds.js';
import { MAX_DEPTH, storable } from './storable.js';

/** Room for what is stored inside of what is read: a batch with one event that is too deep loses that event only. */
const READ_DEPTH = 2 * MAX_DEPTH;

/**
 * JSON of another program as a value that can be stored (`storable`): every answer of a server and every body of a
 * provider is read here. Undefined when it is no JSON or no UTF-8, or has more than `MAX_JSON_VALUES`.
 */
export function readJson(json: Uint8Array | string): unknown {
  const text = typeof json === 'string' ? json : decodeUtf8(json);
  const value = text === undefined ? undefined : parseJson(storableEscapes(text.toWellFormed()));
  return value === undefined ? undefined : storable(value, READ_DEPTH);
}

const UNSTORABLE = /\\u(?:0000|[dD][89a-fA-F])/;
/** In turn: an escaped backslash, a whole pair, and what cannot be stored. */
const ESCAPES =
  /\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})/g;

/**
 * A well-formed JSON text without the escapes of a NUL or half a pair, the only ways to write one: mending the text is one
 * pass, mending the value would copy all of it.
 */
function storableEscapes(json: string): string {
  if (!UNSTORABLE.test(json)) return json;
  return json.replace(ESCAPES, (escape) => (escape.length === 6 ? '\uFFFD' : escape));
}

/** The value as it was written, for a caller who is told what is wrong with it. Undefined as `readJson`. */
export function parseJson(json: Uint8Array | string): unknown {
  const text = typeof json === 'string' ? json : decodeUtf8(json);
  if (text === undefined || hasTooManyValues(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Bytes as UTF-8, without a byte order mark; undefined when they are something else. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
