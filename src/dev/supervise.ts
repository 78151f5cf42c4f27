import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress, RunningChild } from './processes.js';

export interface Supervised {
  /** Stops the child; the next one starts at once. */
  restart(): Promise<void>;
  /** Stops the child and watching it. Safe to call twice. */
  stop(): Promise<void>;
}

export interface Watch {
  /** Name for the person at the terminal. */
  name: string;
  start(): Promise<RunningChild>;
  progress: Progress;
  /** First pause before a new start; doubles with every failure up to a minute. */
  firstPauseMs?: number;
}

const longestPauseMs = 60_000;

/**
 * Starts a child and starts it again whenever it dies, so that the product goes on. Throws when the first start fails;
 * a later failure is reported and tried again with back-off.
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
      // Asked again while it was starting: it may have begun with what was there before.
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
