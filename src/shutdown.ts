/** Something to stop. Parts are stopped in the order given: intake first, the database last. */
export interface StoppablePart {
  name: string;
  stop(): Promise<void>;
}

/** The part of a logger that shutting down needs. */
export interface ShutdownLog {
  info(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

/** What to stop, and how long that may take. */
export interface ShutdownOptions {
  parts: StoppablePart[];
  logger: ShutdownLog;
  /** After this the process ends even if something has not stopped. */
  graceMs: number;
}

type Reason = NodeJS.Signals | 'disconnect';

// npm passes on a Ctrl-C that the terminal has already sent to the process, so two signals this close are one.
const oneSignalMs = 500;

/**
 * Resolves to the exit code once the process was asked to stop (SIGINT, SIGTERM, SIGHUP, or the death of the launcher
 * that forked it) and every part has stopped. A second signal, or the end of the grace period, ends the process at
 * once.
 */
export async function untilStopped(options: ShutdownOptions): Promise<number> {
  const end = (why: string) => {
    options.logger.error({ why }, 'stopped by force');
    process.exit(1);
  };
  const reason = await firstRequest(end);
  // Without its launcher the process ends at once: the next start needs the port, and everything survives a crash
  // anyway.
  if (reason === 'disconnect') end('the launcher is gone');
  options.logger.info({ reason }, 'stopping');
  const timer = setTimeout(() => end('grace period is over'), options.graceMs);
  const clean = await stopInOrder(options);
  clearTimeout(timer);
  options.logger.info({}, 'stopped');
  return clean ? 0 : 1;
}

function firstRequest(end: (why: string) => void): Promise<Reason> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const request = (reason: Reason) => {
      firstAtMs ??= Date.now();
      if (Date.now() - firstAtMs > oneSignalMs) end('second signal');
      resolve(reason);
    };
    process.on('SIGINT', request);
    process.on('SIGTERM', request);
    // When a terminal closes, shell and kernel may both send SIGHUP, so a second one is not impatience.
    process.on('SIGHUP', () => firstAtMs ?? request('SIGHUP'));
    if (process.connected) process.once('disconnect', () => request('disconnect'));
  });
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

/** Tells the launcher that forked this process, if any, that it is ready. */
export function tellLauncher(): void {
  process.send?.('ready');
}
