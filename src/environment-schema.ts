import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { withoutEndSlashes } from './foreign/trim-end.js';

const wholeNumber = (from: number, to: number, preset: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((value) => value >= from && value <= to, `must be a whole number from ${from} to ${to}`)
    .default(preset);

const webAddress = z
  .string()
  .refine((value) => /^https?:$/.test(protocolOf(value)), 'must be an http or https URL')
  .transform(withoutEndSlashes);

const words = <const Word extends string>(...allowed: Word[]) =>
  z.enum(allowed, `must be one of ${allowed.join(', ')}`);

const encryptionKeys = z
  .string()
  .transform((value) => value.split(',').map((part) => toKey(part.trim())))
  .refine(
    (keys) => keys.every((key) => key.length === 32),
    'must be keys of 32 bytes in base64 or hex, by commas',
  );

/** Every variable that Parley reads, except TEMPORAL_… and the rest of OTEL_…, which their SDKs read themselves. */
export const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535, 8080),
  HOST: z.string().default('127.0.0.1'),
  PARLEY_WORKER_PORT: wholeNumber(0, 65_534, 0),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress.optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  DATABASE_URL: z
    .string()
    .refine((value) => /^postgres(ql)?:$/.test(protocolOf(value)), 'must be a postgres:// URL')
    .optional(),
  PARLEY_ADMIN_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  PARLEY_ENCRYPTION_KEYS: encryptionKeys.optional(),
  PARLEY_PUBLIC_URL: webAddress.optional(),
  PARLEY_ALLOW_PRIVATE_HOSTS: z
    .string()
    .transform(toHosts)
    .refine((hosts) => hosts.every(isHostOrRange), 'must be host names, addresses or CIDRs, by commas')
    .default([]),
  PARLEY_DATA_DIR: z.string().default('./.parley'),
  PARLEY_RATE_LIMIT: wholeNumber(0, 1_000_000, 100),
  PARLEY_MAX_KEYS: wholeNumber(0, 1_000_000, 1_000),
  PARLEY_MAX_INSTANCES: wholeNumber(0, 1_000_000, 1_000),
  PARLEY_MAX_TYPEBOTS: wholeNumber(0, 1_000_000, 5_000),
  PARLEY_MAX_SUBSCRIPTIONS: wholeNumber(0, 1_000_000, 100),
  PARLEY_TOKEN_TTL_SECONDS: wholeNumber(1, 31_536_000, 3600),
  PARLEY_TEMPORAL_CONTACT: words('plain', 'masked').default('plain'),
  PARLEY_TEMPORAL_UI: webAddress.optional(),
  PARLEY_DEFAULT_LOCALE: words('pt-BR', 'en', 'es').default('pt-BR'),
  PARLEY_DEFAULT_TIME_ZONE: z.string().refine(isTimeZone, 'must be an IANA time zone name').default('UTC'),
  PARLEY_TYPEBOT_PATIENCE_MS: wholeNumber(0, 86_400_000, 120_000),
  PARLEY_TYPEBOT_TIMEOUT_MS: wholeNumber(100, 3_600_000, 130_000),
  PARLEY_TRANSCRIPTION_URL: webAddress.optional(),
  PARLEY_TRANSCRIPTION_API_KEY: z.string().optional(),
  PARLEY_TRANSCRIPTION_MODEL: z.string().optional(),
  PARLEY_TRANSCRIPTION_LANGUAGE: z.string().optional(),
  PARLEY_MEDIA_DIR: z.string().optional(),
  PARLEY_S3_ENDPOINT: webAddress.optional(),
  PARLEY_S3_BUCKET: z.string().optional(),
  PARLEY_S3_REGION: z.string().default('us-east-1'),
  PARLEY_S3_ACCESS_KEY_ID: z.string().optional(),
  PARLEY_S3_SECRET_ACCESS_KEY: z.string().optional(),
  PARLEY_LOG_LEVEL: words('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
});

/** The variables with their types and defaults. */
export type Values = z.infer<typeof environmentSchema>;

function toHosts(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function toKey(text: string): Uint8Array {
  return Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
}

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : '';
}

function isTimeZone(value: string): boolean {
  try {
    // Intl also accepts offsets such as +03:00, which are not IANA names.
    return /^[A-Za-z]/.test(value) && new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined;
  } catch {
    return false;
  }
}

/** Refuses URLs, ports, patterns and invalid ranges, since such an entry would never match anything. */
function isHostOrRange(entry: string): boolean {
  if (entry.includes('/')) return ipaddr.isValidCIDR(entry);
  return ipaddr.isValid(entry.replace(/^\[|\]$/g, '')) || /^[a-z\d_]([a-z\d_.-]*[a-z\d_.])?$/i.test(entry);
}

/** The name of a variable that Parley reads. */
export type Variable = keyof Values;

// Setting the named variable requires the others too.
const groups: { name: Variable; needs: Variable[] }[] = [
  { name: 'PARLEY_TRANSCRIPTION_URL', needs: ['PARLEY_TRANSCRIPTION_MODEL'] },
  { name: 'PARLEY_TRANSCRIPTION_MODEL', needs: ['PARLEY_TRANSCRIPTION_URL'] },
  { name: 'PARLEY_TRANSCRIPTION_API_KEY', needs: ['PARLEY_TRANSCRIPTION_URL'] },
  { name: 'PARLEY_TRANSCRIPTION_LANGUAGE', needs: ['PARLEY_TRANSCRIPTION_URL'] },
  { name: 'PARLEY_S3_ENDPOINT', needs: ['PARLEY_S3_BUCKET'] },
  { name: 'PARLEY_S3_ACCESS_KEY_ID', needs: ['PARLEY_S3_BUCKET', 'PARLEY_S3_SECRET_ACCESS_KEY'] },
  { name: 'PARLEY_S3_SECRET_ACCESS_KEY', needs: ['PARLEY_S3_BUCKET', 'PARLEY_S3_ACCESS_KEY_ID'] },
];

/** What is wrong with variables that belong together. An empty variable must not be among the given. */
export function groupProblems(given: Readonly<Record<string, string | undefined>>): string[] {
  const missing = groups.flatMap(({ name, needs }) =>
    given[name] === undefined
      ? []
      : needs.filter((need) => given[need] === undefined).map((need) => `${need} is required with ${name}`),
  );
  const both = given.PARLEY_MEDIA_DIR !== undefined && given.PARLEY_S3_BUCKET !== undefined;
  return both ? [...missing, 'PARLEY_MEDIA_DIR and PARLEY_S3_BUCKET exclude each other'] : missing;
}
