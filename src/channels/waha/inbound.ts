import type { SendState, InboundContent, InboundMessage } from '../../../activities/ports/messages.js';
import type { ChannelContext, Parsed, WebhookRequest } from '../channel.js';
import { contextOf } from '../baileys/envelope.js';
import { addressKey, chatKind, chooseJids, phoneDigits } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { editKeyId } from '../provider/edit-id.js';
import { defined } from '../provider/json.js';
import { ignored, plausibleMs, secondsToMs, toParsed, type ElementResult } from '../provider/parsed.js';
import { contextPart, wahaContent } from './content.js';
import { jidOf, keyPart, readWahaId, type WahaId } from './ids.js';
import {
  ackSchema,
  envelopeSchema,
  messageSchema,
  revokedSchema,
  sessionSchema,
  type WahaMessage,
  type WahaSettings,
} from './wire.js';

interface Envelope {
  eventId?: string;
  /** Time in the envelope, in milliseconds since the epoch. */
  at: number;
  /** The same as the envelope has it, so that it does not change when the webhook is delivered again. */
  timestamp: number | undefined;
  receivedAt: number;
  baseUrl: string;
  /** Phone and LID of the number itself, as far as the webhook has them. */
  own: (string | undefined)[];
}

type PayloadReader = (payload: unknown, envelope: Envelope) => ElementResult;

const eventReaders: Readonly<Record<string, PayloadReader>> = {
  message: readMessage,
  'message.any': readMessage,
  'message.reaction': readReaction,
  'message.ack': readAck,
  'message.ack.group': readAck,
  'message.edited': readEdited,
  'message.revoked': readRevoked,
  // The decrypted message may follow with the same id, so this one must not be stored.
  'message.waiting': () => ({ ignored: 'undecryptable' }),
  'session.status': readSession,
};

/** Reads a WAHA webhook. Never throws. */
export function parseWaha(request: WebhookRequest, context: ChannelContext<WahaSettings>): Parsed {
  const read = envelopeSchema.safeParse(readJson(request.rawBody)).data;
  if (read?.event === undefined) return ignored('malformed');
  if (isForeign(read.session, read.me?.id, context.settings)) return ignored('foreignChannel');
  const reader = Object.hasOwn(eventReaders, read.event) ? eventReaders[read.event] : undefined;
  if (!reader) return ignored('unknownEvent');
  const envelope = {
    eventId: read.id,
    at: plausibleMs(read.timestamp, request.receivedAt),
    timestamp: read.timestamp,
    receivedAt: request.receivedAt,
    baseUrl: context.settings.base_url,
    own: [read.me?.id, read.me?.lid].flatMap((id) => jidOf(id) ?? []),
  };
  return toParsed([reader(read.payload, envelope)]);
}

function isForeign(session: string | undefined, me: string | undefined, settings: WahaSettings): boolean {
  if (session !== undefined && session !== settings.session) return true;
  const [own, its] = [jidOf(settings.own_id), jidOf(me)];
  return own !== undefined && its !== undefined && addressKey(own) !== addressKey(its);
}

function readMessage(payload: unknown, envelope: Envelope): ElementResult {
  const message = messageSchema.safeParse(payload).data;
  const id = message && readWahaId(message);
  if (!message || !id) return { ignored: 'malformed' };
  const content = wahaContent(message, id, envelope.baseUrl);
  return content ? asMessage({ message, id, content }, envelope) : { ignored: 'notAMessage' };
}

function readReaction(payload: unknown, envelope: Envelope): ElementResult {
  const message = messageSchema.safeParse(payload).data;
  const id = message && readWahaId(message);
  const target = message?.reaction?.messageId;
  if (!message || !id || !target) return { ignored: 'malformed' };
  const emoji = message.reaction?.text || null;
  const content = { contentType: 'reaction' as const, targetKeyId: keyPart(target), emoji };
  return asMessage({ message, id, content }, envelope);
}

/** In WEBJS an edit has the id of its target, so it gets one of its own. */
function readEdited(payload: unknown, envelope: Envelope): ElementResult {
  const message = messageSchema.safeParse(payload).data;
  const id = message && readWahaId(message);
  if (!message?.editedMessageId || !id) return { ignored: 'malformed' };
  const targetKeyId = keyPart(message.editedMessageId);
  const content = defined<InboundContent>({ contentType: 'edit', targetKeyId, text: message.body });
  const own = editKeyId(targetKeyId, { text: message.body, at: envelope.timestamp });
  return asMessage({ message, id: named(id, targetKeyId, own), content }, envelope);
}

function readRevoked(payload: unknown, envelope: Envelope): ElementResult {
  const read = revokedSchema.safeParse(payload).data;
  const message = read?.after ?? read?.before;
  const id = message && readWahaId(message);
  if (!read?.revokedMessageId || !message || !id) return { ignored: 'malformed' };
  const targetKeyId = keyPart(read.revokedMessageId);
  const content = { contentType: 'revoke' as const, targetKeyId };
  return asMessage({ message, id: named(id, targetKeyId, `${targetKeyId}#revoke`), content }, envelope);
}

/** The id itself, or `own` in place of one that is the target's. */
function named(id: WahaId, targetKeyId: string, own: string): WahaId {
  return id.keyId === targetKeyId ? { ...id, keyId: own } : id;
}

function asMessage(
  { message, id, content }: { message: WahaMessage; id: WahaId; content: InboundContent },
  envelope: Envelope,
): ElementResult {
  const { pushName, notifyName, Info } = message._data ?? {};
  const { remoteJid, remoteJidAlt } = chooseJids({
    remoteJid: id.chatId,
    others: contactNames(message, id).filter((name) => !envelope.own.includes(jidOf(name))),
  });
  if (remoteJid === undefined) return { ignored: 'malformed' };
  const kind = chatKind(remoteJid);
  return defined<InboundMessage>({
    kind: 'message',
    eventId: envelope.eventId,
    keyId: id.keyId,
    remoteJid,
    remoteJidAlt,
    waId: phoneDigits(remoteJid),
    participant: kind === 'contact' ? undefined : participantOf(message, id),
    isGroup: kind === 'group',
    fromMe: id.fromMe,
    origin: originOf(id.fromMe, message.source),
    pushName: id.fromMe ? undefined : (pushName ?? Info?.PushName ?? notifyName),
    messageTimestamp: secondsToMs(message.timestamp, envelope.receivedAt),
    historical: false,
    ...contextOf(contextPart(message)),
    ...defined({ quoted: quotedOf(message) }),
    content,
  });
}

/**
 * All addresses of the contact that the engines give. The sender of an own message is not one: it is the number itself.
 */
function contactNames({ from, to, _data }: WahaMessage, { fromMe }: WahaId): (string | undefined)[] {
  const { key, Info } = _data ?? {};
  const both = [key?.remoteJid, key?.remoteJidAlt, Info?.Chat];
  return fromMe
    ? [...both, to, Info?.RecipientAlt]
    : [...both, from, key?.senderPn, key?.senderLid, Info?.Sender, Info?.SenderAlt];
}

function participantOf({ _data }: WahaMessage, id: WahaId): string | undefined {
  const { key, Info } = _data ?? {};
  const others = [key?.participant, key?.participantAlt, Info?.Sender, Info?.SenderAlt];
  return chooseJids({ remoteJid: id.participant, others }).remoteJid;
}

function originOf(fromMe: boolean, source: string | undefined): InboundMessage['origin'] {
  if (!fromMe) return 'contact';
  if (source === 'api') return 'api';
  return source === 'app' ? 'humanAgent' : 'unknown';
}

function quotedOf({ replyTo }: WahaMessage): InboundMessage['quoted'] {
  if (!replyTo?.id) return undefined;
  return defined({
    keyId: keyPart(replyTo.id),
    participant: jidOf(replyTo.participant),
    text: replyTo.body,
  });
}

const ackStates = new Map<number, SendState>([
  [-1, 'failed'],
  [1, 'sent'],
  [2, 'delivered'],
  [3, 'read'],
  [4, 'played'],
]);

function readAck(payload: unknown, envelope: Envelope): ElementResult {
  const read = ackSchema.safeParse(payload).data;
  const id = read && readWahaId(read);
  if (!id) return { ignored: 'malformed' };
  const status = ackStates.get(read.ack ?? 0);
  if (!status) return { ignored: 'notAMessage' };
  return defined({
    kind: 'status',
    eventId: envelope.eventId,
    keyId: id.keyId,
    status,
    at: envelope.at,
    remoteJid: jidOf(id.chatId),
  });
}

/** The connection state that a WAHA session status means; undefined for an unknown status. */
export function sessionState(
  status: string | undefined,
): 'open' | 'connecting' | 'close' | 'loggedOut' | undefined {
  if (status === 'WORKING') return 'open';
  if (status === 'STARTING') return 'connecting';
  if (status === 'STOPPED' || status === 'FAILED') return 'close';
  return status === 'SCAN_QR_CODE' || status?.startsWith('PASSKEY_') ? 'loggedOut' : undefined;
}

function readSession(payload: unknown, { eventId }: Envelope): ElementResult {
  const status = sessionSchema.safeParse(payload).data?.status;
  const state = sessionState(status);
  if (!state) return { ignored: 'malformed' };
  const reason = state === 'open' || state === 'connecting' ? undefined : status;
  return defined({ kind: 'connection', eventId, state, reason });
}
