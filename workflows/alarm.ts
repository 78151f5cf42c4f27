import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/**
 * One movable deadline. Moving it later leaves the running timer alone, which then fires early and is armed again for
 * the rest; only a deadline before the running timer cancels it. So a message in a debounce window costs no timer
 * event of its own.
 */
export class Alarm {
  private running: { firesAtMs: number; scope: CancellationScope } | null = null;

  constructor(private readonly ring: () => void) {}

  /** Makes sure that the alarm rings at `atMs`, or soon after it if that is past. */
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
