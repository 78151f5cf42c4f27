import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { within } from '../deadline.js';
import type { Progress } from './processes.js';

const CONNECT_MS = 5_000;
/** For some 120 MB on a slow connection. */
const DOWNLOAD_MS = 15 * 60_000;

/**
 * Downloads the CLI from Temporal's servers into `folder`. Gives up after five seconds if the server is unreachable,
 * and after a quarter of an hour if it is too slow. Throws an error of one line; `folder` is then unchanged.
 */
export async function downloadTemporal(folder: string, version: string, progress: Progress): Promise<void> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const address = `https://temporal.download/cli/archive/${version}?platform=${process.platform}&arch=${arch}`;
  const response = await reach(address);
  const stopProgress = reportElapsed('Downloading the Temporal CLI', progress);
  try {
    const archive = await within(DOWNLOAD_MS, () => response.arrayBuffer());
    await intoPlace(folder, (draft) => unpack(archive, draft));
  } finally {
    stopProgress();
  }
}

async function reach(address: string): Promise<Response> {
  try {
    const response = await within(CONNECT_MS, (signal) => fetch(address, { signal }));
    if (!response.ok) throw new Error(`answered ${response.status}`);
    return response;
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`temporal.download could not be used (${cause})`, { cause: error });
  }
}

async function unpack(archive: ArrayBuffer, folder: string): Promise<void> {
  const tar = spawn('tar', ['-xzf', '-', '-C', folder, 'temporal'], { stdio: ['pipe', 'ignore', 'ignore'] });
  // For a broken archive, tar's exit code is reported; the broken pipe that comes with it adds nothing.
  tar.stdin.on('error', () => undefined);
  tar.stdin.end(Buffer.from(archive));
  const [code] = await once(tar, 'close');
  if (code !== 0) throw new Error('the archive could not be unpacked');
}

/** A build of the CLI: `go` is the path of Go's program. */
export interface GoInstall {
  go: string;
  folder: string;
  version: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Builds the CLI with Go into `folder`, which may take some minutes. Throws an error with Go's last line. */
export async function installWithGo(request: GoInstall, progress: Progress): Promise<void> {
  progress('Building the Temporal CLI with Go. This happens once and takes some minutes.');
  const stopProgress = reportElapsed('Building the Temporal CLI', progress);
  try {
    await intoPlace(request.folder, (draft) => runGo(request, draft));
  } finally {
    stopProgress();
  }
}

async function runGo(request: GoInstall, draft: string): Promise<void> {
  const target = `github.com/temporalio/cli/cmd/temporal@${request.version}`;
  const build = spawn(request.go, ['install', target], {
    env: { ...request.environment, GOBIN: draft },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  build.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2_000)));
  const [code] = await once(build, 'close');
  if (code !== 0) throw new Error(words.trim().split('\n').at(-1) || `go install ended with ${String(code)}`);
}

// The program appears in the folder whole or not at all, even if this process is killed meanwhile.
async function intoPlace(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const draft = path.join(folder, `.${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await fill(draft);
    await rename(path.join(draft, 'temporal'), path.join(folder, 'temporal'));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function reportElapsed(what: string, progress: Progress): () => void {
  const startedMs = Date.now();
  const timer = setInterval(
    () => progress(`${what}: ${Math.round((Date.now() - startedMs) / 1_000)} s`),
    10_000,
  );
  return () => clearInterval(timer);
}
