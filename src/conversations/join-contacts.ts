import { absorbContact } from '../store/joins.js';
import type { Tx } from '../store/db.js';
import type { ContactRow, SessionRow } from '../store/rows.js';
import { lockActiveSession } from '../store/sessions.js';
import { endSession } from './end-session.js';
import { moveWaitingRows } from '../store/joins.js';

/**
 * Two addresses turned out to be one person: the contact whose session stays survives with its id; of two open
 * sessions the one with the latest message stays, the other ends (`replaced`). Both rows are locked.
 */
export async function joinContacts(
  tx: Tx,
  contacts: ContactRow[],
): Promise<{ contact: ContactRow; ended: string[] }> {
  const held = await Promise.resolve(contacts);
  const sessions = new Map<string, SessionRow>();
  for (const contact of held) {
    const session = await lockActiveSession(tx, contact.id);
    if (session !== undefined) sessions.set(contact.id, session);
  }
  const survivor = [...held].sort(
    (a, b) => rank(sessions.get(b.id)) - rank(sessions.get(a.id)) || a.rowId - b.rowId,
  )[0];
  if (survivor === undefined) throw new Error('joinContacts: no contact');
  const ended: string[] = [];
  for (const loser of held.filter((contact) => contact.id !== survivor.id)) {
    const losing = sessions.get(loser.id);
    if (losing !== undefined) {
      await moveWaitingRows(tx, losing.id, sessions.get(survivor.id)?.id ?? null, survivor.id);
      await endSession(tx, loser, losing, { reason: 'replaced' });
      ended.push(loser.id);
    }
    await absorbContact(tx, loser.id, survivor.id);
  }
  return { contact: survivor, ended };
}

function rank(session: SessionRow | undefined): number {
  return session === undefined ? 0 : (session.lastMessageAt ?? session.openedAt).getTime();
}
