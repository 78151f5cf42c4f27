import { gateIsOpen } from '../../../workflows/axes.js';
import type { Snapshot } from '../../../workflows/snapshot.js';
import type { ChangeRequest } from '../../../workflows/needs.js';
import { lockContact, raiseClock } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import type { SessionRow, TypebotSettings } from '../../store/rows.js';
import { lockSession } from '../../store/sessions/sessions.js';
import { clearDue } from '../../store/sessions/flow-state.js';
import { readLatest } from '../../store/contacts/snapshot.js';
import { readSessionContext } from '../../store/sessions/turn-context.js';
import type { SessionContext } from '../../store/sessions/turn-context.js';
import { findTypebot } from '../../store/accounts/typebots.js';
import { hasWork, isAnswering } from '../../store/sessions/work-left.js';
import { change } from '../after-commit.js';
import type { AfterCommit } from '../after-commit.js';
import type { Core } from '../core.js';
import { applyCommand, recordOf } from './apply-command.js';
import { endSession } from './end-session.js';
import type { Locked } from './end-session.js';

/**
 * Makes a change that the workflow asks for: expiry, end of a timed pause, hand-off, end of the flow. The transaction
 * checks that it is due, and otherwise changes nothing. Resolves to the state afterwards.
 */
export async function requestChange(deps: Core, request: ChangeRequest): Promise<Snapshot> {
  return change(deps, async (tx, after) => {
    const contact = await lockContact(tx, request.contactId);
    const session = await lockSession(tx, request.sessionId);
    if (contact && session) await changeIn(tx, after, { contact, session }, request.kind);
    return readLatest(tx, request.contactId);
  });
}

async function changeIn(
  tx: Tx,
  after: AfterCommit,
  locked: Locked,
  kind: ChangeRequest['kind'],
): Promise<void> {
  const { session } = locked;
  if (session.status === 'closed') return;
  switch (kind) {
    case 'resume':
      return resume(tx, session);
    case 'handoff':
      return (await isAnswered(tx, session)) ? afterAnswer(tx, session) : undefined;
    case 'expired':
      return (await isExpired(tx, locked)) ? end(tx, after, locked, 'expired') : undefined;
    case 'completed':
    case 'failed':
      // A paused session stays paused even if its flow has ended: whoever paused it decides when it closes.
      return session.endedAs === kind && (await isAnswered(tx, session))
        ? end(tx, after, locked, kind)
        : undefined;
  }
}

/** The bot may speak and has said everything, even if the worker that asks was frozen and means an earlier answer. */
async function isAnswered(tx: Tx, session: SessionRow): Promise<boolean> {
  return gateIsOpen(session) && !(await isAnswering(tx, session.id));
}

async function end(
  tx: Tx,
  after: AfterCommit,
  locked: Locked,
  reason: 'expired' | 'completed' | 'failed',
): Promise<void> {
  await endSession(tx, after, locked, { reason });
  await raiseClock(tx, locked.contact.id);
}

async function resume(tx: Tx, session: SessionRow): Promise<void> {
  const nowMs = Date.now();
  if (session.resumesAt === null || session.resumesAt.getTime() > nowMs) return;
  const outcome = await applyCommand(tx, session, { type: 'resume' }, { by: 'timer', nowMs });
  if (outcome.type === 'changed') await raiseClock(tx, session.contactId);
}

/** Carries out a hand-off or a pause that waited for an answer, which has now been sent. */
async function afterAnswer(tx: Tx, session: SessionRow): Promise<void> {
  const context = await readSessionContext(tx, session.id);
  const due = await clearDue(tx, session.id);
  if (due.handoff) await handOff(tx, session, context);
  else if (due.pause) {
    const command = { type: 'pause', minutes: due.minutes ?? undefined } as const;
    await applyCommand(tx, session, command, { by: 'api', actor: due.actor ?? undefined, nowMs: Date.now() });
  } else return;
  await raiseClock(tx, session.contactId);
}

/** The flow asked for a person, or the contact was refused too often. */
async function handOff(tx: Tx, session: SessionRow, context: SessionContext | undefined): Promise<void> {
  const isRefused = context !== undefined && isRefusedTooOften(context.invalidReplies, context.settings);
  await recordOf(tx, session, 'handoff_requested', { by: isRefused ? 'max_invalid_replies' : 'chatwoot' });
  const nowMs = Date.now();
  if (isRefused)
    await applyCommand(tx, session, { type: 'set', chatMode: 'awaiting' }, { by: 'chat_mode', nowMs });
  else await applyCommand(tx, session, { type: 'operate' }, { by: 'takeover', nowMs });
}

/** Whether nothing is left to be read or sent, and the session's idle time is over. */
async function isExpired(tx: Tx, { contact, session }: Locked): Promise<boolean> {
  const typebot = await findTypebot(tx, session.typebotId);
  const minutes = typebot?.settings.expire_in_minutes ?? 0;
  if (minutes === 0) return false;
  const sinceMs = Math.max(session.lastMessageAt?.getTime() ?? 0, session.openedAt.getTime());
  if (Date.now() < sinceMs + minutes * 60_000) return false;
  return contact.silenced || !gateIsOpen(session) || !(await hasWork(tx, session.id));
}

/** Whether this many refusals in a row call for a person (`max_invalid_replies`; 0 = off). */
export function isRefusedTooOften(invalidReplies: number, settings: TypebotSettings): boolean {
  const most = settings.max_invalid_replies;
  return most > 0 && invalidReplies >= most;
}
