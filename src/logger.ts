import { pino, type LogFn, type Logger as PinoLogger } from 'pino';
import type { LogLevel } from './config.js';
import { describeError } from './errors.js';

/** The logger of every part. Fields come first, then a constant sentence; never message text, tokens or secrets. */
export type Logger = PinoLogger;

// A second line of defence, in case somebody logs a whole object by mistake.
const secretFields = [
  'authorization',
  'apikey',
  'api_key',
  'apiKey',
  'access_token',
  'accessToken',
  'admin_key',
  'adminKey',
  'app_secret',
  'client_secret',
  'client_token',
  'instance_token',
  'password',
  'secret',
  'token',
  'url_secret',
  'verify_token',
  'text',
  'caption',
  'body',
];

/**
 * JSON lines on standard output. An error anywhere in the fields is printed only as `describeError` allows. Secrets and
 * message text down to the third level are replaced by `***`.
 */
export function createLogger(
  options: { level: LogLevel; name: string },
  destination?: { write(line: string): void },
): Logger {
  const paths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino(
    {
      level: options.level,
      base: { process: options.name, pid: process.pid },
      redact: { paths, censor: '***' },
      formatters: { log: (fields) => withoutRawErrors(fields, MAX_DEPTH) as Record<string, unknown> },
      serializers: { err: asTold },
      hooks: { logMethod: withSentence },
    },
    ...(destination ? [destination] : []),
  );
}

const MAX_DEPTH = 4;

/** pino has its own serializer for `err`. By then the error has been described already. */
function asTold(error: unknown): unknown {
  return error instanceof Error ? describeError(error) : error;
}

/** Describes every error in the fields. A date, an address and the like are printed as they print themselves in JSON. */
function withoutRawErrors(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return withoutRawErrors(value.toJSON(), depth - 1);
  if (Array.isArray(value)) return value.map((inner) => withoutRawErrors(inner, depth - 1));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutRawErrors(inner, depth - 1)]));
}

/** Without a sentence pino would print the message of the error. */
function withSentence(this: PinoLogger, args: Parameters<LogFn>, method: LogFn): void {
  const [fields, sentence] = args as unknown as [unknown, string | undefined];
  if (typeof fields === 'object' && sentence === undefined) method.call(this, fields, 'no sentence');
  else method.apply(this, args);
}
