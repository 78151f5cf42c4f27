import type {
  DeliveryState,
  InboundContent,
  InboundMedia,
  InboundMessage,
} from '../../../activities/ports/messages.js';
import type { ChannelContext, Parsed, WebhookRequest } from '../channel.js';
import { chatKind, chooseJids, phoneDigits, phoneJid, readJid } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, isObject } from '../provider/json.js';
import { ignored, plausibleMs, toParsed, type ElementResult } from '../provider/parsed.js';
import { unreadable } from '../provider/notice.js';
import { contactFromVcard } from '../provider/vcard.js';
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

/** Normalises a Z-API webhook. Total. */
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
 * The JID of Z-API's `phone`: digits, a LID, or a group as `<id>-group`, the older `<phone>-<time>`, or an id of 18
 * digits or more, which is no phone.
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

/** In groups the LID of the chat belongs to nobody. */
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

/** `momment` is in milliseconds, in some callbacks in seconds: below 10^12 it is seconds. */
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
  return { keyId: `${messageId}#edit`, content };
}

function contentOf(message: ZapiMessage): InboundContent {
  return (
    choiceContent(message) ??
    fileContent(message) ??
    otherContent(message) ??
    unreadable(partOf(message), writtenParts)
  );
}

/** Members of a callback that people write, with those that no bot can read. */
const writtenParts = [
  ...[
    'text',
    'image',
    'video',
    'ptv',
    'gif',
    'audio',
    'document',
    'sticker',
    'location',
    'contact',
    'contacts',
  ],
  ...['poll', 'event', 'product', 'order', 'payment', 'sendPayment', 'requestPayment'],
];
/** Objects that come with a message of any content. */
const companions = ['externalAdReply', 'chat', 'profile'];

/** The member that holds the content: what people write before anything else. */
function partOf(message: ZapiMessage): string | undefined {
  const parts = Object.entries(message).filter(([, value]) => isObject(value));
  const names = parts.map(([name]) => name).filter((name) => !companions.includes(name));
  return names.find((name) => writtenParts.includes(name)) ?? names[0];
}

function choiceContent(message: ZapiMessage): InboundContent | undefined {
  const { buttonsResponseMessage: button, listResponseMessage: list, reaction } = message;
  if (button) {
    return defined<InboundContent>({
      contentType: 'buttonReply',
      id: button.buttonId,
      title: button.message ?? '',
    });
  }
  if (list) {
    const { selectedRowId: id, title = '', message: description } = list;
    return defined<InboundContent>({ contentType: 'listReply', id, title, description });
  }
  const targetKeyId = reaction?.referencedMessage?.messageId;
  return targetKeyId ? { contentType: 'reaction', targetKeyId, emoji: reaction?.value || null } : undefined;
}

function fileContent(message: ZapiMessage): InboundContent | undefined {
  const { image, audio, video, document, sticker } = message;
  if (image?.imageUrl) return captioned('image', image, mediaOf(image.imageUrl, image, 'image/jpeg'));
  if (video?.videoUrl) return captioned('video', video, mediaOf(video.videoUrl, video, 'video/mp4'));
  if (document?.documentUrl) {
    return captioned(
      'document',
      document,
      mediaOf(document.documentUrl, document, 'application/octet-stream'),
    );
  }
  if (sticker?.stickerUrl)
    return captioned('sticker', {}, mediaOf(sticker.stickerUrl, sticker, 'image/webp'));
  return audio?.audioUrl
    ? { contentType: 'audio', media: mediaOf(audio.audioUrl, audio, 'audio/ogg; codecs=opus') }
    : undefined;
}

function captioned(
  contentType: 'image' | 'video' | 'document' | 'sticker',
  { caption }: { caption?: string },
  media: InboundMedia,
): InboundContent {
  return defined({ contentType, caption, media });
}

function mediaOf(
  url: string,
  file: { mimeType?: string; fileName?: string; seconds?: number; ptt?: boolean },
  fallbackMimeType: string,
): InboundMedia {
  return defined({
    mimeType: file.mimeType ?? fallbackMimeType,
    fileName: file.fileName,
    seconds: file.seconds,
    ptt: file.ptt,
    fetch: { via: 'url', url, auth: 'none' },
  });
}

function otherContent(message: ZapiMessage): InboundContent | undefined {
  const { text, location, contact } = message;
  if (location?.latitude !== undefined && location.longitude !== undefined) {
    const { latitude, longitude, name, address } = location;
    return defined<InboundContent>({ contentType: 'location', latitude, longitude, name, address });
  }
  if (contact) return contactContent(contact);
  return text?.message === undefined ? undefined : { contentType: 'text', text: text.message };
}

function contactContent(contact: NonNullable<ZapiMessage['contact']>): InboundContent {
  const { displayName = '', vCard, phones } = contact;
  const card = vCard ? contactFromVcard(vCard, displayName) : { name: displayName, phones };
  return { contentType: 'contacts', contacts: [phones.length > 0 ? { ...card, phones } : card] };
}

const deliveryStates: Readonly<Record<string, DeliveryState>> = {
  SENT: 'sent',
  RECEIVED: 'delivered',
  READ: 'read',
  PLAYED: 'played',
};

/** One status per id; `READ_BY_ME` and unknown words say nothing about our messages. */
function readStatuses(body: unknown, receivedAt: number): ElementResult[] {
  const read = statusSchema.safeParse(body).data;
  if (!read || read.ids.length === 0) return [{ ignored: 'malformed' }];
  const word = read.status ?? '';
  const status = Object.hasOwn(deliveryStates, word) ? deliveryStates[word] : undefined;
  if (!status) return [{ ignored: 'notAMessage', count: read.ids.length }];
  const at = mommentMs(read.momment, receivedAt);
  return read.ids.map((keyId) =>
    defined({ kind: 'status', keyId, status, at, remoteJid: zapiJid(read.phone) }),
  );
}

function readDelivery(body: unknown, receivedAt: number): ElementResult[] {
  const read = statusSchema.safeParse(body).data;
  if (!read?.messageId) return [{ ignored: 'malformed' }];
  const at = mommentMs(read.momment, receivedAt);
  const remoteJid = zapiJid(read.phone);
  return [defined({ kind: 'status', keyId: read.messageId, status: 'sent', at, remoteJid })];
}
