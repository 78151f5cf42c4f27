import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandOf } from './processes.js';

/** The lock, or the id of the process that holds it. */
export type LockResult = { held: true; release(): Promise<void> } | { held: false; heldByPid: number };

/**
 * Tries to take a lock between processes of one machine, which is a file. A lock whose owner no longer runs (kill -9,
 * power cut) counts as free; whether a pid now belongs to another program is seen by its command line.
 */
export async function acquireLock(file: string): Promise<LockResult> {
  const owner = `${process.pid}\n${(await commandOf(process.pid)) ?? ''}`;
  const draft = `${file}.${randomUUID()}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(draft, owner);
  try {
    for (;;) {
      if (await linked(draft, file)) return { held: true, release: () => release(file, owner) };
      const heldByPid = await livingOwner(file);
      if (heldByPid !== undefined) return { held: false, heldByPid };
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

// Undefined: the lock is gone, because it was released, or because its owner died and it was removed here.
async function livingOwner(file: string): Promise<number | undefined> {
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  const [pid = '', command = ''] = content.split('\n');
  if (Number(pid) !== process.pid && (await commandOf(Number(pid))) === command) return Number(pid);
  await clearAway(file, content);
  return undefined;
}

// Another process may have removed the dead lock and taken its own in between; that one is put back.
async function clearAway(file: string, expected: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => undefined);
  const removed = await readFile(aside, 'utf8').catch(() => expected);
  if (removed !== expected) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function release(file: string, owner: string): Promise<void> {
  const content = await readFile(file, 'utf8').catch(() => '');
  if (content === owner) await rm(file, { force: true });
}
