import { randomUUID } from 'node:crypto';
import type { InboundMessage } from '../../../activities/ports/messages.js';
import { gateIsOpen } from '../../../workflows/axes.js';
import type { CommonChannelSettings, EventOutcome } from '../../channels/channel.js';
import { dispatch, isOfGroup, isRecordOnly } from './dispatch.js';
import { ALBUM_CONTENTS, openAlbum, takeAlbumFile } from '../../store/messages/albums.js';
import { admitMessage, insertAddresses, setQuietSince } from '../../store/contacts/contacts.js';
import type { SignalName } from '../../store/contacts/contacts.js';
import { RepeatTransaction } from '../../store/db.js';
import type { Tx } from '../../store/db.js';
import { noteFile } from '../../store/messages/files.js';
import { replaceNotice } from '../../store/messages/inbox.js';
import { recordInbound } from '../../store/messages/record-inbound.js';
import type { ArrivalPlace, Fate } from '../../store/messages/inbox.js';
import type { Actor, ContactRow, InstanceRow, SessionRow, TypebotSettings } from '../../store/rows.js';
import { enter } from '../../store/sessions/arrivals.js';
import type { StartingTypebot } from '../../store/sessions/arrivals.js';
import { findTypebot, listTypebots } from '../../store/accounts/typebots.js';
import type { AfterCommit } from '../after-commit.js';
import { applyCommand } from '../sessions/apply-command.js';
import { addressesIn, hasMedia, namesOf, seenOf, textOf, toRow } from './arrival.js';
import type { Arrival } from './arrival.js';
import { cameDuringEnding, chosen, judge } from '../sessions/candidates.js';
import type { TriggerInput } from '../sessions/candidates.js';
import { contactFor } from './contact-for.js';
import { confirmEcho } from './echoes.js';
import { endSession } from '../sessions/end-session.js';
import type { Locked } from '../sessions/end-session.js';
import { isHeldBack, isMuted } from '../sessions/held-back.js';
import { openSession } from '../sessions/open-session.js';
import { isWord } from '../sessions/triggers.js';

/** Stores one message and decides its fate, in the caller's transaction. */
export async function receive(
  tx: Tx,
  after: AfterCommit,
  { instance, settings }: { instance: InstanceRow; settings: CommonChannelSettings },
  { message, arrived }: { message: InboundMessage; arrived: ArrivalPlace },
): Promise<EventOutcome> {
  const receivedAt = Math.floor(arrived.atMs);
  if (message.fromMe && (await confirmEcho(tx, instance.id, message))) return 'accepted';
  const ignoreGroups = isOfGroup(message) && (await ignoresGroups(tx, instance.id));
  const what = dispatch(message, { receivedAt, ignoreGroups, settings });
  if (what === 'ignored') return 'ignored';
  const keys = addressesIn(message).map(({ key }) => key);
  const { isNew, contacts } = await admitMessage(tx, { instanceId: instance.id, id: message.keyId, keys });
  if (!isNew) {
    if (!/#(edit|revoke)$/.test(message.keyId)) return 'duplicate';
    if (await replaceNotice(tx, noticeOf(instance, message))) return 'accepted';
  }
  await route({ tx, after, instance, settings, message, arrived, what, nowMs: receivedAt }, contacts);
  return what === 'historical' ? 'ignored' : 'accepted';
}

async function ignoresGroups(tx: Tx, instanceId: string): Promise<boolean> {
  return (await listTypebots(tx, instanceId)).every(({ settings }) => settings.ignore_groups);
}

/** Edits and deletes carry the id of their target, and only the last one counts. */
function noticeOf(instance: InstanceRow, { keyId, content, messageTimestamp }: InboundMessage) {
  const providerTimestamp = new Date(messageTimestamp);
  return { instanceId: instance.id, providerMessageId: keyId, content, providerTimestamp };
}

async function route(arriving: Omit<Arrival, 'typebots'>, locked: ContactRow[]): Promise<void> {
  const { tx, after, instance, message } = arriving;
  const addresses = addressesIn(message);
  const { isGroup } = message;
  const found = await contactFor(tx, after, instance.id, { addresses, isGroup, locked });
  const ids = { instanceId: instance.id, contactId: found.id };
  const keys = addresses.map(({ key }) => key);
  const entered = await enter(tx, { ...ids, keys, seen: seenOf(message) });
  // Another transaction joined the contact or moved its address before it was locked.
  if (entered.owners.some((id) => id !== found.id)) throw new RepeatTransaction();
  if (entered.known < new Set(keys).size) await insertAddresses(tx, ids, addresses);
  await noteAlbum(tx, found.id, message);
  const contact = { ...found, ...namesOf(message, found) };
  const arrival = { ...arriving, typebots: entered.typebots };
  const { session } = entered;
  if (session === undefined || (await endDeleted(arrival, contact, session)))
    await withoutSession(arrival, contact);
  else await inSession(arrival, { contact, session });
}

/** An album's header may come before there is a session, so its count is kept with the contact. */
async function noteAlbum(tx: Tx, contactId: string, message: InboundMessage): Promise<void> {
  const { content, keyId: id, messageTimestamp: sentAtMs, fromMe } = message;
  const files = content.contentType === 'system' ? content.albumFiles : undefined;
  if (files !== undefined && !fromMe) await openAlbum(tx, contactId, { id, files, sentAtMs });
}

/** A deleted typebot's session is gone for everybody, even if it has not been ended yet. */
async function endDeleted(
  { tx, after, typebots }: Arrival,
  contact: ContactRow,
  session: SessionRow,
): Promise<boolean> {
  const { typebotId } = session;
  if (typebots.some(({ id }) => id === typebotId) || (await findTypebot(tx, typebotId))) return false;
  await endSession(tx, after, { contact, session }, { reason: 'typebot_deleted', remove: true });
  after.tell(contact.id, 'close');
  return true;
}

/** A message without an active session may start one, or is passed over. */
async function withoutSession(arrival: Arrival, contact: ContactRow): Promise<void> {
  const { tx, what, nowMs } = arrival;
  if (what === 'humanAgent') return setQuietSince(tx, contact.id);
  if (what === 'foreignSend' || isRecordOnly(what) || isHeldBack(contact, nowMs)) return;
  const typebot = chosen(judge(arrival.typebots, triggerInput(arrival, contact)));
  if (typebot === undefined) return arrival.after.countUnmatched(arrival.instance.channelType);
  if (cameDuringEnding(contact, typebot, arrival.arrived.atMs)) return;
  const session = await openSession(tx, contact, typebot, { trigger: typebot.settings.trigger_type });
  return record(arrival, { contact, session }, 'waiting');
}

function triggerInput({ message, nowMs }: Arrival, { quietSince }: ContactRow): TriggerInput {
  const { content, isGroup, fromMe } = message;
  return { text: textOf(content), isGroup, fromMe, quietSinceMs: quietSince?.getTime() ?? null, nowMs };
}

async function inSession(arrival: Arrival, locked: Locked): Promise<void> {
  const { tx, message, nowMs } = arrival;
  const { contact, session } = locked;
  const typebot = arrival.typebots.find((candidate) => candidate.id === session.typebotId);
  if (message.isGroup && typebot?.settings.ignore_groups === true) return;
  if (isOnlyRecorded(arrival, session)) return record(arrival, locked, 'kept');
  if (message.fromMe) return fromPerson(arrival, locked);
  if (isMuted(contact, nowMs)) return record(arrival, locked, 'kept');
  await applyCommand(tx, session, { type: 'contactWrote' }, { by: 'api', nowMs });
  if (!gateIsOpen(session)) return record(arrival, locked, 'kept');
  return toFlow(arrival, locked, typebot?.settings.keyword_finish ?? '');
}

/**
 * Echoes and notices are only recorded. So are late messages, and messages from the number itself, that were written
 * before the session began. Most providers give whole seconds, so the second in which it began counts as after.
 */
function isOnlyRecorded({ what, message }: Arrival, session: SessionRow): boolean {
  if (what === 'foreignSend') return true;
  const openedSecond = Math.floor(session.openedAt.getTime() / 1_000) * 1_000;
  if (message.fromMe && message.messageTimestamp < openedSecond) return true;
  if (what === 'tooOld') return message.messageTimestamp < session.openedAt.getTime();
  return isRecordOnly(what);
}

/** Whoever writes from the number itself: at the phone, in the gateway's own inbox, or through another program. */
const AT_THE_NUMBER: Actor = { surface: 'number', keyId: null };

/** A person wrote from the number itself: commands come first, then `stop_bot_from_me`, then `listen_from_me`. */
async function fromPerson(arrival: Arrival, locked: Locked): Promise<void> {
  const { tx, nowMs } = arrival;
  const { contact, session } = locked;
  const settings = arrival.typebots.find((candidate) => candidate.id === session.typebotId)?.settings;
  const type = settings && commandOf(settings, textOf(arrival.message.content));
  if (type !== undefined) {
    await applyCommand(tx, session, { type }, { by: 'operator', actor: AT_THE_NUMBER, nowMs });
    return record(arrival, locked, 'kept', type);
  }
  if (settings?.stop_bot_from_me === true) {
    await applyCommand(tx, session, { type: 'takeover' }, { by: 'takeover', actor: AT_THE_NUMBER, nowMs });
    return record(arrival, locked, 'kept', 'pause');
  }
  const feeds = settings?.listen_from_me === true && gateIsOpen(session) && !isHeldBack(contact, nowMs);
  return feeds ? toFlow(arrival, locked, settings.keyword_finish) : record(arrival, locked, 'kept');
}

/** The command a person typed into the chat: a word that silences the bot, or one that hands back to it. */
function commandOf(
  { pause_word, resume_word }: TypebotSettings,
  text: string,
): 'pause' | 'resume' | undefined {
  if (isWord(pause_word, text)) return 'pause';
  return isWord(resume_word, text) ? 'resume' : undefined;
}

/** Passes the message to the flow, unless it is the finish word, which gets no answer, or starts an interrupting typebot. */
async function toFlow(arrival: Arrival, locked: Locked, finishWord: string): Promise<void> {
  const { tx, after } = arrival;
  if (!isWord(finishWord, textOf(arrival.message.content))) {
    const next = interrupter(arrival, locked);
    return next === undefined ? record(arrival, locked, 'waiting') : interrupt(arrival, locked, next);
  }
  await record(arrival, locked, 'kept', 'close');
  const actor = arrival.message.fromMe ? AT_THE_NUMBER : undefined;
  await endSession(tx, after, locked, { reason: 'keyword_finish', actor });
}

/** A typebot that may interrupt this session and whose trigger matches. */
function interrupter(arrival: Arrival, { contact, session }: Locked): StartingTypebot | undefined {
  if (isRecordOnly(arrival.what)) return undefined;
  const heeded = arrival.typebots.filter((typebot) => mayReplace(typebot, session));
  return chosen(judge(heeded, triggerInput(arrival, contact)));
}

/** Typebots may interrupt. Once Typebot has failed the session, so may any whose trigger asks for words, even its own. */
function mayReplace({ id, settings }: StartingTypebot, session: SessionRow): boolean {
  if (session.brokenTurns > 0 && settings.trigger_type !== 'all') return true;
  return settings.interrupts && id !== session.typebotId;
}

/** Replaces the session by one of the typebot that was called for, with this as its first message. */
async function interrupt(
  arrival: Arrival,
  { contact, session }: Locked,
  typebot: StartingTypebot,
): Promise<void> {
  const { tx, after } = arrival;
  await endSession(tx, after, { contact, session }, { reason: 'replaced' });
  const next = await openSession(tx, contact, typebot, { trigger: typebot.settings.trigger_type });
  await record(arrival, { contact, session: next }, 'waiting', 'restart');
}

async function albumOf({ tx, message }: Arrival, contactId: string): Promise<string | null> {
  const fits = !message.fromMe && ALBUM_CONTENTS.includes(message.content.contentType);
  return fits ? takeAlbumFile(tx, contactId) : null;
}

async function record(
  arrival: Arrival,
  { contact, session }: Locked,
  fate: Fate,
  signal: SignalName = 'message',
): Promise<void> {
  const { tx, after, message } = arrival;
  const id = randomUUID();
  const albumId = await albumOf(arrival, contact.id);
  const row = { ...toRow(arrival, contact.id), id, sessionId: session.id, fate, albumId };
  const byContact = !message.fromMe && arrival.what !== 'historical';
  await recordInbound(tx, row, { byContact, pushName: message.fromMe ? undefined : contact.pushName });
  after.tell(contact.id, signal);
  if (!hasMedia(message.content)) return;
  await noteFile(tx, id);
  after.fetchFile(id);
}
