import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { StartRefused } from './start-refused.js';
import { environmentSchema, groupProblems, type Values, type Variable } from './environment-schema.js';

/** The environment, unvalidated. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that may be printed. */
export interface Config {
  /** Port of the API. */
  port: number;
  /** Address that the API listens on; the loopback address by default. */
  host: string;
  /**
   * Port of a worker's probes and metrics; 0 = none. The next port, on the loopback interface, is the Temporal SDK's.
   */
  workerPort: number;
  /** Base of webhook and media URLs, without trailing slash. */
  publicUrl: string;
  /** Private hosts, addresses or CIDRs that requests to the operator's URLs may reach nevertheless. */
  allowPrivateHosts: string[];
  /** Folder for the embedded servers, and for media when neither PARLEY_MEDIA_DIR nor S3 is set. */
  dataDir: string;
  /** Requests per second and workspace; 0 = no limit. */
  rateLimitPerSecond: number;
  /** How many of each a workspace may have; 0 = no limit. */
  quotas: { keys: number; instances: number; typebots: number; subscriptions: number };
  /** Lifetime of the tokens that the API issues. */
  tokenTtlSeconds: number;
  /** How a contact's address is shown to Temporal. */
  temporalContact: 'plain' | 'masked';
  /** Where Temporal's own UI shows the workflows of the namespace; undefined = not configured. */
  temporalUi?: string;
  defaultLocale: 'pt-BR' | 'en' | 'es';
  /** IANA time zone. */
  defaultTimeZone: string;
  /** `patienceMs`: how long to keep trying an unreachable Typebot. `timeoutMs`: the longest that one call may take. */
  typebot: { patienceMs: number; timeoutMs: number };
  /** Used by instances that have no service of their own; undefined = flows get audio as a URL. */
  transcription?: { url: string; model: string; language?: string };
  media: MediaConfig;
  /** Where spans are sent; undefined = tracing is off. */
  tracing?: { endpoint: string; serviceName?: string };
  logLevel: LogLevel;
}

/** Levels of pino; `silent` logs nothing. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Where received files are kept. All API and worker processes must see the same place. */
export type MediaConfig =
  { type: 'folder'; folder: string } | { type: 's3'; endpoint?: string; bucket: string; region: string };

/** Settings that must never be printed. */
export interface Secrets {
  /** Undefined = only workspace keys can use provisioning. */
  adminKey?: string;
  /** 32 bytes each, newest first: the first one encrypts, all decrypt. */
  encryptionKeys: Uint8Array[];
  databaseUrl: string;
  transcriptionApiKey?: string;
  s3?: { accessKeyId: string; secretAccessKey: string };
  /** Address, namespace, TLS and API key, as the Temporal SDKs read them. */
  temporal: ClientConnectConfig & { namespace: string };
}

/** What an `api` or `worker` process runs with. */
export interface Settings {
  config: Config;
  secrets: Secrets;
}

/** What `npm start` was given; it provides whatever is missing. */
export interface LaunchSettings {
  config: Config;
  databaseUrl?: string;
  temporalAddress?: string;
  temporalNamespace: string;
  adminKey?: string;
  encryptionKeys?: string;
}

/** All problems of the configuration, one per line, each with the name of its variable. */
export class ConfigError extends StartRefused {
  constructor(readonly problems: string[]) {
    super(['The configuration cannot be used:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'ConfigError';
  }
}

/** The only place that reads the process's environment. */
export function readEnv(): Environment {
  return process.env;
}

/** The settings of an `api` or `worker` process. Throws `ConfigError`. */
export function parseConfig(env: Environment): Settings {
  const values = parse(env, [
    ['DATABASE_URL', 'is required: postgres://user:password@host:5432/database'],
    [
      'PARLEY_ENCRYPTION_KEYS',
      'is required: 32 random bytes in base64, for example of openssl rand -base64 32',
    ],
  ]);
  const temporal = readTemporal(env);
  return {
    config: toConfig(values, temporal.namespace),
    secrets: {
      adminKey: values.PARLEY_ADMIN_KEY,
      encryptionKeys: values.PARLEY_ENCRYPTION_KEYS ?? [],
      databaseUrl: values.DATABASE_URL ?? '',
      transcriptionApiKey: values.PARLEY_TRANSCRIPTION_API_KEY,
      s3: toS3Secrets(values),
      temporal,
    },
  };
}

/** The settings of `npm start`, where nothing is required. Throws `ConfigError`. */
export function parseLaunchConfig(env: Environment): LaunchSettings {
  const values = parse(env, []);
  const temporal = readTemporal(env);
  return {
    config: toConfig(values, temporal.namespace),
    databaseUrl: values.DATABASE_URL,
    temporalAddress: temporal.connectionOptions.address,
    temporalNamespace: temporal.namespace,
    adminKey: values.PARLEY_ADMIN_KEY,
    encryptionKeys: env.PARLEY_ENCRYPTION_KEYS || undefined,
  };
}

/** The database that `migrate` brings up to date. Throws `ConfigError`. */
export function parseMigrateConfig(env: Environment): { databaseUrl: string } {
  const values = parse({ DATABASE_URL: env.DATABASE_URL }, [
    ['DATABASE_URL', 'is required: postgres://user:password@host:5432/database'],
  ]);
  return { databaseUrl: values.DATABASE_URL ?? '' };
}

function parse(env: Environment, required: [Variable, string][]): Values {
  // An empty variable counts as not set, because compose files and shells write `NAME=` to mean that.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = environmentSchema.safeParse(given);
  const problems = [
    ...(result.error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? []),
    ...required.filter(([name]) => given[name] === undefined).map(([name, text]) => `${name} ${text}`),
    ...groupProblems(given),
    ...temporalProblems(given),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  return result.data;
}

function temporalProblems(env: Environment): string[] {
  try {
    readTemporal(env);
    return [];
  } catch (error) {
    return [`TEMPORAL_… ${error instanceof Error ? error.message : 'cannot be read'}`];
  }
}

function readTemporal(env: Environment): Secrets['temporal'] {
  const variables = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => !!entry[1]),
  );
  // A profile in the home folder is used only when asked for, so that a service does not depend on it by accident.
  const disableFile = !env.TEMPORAL_PROFILE && !env.TEMPORAL_CONFIG_FILE;
  const loaded = loadClientConnectConfig({ overrideEnvVars: variables, disableFile });
  return { ...loaded, namespace: loaded.namespace ?? 'default' };
}

function toConfig(values: Values, namespace: string): Config {
  const transcription = values.PARLEY_TRANSCRIPTION_URL && values.PARLEY_TRANSCRIPTION_MODEL;
  return {
    port: values.PORT,
    host: values.HOST,
    workerPort: values.PARLEY_WORKER_PORT,
    publicUrl: values.PARLEY_PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    allowPrivateHosts: values.PARLEY_ALLOW_PRIVATE_HOSTS,
    dataDir: values.PARLEY_DATA_DIR,
    rateLimitPerSecond: values.PARLEY_RATE_LIMIT,
    quotas: {
      keys: values.PARLEY_MAX_KEYS,
      instances: values.PARLEY_MAX_INSTANCES,
      typebots: values.PARLEY_MAX_TYPEBOTS,
      subscriptions: values.PARLEY_MAX_SUBSCRIPTIONS,
    },
    tokenTtlSeconds: values.PARLEY_TOKEN_TTL_SECONDS,
    temporalContact: values.PARLEY_TEMPORAL_CONTACT,
    temporalUi:
      values.PARLEY_TEMPORAL_UI &&
      `${values.PARLEY_TEMPORAL_UI}/namespaces/${encodeURIComponent(namespace)}/workflows`,
    defaultLocale: values.PARLEY_DEFAULT_LOCALE,
    defaultTimeZone: values.PARLEY_DEFAULT_TIME_ZONE,
    typebot: { patienceMs: values.PARLEY_TYPEBOT_PATIENCE_MS, timeoutMs: values.PARLEY_TYPEBOT_TIMEOUT_MS },
    transcription: transcription
      ? {
          url: values.PARLEY_TRANSCRIPTION_URL ?? '',
          model: values.PARLEY_TRANSCRIPTION_MODEL ?? '',
          language: values.PARLEY_TRANSCRIPTION_LANGUAGE,
        }
      : undefined,
    media: toMedia(values),
    tracing: toTracing(values),
    logLevel: values.PARLEY_LOG_LEVEL,
  };
}

function toTracing(values: Values): Config['tracing'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName } = values;
  return endpoint === undefined ? undefined : { endpoint, serviceName };
}

function toMedia(values: Values): MediaConfig {
  if (values.PARLEY_S3_BUCKET === undefined) {
    return { type: 'folder', folder: values.PARLEY_MEDIA_DIR ?? `${values.PARLEY_DATA_DIR}/media` };
  }
  return {
    type: 's3',
    endpoint: values.PARLEY_S3_ENDPOINT,
    bucket: values.PARLEY_S3_BUCKET,
    region: values.PARLEY_S3_REGION,
  };
}

function toS3Secrets(values: Values): Secrets['s3'] {
  const { PARLEY_S3_ACCESS_KEY_ID: accessKeyId, PARLEY_S3_SECRET_ACCESS_KEY: secretAccessKey } = values;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
}
