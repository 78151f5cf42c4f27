import { Context } from '@temporalio/activity';

/** Short activities send no heartbeat, because the first one is never throttled and costs a Temporal Action. */
const FIRST_MS = 5_000;
const EVERY_MS = 3_000;

/** Runs `work` with heartbeats in the background. They reveal a dead worker, and bring cancellations to `signal`. */
export async function withHeartbeat<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  let timer = setTimeout(function beat() {
    context.heartbeat();
    timer = setTimeout(beat, EVERY_MS);
  }, FIRST_MS);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearTimeout(timer);
  }
}
