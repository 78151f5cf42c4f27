import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import { onTestFinished } from 'vitest';
import { createLocalStorage } from '../../src/media/local-storage.js';
import { createMediaLinks } from '../../src/media/links.js';
import { createMediaLibrary } from '../../src/media/media-library.js';
import { mediaRoutes } from '../../src/media/routes.js';
import type { MediaStorage } from '../../src/media/storage.js';
import { openDb, type Db } from '../../src/store/db.js';
import { databaseForThisTest } from '../support/postgres.js';

export const instanceId = 'VZTESTTESTTESTTESTTESTTEST01';

/** A library on a fresh database and folder, and an API process that serves its files. Gone with the test. */
export async function libraryForThisTest(
  options: { storage?: (real: MediaStorage, db: Db) => Partial<MediaStorage>; now?: () => number } = {},
) {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-media-'));
  const db = openDb((await databaseForThisTest()).url, { maxConnections: 5 });
  const real = createLocalStorage(folder);
  const storage = { ...real, ...options.storage?.(real, db) };
  const app = express();
  const http = app.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const publicUrl = `http://127.0.0.1:${port}`;
  const links = createMediaLinks({ publicUrl, encryptionKeys: [new Uint8Array(32).fill(7)] });
  const library = createMediaLibrary({ db, storage, links });
  app.use(mediaRoutes(library, options.now));
  onTestFinished(async () => {
    http.closeAllConnections();
    http.close();
    await db.close();
    await rm(folder, { recursive: true, force: true });
  });
  await insertInstance(db);
  return { db, folder, storage, library, publicUrl };
}

async function insertInstance(db: Db): Promise<void> {
  const workspaceId = randomUUID();
  await db.query(
    `INSERT INTO workspaces (id, name, client_token, client_secret_hash) VALUES ($1, 'w', $2, '\\x00')`,
    [workspaceId, workspaceId],
  );
  await db.query(
    `INSERT INTO instances (id, workspace_id, name, channel_type, channel_settings, status)
     VALUES ($1, $2, 'i', 'sandbox', '{}', 'connected')`,
    [instanceId, workspaceId],
  );
}
