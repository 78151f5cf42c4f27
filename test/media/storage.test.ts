import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createMediaStorage } from '../../src/media/create-storage.js';
import { type MediaStorage } from '../../src/media/storage.js';
import { startS3StandIn } from './s3-stand-in.js';

const credentials = { accessKeyId: 'TESTACCESS', secretAccessKey: 'test-secret' };

async function localStorage() {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-media-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder, storage: createMediaStorage({ type: 'folder', folder }, undefined) };
}

async function s3Storage(bucket = 'files') {
  const s3 = await startS3StandIn('files');
  const config = { type: 's3', endpoint: s3.endpoint, bucket, region: 'us-east-1' } as const;
  const storage = createMediaStorage(config, credentials);
  onTestFinished(async () => {
    storage.close();
    await s3.close();
  });
  return { s3, storage };
}

async function read(storage: MediaStorage, key: string): Promise<string | undefined> {
  const stream = await storage.get(key);
  return stream && (await buffer(stream)).toString();
}

const kinds = [
  ['a folder', async () => (await localStorage()).storage],
  ['an S3-compatible service', async () => (await s3Storage()).storage],
] as const;

test.each(kinds)(
  '%s gives back what was put into it, and the newest when it was put twice',
  async (_, open) => {
    const storage = await open();
    await storage.put('VZ1/a', Buffer.from('one'), 'image/png');
    await storage.put('VZ1/b', Buffer.from('two'), 'image/png');
    await storage.put('VZ1/a', Buffer.from('three'), 'image/png');
    expect(await read(storage, 'VZ1/a')).toBe('three');
    expect(await read(storage, 'VZ1/b')).toBe('two');
  },
);

test.each(kinds)('%s has nothing under an unknown key, and a deletion may be repeated', async (_, open) => {
  const storage = await open();
  await storage.put('VZ1/a', Buffer.from('one'), 'image/png');
  await storage.delete('VZ1/a');
  await storage.delete('VZ1/a');
  expect(await storage.get('VZ1/a')).toBeUndefined();
  expect(await storage.get('VZ2/never')).toBeUndefined();
});

test('files in the folder are readable by this user only', async () => {
  const { folder, storage } = await localStorage();
  await storage.put('VZ1/a', Buffer.from('one'), 'image/png');
  expect((await stat(path.join(folder, 'VZ1/a'))).mode & 0o777).toBe(0o600);
  expect((await stat(path.join(folder, 'VZ1'))).mode & 0o777).toBe(0o700);
});

test('a write that fails leaves no half-written file behind', async () => {
  const { folder, storage } = await localStorage();
  await mkdir(path.join(folder, 'VZ1/a'), { recursive: true });
  await expect(storage.put('VZ1/a', Buffer.from('one'), 'image/png')).rejects.toThrow();
  expect(await readdir(path.join(folder, 'VZ1'))).toEqual(['a']);
});

test('the S3 storage addresses by path, signs with its key and stores the type', async () => {
  const { s3, storage } = await s3Storage();
  await storage.put('VZ1/a', Buffer.from('one'), 'audio/ogg');
  expect([...s3.objects]).toEqual([['files/VZ1/a', { bytes: Buffer.from('one'), contentType: 'audio/ogg' }]]);
  expect(s3.authorizations[0]).toMatch(
    /^AWS4-HMAC-SHA256 Credential=TESTACCESS\/\d{8}\/us-east-1\/s3\/aws4_request/,
  );
});

test('a bucket that does not exist is an error and no missing file', async () => {
  const { storage } = await s3Storage('other');
  await expect(storage.get('VZ1/a')).rejects.toThrow();
});
