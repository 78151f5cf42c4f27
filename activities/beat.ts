import { Context } from '@temporalio/activity';

/** The first heartbeat is never throttled and costs an Action, so short activities go without one. */
const FIRST_MS = 5_000;
const EVERY_MS = 3_000;

/** Runs `work` with heartbeats in the background, so that a dead worker is noticed and a cancellation arrives. */
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
