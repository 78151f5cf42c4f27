import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunningChild } from '../../src/dev/processes.js';
import { supervise } from '../../src/dev/supervise.js';

/** A part that can be killed or frozen. When it dies it is restarted, as by an orchestrator. */
export interface Part {
  name: string;
  /** SIGKILL. */
  kill(): void;
  /** SIGSTOP to all its processes. */
  freeze(): Promise<void>;
  /** SIGCONT to all its processes. */
  thaw(): Promise<void>;
  /** Delays the next restart until `until` resolves. */
  holdDown(until: Promise<void>): void;
}

/** Starts a part and restarts it whenever it dies. */
export async function startPart(
  name: string,
  start: () => Promise<RunningChild>,
): Promise<{ part: Part; stop(): Promise<void> }> {
  let pid = 0;
  let held: Promise<void> = Promise.resolve();
  const supervised = await supervise({
    name,
    start: async () => {
      await held;
      const child = await start();
      pid = child.pid;
      return child;
    },
    progress: () => undefined,
  });
  const signal = async (word: NodeJS.Signals) => {
    for (const id of [pid, ...(await childrenOf(pid))]) send(id, word);
  };
  const part: Part = {
    name,
    kill: () => send(pid, 'SIGKILL'),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    holdDown: (until) => void (held = until),
  };
  return { part, stop: () => supervised.stop() };
}

/** PostgreSQL has a process for each connection; freezing it means freezing all of them. */
async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return rows.flatMap(([pid, owner]) => (owner === parent && pid ? [pid] : []));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has already ended.
  }
}
