import { randomUUID } from 'node:crypto';
import type { InboundMessage } from '../../../activities/ports/messages.js';
import { gateIsOpen } from '../../../workflows/axes.js';
import type { CommonChannelSettings } from '../../channels/channel.js';
import { dispatch } from './dispatch.js';
import { nextInboxNumber, setQuietSince, touchContact } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { insertInbound, noteSeen, replaceNotice } from '../../store/messages/inbox.js';
import type { ArrivalPlace, Fate } from '../../store/messages/inbox.js';
import type { ContactRow, InstanceRow, SessionRow } from '../../store/rows.js';
import { lockActiveSession, touchInbound } from '../../store/sessions/sessions.js';
import { findTypebot, listTypebots } from '../../store/accounts/typebots.js';
import { applyCommand, axesOf, recordOf } from '../sessions/apply-command.js';
import { addressesIn, hasMedia, renewal, senderOf, textOf, toRow } from './arrival.js';
import type { Arrival } from './arrival.js';
import { cameDuringEnding, chosen, judge } from '../sessions/candidates.js';
import { contactFor } from './contact-for.js';
import { confirmEcho } from './echoes.js';
import { endSession } from '../sessions/end-session.js';
import { openSession } from '../sessions/open-session.js';
import { noteFor } from '../tell.js';
import type { Tell } from '../tell.js';
import { isFinishWord } from '../sessions/triggers.js';

/** What one message led to. `tell` lists the contacts whose workflow must hear of it. */
export interface Received {
  outcome: 'accepted' | 'duplicate' | 'ignored';
  tell: Tell[];
  /** Hidden now; to be deleted once nothing of them is being sent. */
  hidden: string[];
  /** Row whose file is to be fetched. */
  mediaOf: string | null;
  /** Triggers were looked at, and none matched. */
  unmatched?: true;
}

const NOTHING: Received = { outcome: 'accepted', tell: [], hidden: [], mediaOf: null };

/** Stores one message and decides its fate, in the caller's transaction. */
export async function receive(
  tx: Tx,
  instance: InstanceRow,
  settings: CommonChannelSettings,
  { message, arrived }: { message: InboundMessage; arrived: ArrivalPlace },
): Promise<Received> {
  const receivedAt = Math.floor(arrived.atMs);
  const typebots = await listTypebots(tx, instance.id);
  const isOurs = message.fromMe && (await confirmEcho(tx, instance.id, message));
  const ignoreGroups = typebots.every((typebot) => typebot.settings.ignore_groups);
  const context = { isOurs, isDuplicate: false, receivedAt, ignoreGroups, settings };
  const what = dispatch(message, context);
  if (isOurs) return NOTHING;
  if (what.decision === 'ignored') return { ...NOTHING, outcome: 'ignored' };
  if (!(await noteSeen(tx, instance.id, 'in', message.keyId))) {
    if (!/#(edit|revoke)$/.test(message.keyId)) return { ...NOTHING, outcome: 'duplicate' };
    if (await replaceNotice(tx, noticeOf(instance, message))) return NOTHING;
  }
  const arrival = { tx, instance, settings, typebots, message, arrived, what, nowMs: receivedAt };
  const received = await route(arrival);
  const historical = what.decision === 'recordOnly' && what.reason === 'historical';
  return historical ? { ...received, outcome: 'ignored' } : received;
}

/** Edits and deletes have the id of their target: the last one is the one that counts. */
function noticeOf(instance: InstanceRow, { keyId, content, messageTimestamp }: InboundMessage) {
  const providerTimestamp = new Date(messageTimestamp);
  return { instanceId: instance.id, providerMessageId: keyId, content, providerTimestamp };
}

async function route(arrival: Arrival): Promise<Received> {
  const { tx, instance, message } = arrival;
  const found = await contactFor(tx, instance.id, addressesIn(message), message.isGroup);
  await touchContact(tx, found.contact.id, seenOf(message));
  const contact = { ...found.contact, ...namesOf(message, found.contact) };
  const active = await lockActiveSession(tx, contact.id);
  const isDeleted = active !== undefined && (await endDeleted(arrival, contact, active));
  const received =
    active === undefined || isDeleted
      ? await withoutSession(arrival, contact)
      : await inSession(arrival, contact, active);
  const ended = isDeleted && received.tell.length === 0 ? [...found.ended, contact.id] : found.ended;
  const tell = [...received.tell, ...(await tellEnded(tx, ended))];
  const hidden = [...received.hidden, ...found.hidden, ...(isDeleted ? [active.id] : [])];
  return { ...received, tell, hidden };
}

/** The session of a typebot that was deleted is gone for everybody, although its end may still be on its way. */
async function endDeleted(
  { tx, typebots }: Arrival,
  contact: ContactRow,
  session: SessionRow,
): Promise<boolean> {
  const { typebotId } = session;
  if (typebots.some(({ id }) => id === typebotId) || (await findTypebot(tx, typebotId))) return false;
  await endSession(tx, contact, session, { reason: 'typebot_deleted', remove: true });
  return true;
}

/** Runs whose session was closed by a join hear of it as after any close. */
async function tellEnded(tx: Tx, contactIds: string[]): Promise<Tell[]> {
  const told = await Promise.all(contactIds.map((id) => noteFor(tx, id, 'close')));
  return told.filter((entry) => entry !== undefined);
}

/** In a group only the chat itself: names and numbers are those of whoever wrote. */
function seenOf(message: InboundMessage): {
  replyJid: string;
  pushName?: string;
  waId?: string;
  bsuid?: string;
} {
  const { remoteJid, waId, bsuid, fromMe, isGroup, pushName } = message;
  if (isGroup) return { replyJid: remoteJid };
  const renewed = renewal(message);
  return {
    replyJid: renewed.remoteJid ?? remoteJid,
    waId: renewed.waId ?? waId,
    bsuid: renewed.bsuid ?? bsuid,
    pushName: fromMe ? undefined : pushName,
  };
}

function namesOf(message: InboundMessage, contact: ContactRow): Pick<ContactRow, 'pushName' | 'replyJid'> {
  const { pushName, replyJid } = seenOf(message);
  return { pushName: pushName ?? contact.pushName, replyJid };
}

/** A message of a contact without an active session: looked at by the triggers, or not at all. */
async function withoutSession(arrival: Arrival, contact: ContactRow): Promise<Received> {
  const { tx, what, message, nowMs } = arrival;
  if (what.decision === 'humanAgent' || what.decision === 'ownEcho') {
    if (what.decision === 'humanAgent') await setQuietSince(tx, contact.id);
    return NOTHING;
  }
  if (what.decision === 'recordOnly' || isHeldBack(contact, nowMs)) return NOTHING;
  const input = { text: textOf(message.content), isGroup: message.isGroup, fromMe: message.fromMe };
  const quietSinceMs = contact.quietSince?.getTime() ?? null;
  const typebot = chosen(judge(arrival.typebots, { ...input, quietSinceMs, nowMs }));
  if (typebot === undefined) return { ...NOTHING, unmatched: true };
  if (cameDuringEnding(contact, typebot, arrival.arrived.atMs)) return NOTHING;
  const session = await openSession(tx, contact, typebot, { trigger: typebot.settings.trigger_type });
  return record(arrival, { contact, session }, 'waiting');
}

function isHeldBack(contact: ContactRow, nowMs: number): boolean {
  const untilMs = Math.max(contact.mutedUntil?.getTime() ?? 0, contact.cooldownUntil?.getTime() ?? 0);
  return untilMs > nowMs;
}

async function inSession(arrival: Arrival, contact: ContactRow, session: SessionRow): Promise<Received> {
  const { tx, message, nowMs } = arrival;
  const typebot = arrival.typebots.find((candidate) => candidate.id === session.typebotId);
  if (message.isGroup && typebot?.settings.ignore_groups === true) return NOTHING;
  if (isOnlyRecorded(arrival, session)) return record(arrival, { contact, session }, 'kept');
  if (message.fromMe) return fromPerson(arrival, contact, session);
  const muted = (contact.mutedUntil?.getTime() ?? 0) > nowMs;
  if (muted) return record(arrival, { contact, session }, 'kept');
  await applyCommand(tx, session, { type: 'contactWrote' }, { by: 'api', nowMs });
  if (!gateIsOpen(axesOf(session))) return record(arrival, { contact, session }, 'kept');
  if (isFinishWord(typebot?.settings.keyword_finish ?? '', textOf(message.content))) {
    return finish(arrival, contact, session);
  }
  return record(arrival, { contact, session }, 'waiting');
}

/** Echoes and notices; and of late messages those from before the session began. */
function isOnlyRecorded({ what, message }: Arrival, session: SessionRow): boolean {
  if (what.decision === 'ownEcho') return true;
  if (what.decision !== 'recordOnly') return false;
  return what.reason !== 'tooOld' || message.messageTimestamp < session.openedAt.getTime();
}

/** A person wrote from the number itself: `stop_bot_from_me` wins over `listen_from_me`. */
async function fromPerson(arrival: Arrival, contact: ContactRow, session: SessionRow): Promise<Received> {
  const { tx, nowMs, message } = arrival;
  const settings = arrival.typebots.find((candidate) => candidate.id === session.typebotId)?.settings;
  if (settings?.stop_bot_from_me === true) {
    await applyCommand(tx, session, { type: 'takeover' }, { by: 'takeover', nowMs });
    return record(arrival, { contact, session }, 'kept', 'pause');
  }
  const feeds =
    settings?.listen_from_me === true && gateIsOpen(axesOf(session)) && !isHeldBack(contact, nowMs);
  if (!feeds) return record(arrival, { contact, session }, 'kept');
  if (isFinishWord(settings.keyword_finish, textOf(message.content)))
    return finish(arrival, contact, session);
  return record(arrival, { contact, session }, 'waiting');
}

/** The word that ends the session: recorded, not given to the flow, no answer. */
async function finish(arrival: Arrival, contact: ContactRow, session: SessionRow): Promise<Received> {
  const received = await record(arrival, { contact, session }, 'kept');
  const { hidden } = await endSession(arrival.tx, contact, session, { reason: 'keyword_finish' });
  const told = await noteFor(arrival.tx, contact.id, 'close');
  return { ...received, tell: told === undefined ? [] : [told], hidden: hidden ? [session.id] : [] };
}

async function record(
  arrival: Arrival,
  { contact, session }: { contact: ContactRow; session: SessionRow },
  fate: Fate,
  signal: 'message' | 'pause' = 'message',
): Promise<Received> {
  const { tx, message } = arrival;
  const id = randomUUID();
  const number = await nextInboxNumber(tx, contact.id);
  await insertInbound(tx, { ...toRow(arrival, contact.id), id, number, sessionId: session.id, fate });
  await touchInbound(tx, session.id, message.fromMe ? null : contact.pushName || null);
  await recordOf(tx, session, 'message.received', { message: id, sender: senderOf(arrival) });
  const told = await noteFor(tx, contact.id, signal);
  return {
    outcome: 'accepted',
    tell: told === undefined ? [] : [told],
    hidden: [],
    mediaOf: hasMedia(message.content) ? id : null,
  };
}
