import { access, constants } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { acquireLock } from './lock-file.js';
import { StartRefused } from '../start-refused.js';
import type { Progress } from './processes.js';
import { downloadTemporal, installWithGo } from './temporal-install.js';

/** The CLI version that Parley downloads or builds. It is the last one that `go install` can build. */
export const temporalVersion = 'v1.5.1';

/** A Temporal CLI that can be run. */
export interface TemporalBinary {
  executable: string;
  /** The first line that it prints for `--version`. */
  version: string;
}

/** One way to install the CLI into a folder. Throws an error of one line when it does not work here. */
export interface TemporalSource {
  name: string;
  install(folder: string, progress: Progress): Promise<void>;
}

/** What `findTemporalBinary` needs. */
export interface TemporalSearch {
  /** TEMPORAL_CLI_PATH, PATH, XDG_CACHE_HOME and Go's variables are read from here. */
  environment: Readonly<Record<string, string | undefined>>;
  progress: Progress;
  /** Replaced by tests. */
  sources?: TemporalSource[];
}

/**
 * Finds the Temporal CLI: by TEMPORAL_CLI_PATH, on the PATH, in Parley's cache, else by a download or a build with Go.
 * Concurrent processes install it only once. Throws `StartRefused`, which says what to install.
 */
export async function findTemporalBinary(search: TemporalSearch): Promise<TemporalBinary> {
  const named = search.environment.TEMPORAL_CLI_PATH;
  if (named) return namedBinary(named);
  const onPath = await firstOnPath('temporal', search.environment.PATH ?? '');
  const found = onPath && (await describe(onPath));
  if (found) return found;
  const folder = path.join(cacheFolder(search.environment), `temporal-${temporalVersion}`);
  return (await describe(path.join(folder, 'temporal'))) ?? (await installOnce(folder, search));
}

async function namedBinary(executable: string): Promise<TemporalBinary> {
  const found = await describe(executable);
  if (!found)
    throw new StartRefused(`TEMPORAL_CLI_PATH is ${executable}, which cannot be run as the Temporal CLI.`);
  return found;
}

/** Parley's cache folder: below XDG_CACHE_HOME, else below the usual folder of the system. */
export function cacheFolder(environment: TemporalSearch['environment']): string {
  const habit = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
  return path.join(environment.XDG_CACHE_HOME || path.join(homedir(), habit), 'parley');
}

/** The first executable with this name on a PATH; undefined when there is none. */
export async function firstOnPath(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter).filter(Boolean)) {
    const candidate = path.join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function describe(executable: string): Promise<TemporalBinary | undefined> {
  try {
    const { stdout } = await promisify(execFile)(executable, ['--version'], { timeout: 20_000 });
    return { executable, version: stdout.trim().split('\n')[0] ?? '' };
  } catch {
    return undefined;
  }
}

async function installOnce(folder: string, search: TemporalSearch): Promise<TemporalBinary> {
  const startedMs = Date.now();
  const executable = path.join(folder, 'temporal');
  for (let round = 0; ; round++) {
    const lock = await acquireLock(`${folder}.lock`);
    if (lock.held) {
      try {
        return (await describe(executable)) ?? (await install(folder, search));
      } finally {
        await lock.release();
      }
    }
    if (round % 20 === 0) search.progress(waitingLine(lock.heldByPid, startedMs));
    await sleep(500);
  }
}

function waitingLine(pid: number, startedMs: number): string {
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  return `Another Parley (process ${pid}) is getting the Temporal CLI; waiting for it (${seconds} s)`;
}

async function install(folder: string, search: TemporalSearch): Promise<TemporalBinary> {
  const problems: string[] = [];
  for (const source of search.sources ?? defaultSources(search.environment)) {
    try {
      await source.install(folder, search.progress);
      const found = await describe(path.join(folder, 'temporal'));
      if (found) return found;
      throw new Error('what it brought cannot be run on this machine');
    } catch (error) {
      problems.push(`${source.name}: ${error instanceof Error ? error.message : String(error)}`);
      search.progress(`The Temporal CLI by ${problems.at(-1)}`);
    }
  }
  throw new StartRefused(whatToInstall(problems));
}

function defaultSources(environment: TemporalSearch['environment']): TemporalSource[] {
  return [
    { name: 'download', install: (folder, progress) => downloadTemporal(folder, temporalVersion, progress) },
    {
      name: 'go install',
      install: async (folder, progress) => {
        const go = await firstOnPath('go', environment.PATH ?? '');
        if (!go) throw new Error('Go is not on the PATH');
        await installWithGo({ go, folder, version: temporalVersion, environment }, progress);
      },
    },
  ];
}

function whatToInstall(problems: string[]): string {
  return [
    'Parley needs the Temporal CLI and could not get it by itself:',
    ...problems.map((problem) => `  - ${problem}`),
    'Do one of these and start again:',
    '  - install it (https://docs.temporal.io/cli/setup-cli) so that `temporal` is on the PATH',
    '  - set TEMPORAL_CLI_PATH to the program',
    '  - install Go 1.21 or newer, with which Parley builds it',
    '  - set TEMPORAL_ADDRESS to a Temporal server that already runs',
  ].join('\n');
}
