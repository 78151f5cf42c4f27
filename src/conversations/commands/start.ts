import { randomUUID } from 'node:crypto';
import { findActiveConversation, lockFindOrMake } from '../../store/sessions/botpress-reads.js';
import type { ConversationMatch } from '../../store/sessions/botpress-reads.js';
import { insertContact, lockContact, touchContact } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { isFreshStart } from '../../store/messages/inbox.js';
import { recordInbound } from '../../store/messages/record-inbound.js';
import type { ContactRow, SessionRow, SessionView } from '../../store/rows.js';
import { readFinal } from '../../store/sessions/session-final.js';
import { lockActiveSession } from '../../store/sessions/sessions.js';
import { change } from '../after-commit.js';
import type { AfterCommit } from '../after-commit.js';
import type { StartRequest, StartResult } from '../api.js';
import { contactOfNumber } from '../arrivals/contact-for.js';
import type { Core } from '../core.js';
import { endSession } from '../sessions/end-session.js';
import { inboundRow } from '../arrivals/inbound-row.js';
import { isMuted } from '../sessions/held-back.js';
import { newSessionUid, openSession } from '../sessions/open-session.js';

/**
 * Opens a session manually, as a message would, but without triggers. The contact's active session ends (`replaced`).
 * The text, if any, is the first message of the new one.
 */
export async function start(deps: Core, request: StartRequest): Promise<StartResult> {
  return change(deps, (tx, after) => startIn(tx, after, request));
}

async function startIn(tx: Tx, after: AfterCommit, request: StartRequest): Promise<StartResult> {
  const found = request.unlessActive && (await findLike(tx, request.unlessActive));
  if (found) return { ok: true, session: found, found: true };
  const { contact, sessionUid } = await contactOf(tx, request);
  return replaceActive(tx, after, { contact, sessionUid, request });
}

/** Opens a session for a contact that is locked, and ends the active one, if any. */
export async function replaceActive(
  tx: Tx,
  after: AfterCommit,
  { contact, sessionUid, request }: { contact: ContactRow; sessionUid?: string; request: StartRequest },
): Promise<StartResult> {
  if (request.refuseMuted && contact.silenced) return refused('silenced');
  if (request.refuseMuted && isMuted(contact, Date.now())) return refused('muted');
  const active = await lockActiveSession(tx, contact.id);
  if (active !== undefined && request.refuseActive && active.typebotId === request.typebot.id)
    return refused('active');
  if (active !== undefined && (await isRepeat(tx, active, request))) return answered(tx, active.id);
  if (active)
    await endSession(tx, after, { contact, session: active }, { reason: 'replaced', actor: request.actor });
  const session = await open(tx, contact, request, sessionUid);
  after.tell(contact.id, active === undefined ? 'message' : 'restart');
  return answered(tx, session.id);
}

function refused(reason: Extract<StartResult, { ok: false }>['reason']): StartResult {
  return { ok: false, reason };
}

async function answered(tx: Tx, sessionId: string): Promise<StartResult> {
  const session = await readFinal(tx, sessionId);
  if (session === undefined) throw new Error('start: the session is gone');
  return { ok: true, session, found: false };
}

async function findLike(tx: Tx, match: ConversationMatch): Promise<SessionView | undefined> {
  await lockFindOrMake(tx, match.typebotId);
  return findActiveConversation(tx, match);
}

/** Without an idempotency key, the same start again counts as a repetition until the session's first turn has begun. */
async function isRepeat(tx: Tx, active: SessionRow, request: StartRequest): Promise<boolean> {
  if (active.typebotId !== request.typebot.id || request.text === undefined || active.turnNo > 0)
    return false;
  if (request.pushName !== undefined && request.pushName !== active.pushName) return false;
  return isFreshStart(tx, active.id, request.text);
}

async function contactOf(
  tx: Tx,
  { typebot, phone, pushName }: StartRequest,
): Promise<{ contact: ContactRow; sessionUid?: string }> {
  if (phone === undefined) return standIn(tx, typebot.instanceId);
  const contact = await contactOfNumber(tx, typebot.instanceId, phone);
  if (!pushName) return { contact };
  await touchContact(tx, contact.id, { pushName });
  return { contact: { ...contact, pushName } };
}

/** A session with nobody behind it gets a stand-in contact with the session's own id. */
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
    again: request.again,
    actor: request.actor,
  });
  if (request.text !== undefined) await firstMessage(tx, session, request.text);
  return session;
}

async function firstMessage(tx: Tx, session: SessionRow, text: string): Promise<void> {
  const content = { contentType: 'text' as const, text };
  const row = inboundRow(session, { fate: 'waiting', origin: 'start', content });
  await recordInbound(tx, row, { byContact: false });
}
