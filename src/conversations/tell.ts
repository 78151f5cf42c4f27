import type { Snapshot } from '../../workflows/snapshot.js';
import { markSignalled } from '../store/contacts/contacts.js';
import type { Addressee, SignalName } from '../store/contacts/contacts.js';
import type { Queryable, Tx } from '../store/db.js';
import { noteChange, readTold } from '../store/contacts/snapshot.js';
import type { Core } from './core.js';

/** A workflow that must hear of a change, and what it will be told. */
export interface Tell {
  contact: Addressee;
  signal: SignalName;
  snapshot: Snapshot;
}

/** Notes the change for the relay and reads the snapshot for the signal. Call last in a transaction. */
export async function noteFor(tx: Tx, contactId: string, signal: SignalName): Promise<Tell | undefined> {
  const noted = await noteChange(tx, contactId, signal);
  return noted && { ...noted, signal };
}

/** What a signal about this contact would say now. Undefined when the contact is gone. */
export async function readTell(
  db: Queryable,
  contactId: string,
  signal: SignalName,
): Promise<Tell | undefined> {
  const told = await readTold(db, contactId);
  return told && { ...told, signal };
}

/** Signals after the commit and notes which signals arrived; the relay repeats the others. Never throws. */
export async function tellAll(deps: Core, tells: Tell[]): Promise<void> {
  for (const tell of tells) await tellOne(deps, tell);
}

async function tellOne(deps: Core, { contact, signal, snapshot }: Tell): Promise<void> {
  if (!(await deps.signals.tell(contact, signal, snapshot))) return;
  const contactId = contact.id;
  // The caller does not wait for this note: without it the relay merely signals once more.
  markSignalled(deps.db, contactId, snapshot.clock).catch((error: unknown) => {
    deps.log.warn({ err: error, contactId }, 'a signal was not noted as delivered; the relay repeats it');
  });
}
