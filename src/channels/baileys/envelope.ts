import type { ConnectionState, SendState, InboundMessage } from '../../../activities/ports/messages.js';
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
/** Members that accompany a message and are never its content. */
const companions = ['messageContextInfo', 'senderKeyDistributionMessage'];

/** The message inside its wrappers; at most five levels are opened. */
export function unwrap(
  message: Record<string, unknown>,
  levels: number = maxWrapperLevels,
): Record<string, unknown> {
  const inner = wrappers.map((name) => member(message, name, 'message')).find(isObject);
  return inner !== undefined && levels > 0 ? unwrap(inner, levels - 1) : message;
}

/**
 * The type of an unwrapped message: the named one if the message has it, else the first known one, else any other part.
 * Without any of these, a companion or the given name.
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
  /** The address of the chat before the server replaced it by the phone. */
  previousRemoteJid?: string;
  senderPn?: string;
  senderLid?: string;
  fromMe?: boolean;
}

/** For the number's own messages the sender is the number itself, so its addresses do not name the chat. */
function chatNames({ senderPn, senderLid, previousRemoteJid, fromMe, ...chat }: ChatKey) {
  return { ...chat, others: [previousRemoteJid, ...(fromMe ? [] : [senderPn, senderLid])] };
}

/** The addresses of a message: chat, sender within a group, phone. Undefined when the chat's address cannot be read. */
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

/** From the context of a message: what it quotes, whether it was forwarded, the advertisement it came from. */
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

const sendStates: Readonly<Record<string, SendState>> = {
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

/**
 * The delivery state that a provider's status names, ignoring case; undefined for states that Parley does not record.
 */
export function sendState(word: string | undefined): SendState | undefined {
  const key = word?.toLowerCase() ?? '';
  return Object.hasOwn(sendStates, key) ? sendStates[key] : undefined;
}

const loggedOutReasons = [401, 402, 403, 406];

/** Reads the state in a `connection.update` of a Baileys server; undefined for an unknown state. */
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
