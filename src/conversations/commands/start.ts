import { randomUUID } from 'node:crypto';
import { findActiveConversation, lockFindOrMake } from '../../store/sessions/botpress-reads.js';
import type { ConversationMatch } from '../../store/sessions/botpress-reads.js';
import { insertContact, lockContact, nextInboxNumber, touchContact } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { findAnswer, storeAnswer, isFreshStart } from '../../store/accounts/idempotency.js';
import { insertInbound } from '../../store/messages/inbox.js';
import type { ContactRow, SessionRow, SessionView } from '../../store/rows.js';
import { readFinal } from '../../store/sessions/session-final.js';
import { lockActiveSession, touchInbound } from '../../store/sessions/sessions.js';
import type { StartRequest, StartResult } from '../api.js';
import { recordOf } from '../sessions/apply-command.js';
import { contactFor, phoneAddress } from '../arrivals/contact-for.js';
import type { Core } from '../core.js';
import { endSession } from '../sessions/end-session.js';
import { inboundRow } from '../arrivals/inbound-row.js';
import { newSessionUid, openSession } from '../sessions/open-session.js';
import { removeHidden } from '../sessions/settle.js';
import { noteFor, tellAll } from '../tell.js';
import type { Tell } from '../tell.js';

interface Started {
  result: StartResult;
  tell: (Tell | undefined)[];
  hidden: string[];
}

/**
 * Opens a session by hand: the inbound transaction without triggers. The active session of the
 * contact ends (`replaced`), the text, if any, is the first message of the new one.
 */
export async function start(core: Core, request: StartRequest): Promise<StartResult> {
  const started = await core.db.transaction((tx) => startIn(tx, request));
  await tellAll(core, started.tell);
  await removeHidden(core, started.hidden);
  return started.result;
}

async function startIn(tx: Tx, request: StartRequest): Promise<Started> {
  const found = request.unlessActive && (await findLike(tx, request.unlessActive));
  if (found) return { result: { ok: true, session: found, found: true }, tell: [], hidden: [] };
  const { workspaceId } = request.typebot;
  const known = request.idempotencyKey && (await findAnswer(tx, workspaceId, request.idempotencyKey));
  if (known?.type === 'other') return refused('other_request');
  if (known?.type === 'same') return answered(tx, known.sessionId);
  const { contact, sessionUid, tell, hidden } = await contactOf(tx, request);
  if (request.refuseMuted && (contact.mutedUntil?.getTime() ?? 0) > Date.now()) return refused('muted');
  const active = await lockActiveSession(tx, contact.id);
  if (active !== undefined && request.refuseActive && active.typebotId === request.typebot.id)
    return refused('active');
  if (active !== undefined && (await isRepeat(tx, active, request))) return answered(tx, active.id);
  const ended = active && (await endSession(tx, contact, active, { reason: 'replaced' }));
  const session = await open(tx, contact, request, sessionUid);
  const started = await answered(tx, session.id);
  if (request.idempotencyKey) await storeAnswer(tx, workspaceId, request.idempotencyKey, session.id);
  const told = await noteFor(tx, contact.id, active === undefined ? 'message' : 'restart');
  if (active && ended?.hidden) hidden.push(active.id);
  return { ...started, tell: [...tell, told], hidden };
}

function refused(reason: 'muted' | 'active' | 'other_request'): Started {
  return { result: { ok: false, reason }, tell: [], hidden: [] };
}

async function answered(tx: Tx, sessionId: string): Promise<Started> {
  const session = await readFinal(tx, sessionId);
  if (session === undefined) return refused('other_request');
  return { result: { ok: true, session, found: false }, tell: [], hidden: [] };
}

async function findLike(tx: Tx, match: ConversationMatch): Promise<SessionView | undefined> {
  await lockFindOrMake(tx, match.typebotId);
  return findActiveConversation(tx, match);
}

/** Without an idempotency key: the same start over a session whose first turn has not begun is the same start. */
async function isRepeat(tx: Tx, active: SessionRow, request: StartRequest): Promise<boolean> {
  if (active.typebotId !== request.typebot.id || request.text === undefined || active.turnNo > 0)
    return false;
  if (request.pushName !== undefined && request.pushName !== active.pushName) return false;
  return isFreshStart(tx, active.id, request.text);
}

async function contactOf(
  tx: Tx,
  { typebot, phone, pushName }: StartRequest,
): Promise<{ contact: ContactRow; sessionUid?: string; tell: (Tell | undefined)[]; hidden: string[] }> {
  if (phone === undefined) return { ...(await standIn(tx, typebot.instanceId)), tell: [], hidden: [] };
  const { contact, ended, hidden } = await contactFor(tx, typebot.instanceId, [phoneAddress(phone)], false);
  if (pushName) await touchContact(tx, contact.id, { pushName });
  const tell = await Promise.all(ended.map((id) => noteFor(tx, id, 'close')));
  return { contact: pushName ? { ...contact, pushName } : contact, tell, hidden };
}

/** A session without a person behind it: its contact is a stand-in with the session's own id. */
async function standIn(tx: Tx, instanceId: string): Promise<{ contact: ContactRow; sessionUid: string }> {
  const sessionUid = await newSessionUid(tx);
  const id = randomUUID();
  await insertContact(tx, { id, instanceId, kind: 'api', remoteJid: `${sessionUid}@api`, isGroup: false });
  const contact = await lockContact(tx, id);
  if (contact === undefined) throw new Error('start: the new contact is gone');
  return { contact, sessionUid };
}

async function open(
  tx: Tx,
  contact: ContactRow,
  request: StartRequest,
  sessionUid: string | undefined,
): Promise<SessionRow> {
  const session = await openSession(tx, contact, request.typebot, {
    trigger: request.text === undefined ? 'api' : 'manual',
    id: contact.kind === 'api' ? contact.id : undefined,
    sessionUid,
    tags: request.tags,
    botpressChannel: request.botpressChannel,
  });
  if (request.text !== undefined) await firstMessage(tx, contact, session, request.text);
  return session;
}

async function firstMessage(tx: Tx, contact: ContactRow, session: SessionRow, text: string): Promise<void> {
  const number = await nextInboxNumber(tx, contact.id);
  const content = { contentType: 'text' as const, text };
  const row = inboundRow(session, { number, fate: 'waiting', origin: 'start', content });
  await insertInbound(tx, row);
  await touchInbound(tx, session.id, null);
  await recordOf(tx, session, 'message.received', { message: row.id, sender: 'contact' });
}
