import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Prints one line to the terminal. It must hold no secret and no message text. */
export type Progress = (line: string) => void;

/** A server process that Parley started. */
export interface RunningChild {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<void>;
  /** Asks it to stop, kills it after its grace period, resolves when it has ended. May be called twice. */
  stop(): Promise<void>;
}

/** The command line of a running process; undefined when there is no such process. */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return commandFromProc(pid);
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
    () => ({
      stdout: '',
    }),
  );
  return stdout.trim() || undefined;
}

async function commandFromProc(pid: number): Promise<string | undefined> {
  // A zombie has an empty command line and counts as ended.
  const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return raw.replaceAll('\0', ' ').trim() || undefined;
}

/** Stops a process that need not be a child: `signal` first, SIGKILL after `graceMs`. Resolves when it has ended. */
export async function stopProcess(pid: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  send(pid, signal);
  if (await goneWithin(pid, graceMs)) return;
  send(pid, 'SIGKILL');
  await goneWithin(pid, 5_000);
}

async function goneWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while ((await commandOf(pid)) !== undefined) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has already ended.
  }
}
