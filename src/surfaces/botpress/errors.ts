import { randomBytes } from 'node:crypto';
import { statusOfCode, type AppError, type ErrorCode } from '../../errors.js';

const types: Readonly<Record<ErrorCode, string>> = {
  malformed_json: 'InvalidPayload',
  unsupported_media_type: 'UnsupportedMediaType',
  invalid_body: 'InvalidPayload',
  invalid_query: 'InvalidQuery',
  invalid_request: 'InvalidPayload',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  not_found: 'ResourceNotFound',
  method_not_allowed: 'MethodNotFound',
  conflict: 'AlreadyExists',
  too_large: 'PayloadTooLarge',
  rate_limited: 'RateLimited',
  internal: 'Internal',
  unavailable: 'Internal',
};

/** An error in Botpress's shape. The official client builds its typed errors from these four keys. */
export function printError(error: AppError): { status: number; body: unknown } {
  // Botpress has no 503: its client would not recognise one as an error of the API.
  const code = error.code === 'unavailable' ? 500 : statusOfCode[error.code];
  return { status: code, body: { id: errorId(), code, type: types[error.code], message: messageOf(error) } };
}

function messageOf(error: AppError): string {
  const [issue] = error.issues;
  if (issue === undefined) return error.message;
  const unknown = issue.unknownKeys?.map((key) => `${key} is not allowed`).join(', ');
  return unknown ?? [issue.path.join('.'), issue.message].filter((part) => part !== '').join(': ');
}

/** `err_`, the UTC time to the second, `x` and eight random hexadecimal digits. */
function errorId(): string {
  const second = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  return `err_${second}x${randomBytes(4).toString('hex').toUpperCase()}`;
}
