import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { readBacklog } from '../../store/messages/backlog.js';
import type { Backlog } from '../../store/messages/backlog.js';
import type { Queryable } from '../../store/db.js';

const gauges: { name: string; help: string; valueOf(backlog: Backlog): number }[] = [
  {
    name: 'parley_messages_waiting',
    help: 'Contact messages the bot has not taken yet',
    valueOf: (backlog) => backlog.waitingMessages,
  },
  {
    name: 'parley_messages_waiting_oldest_seconds',
    help: 'Age of the oldest contact message the bot has not taken yet',
    valueOf: (backlog) => backlog.oldestWaitingSeconds,
  },
  {
    name: 'parley_messages_unsent',
    help: 'Messages that have not left for good',
    valueOf: (backlog) => backlog.unsentMessages,
  },
  {
    name: 'parley_contacts_to_signal',
    help: 'Contacts whose workflow has not heard of the last change',
    valueOf: (backlog) => backlog.contactsToSignal,
  },
  {
    name: 'parley_turns_failed_last_hour',
    help: 'Turns without an answer of Typebot, after all retries',
    valueOf: (backlog) => backlog.failedTurns,
  },
  {
    name: 'parley_messages_failed_last_hour',
    help: 'Messages the channel refused for good',
    valueOf: (backlog) => backlog.failedMessages,
  },
  {
    name: 'parley_sessions_flooded_last_hour',
    help: 'Sessions paused because of more turns in a minute than their typebot allows',
    valueOf: (backlog) => backlog.floods,
  },
];

/**
 * Adds gauges for what waits in the database. `refresh` reads them, once per scrape. Without PostgreSQL they are
 * absent, so that no alarm works on old values.
 */
export function createBacklogGauges(registry: Registry, db: Queryable): { refresh(): Promise<void> } {
  const registers = [registry];
  const simple = gauges.map(({ name, help, valueOf }) => ({
    gauge: new Gauge({ name, help, registers }),
    valueOf,
  }));
  const instances = new Gauge({
    name: 'parley_instances',
    help: 'Instances by status; auth_failed needs a person',
    labelNames: ['status'],
    registers,
  });
  return {
    refresh: async () => {
      const backlog = await readBacklog(db).catch(() => undefined);
      instances.reset();
      for (const { gauge, valueOf } of simple) {
        if (backlog === undefined) gauge.remove();
        else gauge.set(valueOf(backlog));
      }
      for (const { status, count } of backlog?.instances ?? []) instances.set({ status }, count);
    },
  };
}
