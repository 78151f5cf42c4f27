import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MediaStorage } from './storage.js';

/** Keeps files below one folder, readable by this system user only. All processes must share the folder. */
export function createLocalStorage(folder: string): MediaStorage {
  const pathOf = (key: string) => path.join(folder, key);
  return {
    put: (key, bytes) => writeAtomically(pathOf(key), bytes),
    get: async (key) => (await openExisting(pathOf(key)))?.createReadStream(),
    delete: (key) => rm(pathOf(key), { force: true }),
    check: async () => {
      const key = `.check-${randomUUID()}`;
      await writeAtomically(pathOf(key), Buffer.alloc(0));
      await rm(pathOf(key), { force: true });
    },
    close: () => undefined,
  };
}

// A reader sees the whole file or none, even if the process dies while writing.
async function writeAtomically(target: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  const unfinished = `${target}.${randomUUID()}.part`;
  try {
    await writeFile(unfinished, bytes, { mode: 0o600, flush: true });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function openExisting(file: string) {
  try {
    return await open(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
