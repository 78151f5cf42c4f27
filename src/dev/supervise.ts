import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress, RunningChild } from './processes.js';

/** A child that is kept running. */
export interface Supervised {
  /** Stops the child, which is then started again. */
  restart(): Promise<void>;
  /** Stops the child for good. May be called twice. */
  stop(): Promise<void>;
}

/** What to keep running. */
export interface Watch {
  /** Name to show at the terminal. */
  name: string;
  start(): Promise<RunningChild>;
  progress: Progress;
  /** Pause before the first new start; it doubles with every failure, up to a minute. */
  firstPauseMs?: number;
}

const longestPauseMs = 60_000;

/**
 * Starts a child, and again whenever it dies. Throws when the first start fails; a later failure is printed and tried
 * again with back-off.
 */
export async function supervise(watch: Watch): Promise<Supervised> {
  const stopping = new AbortController();
  let child = await watch.start();
  let isAsked = false;
  const keepAlive = async () => {
    while (await diedUnasked(child, stopping.signal)) {
      watch.progress(`${watch.name} ${isAsked ? 'stopped' : 'stopped unexpectedly'}; starting it again`);
      isAsked = false;
      const next = await startAgain(watch, stopping.signal);
      if (!next) return;
      child = next;
      // A restart was asked for while it was starting, so it may have loaded the old code.
      if (isAsked) await child.stop();
    }
  };
  const watching = keepAlive();
  return {
    async restart() {
      isAsked = true;
      await child.stop();
    },
    async stop() {
      stopping.abort();
      await child.stop();
      await watching;
    },
  };
}

async function diedUnasked(child: RunningChild, stopping: AbortSignal): Promise<boolean> {
  await child.exited;
  return !stopping.aborted;
}

async function startAgain(watch: Watch, stopping: AbortSignal): Promise<RunningChild | undefined> {
  const firstPauseMs = watch.firstPauseMs ?? 250;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return undefined;
    try {
      const child = await watch.start();
      if (!stopping.aborted) {
        watch.progress(`${watch.name} is running again`);
        return child;
      }
      await child.stop();
    } catch (error) {
      watch.progress(
        `${watch.name} could not be started: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
