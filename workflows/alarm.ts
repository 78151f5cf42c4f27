import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/**
 * One movable deadline. When it moves later, the running timer is left alone; it fires early and is set again for the
 * remainder. Only an earlier deadline cancels the timer. So a message in a debounce window adds no timer events to
 * the history.
 */
export class Alarm {
  private running: { firesAtMs: number; scope: CancellationScope } | null = null;

  constructor(private readonly ring: () => void) {}

  /** The alarm rings at `atMs`, or at once if that is past. */
  set(atMs: number, summary: string): void {
    if (this.running !== null && this.running.firesAtMs <= atMs) return;
    this.running?.scope.cancel();
    const scope = new CancellationScope();
    const running = { firesAtMs: atMs, scope };
    this.running = running;
    scope
      .run(() => sleep(Math.max(1, atMs - Date.now()), { summary }))
      .then(() => {
        if (this.running === running) this.running = null;
        this.ring();
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }
}
