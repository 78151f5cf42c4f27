import { expect, test } from 'vitest';
import {
  ConfigError,
  parseConfig,
  parseLaunchConfig,
  parseMigrateConfig,
  type Environment,
} from '../../src/config.js';

const key = Buffer.alloc(32, 7).toString('base64');
const minimal: Environment = {
  DATABASE_URL: 'postgres://user:pass@db:5432/parley',
  PARLEY_ENCRYPTION_KEYS: key,
};

function problemsOf(env: Environment): string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('the smallest environment gets every default', () => {
  const { config } = parseConfig(minimal);
  expect(config).toEqual({
    port: 8080,
    host: '127.0.0.1',
    workerPort: 0,
    publicUrl: 'http://localhost:8080',
    allowPrivateHosts: [],
    dataDir: './.parley',
    rateLimitPerSecond: 100,
    quotas: { keys: 1_000, instances: 1_000, typebots: 5_000, subscriptions: 100 },
    tokenTtlSeconds: 3600,
    temporalContact: 'plain',
    defaultLocale: 'pt-BR',
    defaultTimeZone: 'UTC',
    typebot: { patienceMs: 120_000, timeoutMs: 130_000 },
    transcription: undefined,
    media: { type: 'folder', folder: './.parley/media' },
    logLevel: 'info',
  });
});

test('all problems are reported together, each with the name of its variable', () => {
  const problems = problemsOf({
    PORT: 'eighty',
    DATABASE_URL: 'mysql://db',
    PARLEY_ADMIN_KEY: 'short',
    PARLEY_DEFAULT_LOCALE: 'fr',
    PARLEY_DEFAULT_TIME_ZONE: 'Mars/Base',
    PARLEY_TRANSCRIPTION_URL: 'https://stt.example',
    PARLEY_S3_ACCESS_KEY_ID: 'id',
  });
  expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
    'DATABASE_URL',
    'PARLEY_ADMIN_KEY',
    'PARLEY_DEFAULT_LOCALE',
    'PARLEY_DEFAULT_TIME_ZONE',
    'PARLEY_ENCRYPTION_KEYS',
    'PARLEY_S3_BUCKET',
    'PARLEY_S3_SECRET_ACCESS_KEY',
    'PARLEY_TRANSCRIPTION_MODEL',
    'PORT',
  ]);
});

test('a list of private hosts with an entry that could never fit is refused', () => {
  const fits = 'localhost, Typebot.internal., my_service, 10.0.0.0/8, 127.0.0.1, ::1, [fd00::1], fd00::/8';
  expect(parseConfig({ ...minimal, PARLEY_ALLOW_PRIVATE_HOSTS: fits }).config.allowPrivateHosts).toHaveLength(
    8,
  );
  for (const entry of ['10.0.0.0/99', 'localhost:3000', 'http://localhost', '*.internal', 'a b']) {
    expect(problemsOf({ ...minimal, PARLEY_ALLOW_PRIVATE_HOSTS: `localhost,${entry}` }), entry).toEqual([
      'PARLEY_ALLOW_PRIVATE_HOSTS must be host names, addresses or CIDRs, by commas',
    ]);
  }
});

test('no problem repeats the value of a secret', () => {
  const problems = problemsOf({ ...minimal, PARLEY_ADMIN_KEY: 'hunter2', PARLEY_ENCRYPTION_KEYS: 'hunter2' });
  expect(problems).toHaveLength(2);
  expect(problems.join()).not.toContain('hunter2');
});

test('every variable reaches its setting', () => {
  const { config, secrets } = parseConfig({
    ...minimal,
    PORT: '9000',
    HOST: '0.0.0.0',
    PARLEY_WORKER_PORT: '9100',
    PARLEY_ADMIN_KEY: 'an-admin-key-of-24-chars',
    PARLEY_ENCRYPTION_KEYS: `${Buffer.alloc(32, 1).toString('hex')}, ${key}`,
    PARLEY_PUBLIC_URL: 'https://parley.example/base/',
    PARLEY_ALLOW_PRIVATE_HOSTS: '10.0.0.0/8, typebot.internal',
    PARLEY_DATA_DIR: '/data',
    PARLEY_RATE_LIMIT: '0',
    PARLEY_MAX_KEYS: '1',
    PARLEY_MAX_INSTANCES: '2',
    PARLEY_MAX_TYPEBOTS: '3',
    PARLEY_MAX_SUBSCRIPTIONS: '4',
    PARLEY_TOKEN_TTL_SECONDS: '60',
    PARLEY_TEMPORAL_CONTACT: 'masked',
    PARLEY_TEMPORAL_UI: 'https://temporal.example/ui/',
    PARLEY_DEFAULT_LOCALE: 'es',
    PARLEY_DEFAULT_TIME_ZONE: 'America/Sao_Paulo',
    PARLEY_TYPEBOT_PATIENCE_MS: '1000',
    PARLEY_TYPEBOT_TIMEOUT_MS: '2000',
    PARLEY_TRANSCRIPTION_URL: 'https://stt.example/v1',
    PARLEY_TRANSCRIPTION_API_KEY: 'stt-key',
    PARLEY_TRANSCRIPTION_MODEL: 'whisper-1',
    PARLEY_TRANSCRIPTION_LANGUAGE: 'pt',
    PARLEY_S3_ENDPOINT: 'https://s3.example',
    PARLEY_S3_BUCKET: 'media',
    PARLEY_S3_REGION: 'sa-east-1',
    PARLEY_S3_ACCESS_KEY_ID: 'id',
    PARLEY_S3_SECRET_ACCESS_KEY: 'secret',
    PARLEY_LOG_LEVEL: 'debug',
    TEMPORAL_ADDRESS: 'temporal:7233',
    TEMPORAL_NAMESPACE: 'parley',
  });
  expect(config).toEqual({
    port: 9000,
    host: '0.0.0.0',
    workerPort: 9100,
    publicUrl: 'https://parley.example/base',
    allowPrivateHosts: ['10.0.0.0/8', 'typebot.internal'],
    dataDir: '/data',
    rateLimitPerSecond: 0,
    quotas: { keys: 1, instances: 2, typebots: 3, subscriptions: 4 },
    tokenTtlSeconds: 60,
    temporalContact: 'masked',
    temporalUi: 'https://temporal.example/ui/namespaces/parley/workflows',
    defaultLocale: 'es',
    defaultTimeZone: 'America/Sao_Paulo',
    typebot: { patienceMs: 1000, timeoutMs: 2000 },
    transcription: { url: 'https://stt.example/v1', model: 'whisper-1', language: 'pt' },
    media: { type: 's3', endpoint: 'https://s3.example', bucket: 'media', region: 'sa-east-1' },
    logLevel: 'debug',
  });
  expect(secrets).toMatchObject({
    adminKey: 'an-admin-key-of-24-chars',
    databaseUrl: minimal.DATABASE_URL,
    transcriptionApiKey: 'stt-key',
    s3: { accessKeyId: 'id', secretAccessKey: 'secret' },
    temporal: { namespace: 'parley', connectionOptions: { address: 'temporal:7233' } },
  });
  expect(secrets.encryptionKeys.map((bytes) => bytes[0])).toEqual([1, 7]);
  expect(JSON.stringify(config)).not.toMatch(/secret|stt-key|admin-key/);
});

test('an empty variable counts as not set, those of Temporal too', () => {
  const empty = {
    TEMPORAL_ADDRESS: '',
    TEMPORAL_NAMESPACE: '',
    TEMPORAL_API_KEY: '',
    TEMPORAL_TLS: '',
    PORT: '',
  };
  const { config, secrets } = parseConfig({ ...minimal, ...empty });
  expect(config.port).toBe(8080);
  expect(secrets.temporal).toEqual({ namespace: 'default', connectionOptions: {} });
  const none = { temporalAddress: undefined, temporalNamespace: 'default' };
  expect(parseLaunchConfig(empty)).toMatchObject(none);
});

test('a media folder and a bucket exclude each other', () => {
  const problems = problemsOf({ ...minimal, PARLEY_MEDIA_DIR: '/media', PARLEY_S3_BUCKET: 'media' });
  expect(problems).toEqual(['PARLEY_MEDIA_DIR and PARLEY_S3_BUCKET exclude each other']);
  expect(parseConfig({ ...minimal, PARLEY_MEDIA_DIR: '/media' }).config.media).toEqual({
    type: 'folder',
    folder: '/media',
  });
});

test('npm start needs nothing, yet refuses what cannot be read', () => {
  const none = parseLaunchConfig({ DATABASE_URL: '' });
  expect(none).toMatchObject({ databaseUrl: undefined, temporalAddress: undefined, adminKey: undefined });
  expect(() => parseLaunchConfig({ PORT: '-1' })).toThrow('PORT');
});

test('migrate looks at the database address alone', () => {
  expect(parseMigrateConfig({ ...minimal, PORT: 'bad' })).toEqual({ databaseUrl: minimal.DATABASE_URL });
  expect(() => parseMigrateConfig({})).toThrow('DATABASE_URL is required');
});
