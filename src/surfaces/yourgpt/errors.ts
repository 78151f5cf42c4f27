import { statusOfCode, type AppError, type ErrorCode } from '../../errors.js';

const words: Partial<Record<ErrorCode, string>> = {
  malformed_json: 'Malformed JSON',
  unsupported_media_type: 'Content-Type must be application/json or application/x-www-form-urlencoded',
  unauthorized: 'Unauthorized',
  forbidden: 'Access denied',
  too_large: 'Payload too large',
  rate_limited: 'Too many requests',
  internal: 'Internal server error',
  unavailable: 'Service unavailable',
};

/** An error in YourGPT's shape and words. An unsupported content type is 400 here. */
export function printError(error: AppError): { status: number; body: unknown } {
  const status = error.code === 'unsupported_media_type' ? 400 : statusOfCode[error.code];
  const message = words[error.code] ?? error.issues[0]?.message ?? error.message;
  return { status, body: { type: 'RXERROR', message } };
}
