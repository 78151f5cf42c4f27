/** Lets one loop sleep until something happens. What happens while it is busy is not lost: the next sleep ends at once. */
export interface Wake {
  wake(): void;
  /** Resolves when woken, after `maxMs`, or when the signal aborts. One sleeper at a time. */
  sleep(maxMs: number, signal: AbortSignal): Promise<void>;
}

/** Asleep until the first `wake`. */
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
