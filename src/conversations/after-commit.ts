import type { SignalName } from '../store/contacts/contacts.js';
import type { Tx } from '../store/db.js';
import { markFileStarted } from '../store/messages/files.js';
import type { Core } from './core.js';
import { removeHidden, untilQuiet } from './sessions/remove-hidden.js';
import { noteFor, tellAll } from './tell.js';
import type { Tell } from './tell.js';

/** Collects what is to be done once a transaction has committed. Each attempt starts with an empty one. */
export interface AfterCommit {
  /** Tells the contact's workflow the state at the end of the transaction. Of several signals only the last is sent. */
  tell(contactId: string, signal: SignalName): void;
  /** Waits until no message of the bot is being sent in this session. */
  untilQuiet(sessionId: string): void;
  /** Starts the workflow that sends a message of a person or a program. */
  send(outboxId: string, delayMs: number): void;
  /** Starts the workflow that fetches the file of a message. */
  fetchFile(inboxId: string): void;
  /** Deletes a session that is now hidden. `drop`: without waiting for a person's message that is still to be sent. */
  remove(sessionId: string, unsent?: 'wait' | 'drop'): void;
  /** Counts a message that no trigger matched, by channel type. */
  countUnmatched(channelType: string): void;
}

interface Wanted {
  signals: Map<string, SignalName>;
  noisy: Set<string>;
  sends: Map<string, number>;
  files: Set<string>;
  hidden: Map<string, 'wait' | 'drop'>;
  unmatched: string[];
}

/** How a caller lets the work after its commit be done. `contactIds`: the contacts whose workflows it tells. */
export type FollowUp = (contactIds: string[], work: () => Promise<void>) => Promise<void>;

/**
 * Runs one change in a transaction, then does what it asked for after the commit. Signals are first noted for the relay
 * at the end of the transaction, so a process that dies in between loses none. Throws only when PostgreSQL fails.
 */
export async function change<T>(
  deps: Core,
  work: (tx: Tx, after: AfterCommit) => Promise<T>,
  follow: FollowUp = (_contactIds, carryingOut) => carryingOut(),
): Promise<T> {
  const { result, wanted, tells } = await deps.db.transaction(async (tx) => {
    const own = nothingYet();
    const done = await work(tx, collect(own));
    return { result: done, wanted: own, tells: await noteAll(tx, own.signals) };
  });
  const contactIds = tells.map(({ contact }) => contact.id);
  await deps.db.onCommit(() => follow(contactIds, () => carryOut(deps, wanted, tells)));
  return result;
}

function nothingYet(): Wanted {
  return {
    signals: new Map(),
    noisy: new Set(),
    sends: new Map(),
    files: new Set(),
    hidden: new Map(),
    unmatched: [],
  };
}

function collect(wanted: Wanted): AfterCommit {
  return {
    tell: (contactId, signal) => wanted.signals.set(contactId, signal),
    untilQuiet: (sessionId) => wanted.noisy.add(sessionId),
    send: (outboxId, delayMs) => wanted.sends.set(outboxId, delayMs),
    fetchFile: (inboxId) => wanted.files.add(inboxId),
    remove: (sessionId, unsent = 'wait') => wanted.hidden.set(sessionId, unsent),
    countUnmatched: (channelType) => wanted.unmatched.push(channelType),
  };
}

async function noteAll(tx: Tx, signals: Wanted['signals']): Promise<Tell[]> {
  const tells: Tell[] = [];
  for (const [contactId, signal] of signals) {
    const tell = await noteFor(tx, contactId, signal);
    if (tell !== undefined) tells.push(tell);
  }
  return tells;
}

async function carryOut(deps: Core, wanted: Wanted, tells: Tell[]): Promise<void> {
  for (const channelType of wanted.unmatched) deps.onUnmatched?.(channelType);
  await tellAll(deps, tells);
  for (const sessionId of wanted.noisy) await untilQuiet(deps, sessionId);
  for (const [outboxId, delayMs] of wanted.sends) await deps.signals.startOutgoing(outboxId, delayMs);
  for (const inboxId of wanted.files) {
    if (await deps.signals.startMedia(inboxId)) await markFileStarted(deps.db, inboxId);
  }
  for (const [sessionId, unsent] of wanted.hidden) await removeHidden(deps, sessionId, unsent);
}
