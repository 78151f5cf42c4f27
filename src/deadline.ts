/** How long work that is told to stop may take to do so, before it is left behind. */
const STOPPING_MS = 1_000;
/** What a timer can hold. */
const LONGEST_MS = 2 ** 31 - 1;

/** The time of some work is over. Named as the platform's own, so that either is read alike. */
export class TimeOver extends Error {
  constructor() {
    super('the time for this is over');
    this.name = 'TimeoutError';
  }
}

/**
 * Gives `work` at most `ms` milliseconds: then its signal aborts with `TimeOver`, as it does with the reason of `outer`
 * when that aborts first. Work that does not end on its signal is left behind a second later. No time at all is a
 * signal that has aborted before the work begins.
 *
 * The only bound in time of the program. `AbortSignal.timeout` and `AbortSignal.any` hold each other weakly (Node 20):
 * the collector takes them from under a call that runs, which then never ends. Here the timer holds the signal.
 */
export async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  outer?.throwIfAborted();
  const ending = new AbortController();
  const endsWithOuter = () => ending.abort(outer?.reason);
  outer?.addEventListener('abort', endsWithOuter, { once: true });
  const end = () => ending.abort(new TimeOver());
  const timer = setTimeout(end, Math.min(ms, LONGEST_MS));
  if (ms <= 0) end();
  try {
    return await unlessLeftBehind(ending.signal, work);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', endsWithOuter);
  }
}

function unlessLeftBehind<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let leaving: NodeJS.Timeout | undefined;
    const leave = () => (leaving = setTimeout(() => reject(signal.reason), STOPPING_MS));
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work(signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(leaving));
  });
}
