import type { Logger } from '../../logger.js';
import type { FollowUp } from '../after-commit.js';

/** So many webhooks of a process may have been answered before their signals have arrived; those beyond them wait. */
const MOST_AHEAD = 20;

/** Lets webhooks be answered ahead of their signals. */
export interface AnswerAhead {
  /**
   * Resolves at once while `work` goes on, unless a signal to the same contact is still on its way, or too many are.
   * Those who must wait slow down whoever floods, so that neither Temporal's backlog nor the history of one
   * conversation grows without a bound. What fails, or ends with this process, is done by the relay.
   */
  follow: FollowUp;
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>;
}

/** Nothing is on its way yet. */
export function createAnswerAhead(log: Logger): AnswerAhead {
  const told = new Set<string>();
  const ahead = new Set<Promise<void>>();
  const goOn = (contactIds: string[], work: () => Promise<void>) => {
    for (const id of contactIds) told.add(id);
    const going = work()
      .catch((error: unknown) => log.warn({ err: error }, 'what follows a webhook failed; the relay does it'))
      .finally(() => {
        for (const id of contactIds) told.delete(id);
        ahead.delete(going);
      });
    ahead.add(going);
  };
  return {
    follow: async (contactIds, work) => {
      if (ahead.size >= MOST_AHEAD || contactIds.some((id) => told.has(id))) return work();
      goOn(contactIds, work);
    },
    settled: async () => {
      await Promise.all(ahead);
    },
  };
}
