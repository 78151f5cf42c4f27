import {
  type Presence,
  type MessageHeader,
  type OutboundContent,
  type OutboundMessage,
  type OutMedia,
  type SendReceipt,
} from '../../../activities/ports/messages.js';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import { callProvider, succeeded } from '../provider/http-errors.js';
import { phoneDigits, phoneJid, readBsuid, readWaId, userOf } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined } from '../provider/json.js';
import { bestEffort, unsupported } from '../provider/provider-call.js';
import { cloudErrorInfo } from '../provider/graph-errors.js';
import { messagesRequest, type CloudContext } from './graph.js';
import { sendAnswerSchema } from './wire.js';

type Body = Record<string, unknown>;

/** Sends one message in one request. Throws `ChannelError`. */
export async function sendCloudApi(
  message: OutboundMessage,
  context: CloudContext,
  signal?: AbortSignal,
): Promise<SendReceipt> {
  const request = messagesRequest(context, messageBody(message), signal);
  const response = await callProvider(context.http, request);
  const json = readJson(response.body);
  if (!succeeded(response)) throw new ChannelError(cloudErrorInfo(json, response, message.attempt));
  const { contacts, messages } = sendAnswerSchema.parse(json);
  const [sent] = messages;
  if (!sent) throw new ChannelError({ class: 'UnknownOutcome', httpStatus: response.status });
  const [contact] = contacts;
  const [waId, bsuid] = [readWaId(contact?.wa_id), readBsuid(contact?.user_id)];
  const remoteJid = waId ? phoneJid(waId) : bsuid && `${bsuid}@bsuid`;
  return defined({ keyId: sent.id, remoteJid, providerStatus: sent.message_status });
}

function messageBody(message: OutboundMessage): Body {
  return {
    recipient_type: 'individual',
    ...recipient(message.to),
    ...contentBody(message.content),
    ...(message.replyTo && { context: { message_id: message.replyTo } }),
    biz_opaque_callback_data: message.outboundId,
  };
}

/** The address as it was received, preferably the phone number. Sending to groups is not supported. */
function recipient(to: OutboundMessage['to']): { to: string } | { recipient: string } {
  if (to.jid.endsWith('@g.us')) throw unsupported();
  const digits = phoneDigits(to.jid) ?? to.waId;
  if (digits) return { to: digits };
  const bsuid = to.jid.endsWith('@bsuid') ? userOf(to.jid) : to.bsuid;
  if (!bsuid) throw new ChannelError({ class: 'Permanent', reason: 'notOnWhatsApp' });
  return { recipient: bsuid };
}

function contentBody(content: OutboundContent): Body {
  switch (content.type) {
    case 'text':
      return typed('text', { body: content.text, preview_url: content.previewUrl ?? false });
    case 'image':
    case 'video':
      return typed(content.type, { ...file(content.media), caption: content.caption || undefined });
    case 'document': {
      const caption = content.caption || undefined;
      return typed('document', { ...file(content.media), filename: content.fileName, caption });
    }
    case 'sticker':
      return typed('sticker', file(content.media));
    case 'audio':
      return typed('audio', { ...file(content.media), voice: content.ptt || undefined });
    case 'location': {
      const { latitude, longitude, name, address } = content;
      return typed('location', { latitude, longitude, name, address });
    }
    case 'contacts':
      return { type: 'contacts', contacts: content.contacts.map(contactCard) };
    case 'reaction':
      return typed('reaction', { message_id: content.targetKeyId, emoji: content.emoji });
    case 'template': {
      const { name, language, components } = content;
      return typed('template', { name, language: { code: language }, components });
    }
    case 'buttons':
    case 'list':
    case 'ctaUrl':
    case 'locationRequest':
      return typed('interactive', interactive(content));
  }
}

function typed(type: string, inside: Body): Body {
  return { type, [type]: defined(inside) };
}

/** Files without a link must have been uploaded by `prepare`. */
function file(media: OutMedia): Body {
  if ('providerMediaId' in media) return { id: media.providerMediaId };
  if ('url' in media) return { link: media.url };
  throw new ChannelError({ class: 'Permanent', reason: 'mediaInvalid' });
}

function contactCard(contact: { name: string; phone: string; waId?: string }): Body {
  const name = { formatted_name: contact.name, first_name: contact.name };
  return { name, phones: [defined({ phone: contact.phone, wa_id: contact.waId, type: 'CELL' })] };
}

function interactive(
  content: Extract<OutboundContent, { type: 'buttons' | 'list' | 'ctaUrl' | 'locationRequest' }>,
): Body {
  const body = { text: content.body };
  switch (content.type) {
    case 'buttons': {
      const buttons = content.buttons.map((reply) => ({ type: 'reply', reply }));
      return { type: 'button', ...decorations(content), body, action: { buttons } };
    }
    case 'list': {
      const header = content.header ? { type: 'text' as const, text: content.header } : undefined;
      const { button, sections, footer } = content;
      return { type: 'list', ...decorations({ header, footer }), body, action: { button, sections } };
    }
    case 'ctaUrl': {
      const parameters = { display_text: content.displayText, url: content.url };
      return { type: 'cta_url', ...decorations(content), body, action: { name: 'cta_url', parameters } };
    }
    case 'locationRequest':
      return { type: 'location_request_message', body, action: { name: 'send_location' } };
  }
}

function decorations({ header, footer }: { header?: MessageHeader; footer?: string }): Body {
  return { ...(header && { header: wireHeader(header) }), ...(footer && { footer: { text: footer } }) };
}

function wireHeader(header: MessageHeader): Body {
  return header.type === 'text'
    ? { type: 'text', text: header.text }
    : { type: header.type, [header.type]: { link: header.url } };
}

/**
 * Marks as read or shows typing; both are the same call, which names an inbound message. Typing marks it as read too,
 * and marking the newest message marks all earlier ones. Never throws.
 */
export async function showCloudApiPresence(
  _to: OutboundMessage['to'],
  presence: Presence,
  context: CloudContext,
): Promise<void> {
  const messageId = presence.type === 'markRead' ? presence.keyIds.at(-1) : presence.inReplyTo;
  const isOver = presence.type === 'typing' && presence.state === 'paused';
  if (!messageId || isOver) return;
  const typing = presence.type === 'typing' ? { typing_indicator: { type: 'text' } } : {};
  const body = { status: 'read', message_id: messageId, ...typing };
  await bestEffort(callProvider(context.http, messagesRequest(context, body)));
}
