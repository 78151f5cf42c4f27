/** Why a request was not carried out. Every surface prints these in its own words and statuses. */
export type ErrorCode =
  | 'malformed_json'
  | 'unsupported_media_type'
  | 'invalid_body'
  | 'invalid_query'
  | 'invalid_request'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'too_large'
  | 'rate_limited'
  | 'internal'
  | 'unavailable';

/** The usual status of each code; a dialect may differ. */
export const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  malformed_json: 400,
  unsupported_media_type: 415,
  invalid_body: 400,
  invalid_query: 400,
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
};

/** One fault of a body or query. `message` is what the schema says; `path` is empty for the whole. */
export interface Issue {
  path: string[];
  message: string;
  /** Set when the fault is keys that the schema does not know. */
  unknownKeys?: string[];
}

/**
 * The only error a surface throws on purpose. The message is for the caller and holds no message text, token or
 * secret. `issues` is filled for `invalid_body` and `invalid_query`.
 */
export class AppError extends Error {
  readonly issues: readonly Issue[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    detail: { issues?: readonly Issue[]; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = 'AppError';
    this.issues = detail.issues ?? [];
    this.retryAfterSeconds = detail.retryAfterSeconds;
  }
}

/**
 * What may be logged of an unexpected error: its name, code and place. Its message may quote values, such as the text
 * of a message, and is left out.
 */
export function describeError(error: unknown): { error: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, ...code, at: frames.slice(0, 8).map((line) => line.trim()) };
}
