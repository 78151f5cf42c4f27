import type { InboundContent, InboundMedia } from '../../../activities/ports/messages.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, member, nonEmpty } from '../provider/json.js';
import { notice } from '../provider/notice.js';
import { readBsuid, readWaId } from '../jid.js';
import * as wire from './wire.js';

/** The content of a message; undefined when the member named by its type cannot be read. */
export function readContent(message: wire.CloudMessage): InboundContent | undefined {
  const { type } = message;
  const inside = message[type];
  switch (type) {
    case 'text':
      return readText(inside);
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return readFile(type, inside);
    case 'audio':
      return readAudio(inside);
    case 'location':
      return readLocation(inside);
    case 'contacts':
      return readContacts(inside);
    case 'button':
      return readTemplateButton(inside);
    case 'interactive':
      return readInteractive(inside);
    case 'reaction':
      return readReaction(inside);
    case 'order':
      return readOrder(inside);
    case 'system':
      return readSystem(inside);
    case 'edit':
    case 'revoke':
      return readChange(type, inside);
    case 'unsupported':
    case 'unknown':
      return unsupportedContent(message);
    default:
      return notice(type);
  }
}

function readText(inside: unknown): InboundContent | undefined {
  const read = wire.textContent.safeParse(inside);
  return read.success ? { contentType: 'text', text: read.data.body } : undefined;
}

function readMedia(inside: unknown): { media: InboundMedia; caption?: string; voice?: boolean } | undefined {
  const read = wire.mediaContent.safeParse(inside);
  if (!read.success) return undefined;
  const { id, mime_type, sha256, filename, animated, caption, voice } = read.data;
  const fetch = { via: 'meta' as const, mediaId: id };
  const media = defined({ mimeType: mime_type ?? '', sha256, fileName: filename, animated, fetch });
  return { media, caption, voice };
}

function readFile(
  contentType: 'image' | 'video' | 'document' | 'sticker',
  inside: unknown,
): InboundContent | undefined {
  const file = readMedia(inside);
  return file && defined({ contentType, media: file.media, caption: file.caption });
}

function readAudio(inside: unknown): InboundContent | undefined {
  const file = readMedia(inside);
  return file && { contentType: 'audio', media: { ...file.media, ptt: file.voice ?? false } };
}

function readLocation(inside: unknown): InboundContent | undefined {
  const read = wire.locationContent.safeParse(inside);
  if (!read.success) return undefined;
  const { latitude, longitude, name, address } = read.data;
  if (latitude === undefined || longitude === undefined) return undefined;
  return defined({ contentType: 'location' as const, latitude, longitude, name, address });
}

function readContacts(inside: unknown): InboundContent | undefined {
  const cards = wire.contactsContent.parse(inside);
  if (cards.length === 0) return undefined;
  const contacts = cards.map(({ name, phones }) => ({
    name: name?.formatted_name ?? name?.first_name ?? '',
    phones: phones.flatMap(({ phone, wa_id }) => phone ?? wa_id ?? []),
  }));
  return { contentType: 'contacts', contacts };
}

function readTemplateButton(inside: unknown): InboundContent | undefined {
  const read = wire.buttonContent.safeParse(inside);
  if (!read.success) return undefined;
  return defined({ contentType: 'buttonReply' as const, id: read.data.payload, title: read.data.text });
}

function readInteractive(inside: unknown): InboundContent | undefined {
  const read = wire.interactiveContent.safeParse(inside);
  if (!read.success) return undefined;
  const { type } = read.data;
  const reply = read.data[type];
  if (type === 'button_reply') return readReply('buttonReply', reply);
  if (type === 'list_reply') return readReply('listReply', reply);
  if (type === 'nfm_reply') return readFlowReply(reply);
  return notice(`interactive.${type}`);
}

function readReply(contentType: 'buttonReply' | 'listReply', inside: unknown): InboundContent | undefined {
  const read = wire.replyContent.safeParse(inside);
  return read.success ? defined({ contentType, ...read.data }) : undefined;
}

/** An answer that is not valid JSON is kept as a string. */
function readFlowReply(inside: unknown): InboundContent | undefined {
  const read = wire.flowContent.safeParse(inside);
  if (!read.success) return undefined;
  const { name, body, response_json } = read.data;
  const json = readJson(response_json) ?? response_json;
  return defined({ contentType: 'flowReply' as const, name: name ?? 'flow', json, body });
}

function readReaction(inside: unknown): InboundContent | undefined {
  const read = wire.reactionContent.safeParse(inside);
  if (!read.success) return undefined;
  const { message_id, emoji } = read.data;
  return { contentType: 'reaction', targetKeyId: message_id, emoji: emoji ?? null };
}

function readOrder(inside: unknown): InboundContent | undefined {
  const read = wire.orderContent.safeParse(inside);
  if (!read.success) return undefined;
  const items = read.data.product_items.map((item) => ({
    sku: item.product_retailer_id,
    quantity: item.quantity ?? 1,
    price: item.item_price ?? 0,
    currency: item.currency ?? '',
  }));
  const { catalog_id: catalogId = '', text } = read.data;
  return defined({ contentType: 'order' as const, catalogId, text, items });
}

function readSystem(inside: unknown): InboundContent | undefined {
  const read = wire.systemContent.safeParse(inside);
  if (!read.success) return undefined;
  const { type, body: text, wa_id, new_wa_id, user_id } = read.data;
  const newBsuid = readBsuid(user_id);
  const contentType = 'system' as const;
  switch (type) {
    case 'user_changed_number':
      return defined({
        contentType,
        systemType: 'numberChanged' as const,
        newWaId: readWaId(wa_id ?? new_wa_id),
        newBsuid,
        text,
      });
    case 'customer_identity_changed':
      return defined({ contentType, systemType: 'identityChanged' as const, text });
    case 'user_changed_user_id':
      return defined({ contentType, systemType: 'userIdChanged' as const, newBsuid, text });
    default:
      return defined({ contentType, systemType: 'other' as const, text });
  }
}

function readChange(contentType: 'edit' | 'revoke', inside: unknown): InboundContent | undefined {
  const read = wire.editContent.safeParse(inside);
  if (!read.success) return undefined;
  const targetKeyId = read.data.original_message_id;
  if (contentType === 'revoke') return { contentType, targetKeyId };
  return defined({ contentType, targetKeyId, text: read.data.message?.text?.body });
}

/** Messages that Meta reports but does not hand over, such as the first message after some ads. */
function unsupportedContent(message: wire.CloudMessage): InboundContent {
  const code = member(message, 'errors', 0, 'code');
  return defined({
    contentType: 'unsupported' as const,
    providerType: nonEmpty(wire.unsupportedContent.parse(message['unsupported'])?.type) ?? message.type,
    errorCode: typeof code === 'number' ? code : undefined,
  });
}
