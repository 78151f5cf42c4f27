import { pino, type Logger as PinoLogger } from 'pino';
import type { LogLevel } from './config.js';

/** What every part logs with. Fields first, a constant sentence second; never message text, tokens or secrets. */
export type Logger = PinoLogger;

// A second line of defence: whoever logs a whole object by mistake does not publish its secrets.
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

/** JSON lines on standard output. Secrets and message text are replaced by `***` at every depth up to three. */
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
    },
    ...(destination ? [destination] : []),
  );
}
