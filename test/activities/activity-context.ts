import { asyncLocalStorage } from '@temporalio/activity';
import type { Context } from '@temporalio/activity';

/** Runs `work` as one attempt of an activity would: the parts of a Context that the activities read. */
export function asActivity<T>(work: () => Promise<T>, options: { attempt?: number } = {}): Promise<T> {
  const info = { attempt: options.attempt ?? 1 };
  const context = { info, heartbeat: () => undefined, cancellationSignal: new AbortController().signal };
  return asyncLocalStorage.run(context as unknown as Context, work);
}
