import { setTimeout as sleep } from 'node:timers/promises';
import { leaseContacts, markSignalled } from '../store/contacts/contacts.js';
import type { RelayLease } from '../store/contacts/contacts.js';
import { isUnavailable } from '../store/db.js';
import { leaseEndings } from '../store/accounts/endings.js';
import { leaseFiles, markFileStarted } from '../store/messages/files.js';
import { leaseOutgoing, markStarted } from '../store/messages/own-outgoing.js';
import type { Core } from './core.js';
import { readTell } from './tell.js';

const LOOK_EVERY_MS = 500;
const BATCH = 50;

/** A loop that runs until it is stopped. */
export interface Relay {
  start(): void;
  /** Lets the current round finish. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Tells workflows what a request could not, because its process died after the commit or Temporal was out of reach.
 * Each round leases its work until a next-look time, so any number of processes may run a relay, and no row lock spans
 * a call.
 */
export function createRelay(deps: Core): Relay {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    start: () => {
      running = run(deps, stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function run(deps: Core, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const full = await look(deps).catch((error: unknown) => {
      deps.log.warn(
        { err: error },
        isUnavailable(error) ? 'the relay waits for PostgreSQL' : 'the relay failed',
      );
      return false;
    });
    if (!full) await sleep(LOOK_EVERY_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** One round through everything that may be left to tell; true when there is probably more. */
async function look(deps: Core): Promise<boolean> {
  const leases = await leaseContacts(deps.db, BATCH);
  // In parallel: while Temporal is out of reach, each call takes its whole deadline.
  await Promise.all(leases.map((lease) => tell(deps, lease)));
  for (const { id, delayMs } of await leaseOutgoing(deps.db)) {
    if (await deps.signals.startOutgoing(id, delayMs)) await markStarted(deps.db, id);
  }
  for (const id of await leaseEndings(deps.db)) await deps.signals.startEnding(id);
  for (const id of await leaseFiles(deps.db)) {
    if (await deps.signals.startMedia(id)) await markFileStarted(deps.db, id);
  }
  return leases.length === BATCH;
}

async function tell(deps: Core, { contactId, signal }: RelayLease): Promise<void> {
  const told = await readTell(deps.db, contactId, signal);
  if (told === undefined) return;
  try {
    await deps.signals.deliver(told.contact, signal, told.snapshot);
    await markSignalled(deps.db, contactId, told.snapshot.clock);
  } catch (error) {
    deps.log.warn({ err: error, contactId }, 'Temporal did not take a signal; it is tried again');
  }
}
