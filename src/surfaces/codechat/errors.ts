import { statusOfCode, type AppError, type ErrorCode } from '../../errors.js';

const names: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const words: Partial<Record<ErrorCode, string>> = {
  malformed_json: 'Malformed JSON',
  unsupported_media_type: 'Malformed JSON',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden resource',
  too_large: 'Payload too large',
  rate_limited: 'Too many requests',
  internal: 'Internal server error',
  unavailable: 'Service unavailable',
};

/** An error in CodeChat's shape and words: each fault is one entry of `message`. */
export function printError(error: AppError): { status: number; body: unknown } {
  const statusCode = error.code === 'unsupported_media_type' ? 400 : statusOfCode[error.code];
  const faults = new Set(error.issues.map((issue) => issue.message));
  const message = faults.size > 0 ? [...faults] : [words[error.code] ?? error.message];
  return { status: statusCode, body: { message, error: names[statusCode] ?? 'Error', statusCode } };
}
