import type { IncomingMessage } from 'node:http';
import { decodeUtf8, parseJson } from '../../foreign/read-json.js';
import { isStorable } from '../../foreign/storable.js';
import { hasTooManyFields, hasTooManyValues } from '../../foreign/input-bounds.js';

/** Formats a surface accepts for bodies. */
export type BodyType = 'json' | 'form';

/**
 * A body as a value; `{}` when it is missing. Problems are values, so that each surface prints its own error:
 * `malformed` is broken JSON, `text` a string that PostgreSQL cannot store (NUL, half a surrogate pair) or too deep a
 * nesting, `too_many` too many fields or values.
 */
export type BodyResult =
  | { ok: true; value: unknown }
  | { ok: false; problem: 'malformed' | 'content_type' | 'too_large' | 'too_many' | 'text' };

/** The bytes of a request, or why they could not be read; `malformed` when the sender disconnected. */
export type RawBodyResult =
  { ok: true; bytes: Buffer } | { ok: false; problem: 'malformed' | 'content_type' | 'too_large' };

/** Largest body of every route but webhooks. */
export const MAX_BODY_BYTES = 1_048_576;

/**
 * Reads at most `maxBytes`. A compressed body is refused as `content_type`. Anything over the limit is read and thrown
 * away, so that the sender gets the answer and not a connection reset.
 */
export function readRawBody(request: IncomingMessage, maxBytes: number): Promise<RawBodyResult> {
  if ((request.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    return Promise.resolve({ ok: false, problem: 'content_type' });
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    return Promise.resolve({ ok: false, problem: 'too_large' });
  }
  if (request.destroyed) return Promise.resolve({ ok: false, problem: 'malformed' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else resolve({ ok: false, problem: 'too_large' });
    });
    request.on('end', () => resolve({ ok: true, bytes: Buffer.concat(chunks) }));
    request.on('error', () => resolve({ ok: false, problem: 'malformed' }));
    request.on('close', () => resolve({ ok: false, problem: 'malformed' }));
  });
}

/** Reads a body in one of the given formats. Form fields are strings, repeated ones arrays. */
export async function readBody(request: IncomingMessage, types: readonly BodyType[]): Promise<BodyResult> {
  const raw = await readRawBody(request, MAX_BODY_BYTES);
  if (!raw.ok) return raw;
  if (raw.bytes.length === 0) return { ok: true, value: {} };
  const type = bodyType(request.headers['content-type']);
  if (type === undefined || !types.includes(type)) return { ok: false, problem: 'content_type' };
  return type === 'json' ? readJsonBody(raw.bytes) : readFormBody(raw.bytes);
}

function readJsonBody(bytes: Buffer): BodyResult {
  return hasTooManyValues(bytes) ? { ok: false, problem: 'too_many' } : whole(parseJson(bytes));
}

function readFormBody(bytes: Buffer): BodyResult {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { ok: false, problem: 'malformed' };
  return hasTooManyFields(text) ? { ok: false, problem: 'too_many' } : whole(parseFields(text));
}

function whole(value: unknown): BodyResult {
  if (value === undefined) return { ok: false, problem: 'malformed' };
  return isStorable(value) ? { ok: true, value } : { ok: false, problem: 'text' };
}

function bodyType(contentType: string | undefined): BodyType | undefined {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) return undefined;
  if (type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type)) return 'json';
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined;
}

/** Parses form fields or a query string: values decoded, keys literal, repeated ones as arrays. Never throws. */
export function parseFields(text: string): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = fields.get(name);
    if (Array.isArray(before)) before.push(value);
    else fields.set(name, before === undefined ? value : [before, value]);
  }
  return Object.fromEntries(fields);
}
