import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Mounts an in-memory disk of the given size; needs root. Resolves with a function that unmounts it. */
export async function mountDisk(folder: string, megabytes: number): Promise<() => Promise<void>> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]);
  return async () => {
    await run('umount', [folder]);
  };
}

/** Writes to a file until its disk is full. */
export async function fillDisk(file: string): Promise<void> {
  const filler = await open(file, 'w');
  const piece = Buffer.alloc(64 * 1024);
  try {
    for (;;) await filler.write(piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await filler.close();
  }
}
