import type { Logger } from './logger.js';

/** One thing to stop. Parts are stopped in the order given: intake first, the database last. */
export interface StoppablePart {
  name: string;
  stop(): Promise<void>;
}

export interface ShutdownOptions {
  parts: StoppablePart[];
  logger: Logger;
  /** After this the process ends whether or not everything has stopped. */
  graceMs: number;
}

/**
 * Resolves with the exit code once the process was asked to end (SIGINT, SIGTERM, or the death of the launcher that
 * forked it) and every part has stopped. A second signal or the end of the grace period ends the process at once.
 */
export async function untilStopped(options: ShutdownOptions): Promise<number> {
  const reason = await firstRequest();
  options.logger.info({ reason }, 'stopping');
  const forced = force(options);
  // A launcher that was killed is gone: its next start must find the port free, and nothing here needs draining
  // that a crash would not survive.
  if (reason === 'disconnect') process.exit(1);
  const clean = await stopInOrder(options);
  clearTimeout(forced);
  options.logger.info('stopped');
  return clean ? 0 : 1;
}

type Reason = NodeJS.Signals | 'disconnect';

function firstRequest(): Promise<Reason> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    if (process.connected) process.once('disconnect', () => resolve('disconnect'));
  });
}

function force(options: ShutdownOptions): NodeJS.Timeout {
  const end = (why: string) => {
    options.logger.error({ why }, 'stopped by force');
    process.exit(1);
  };
  process.once('SIGINT', () => end('second signal'));
  process.once('SIGTERM', () => end('second signal'));
  return setTimeout(() => end('grace period is over'), options.graceMs).unref();
}

async function stopInOrder(options: ShutdownOptions): Promise<boolean> {
  let clean = true;
  for (const part of options.parts) {
    try {
      await part.stop();
    } catch (error) {
      clean = false;
      options.logger.error({ part: part.name, err: error }, 'could not be stopped cleanly');
    }
  }
  return clean;
}
