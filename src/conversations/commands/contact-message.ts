import type { InboundContent } from '../../../activities/ports/messages.js';
import { gateIsOpen } from '../../../workflows/axes.js';
import type { Tx } from '../../store/db.js';
import { recordInbound } from '../../store/messages/record-inbound.js';
import type { ArrivalPlace, Fate } from '../../store/messages/inbox.js';
import type { TagMatch } from '../../store/sessions/botpress-reads.js';
import { readFinal } from '../../store/sessions/session-final.js';
import { findTranscriptItem } from '../../store/messages/transcript.js';
import { findTypebot } from '../../store/accounts/typebots.js';
import { change } from '../after-commit.js';
import type { AfterCommit } from '../after-commit.js';
import type { MessageResult, Scope } from '../api.js';
import { applyCommand } from '../sessions/apply-command.js';
import { arrivalMs } from '../arrivals/arrival-clock.js';
import { textOf } from '../arrivals/arrival.js';
import { lockBoth } from './control.js';
import type { Core } from '../core.js';
import { endSession } from '../sessions/end-session.js';
import type { Locked } from '../sessions/end-session.js';
import { inboundRow } from '../arrivals/inbound-row.js';
import { isMuted } from '../sessions/held-back.js';
import { isWord } from '../sessions/triggers.js';
import { findTagged } from './send-message.js';

/** A message of the contact that comes through an API. `whenClosed`: what to do in a closed session. */
export interface ApiMessage {
  content: InboundContent;
  userId?: string;
  tags?: Record<string, string>;
  whenClosed: 'refuse' | 'record';
  unlessTagged?: TagMatch;
}

type ArrivedMessage = ApiMessage & { arrived: ArrivalPlace };

/** Records a message of the contact that comes through an API. It goes to this session, whatever the triggers say. */
export async function contactMessage(
  deps: Core,
  scope: Scope,
  sessionId: string,
  message: ApiMessage,
): Promise<MessageResult> {
  const arrived = { atMs: arrivalMs(), index: 0 };
  return change(deps, (tx, after) =>
    recordIn(tx, after, { scope, sessionId, message: { ...message, arrived } }),
  );
}

async function recordIn(
  tx: Tx,
  after: AfterCommit,
  { scope, sessionId, message }: { scope: Scope; sessionId: string; message: ArrivedMessage },
): Promise<MessageResult> {
  const locked = await lockBoth(tx, scope, sessionId);
  if (locked === undefined) return { ok: false, reason: 'not_found' };
  const { contact, session } = locked;
  const found = await findTagged(tx, session.id, message.unlessTagged);
  if (found) return found;
  if (session.status === 'closed' && message.whenClosed === 'refuse') return { ok: false, reason: 'closed' };
  const takes = await botTakes(tx, locked);
  const typebot = takes ? await findTypebot(tx, session.typebotId) : undefined;
  const finishes = isWord(typebot?.settings.keyword_finish ?? '', textOf(message.content));
  const id = await insert(tx, locked, message, takes && !finishes ? 'waiting' : 'kept');
  const result = await resultOf(tx, sessionId, id);
  if (finishes) await endSession(tx, after, locked, { reason: 'keyword_finish' });
  after.tell(contact.id, finishes ? 'close' : 'message');
  return result;
}

async function botTakes(tx: Tx, { contact, session }: Locked): Promise<boolean> {
  const nowMs = Date.now();
  if (isMuted(contact, nowMs)) return false;
  await applyCommand(tx, session, { type: 'contactWrote' }, { by: 'api', nowMs });
  return gateIsOpen(session);
}

async function insert(tx: Tx, { session }: Locked, message: ArrivedMessage, fate: Fate): Promise<string> {
  const { content, userId = null, tags = null, arrived } = message;
  const row = inboundRow(session, { fate, origin: 'surface', content, userId, tags, arrived });
  await recordInbound(tx, row, { byContact: session.channel === 'api' });
  return row.id;
}

async function resultOf(tx: Tx, sessionId: string, messageId: string): Promise<MessageResult> {
  const session = await readFinal(tx, sessionId);
  const found = await findTranscriptItem(tx, messageId);
  if (session === undefined || found === undefined) return { ok: false, reason: 'not_found' };
  return { ok: true, message: found.item, session };
}
