import { lockContacts } from '../../store/contacts/contacts.js';
import { absorbContact, moveWaitingRows } from '../../store/contacts/joins.js';
import type { Tx } from '../../store/db.js';
import type { ContactRow, SessionRow } from '../../store/rows.js';
import { lockActiveSession } from '../../store/sessions/sessions.js';
import type { AfterCommit } from '../after-commit.js';
import { endSession } from '../sessions/end-session.js';

/**
 * Joins contacts whose addresses turned out to belong to one person. Of their open sessions the one with the latest
 * message stays, and its contact keeps its id. The others end (`replaced`), and their workflows are told as after any
 * close. All rows are locked.
 */
export async function joinContacts(tx: Tx, after: AfterCommit, contacts: ContactRow[]): Promise<ContactRow> {
  const sessions = new Map<string, SessionRow>();
  for (const contact of contacts) {
    const session = await lockActiveSession(tx, contact.id);
    if (session !== undefined) sessions.set(contact.id, session);
  }
  const survivor = [...contacts].sort(
    (a, b) => rank(sessions.get(b.id)) - rank(sessions.get(a.id)) || a.rowId - b.rowId,
  )[0];
  if (survivor === undefined) throw new Error('joinContacts: no contact');
  for (const loser of contacts.filter((contact) => contact.id !== survivor.id)) {
    const losing = sessions.get(loser.id);
    const staying = sessions.get(survivor.id);
    // Whoever has a session ranks before those without one.
    if (losing && staying) {
      await moveWaitingRows(tx, losing.id, { sessionId: staying.id, contactId: survivor.id });
      await endSession(tx, after, { contact: loser, session: losing }, { reason: 'replaced' });
      after.tell(loser.id, 'close');
    }
    await absorbContact(tx, loser.id, survivor.id);
  }
  // Its mute and cooldown may now come from the other contact.
  const [contact = survivor] = await lockContacts(tx, [survivor.id]);
  return contact;
}

function rank(session: SessionRow | undefined): number {
  return session === undefined ? 0 : (session.lastMessageAt ?? session.openedAt).getTime();
}
