import type { InboundContent } from '../../../activities/ports/messages.js';
import { gateIsOpen } from '../../../workflows/axes.js';
import { nextInboxNumber } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { insertInbound } from '../../store/messages/inbox.js';
import type { ArrivalPlace, Fate } from '../../store/messages/inbox.js';
import type { ContactRow, SessionRow } from '../../store/rows.js';
import { readFinal } from '../../store/sessions/session-final.js';
import { touchInbound } from '../../store/sessions/sessions.js';
import { findTranscriptItem } from '../../store/messages/transcript.js';
import { findTypebot } from '../../store/accounts/typebots.js';
import type { MessageResult, Scope } from '../api.js';
import { applyCommand, axesOf, recordOf } from '../sessions/apply-command.js';
import { arrivalMs } from '../arrivals/arrival-clock.js';
import { textOf } from '../arrivals/arrival.js';
import { lockBoth } from './control.js';
import type { Core } from '../core.js';
import { endSession } from '../sessions/end-session.js';
import { inboundRow } from '../arrivals/inbound-row.js';
import { removeHidden } from '../sessions/settle.js';
import { noteFor, tellAll } from '../tell.js';
import type { Tell } from '../tell.js';
import { isFinishWord } from '../sessions/triggers.js';

export interface ApiMessage {
  content: InboundContent;
  userId?: string;
  tags?: Record<string, string>;
  whenClosed: 'refuse' | 'record';
}

type ArrivedMessage = ApiMessage & { arrived: ArrivalPlace };

interface Recorded {
  result: MessageResult;
  tell?: Tell;
  hidden: string[];
}

/** A message of the contact that comes through an API: to this session, whatever the triggers say. */
export async function contactMessage(
  core: Core,
  scope: Scope,
  sessionId: string,
  message: ApiMessage,
): Promise<MessageResult> {
  const arrived = { atMs: arrivalMs(), index: 0 };
  const recorded = await core.db.transaction((tx) => recordIn(tx, scope, sessionId, { ...message, arrived }));
  await tellAll(core, [recorded.tell]);
  await removeHidden(core, recorded.hidden, sessionId);
  return recorded.result;
}

async function recordIn(tx: Tx, scope: Scope, sessionId: string, message: ArrivedMessage): Promise<Recorded> {
  const found = await lockBoth(tx, scope, sessionId);
  if (found === undefined) return { result: { ok: false, reason: 'not_found' }, hidden: [] };
  const { contact, session } = found;
  if (session.status === 'closed' && message.whenClosed === 'refuse') {
    return { result: { ok: false, reason: 'closed' }, hidden: [] };
  }
  const takes = await botTakes(tx, contact, session);
  const typebot = takes ? await findTypebot(tx, session.typebotId) : undefined;
  const finishes = isFinishWord(typebot?.settings.keyword_finish ?? '', textOf(message.content));
  const id = await insert(tx, { contact, session, message, fate: takes && !finishes ? 'waiting' : 'kept' });
  const result = await resultOf(tx, sessionId, id);
  const ended = finishes ? await endSession(tx, contact, session, { reason: 'keyword_finish' }) : undefined;
  const tell = await noteFor(tx, contact.id, finishes ? 'close' : 'message');
  return { result, tell, hidden: ended?.hidden ? [session.id] : [] };
}

async function botTakes(tx: Tx, contact: ContactRow, session: SessionRow): Promise<boolean> {
  const nowMs = Date.now();
  if ((contact.mutedUntil?.getTime() ?? 0) > nowMs) return false;
  await applyCommand(tx, session, { type: 'contactWrote' }, { by: 'api', nowMs });
  return gateIsOpen(axesOf(session));
}

async function insert(
  tx: Tx,
  {
    contact,
    session,
    message,
    fate,
  }: { contact: ContactRow; session: SessionRow; message: ArrivedMessage; fate: Fate },
): Promise<string> {
  const { content, userId = null, tags = null, arrived } = message;
  const number = await nextInboxNumber(tx, contact.id);
  const row = inboundRow(session, { number, fate, origin: 'surface', content, userId, tags, arrived });
  await insertInbound(tx, row);
  await touchInbound(tx, session.id, null);
  await recordOf(tx, session, 'message.received', { message: row.id, sender: 'contact' });
  return row.id;
}

async function resultOf(tx: Tx, sessionId: string, messageId: string): Promise<MessageResult> {
  const session = await readFinal(tx, sessionId);
  const found = await findTranscriptItem(tx, messageId);
  if (session === undefined || found === undefined) return { ok: false, reason: 'not_found' };
  return { ok: true, message: found.item, session };
}
