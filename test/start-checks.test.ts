import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inject, expect, test } from 'vitest';
import { createApi } from '../src/api.js';
import { parseConfig } from '../src/config.js';
import type { Environment } from '../src/config.js';
import { createLogger } from '../src/logger.js';
import { openDb } from '../src/store/db.js';
import { createKeyRing } from '../src/store/secrets.js';
import { createWorker } from '../src/worker.js';
import { startS3StandIn } from './media/s3-stand-in.js';
import { databaseForThisTest } from './support/postgres.js';
import { startDoorway } from './support/doorway.js';
import './support/quiet-runtime.js';

const logger = createLogger({ level: 'silent', name: 'test' });
const key = randomBytes(32);

async function environment(): Promise<Environment & { DATABASE_URL: string }> {
  return {
    DATABASE_URL: (await databaseForThisTest()).url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    PARLEY_ENCRYPTION_KEYS: key.toString('base64'),
    PARLEY_MEDIA_DIR: await mkdtemp(path.join(inject('runFolder'), 'start-')),
    PORT: '0',
  };
}

const withOther = (url: string, part: 'username' | 'pathname') =>
  Object.assign(new URL(url), { [part]: 'nowhere' }).href;

/** What API and worker say of a start with this environment. */
async function refusals(env: Environment): Promise<string[]> {
  const settings = parseConfig(env);
  const starts = [createApi(settings, { logger }), createWorker(settings, { logger })];
  const ends = await Promise.allSettled(starts);
  return ends.map((end) => (end.status === 'rejected' ? String(end.reason) : 'started'));
}

test('a password, a user or a database that PostgreSQL does not know is told at the start', async () => {
  const env = await environment();
  for (const part of ['username', 'pathname'] as const) {
    const said = await refusals({ ...env, DATABASE_URL: withOther(env.DATABASE_URL, part) });
    expect(said).toEqual(
      Array(2).fill(expect.stringMatching(/StartRefused: PostgreSQL at .* cannot be used/)),
    );
  }
});

test('secrets under a key that is not given are told at the start', async () => {
  const env = await environment();
  const db = openDb(env.DATABASE_URL);
  await db.query(
    `WITH made AS (INSERT INTO workspaces (id, name, client_token, client_secret_hash)
       VALUES (gen_random_uuid(), 'w', 't', '') RETURNING id)
     INSERT INTO subscriptions (id, workspace_id, url, events, secret)
       SELECT gen_random_uuid(), id, 'https://example.com', '{}', $1 FROM made`,
    [createKeyRing([randomBytes(32)]).encrypt('secret', { column: 'subscriptions.secret', row: 'a' })],
  );
  await db.close();
  expect(await refusals(env)).toEqual(Array(2).fill(expect.stringContaining('PARLEY_ENCRYPTION_KEYS')));
});

test('a folder that cannot be written, and a bucket that refuses, are told at the start', async () => {
  const env = await environment();
  const file = path.join(env.PARLEY_MEDIA_DIR ?? '', 'file');
  await writeFile(file, '');
  expect(await refusals({ ...env, PARLEY_MEDIA_DIR: path.join(file, 'media') })).toEqual(
    Array(2).fill(expect.stringContaining('(PARLEY_MEDIA_DIR)')),
  );
  const s3 = await startS3StandIn('ours');
  const bucket = { PARLEY_S3_ENDPOINT: s3.endpoint, PARLEY_S3_BUCKET: 'other', PARLEY_MEDIA_DIR: undefined };
  const credentials = { PARLEY_S3_ACCESS_KEY_ID: 'id', PARLEY_S3_SECRET_ACCESS_KEY: 'secret' };
  expect(await refusals({ ...env, ...bucket, ...credentials })).toEqual(
    Array(2).fill(expect.stringContaining('(PARLEY_S3_BUCKET)')),
  );
  await s3.close();
});

test('an API starts while PostgreSQL and the object storage are down: they may still come', async () => {
  const env = await environment();
  const door = await startDoorway(env.DATABASE_URL);
  await door.shut();
  const url = Object.assign(new URL(env.DATABASE_URL), { host: new URL(door.url).host }).href;
  const settings = parseConfig({ ...env, DATABASE_URL: url });
  const api = await createApi(settings, { logger });
  const { status } = await fetch(`http://127.0.0.1:${api.port}/readyz`);
  expect(status).toBe(503);
  await api.stop();
});
