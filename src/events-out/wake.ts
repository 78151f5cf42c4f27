/** Lets one loop sleep until it is woken. A wake while the loop is busy is not lost: the next sleep ends at once. */
export interface Wake {
  wake(): void;
  /** Resolves when woken, after `maxMs`, or when the signal aborts. Must not be called again before it resolves. */
  sleep(maxMs: number, signal: AbortSignal): Promise<void>;
}

/** Starts out not woken. */
export function createWake(): Wake {
  let awake = false;
  let rouse = () => {};
  return {
    wake: () => {
      awake = true;
      rouse();
    },
    sleep: async (maxMs, signal) => {
      if (!awake && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, maxMs);
          function done() {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resolve();
          }
          rouse = done;
          signal.addEventListener('abort', done, { once: true });
        });
      }
      awake = false;
    },
  };
}
