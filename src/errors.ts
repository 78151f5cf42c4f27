/** Why a request was refused. Every surface prints these in its own words and statuses. */
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

/** The usual status of each code. Dialects may differ. */
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

/** One fault in a body or query. `message` comes from the schema; `path` is empty for the whole. */
export interface Issue {
  path: string[];
  message: string;
  /** Set when the fault is unknown keys. */
  unknownKeys?: string[];
}

/**
 * The only error that a surface throws on purpose. Its message is for the caller, and never contains message text,
 * tokens or secrets. `issues` is filled for `invalid_body` and `invalid_query`.
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

/** What may be disclosed about an error, to the log and to Temporal. Nothing in it is foreign text. */
export interface ToldError {
  /** The name of the error. */
  error: string;
  /** A code of the system, of PostgreSQL (SQLSTATE), or of an `AppError`. */
  code?: string;
  /** An HTTP status. */
  status?: number;
  /** Only for our own errors whose messages contain no foreign text. */
  message?: string;
  /** As named by PostgreSQL. */
  constraint?: string;
  table?: string;
  /** Stack frames, without the message before them. */
  at?: string[];
  cause?: ToldError;
}

const MAX_CAUSES = 3;
const MAX_FRAMES = 8;
/** Errors whose messages contain no foreign text. */
const OWN_WORDS = new Set(['StartRefused', 'AddressRefused', 'ChannelError']);

/**
 * What may be disclosed about an error, by an allow-list. Other errors' messages may quote values, such as the text of
 * a message, and so may PostgreSQL's `detail` and `where`; they are left out.
 */
export function describeError(error: unknown, causes = MAX_CAUSES): ToldError {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, status, httpStatus, constraint, table }: Partial<Record<string, unknown>> = { ...error };
  const told = {
    error: word(error.name, /^\w{1,60}$/) ?? 'Error',
    code: word(code, /^([A-Z0-9_]{2,40}|[a-z]{2,20}(_[a-z]{2,20}){0,3})$/),
    status: [status, httpStatus].find((number) => Number.isInteger(number) && inHttp(number)),
    message: OWN_WORDS.has(error.name) ? error.message : undefined,
    constraint: word(constraint, /^[a-z0-9_]{1,63}$/),
    table: word(table, /^[a-z0-9_]{1,63}$/),
    at: framesOf(error),
    cause: error.cause === undefined || causes === 0 ? undefined : describeError(error.cause, causes - 1),
  };
  return Object.fromEntries(
    Object.entries(told).filter(([, value]) => value !== undefined),
  ) as unknown as ToldError;
}

function word(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

function inHttp(status: unknown): boolean {
  return Number(status) >= 100 && Number(status) < 600;
}

/** A message may look like a stack frame, so only what comes after it counts. */
function framesOf({ name, message, stack = '' }: Error): string[] {
  const heads = [`${name}: ${message}`, message, name].filter((head) => head !== '');
  const head = heads.find((start) => stack.startsWith(start) || stack.startsWith(`Error: ${start}`));
  const lines = head === undefined ? [] : stack.slice(stack.indexOf(head) + head.length).split('\n');
  const frames = lines.map((line) => line.trim()).filter((line) => FRAME.test(line));
  return frames.slice(0, MAX_FRAMES);
}

const FRAME = /^at [^()]{0,120}\(?(file:\/\/|node:|\/)[^\s()]+:\d+:\d+\)?$/;
