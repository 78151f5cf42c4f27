import { lockContact } from '../../store/contacts/contacts.js';
import {
  deleteClosedSessions,
  deleteManyOf,
  listEndingSessions,
  markEnding,
  readEnding,
  removeEnded,
} from '../../store/accounts/endings.js';
import type { EndingKind } from '../../store/accounts/endings.js';
import { lockSession } from '../../store/sessions/sessions.js';
import { change } from '../after-commit.js';
import type { Core } from '../core.js';
import { endSession } from '../sessions/end-session.js';

/** Bounds on one activity call: rows deleted at once, and sessions ended. */
const BULK = 1_000;
const BATCH = 50;
/** How many sessions are ended at the same time. */
const LANES = 5;

/** Hides the target and everything below it at once. Its sessions end in the background, driven by a committed row. */
export async function deleteTarget(deps: Core, kind: EndingKind, targetId: string): Promise<void> {
  const endingId = await deps.db.transaction((tx) => markEnding(tx, kind, targetId));
  if (endingId !== undefined) await deps.signals.startEnding(endingId);
}

/**
 * Deletes some closed sessions, ends some active ones, and deletes the target itself once none is left. May be
 * repeated.
 */
export async function endBatch(deps: Core, endingId: string): Promise<{ left: number }> {
  const ending = await readEnding(deps.db, endingId);
  if (ending === undefined) return { left: 0 };
  const closed = await deleteClosedSessions(deps.db, ending, BULK);
  const rest = await listEndingSessions(deps.db, ending, BATCH);
  await endAll(deps, rest);
  const left = closed + rest.length;
  if (left > 0) return { left };
  const many = await deleteManyOf(deps.db, ending, BULK);
  if (many === 0) await deps.db.transaction((tx) => removeEnded(tx, endingId, ending));
  return { left: many };
}

interface EndingSession {
  id: string;
  contactId: string;
}

async function endAll(deps: Core, sessions: EndingSession[]): Promise<void> {
  const left = [...sessions];
  const lane = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await endOne(deps, next);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function endOne(deps: Core, { id, contactId }: EndingSession): Promise<void> {
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
