const { apply } = Reflect;
const { now } = Date;

const timers = new Map();
let lastTimer = 0;

export function addTimer(callback, ms, args, isRepeated) {
  const everyMs = Math.max(0, Number(ms) || 0);
  const run = () => apply(callback, undefined, args);
  timers.set((lastTimer += 1), { atMs: now() + everyMs, everyMs, isRepeated, run });
  return lastTimer;
}

export function removeTimer(id) {
  timers.delete(id);
}

/** Milliseconds until the next timer; undefined when there is none. */
export function nextTimerMs() {
  const [, timer] = nextTimer() ?? [];
  return timer && Math.max(0, timer.atMs - now());
}

function nextTimer() {
  return [...timers].reduce(
    (first, timer) => (first && first[1].atMs <= timer[1].atMs ? first : timer),
    null,
  );
}

export function fireTimer() {
  const [id, timer] = nextTimer();
  if (timer.isRepeated) timer.atMs = now() + timer.everyMs;
  else timers.delete(id);
  timer.run();
}
