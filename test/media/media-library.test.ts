import { createHash, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { deleteMediaOfSession } from '../../src/store/messages/media.js';
import { files } from './files.js';
import { instanceId, libraryForThisTest } from './library-for-test.js';

const photo = { instanceId, bytes: files.png, mimeType: 'image/jpeg', fileName: 'photo.jpg' };
const dayMs = 86_400_000;

async function filesIn(folder: string): Promise<string[]> {
  return readdir(path.join(folder, instanceId)).catch(() => []);
}

test('a kept file is described by its bytes', async () => {
  const { library } = await libraryForThisTest();
  const sessionId = randomUUID();
  const kept = await library.keep({ ...photo, sessionId });
  expect(await library.find(kept.mediaId)).toMatchObject({
    instanceId,
    sessionId,
    mimeType: 'image/png',
    fileName: 'photo.jpg',
    size: files.png.length,
    sha256: createHash('sha256').update(files.png).digest('hex'),
    transcript: null,
  });
});

test('the flow address serves the file without credentials and cannot be guessed', async () => {
  const { library } = await libraryForThisTest();
  const [first, second] = [await library.keep(photo), await library.keep(photo)];
  const url = library.flowUrl(first);
  expect(url).toMatch(/\/media\/[A-Za-z0-9_-]{32}\.png$/);
  expect(library.flowUrl(second)).not.toBe(url);
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(files.png);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': `${files.png.length}`,
    'content-disposition': 'inline; filename=photo.jpg',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  });
});

test('a HEAD request gets the headers alone', async () => {
  const { library } = await libraryForThisTest();
  const response = await fetch(library.flowUrl(await library.keep(photo)), { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe(`${files.png.length}`);
});

test.each([
  ['text/html', 'page.html', 'attachment; filename=page.html'],
  ['image/svg+xml', 'drawing.svg', 'attachment; filename=drawing.svg'],
  ['text/csv', '../../etc/passwd', 'attachment; filename=passwd'],
  ['text/csv', 'a"\r\nset-cookie: b\0.csv', 'attachment; filename="a\\"set-cookie: b.csv"'],
  ['text/csv', 'preço.csv', /^attachment; filename="pre.o\.csv"; filename\*=UTF-8''pre%C3%A7o\.csv$/],
  ['text/csv', undefined, 'attachment; filename=file.csv'],
])('a file of type %s named %j is offered as %s', async (mimeType, fileName, disposition) => {
  const { library } = await libraryForThisTest();
  const kept = await library.keep({ instanceId, bytes: files.text, mimeType, fileName });
  const response = await fetch(library.flowUrl(kept));
  expect(response.headers.get('content-type')).toBe(mimeType);
  expect(response.headers.get('content-disposition')).toEqual(
    typeof disposition === 'string' ? disposition : expect.stringMatching(disposition),
  );
  expect(response.headers.get('content-security-policy')).toContain('sandbox');
  await response.arrayBuffer();
});

test('the transcript address serves the file until it expires', async () => {
  let nowMs = Date.UTC(2026, 0, 5);
  const { library } = await libraryForThisTest({ now: () => nowMs });
  const kept = await library.keep(photo);
  const url = library.transcriptUrl(kept.mediaId, nowMs);
  const response = await fetch(url);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(files.png);
  nowMs += dayMs;
  expect((await fetch(url)).status).toBe(404);
  expect((await fetch(library.transcriptUrl(kept.mediaId, nowMs))).status).toBe(200);
});

test('whatever is unknown or wrongly signed is 404 in the native error shape', async () => {
  const { library, publicUrl } = await libraryForThisTest();
  const kept = await library.keep(photo);
  const signed = library.transcriptUrl(kept.mediaId, Date.now());
  const unknown = [
    `/media/${'a'.repeat(32)}.png`,
    '/media/x.png',
    `/media/${kept.token}`,
    `/media/${'a'.repeat(31)}%00.png`,
    `/media/signed/${kept.mediaId}`,
    '/media/signed/no-id?expires=99999999999&signature=00',
    `${signed.slice(publicUrl.length)}00`,
    `${signed.slice(publicUrl.length)}&expires=1`,
    library.transcriptUrl(randomUUID(), Date.now()).slice(publicUrl.length),
  ];
  for (const address of unknown) {
    const response = await fetch(publicUrl + address);
    expect([address, response.status]).toEqual([address, 404]);
    expect(await response.json()).toEqual({ code: 404, success: false, error: 'media not found' });
  }
});

test('the files of a session go with it, first from every address, then from the storage', async () => {
  const { db, folder, library } = await libraryForThisTest();
  const sessionId = randomUUID();
  const gone = await library.keep({ ...photo, sessionId });
  const stays = await library.keep({ ...photo, sessionId: randomUUID() });
  await db.transaction((tx) => deleteMediaOfSession(tx, sessionId));
  expect((await fetch(library.flowUrl(gone))).status).toBe(404);
  expect((await fetch(library.flowUrl(stays))).status).toBe(200);
  expect(await library.deleteForgottenBytes()).toBe(1);
  expect(await filesIn(folder)).toEqual([stays.mediaId]);
  expect(await library.deleteForgottenBytes()).toBe(0);
});

test('a deletion that is rolled back deletes nothing', async () => {
  const { db, library } = await libraryForThisTest();
  const sessionId = randomUUID();
  const kept = await library.keep({ ...photo, sessionId });
  const work = db.transaction(async (tx) => {
    await deleteMediaOfSession(tx, sessionId);
    throw new Error('not today');
  });
  await expect(work).rejects.toThrow('not today');
  expect(await library.deleteForgottenBytes()).toBe(0);
  expect((await fetch(library.flowUrl(kept))).status).toBe(200);
});

test('the bytes of a deleted instance are deleted too', async () => {
  const { db, folder, library } = await libraryForThisTest();
  await library.keep(photo);
  await db.query('DELETE FROM instances WHERE id = $1', [instanceId]);
  expect(await library.deleteForgottenBytes()).toBe(1);
  expect(await filesIn(folder)).toEqual([]);
});

test('bytes that the storage could not delete are deleted by the next call', async () => {
  let down = true;
  const { db, folder, library } = await libraryForThisTest({
    storage: (real) => ({ delete: (key) => (down ? Promise.reject(new Error('down')) : real.delete(key)) }),
  });
  const sessionId = randomUUID();
  await library.keep({ ...photo, sessionId });
  await deleteMediaOfSession(db, sessionId);
  await expect(library.deleteForgottenBytes()).rejects.toThrow('down');
  down = false;
  expect(await library.deleteForgottenBytes()).toBe(1);
  expect(await filesIn(folder)).toEqual([]);
});

test('a file that cannot be stored leaves no row behind', async () => {
  const { db, library } = await libraryForThisTest({
    storage: () => ({ put: () => Promise.reject(new Error('disk full')) }),
  });
  await expect(library.keep(photo)).rejects.toThrow('disk full');
  expect((await db.query('SELECT id FROM media')).rows).toEqual([]);
});

test('bytes that arrive after their session was deleted are not kept', async () => {
  const sessionId = randomUUID();
  const { folder, library } = await libraryForThisTest({
    storage: (real, db) => ({
      put: async (...file) => {
        await deleteMediaOfSession(db, sessionId);
        await real.put(...file);
      },
    }),
  });
  await library.keep({ ...photo, sessionId });
  expect(await filesIn(folder)).toEqual([]);
});
