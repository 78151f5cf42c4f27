import type { SendState, InboundMessage, MediaFetch } from '../../../activities/ports/messages.js';
import { readContent } from '../baileys/content.js';
import { addressing, contextOf, typeOf, unwrap } from '../baileys/envelope.js';
import { readPart } from '../baileys/wire.js';
import type { Parsed, WebhookRequest } from '../channel.js';
import { readJid } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { camelCased, defined, isObject } from '../provider/json.js';
import { ignored, isoToMs, toParsed, type ElementResult } from '../provider/parsed.js';
import { webhookSchema, type VzapsWebhook } from './wire.js';

/** No member that is read lies deeper in a webhook. */
const maxDepth = 8;

/** Reads a VZaps webhook. Never throws. */
export function parseVzaps(request: WebhookRequest): Parsed {
  const body = readJson(request.rawBody);
  const webhook = webhookSchema.safeParse(isObject(body) ? camelCased(body, maxDepth) : body).data;
  switch (webhook?.type) {
    case undefined:
      return ignored('malformed');
    case 'Message':
      return toParsed([readMessage(webhook, request.receivedAt)]);
    case 'ReadReceipt':
      return readReceipts(webhook, request.receivedAt);
    case 'Connected':
      return toParsed([{ kind: 'connection', state: 'open' }]);
    case 'Disconnected':
      return toParsed([{ kind: 'connection', state: 'close' }]);
    default:
      return ignored('unknownEvent');
  }
}

const receiptStates: Readonly<Record<string, SendState>> = {
  '': 'delivered',
  delivered: 'delivered',
  read: 'read',
  played: 'played',
};

/** One status per message. `read-self` and other types say nothing about messages sent by Parley. */
function readReceipts({ event }: VzapsWebhook, receivedAt: number): Parsed {
  const { messageIds = [], type = '', chat, timestamp } = event ?? {};
  const status = Object.hasOwn(receiptStates, type) ? receiptStates[type] : undefined;
  if (messageIds.length === 0) return ignored('unknownEvent');
  if (status === undefined) return toParsed([{ ignored: 'notAMessage', count: messageIds.length }]);
  const [at, remoteJid] = [isoToMs(timestamp, receivedAt), readJid(chat)];
  return toParsed(messageIds.map((keyId) => defined({ kind: 'status', keyId, status, at, remoteJid })));
}

/** `event.message` has the members of WhatsApp's own message, whose names were unified before. */
function readMessage({ event, mediaUrl }: VzapsWebhook, receivedAt: number): ElementResult {
  const info = event?.info;
  const address =
    info &&
    addressing(
      { remoteJid: info.chat, remoteJidAlt: info.isFromMe ? info.recipientAlt : info.senderAlt },
      { participant: info.sender, participantAlt: info.senderAlt },
    );
  const message = unwrap(event?.message ?? {});
  const type = typeOf(message, undefined);
  if (!info?.id || !address || Object.keys(message).length === 0) return { ignored: 'malformed' };
  const part = readPart(message[type]);
  const fetch: MediaFetch = { via: 'url', url: mediaUrl ?? '', auth: 'none' };
  const content = readContent(type, part, { fetch });
  if (!content) return { ignored: 'notAMessage' };
  if ('media' in content && mediaUrl === undefined) return { ignored: 'malformed' };
  const fromMe = info.isFromMe ?? false;
  return defined<InboundMessage>({
    kind: 'message',
    keyId: info.id,
    ...address,
    fromMe,
    origin: fromMe ? 'unknown' : 'contact',
    pushName: fromMe ? undefined : info.pushName,
    messageTimestamp: isoToMs(info.timestamp, receivedAt),
    historical: false,
    ...contextOf(part.contextInfo),
    content,
  });
}
