import type { InboundMessage, MediaFetch } from '../../../activities/ports/messages.js';
import { readContent } from '../baileys/content.js';
import { addressing, contextOf, typeOf, unwrap } from '../baileys/envelope.js';
import { readPart } from '../baileys/wire.js';
import type { Parsed, WebhookRequest } from '../channel.js';
import { readJson } from '../../foreign/read-json.js';
import { camelCased, defined } from '../provider/json.js';
import { ignored, isoToMs, toParsed, type ElementResult } from '../provider/parsed.js';
import { webhookSchema, type VzapsWebhook } from './wire.js';

/** A message part lies this deep at most; what lies deeper is of no interest. */
const maxDepth = 6;

/** Normalises a VZaps webhook. Total. */
export function parseVzaps(request: WebhookRequest): Parsed {
  const webhook = webhookSchema.safeParse(readJson(request.rawBody)).data;
  switch (webhook?.type) {
    case undefined:
      return ignored('malformed');
    case 'Message':
      return toParsed([webhook ? readMessage(webhook, request.receivedAt) : { ignored: 'malformed' }]);
    case 'Connected':
      return toParsed([{ kind: 'connection', state: 'open' }]);
    case 'Disconnected':
      return toParsed([{ kind: 'connection', state: 'close' }]);
    default:
      return ignored('unknownEvent');
  }
}

/** The names are those of WhatsApp's own message in snake_case. */
function readMessage({ event, media_url }: VzapsWebhook, receivedAt: number): ElementResult {
  const info = event?.info;
  const address = info && addressing({ remoteJid: info.chat }, { participant: info.sender });
  const message = unwrap(camelCased(event?.message ?? {}, maxDepth));
  const type = typeOf(message, undefined);
  if (!info?.id || !address || Object.keys(message).length === 0) return { ignored: 'malformed' };
  const part = readPart(message[type]);
  const fetch: MediaFetch = { via: 'url', url: media_url ?? '', auth: 'none' };
  const content = readContent(type, part, { fetch });
  if (!content) return { ignored: 'notAMessage' };
  if ('media' in content && media_url === undefined) return { ignored: 'malformed' };
  const fromMe = info.is_from_me ?? false;
  return defined<InboundMessage>({
    kind: 'message',
    keyId: info.id,
    ...address,
    fromMe,
    origin: fromMe ? 'unknown' : 'contact',
    pushName: fromMe ? undefined : info.push_name,
    messageTimestamp: isoToMs(info.timestamp, receivedAt),
    historical: false,
    ...contextOf(part.contextInfo),
    content,
  });
}
