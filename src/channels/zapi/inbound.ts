import type { SendState, InboundContent, InboundMessage } from '../../../activities/ports/messages.js';
import type { ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { ChannelContext, Parsed, WebhookRequest } from '../channel.js';
import { chatKind, chooseJids, phoneDigits, phoneJid, readJid } from '../jid.js';
import { cutText } from '../../foreign/cut-text.js';
import { readJson } from '../../foreign/read-json.js';
import { editKeyId } from '../provider/edit-id.js';
import { defined } from '../provider/json.js';
import { ignored, plausibleMs, toParsed, type ElementResult } from '../provider/parsed.js';
import { contentOf } from './content.js';
import {
  disconnectedSchema,
  envelopeSchema,
  messageSchema,
  statusSchema,
  type ZapiMessage,
  type ZapiSettings,
} from './wire.js';

type CallbackReader = (body: unknown, receivedAt: number) => ElementResult[];

const callbackReaders: Readonly<Record<string, CallbackReader>> = {
  ReceivedCallback: (body, receivedAt) => [readMessage(body, receivedAt)],
  MessageStatusCallback: readStatuses,
  DeliveryCallback: readDelivery,
  ConnectedCallback: () => [{ kind: 'connection', state: 'open' }],
  DisconnectedCallback: (body) => {
    const reason = disconnectedSchema.safeParse(body).data?.error;
    return [defined({ kind: 'connection', state: 'close', reason })];
  },
};

/** Reads a Z-API webhook. Never throws. */
export function parseZapi(request: WebhookRequest, context: ChannelContext<ZapiSettings>): Parsed {
  const body = readJson(request.rawBody);
  const { type, instanceId } = envelopeSchema.safeParse(body).data ?? {};
  if (type === undefined) return ignored('malformed');
  if (instanceId !== undefined && instanceId !== context.settings.instance_id)
    return ignored('foreignChannel');
  const reader = Object.hasOwn(callbackReaders, type) ? callbackReaders[type] : undefined;
  return reader ? toParsed(reader(body, request.receivedAt)) : ignored('unknownEvent');
}

/**
 * The JID of Z-API's `phone`, which is digits, a LID, or a group: `<id>-group`, the older `<phone>-<time>`, or 18
 * digits and more, which no phone has.
 */
export function zapiJid(phone: string | undefined): string | undefined {
  if (phone === undefined) return undefined;
  const group = /^(\d+)-group$/.exec(phone)?.[1] ?? /^(\d+-\d+|\d{18,})$/.exec(phone)?.[1];
  return readJid(group ? `${group}@g.us` : /^\d+$/.test(phone) ? phoneJid(phone) : phone);
}

function readMessage(body: unknown, receivedAt: number): ElementResult {
  const message = messageSchema.safeParse(body).data;
  if (!message?.messageId) return { ignored: 'malformed' };
  const { remoteJid, remoteJidAlt } = jidsOf(message);
  if (remoteJid === undefined) return { ignored: 'malformed' };
  if (message.waitingMessage) return { ignored: 'undecryptable' };
  if (message.notification !== undefined && message.notification !== null) return { ignored: 'notAMessage' };
  const { keyId, content } = withEdit(message, message.messageId);
  const fromMe = message.fromMe ?? false;
  const kind = chatKind(remoteJid);
  return defined<InboundMessage>({
    kind: 'message',
    keyId,
    remoteJid,
    remoteJidAlt,
    waId: phoneDigits(remoteJid),
    participant: kind === 'contact' ? undefined : participantOf(message),
    isGroup: kind === 'group',
    fromMe,
    origin: originOf(fromMe, message.fromApi),
    pushName: fromMe ? undefined : message.senderName,
    messageTimestamp: mommentMs(message.momment, receivedAt),
    historical: false,
    quoted: message.referenceMessageId ? { keyId: message.referenceMessageId } : undefined,
    forwarded: message.forwarded || undefined,
    referral: referralOf(message),
    content,
  });
}

/** The LIDs count only for a person's chat, not for a group. */
function jidsOf(message: ZapiMessage) {
  const chat = zapiJid(message.phone);
  if (chat !== undefined && chatKind(chat) !== 'contact') return { remoteJid: chat };
  const others = message.fromMe ? [] : [message.senderLid];
  return chooseJids({ remoteJid: chat, remoteJidAlt: message.chatLid, others });
}

function participantOf({ participantPhone, participantLid }: ZapiMessage): string | undefined {
  return zapiJid(participantPhone) ?? readJid(participantLid);
}

function originOf(fromMe: boolean, fromApi: boolean | undefined): InboundMessage['origin'] {
  if (!fromMe) return 'contact';
  if (fromApi === undefined) return 'unknown';
  return fromApi ? 'api' : 'humanAgent';
}

/** `momment` is in milliseconds, but in some callbacks in seconds. Below 10^12 it must be seconds. */
function mommentMs(momment: number | undefined, receivedAt: number): number {
  return plausibleMs(momment !== undefined && momment < 1e12 ? momment * 1_000 : momment, receivedAt);
}

function referralOf({ externalAdReply }: ZapiMessage): InboundMessage['referral'] {
  if (!externalAdReply) return undefined;
  const { title: headline, ...rest } = externalAdReply;
  return defined({ ...rest, headline });
}

function withEdit(message: ZapiMessage, messageId: string): { keyId: string; content: InboundContent } {
  if (!message.isEdit) return { keyId: messageId, content: contentOf(message) };
  const text = message.text?.message ?? message.image?.caption ?? message.video?.caption;
  const content = defined<InboundContent>({ contentType: 'edit', targetKeyId: messageId, text });
  return { keyId: editKeyId(messageId, { text, at: message.momment }), content };
}

const sendStates: Readonly<Record<string, SendState>> = {
  SENT: 'sent',
  RECEIVED: 'delivered',
  READ: 'read',
  PLAYED: 'played',
};

/** More ids in one webhook are hostile: a contact has not that many unread messages. */
const MAX_IDS = 1_000;

/** One status per id. `READ_BY_ME` and unknown values say nothing about messages sent by Parley. */
function readStatuses(body: unknown, receivedAt: number): ElementResult[] {
  const read = statusSchema.safeParse(body).data;
  if (!read || read.ids.length === 0) return [{ ignored: 'malformed' }];
  const word = read.status ?? '';
  const status = Object.hasOwn(sendStates, word) ? sendStates[word] : undefined;
  if (!status) return [{ ignored: 'notAMessage', count: read.ids.length }];
  const at = mommentMs(read.momment, receivedAt);
  return read.ids
    .slice(0, MAX_IDS)
    .map((keyId) => defined({ kind: 'status', keyId, status, at, remoteJid: zapiJid(read.phone) }));
}

function readDelivery(body: unknown, receivedAt: number): ElementResult[] {
  const read = statusSchema.safeParse(body).data;
  if (!read?.messageId) return [{ ignored: 'malformed' }];
  const at = mommentMs(read.momment, receivedAt);
  const remoteJid = zapiJid(read.phone);
  const { messageId: keyId, error } = read;
  if (error === undefined) return [defined({ kind: 'status', keyId, status: 'sent', at, remoteJid })];
  return [defined({ kind: 'status', keyId, status: 'failed', at, remoteJid, error: deliveryError(error) })];
}

const maxErrorText = 200;

/** Z-API gives the reason as text only. */
function deliveryError(words: string): ChannelErrorInfo {
  const text = cutText(words, maxErrorText);
  const isUnknownNumber =
    /(?:not|n['’]t) .*whats ?app|(?:phone|number) .*(?:not|n['’]t) (?:exist|registered)/i.test(text);
  const reason = isUnknownNumber ? 'notOnWhatsApp' : 'unknown';
  return { class: 'Permanent', reason, providerMessage: text };
}
