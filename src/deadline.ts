/** How long work may take to stop once told to, before it is left behind. */
const STOPPING_MS = 1_000;
/** The longest delay that a timer can hold. */
const LONGEST_MS = 2 ** 31 - 1;

/** Some work has run out of time. Has the name of the platform's own error, so that both are recognised alike. */
export class TimeOver extends Error {
  constructor() {
    super('the time for this is over');
    this.name = 'TimeoutError';
  }
}

/**
 * Gives `work` at most `ms` milliseconds. Then its signal aborts with `TimeOver`; it aborts with the reason of `outer`
 * if that aborts first. Work that ignores its signal is left behind a second later. With `ms` 0 or less the signal has
 * aborted before the work begins.
 *
 * Use this for every time limit. `AbortSignal.timeout` and `AbortSignal.any` hold each other only weakly (Node 20), so
 * the garbage collector may take them while a call is running, which then never ends. Here the timer holds the signal.
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
