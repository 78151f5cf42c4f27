import type { ConnectionState, DeliveryState, InboundMessage } from '../../../activities/ports/messages.js';
import { chatKind, chooseJids, phoneDigits, readJid } from '../jid.js';
import { defined, isObject, member, nonEmpty } from '../provider/json.js';
import { knownTypes } from './content.js';
import type { ContextInfo } from './wire.js';

const wrappers = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'lottieStickerMessage',
  'editedMessage',
  'associatedChildMessage',
  'groupStatusMessage',
  'groupStatusMessageV2',
];
const maxWrapperLevels = 5;
/** They travel beside a message and are never what was written. */
const companions = ['messageContextInfo', 'senderKeyDistributionMessage'];

/** Takes a message out of its wrappers, five levels at most. */
export function unwrap(
  message: Record<string, unknown>,
  levels: number = maxWrapperLevels,
): Record<string, unknown> {
  const inner = wrappers.map((name) => member(message, name, 'message')).find(isObject);
  return inner !== undefined && levels > 0 ? unwrap(inner, levels - 1) : message;
}

/**
 * The type of an unwrapped message: the named one when it is there, else the first known one, else any other part, else as
 * named. What only travels beside a message is its type when there is nothing else.
 */
export function typeOf(message: Record<string, unknown>, named: string | undefined): string {
  const parts = Object.keys(message).filter((name) => isObject(message[name]));
  const present = [named, ...knownTypes, ...parts].filter((type) => type && Object.hasOwn(message, type));
  return present.find((type) => type && !companions.includes(type)) ?? present[0] ?? named ?? 'unknown';
}

/** The text or caption of a quoted or edited message. */
export function textOf(message: Record<string, unknown> | undefined): string | undefined {
  const inner = unwrap(message ?? {});
  const captions = Object.values(inner).map((part) => nonEmpty(member(part, 'caption')));
  return (
    nonEmpty(inner['conversation']) ??
    nonEmpty(member(inner, 'extendedTextMessage', 'text')) ??
    captions.find((caption) => caption !== undefined)
  );
}

interface ChatKey {
  remoteJid?: string;
  remoteJidAlt?: string;
  /** What the chat was called before the server put the phone in its place. */
  previousRemoteJid?: string;
  senderPn?: string;
  senderLid?: string;
  fromMe?: boolean;
}

/** The sender of an own message is the number itself: its addresses are nobody else's. */
function chatNames({ senderPn, senderLid, previousRemoteJid, fromMe, ...chat }: ChatKey) {
  return { ...chat, others: [previousRemoteJid, ...(fromMe ? [] : [senderPn, senderLid])] };
}

/** Where a message belongs: chat, sender in a group, phone. `undefined` when the chat address is unreadable. */
export function addressing(
  chat: ChatKey,
  sender: { participant?: string; participantAlt?: string; participantPn?: string; participantLid?: string },
): Pick<InboundMessage, 'remoteJid' | 'remoteJidAlt' | 'waId' | 'participant' | 'isGroup'> | undefined {
  const { remoteJid, remoteJidAlt } = chooseJids(chatNames(chat));
  if (remoteJid === undefined) return undefined;
  const kind = chatKind(remoteJid);
  const participant =
    kind === 'contact'
      ? undefined
      : chooseJids({
          remoteJid: sender.participantAlt,
          remoteJidAlt: sender.participant,
          others: [sender.participantPn, sender.participantLid],
        }).remoteJid;
  return defined({
    remoteJid,
    remoteJidAlt,
    waId: phoneDigits(remoteJid),
    participant,
    isGroup: kind === 'group',
  });
}

/** Quote, forward mark and advertisement of a message, from its context. */
export function contextOf(
  context: ContextInfo | undefined,
): Pick<InboundMessage, 'quoted' | 'forwarded' | 'referral'> {
  const { stanzaId, participant, quotedMessage, isForwarded, externalAdReply } = context ?? {};
  const quoted =
    stanzaId && defined({ keyId: stanzaId, participant: readJid(participant), text: textOf(quotedMessage) });
  const { title: headline, ...rest } = externalAdReply ?? {};
  const referral = defined({ ...rest, headline });
  return defined({
    quoted: quoted || undefined,
    forwarded: isForwarded || undefined,
    referral: Object.keys(referral).length > 0 ? referral : undefined,
  });
}

const deliveryStates: Readonly<Record<string, DeliveryState>> = {
  server_ack: 'sent',
  sent: 'sent',
  delivery_ack: 'delivered',
  delivered: 'delivered',
  read: 'read',
  played: 'played',
  error: 'failed',
  failed: 'failed',
  server_error: 'failed',
};

/** The delivery state of a status word, whatever its case; undefined when it says nothing new. */
export function deliveryState(word: string | undefined): DeliveryState | undefined {
  const key = word?.toLowerCase() ?? '';
  return Object.hasOwn(deliveryStates, key) ? deliveryStates[key] : undefined;
}

const loggedOutReasons = [401, 402, 403, 406];

/** A `connection.update` of the Baileys servers; undefined for an unknown state. */
export function connectionState(
  state: string | undefined,
  statusReason: number | undefined,
): ConnectionState | undefined {
  if (state === 'open' || state === 'connecting') return { kind: 'connection', state };
  if (state !== 'close' && state !== 'refused') return undefined;
  const gone = state === 'refused' || loggedOutReasons.includes(statusReason ?? 0);
  return defined<ConnectionState>({
    kind: 'connection',
    state: gone ? 'loggedOut' : 'close',
    reason: statusReason,
  });
}
