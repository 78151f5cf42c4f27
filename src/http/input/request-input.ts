import type { Request } from 'express';
import { AppError } from '../../errors.js';
import type { ErrorCode } from '../../errors.js';
import { hasTooManyFields } from '../../foreign/input-bounds.js';
import { isStorable, storableText } from '../../foreign/storable.js';
import { parseFields } from './json-body.js';
import type { BodyResult } from './json-body.js';
import { parseWith } from './schema.js';
import type { Schema } from './schema.js';

/** Query parameters before validation: repeated ones are arrays, keys are literal (`tags.priority`). */
export type RawQuery = Record<string, string | string[]>;

/** The parameters of the query string. Throws AppError `invalid_query` for too many. */
export function readQuery(request: Request): RawQuery {
  const start = request.originalUrl.indexOf('?');
  const text = start < 0 ? '' : request.originalUrl.slice(start + 1);
  if (hasTooManyFields(text)) throw new AppError('invalid_query', 'query has too many parameters');
  return parseFields(text);
}

/** A path parameter; empty when the path has none. NUL is replaced: PostgreSQL refuses it and no id contains it. */
export function readParam(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? storableText(value) : '';
}

const bodyProblems: Record<
  Extract<BodyResult, { ok: false }>['problem'],
  { code: ErrorCode; message: string }
> = {
  malformed: { code: 'malformed_json', message: 'malformed JSON' },
  content_type: { code: 'unsupported_media_type', message: 'content type must be application/json' },
  too_large: { code: 'too_large', message: 'payload too large' },
  too_many: { code: 'too_large', message: 'body has too many fields or values' },
  text: { code: 'invalid_body', message: 'body has characters that cannot be stored' },
};

/** The fields of a body. Throws AppError when the body cannot be read, or `invalid_body` with its first problem. */
export function bodyFields<Output>(schema: Schema<Output>, result: BodyResult): Output {
  if (result.ok) return readFields(schema, result.value, 'invalid_body');
  const { code, message } = bodyProblems[result.problem];
  throw new AppError(code, message);
}

/** The fields of a query string. Throws AppError `invalid_query`. */
export function queryFields<Output>(schema: Schema<Output>, query: RawQuery): Output {
  if (isStorable(query)) return readFields(schema, query, 'invalid_query');
  throw new AppError('invalid_query', 'query has characters that cannot be stored');
}

function readFields<Output>(
  schema: Schema<Output>,
  value: unknown,
  code: 'invalid_body' | 'invalid_query',
): Output {
  const result = parseWith(schema, value);
  if (result.ok) return result.value;
  const whole = code === 'invalid_body' ? 'body' : 'query';
  const words = result.issues.map(({ path, message }) => `${path.join('.') || whole} ${message}`);
  throw new AppError(code, words[0] ?? 'invalid request', { issues: result.issues });
}
