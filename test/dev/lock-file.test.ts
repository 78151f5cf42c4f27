import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock } from '../../src/dev/lock-file.js';
import { commandOf } from '../../src/dev/processes.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-lock-'));
  file = path.join(folder, 'launcher.lock');
});

afterEach(() => rm(folder, { recursive: true }));

test('a lock held by a living process is refused with its pid', async () => {
  const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(owner, 'spawn');
  await expect.poll(() => commandOf(owner.pid ?? 0)).toContain('setInterval');
  await writeFile(file, `${owner.pid}\n${await commandOf(owner.pid ?? 0)}`);
  expect(await acquireLock(file)).toEqual({ held: false, heldByPid: owner.pid });
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(await acquireLock(file)).toMatchObject({ held: true });
});

test('a lock whose pid now belongs to another program is free', async () => {
  await writeFile(file, `${process.ppid}\nnode some-other-launcher`);
  expect(await acquireLock(file)).toMatchObject({ held: true });
});

test('a released lock leaves nothing behind, and releasing twice harms no later owner', async () => {
  const first = await acquireLock(file);
  if (!first.held) throw new Error('the lock was free');
  await first.release();
  expect(await readdir(folder)).toEqual([]);
  await writeFile(file, '1\nsomebody else');
  await first.release();
  expect(await readFile(file, 'utf8')).toBe('1\nsomebody else');
});
