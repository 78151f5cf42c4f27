import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../config.js';
import { StartRefused } from '../start-refused.js';
import type { RunningChild } from './processes.js';

/** How to fork a process of Parley. */
export interface ForkOptions {
  /** The compiled file to run. */
  script: string;
  args: string[];
  env: Environment;
  /** Receives everything that the child prints. */
  logFile: string;
  /** Time between asking the child to stop and killing it. */
  graceMs: number;
}

const readyWithinMs = 60_000;
const largestLogBytes = 10 * 1024 * 1024;

/**
 * Forks a process of Parley and resolves when it reports that it is ready. The child ends by itself when this process
 * dies, because its channel closes. Throws `StartRefused` when the child ends or is not ready within a minute.
 */
export async function forkProcess(options: ForkOptions): Promise<RunningChild> {
  const log = await openLog(options.logFile);
  const child = fork(options.script, options.args, {
    env: options.env,
    // In a separate process group, so that Ctrl-C reaches only the launcher, which stops its children in order.
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  const exited = once(child, 'exit').then(
    () => undefined,
    () => undefined,
  );
  const running = { pid: child.pid ?? 0, exited, stop: () => stop() };
  const stop = async () => {
    const timer = setTimeout(() => child.kill('SIGKILL'), options.graceMs);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    clearTimeout(timer);
  };
  await untilReady(running, once(child, 'message'), options.logFile);
  return running;
}

async function untilReady(running: RunningChild, message: Promise<unknown>, logFile: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('was not ready within a minute'), readyWithinMs);
  });
  const problem = await Promise.race([
    message.then(() => undefined),
    running.exited.then(() => 'ended while starting'),
    silence,
  ]);
  clearTimeout(timer);
  if (problem === undefined) return;
  await running.stop();
  throw new StartRefused(`the process ${problem}; the end of ${logFile}:\n${await tailOf(logFile)}`);
}

async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  return text.trimEnd().split('\n').slice(-8).join('\n').slice(-2_000);
}

async function openLog(file: string) {
  await mkdir(path.dirname(file), { recursive: true });
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > largestLogBytes) await rename(file, `${file}.old`);
  return open(file, 'a', 0o600);
}
