import { transition } from '../../../workflows/axes.js';
import type { Snapshot } from '../../../workflows/snapshot.js';
import type { ChangeRequest } from '../../../workflows/needs.js';
import { lockContact, raiseClock } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import type { ContactRow, SessionRow, TypebotSettings } from '../../store/rows.js';
import { clearHandoff, lockSession } from '../../store/sessions/sessions.js';
import { readLatest } from '../../store/contacts/snapshot.js';
import { readTurnContext } from '../../store/sessions/turn-context.js';
import { findTypebot } from '../../store/accounts/typebots.js';
import { hasWork } from '../../store/sessions/turns.js';
import { applyCommand, axesOf, recordOf } from './apply-command.js';
import type { Core } from '../core.js';
import { endSession } from './end-session.js';
import { removeHidden } from './settle.js';

/**
 * A change the workflow asks for: expiry, end of a timed pause, hand-off, end of the flow. The transaction looks for
 * itself whether it is due, and may say no by changing nothing. Resolves to what is true afterwards.
 */
export async function requestChange(core: Core, request: ChangeRequest): Promise<Snapshot> {
  const done = await core.db.transaction(async (tx) => {
    const contact = await lockContact(tx, request.contactId);
    const session = await lockSession(tx, request.sessionId);
    const hidden = contact && session ? await change(tx, contact, session, request.kind) : false;
    return { hidden, snapshot: await readLatest(tx, request.contactId) };
  });
  if (done.hidden) await removeHidden(core, [request.sessionId], request.contactId);
  return done.snapshot;
}

/** True when the session ended and is to be deleted. */
async function change(
  tx: Tx,
  contact: ContactRow,
  session: SessionRow,
  kind: ChangeRequest['kind'],
): Promise<boolean> {
  if (session.status === 'closed') return false;
  switch (kind) {
    case 'resume':
      return resume(tx, contact, session);
    case 'handoff':
      return isOpen(session) ? handOff(tx, contact, session) : false;
    case 'expired':
      return (await isExpired(tx, session)) && end(tx, contact, session, 'expired');
    case 'completed':
    case 'failed':
      return session.endedAs === kind && isOpen(session) && end(tx, contact, session, kind);
  }
}

/** A pause that came first keeps a finished flow's session paused: the person who paused decides when it ends. */
function isOpen(session: SessionRow): boolean {
  return session.status === 'opened' && session.chatMode === 'bot';
}

async function end(
  tx: Tx,
  contact: ContactRow,
  session: SessionRow,
  reason: 'expired' | 'completed' | 'failed',
): Promise<boolean> {
  const { hidden } = await endSession(tx, contact, session, { reason });
  await raiseClock(tx, contact.id);
  return hidden;
}

async function resume(tx: Tx, contact: ContactRow, session: SessionRow): Promise<false> {
  const due = session.resumesAt !== null && session.resumesAt.getTime() <= Date.now();
  if (!due || transition(axesOf(session), { type: 'resume' }, 0).type !== 'changed') return false;
  await applyCommand(tx, session, { type: 'resume' }, { by: 'timer', nowMs: Date.now() });
  await raiseClock(tx, contact.id);
  return false;
}

/** The flow asked for a person, or the contact was refused too often; the answer that led to it has left. */
async function handOff(tx: Tx, contact: ContactRow, session: SessionRow): Promise<false> {
  const context = await readTurnContext(tx, session.id);
  const isRefused = context !== undefined && isRefusedTooOften(context.invalidReplies, context.settings);
  if (!(await clearHandoff(tx, session.id))) return false;
  await recordOf(tx, session, 'handoff_requested', { by: isRefused ? 'max_invalid_replies' : 'chatwoot' });
  const nowMs = Date.now();
  if (isRefused)
    await applyCommand(tx, session, { type: 'set', chatMode: 'awaiting' }, { by: 'chat_mode', nowMs });
  else await applyCommand(tx, session, { type: 'operate' }, { by: 'takeover', nowMs });
  await raiseClock(tx, contact.id);
  return false;
}

/** Nothing waits, nothing is asked, nothing may still leave, and the time by the row is over. */
async function isExpired(tx: Tx, session: SessionRow): Promise<boolean> {
  const typebot = await findTypebot(tx, session.typebotId);
  const minutes = typebot?.settings.expire_in_minutes ?? 0;
  if (minutes === 0) return false;
  const sinceMs = Math.max(session.lastMessageAt?.getTime() ?? 0, session.openedAt.getTime());
  if (Date.now() < sinceMs + minutes * 60_000) return false;
  return !isOpen(session) || !(await hasWork(tx, session.id));
}

/** Whether so many refusals of one input in a row ask for a person (`max_invalid_replies`; 0 = off). */
export function isRefusedTooOften(invalidReplies: number, settings: TypebotSettings): boolean {
  const most = settings.max_invalid_replies;
  return most > 0 && invalidReplies >= most;
}
