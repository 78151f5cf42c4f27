import { lockContact } from '../../store/contacts/contacts.js';
import { listEndingSessions, markEnding, readEnding, removeEnded } from '../../store/accounts/endings.js';
import type { EndingKind } from '../../store/accounts/endings.js';
import { lockSession } from '../../store/sessions/sessions.js';
import { change } from '../after-commit.js';
import type { Core } from '../core.js';
import { endSession } from '../sessions/end-session.js';

/** Sessions that one activity call ends, to bound its work. */
const BATCH = 50;

/** Hides the target and everything below it at once. Its sessions end in the background, driven by a committed row. */
export async function deleteTarget(deps: Core, kind: EndingKind, targetId: string): Promise<void> {
  const endingId = await deps.db.transaction((tx) => markEnding(tx, kind, targetId));
  if (endingId !== undefined) await deps.signals.startEnding(endingId);
}

/** Ends one batch of sessions, and deletes the target itself once none is left. May be repeated. */
export async function endBatch(deps: Core, endingId: string): Promise<{ left: number }> {
  const ending = await readEnding(deps.db, endingId);
  if (ending === undefined) return { left: 0 };
  const sessions = await listEndingSessions(deps.db, ending, BATCH);
  for (const session of sessions) await endOne(deps, session);
  if (sessions.length === 0) await deps.db.transaction((tx) => removeEnded(tx, endingId, ending));
  return { left: sessions.length };
}

async function endOne(deps: Core, { id, contactId }: { id: string; contactId: string }): Promise<void> {
  await change(deps, async (tx, after) => {
    const contact = await lockContact(tx, contactId);
    const session = await lockSession(tx, id);
    if (contact !== undefined && session !== undefined) {
      await endSession(tx, after, { contact, session }, { reason: 'typebot_deleted', remove: true });
      after.tell(contact.id, 'close');
    }
    // What a person has yet to send is dropped too, even if the session had ended before.
    after.remove(id, 'drop');
  });
}
