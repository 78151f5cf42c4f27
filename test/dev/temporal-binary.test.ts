import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandOf } from '../../src/dev/processes.js';
import { findTemporalBinary, type TemporalSource } from '../../src/dev/temporal-binary.js';

let folder: string;
let lines: string[];
const progress = (line: string) => void lines.push(line);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-binary-'));
  lines = [];
});

afterEach(() => rm(folder, { recursive: true }));

async function fakeCli(name: string): Promise<string> {
  const file = path.join(folder, name, 'temporal');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "temporal version ${name}"\n`);
  await chmod(file, 0o755);
  return file;
}

const cached = () => path.join('cache', 'parley', 'temporal-v1.5.1');

function source(name: string, install?: (target: string) => Promise<void>): TemporalSource {
  return {
    name,
    install: async (target) => {
      if (!install) throw new Error('cannot be reached');
      await install(target);
    },
  };
}

const bring = (label: string) => async (target: string) => {
  await mkdir(target, { recursive: true });
  await writeFile(path.join(target, 'temporal'), `#!/bin/sh\necho "temporal version ${label}"\n`, {
    mode: 0o755,
  });
};

function search(more: Record<string, string> = {}, sources: TemporalSource[] = []) {
  const environment = { PATH: '', XDG_CACHE_HOME: path.join(folder, 'cache'), ...more };
  return findTemporalBinary({ environment, progress, sources });
}

test('TEMPORAL_CLI_PATH wins over the PATH, the PATH over the cache, the cache over every download', async () => {
  const named = await fakeCli('named');
  const onPath = await fakeCli('on-path');
  await fakeCli(cached());
  const PATH = `${path.join(folder, 'nothing')}${path.delimiter}${path.dirname(onPath)}`;
  const never = source('never', () => Promise.reject(new Error('must not be asked')));
  expect((await search({ TEMPORAL_CLI_PATH: named, PATH }, [never])).executable).toBe(named);
  expect((await search({ PATH }, [never])).executable).toBe(onPath);
  expect((await search({}, [never])).executable).toBe(path.join(folder, cached(), 'temporal'));
});

test('a TEMPORAL_CLI_PATH that cannot be run is refused by name and nothing else is tried', async () => {
  const wrong = path.join(folder, 'missing');
  await expect(search({ TEMPORAL_CLI_PATH: wrong }, [source('second', bring('second'))])).rejects.toThrow(
    `TEMPORAL_CLI_PATH is ${wrong}`,
  );
});

test('a source that fails is reported in one line and the next one is tried', async () => {
  const found = await search({}, [source('download'), source('go install', bring('built'))]);
  expect(found.version).toBe('temporal version built');
  expect(lines).toEqual(['The Temporal CLI by download: cannot be reached']);
});

test('when nothing works one message says why and what to install', async () => {
  const problem = await search({}, [source('download'), source('go install')]).catch(
    (error: Error) => error.message,
  );
  expect(problem).toContain('download: cannot be reached');
  expect(problem).toContain('go install: cannot be reached');
  expect(problem).toContain('TEMPORAL_CLI_PATH');
  expect(problem).toContain('Go 1.21');
});

test('what was installed once is found in the cache, and the lock is gone', async () => {
  let installs = 0;
  const counting = source('counting', async (target) => {
    installs += 1;
    await bring('once')(target);
  });
  await search({}, [counting]);
  expect((await search({}, [counting])).version).toBe('temporal version once');
  expect(installs).toBe(1);
  expect(await readdir(path.join(folder, 'cache', 'parley'))).toEqual(['temporal-v1.5.1']);
});

test('while another process installs, the search waits and says so, then takes what came', async () => {
  const cache = path.join(folder, 'cache', 'parley');
  await mkdir(cache, { recursive: true });
  // A living process that is not this one holds the lock.
  const parent = process.ppid;
  const command = await commandOf(parent);
  const lock = path.join(cache, 'temporal-v1.5.1.lock');
  await writeFile(lock, `${parent}\n${command}`);
  const waiting = search({}, [source('never', () => Promise.reject(new Error('must not be asked')))]);
  await expect.poll(() => lines.join()).toContain(`Another Parley (process ${parent})`);
  await bring('theirs')(path.join(cache, 'temporal-v1.5.1'));
  await rm(lock);
  expect((await waiting).version).toBe('temporal version theirs');
});
