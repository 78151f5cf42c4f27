import {
  type OutboundContent,
  type OutboundMessage,
  type OutMedia,
  type SendReceipt,
} from '../../../activities/ports/messages.js';
import { ChannelError, type ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { statusInfo, succeeded } from '../provider/http-errors.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, member, printed } from '../provider/json.js';
import { chatKind } from '../jid.js';
import { mimeTypeOf } from '../forms/plain-parts.js';
import { unsupported } from '../provider/provider-call.js';
import { chatIdOf, fullId, keyPart } from './ids.js';
import { sendAnswerSchema } from './wire.js';

/** One send; `body` does not yet have the `session`. */
export interface WahaSend {
  method: 'POST' | 'PUT';
  path: string;
  body: Record<string, unknown>;
}

/**
 * The call that sends a message. Throws `ChannelError` Permanent(unsupported) for content that WAHA cannot send, such
 * as a list to a group.
 */
export function wahaSend(message: OutboundMessage): WahaSend {
  const { content, to, replyTo } = message;
  if (content.type === 'list' && chatKind(to.jid) === 'group') throw unsupported();
  if (content.type === 'reaction') {
    const body = { messageId: fullId(content.targetKeyId, to.jid), reaction: content.emoji };
    return { method: 'PUT', path: '/api/reaction', body };
  }
  const { path, body } = contentCall(content, message.clientMessageId);
  const reply = replyTo === undefined ? {} : { reply_to: fullId(replyTo, to.jid) };
  return { method: 'POST', path, body: { chatId: chatIdOf(to.jid), ...body, ...reply } };
}

function contentCall(
  content: Exclude<OutboundContent, { type: 'reaction' }>,
  id: string | undefined,
): Omit<WahaSend, 'method'> {
  switch (content.type) {
    case 'text': {
      const linkPreview = content.previewUrl ?? false;
      return { path: '/api/sendText', body: defined({ text: content.text, linkPreview, id }) };
    }
    case 'image':
      return { path: '/api/sendImage', body: captioned(content, 'image/jpeg') };
    case 'video': {
      const body = { ...captioned(content, 'video/mp4'), asNote: false, convert: false };
      return { path: '/api/sendVideo', body };
    }
    case 'document':
      return { path: '/api/sendFile', body: captioned(content, 'application/octet-stream') };
    case 'audio':
      return content.ptt
        ? { path: '/api/sendVoice', body: { file: voiceOf(content.media), convert: true } }
        : { path: '/api/sendFile', body: { file: fileOf(content, 'audio/mpeg') } };
    case 'location':
      return { path: '/api/sendLocation', body: locationOf(content) };
    case 'contacts':
      return { path: '/api/sendContactVcard', body: { contacts: content.contacts.map(cardOf) } };
    case 'list':
      return { path: '/api/sendList', body: { message: listOf(content) } };
    case 'buttons':
    case 'sticker':
    case 'ctaUrl':
    case 'locationRequest':
    case 'template':
      throw unsupported();
  }
}

function captioned(
  content: { media: OutMedia; fileName?: string; caption?: string },
  mimeType: string,
): Record<string, unknown> {
  return defined({ file: fileOf(content, mimeType), caption: content.caption });
}

function fileOf(
  { media, fileName }: { media: OutMedia; fileName?: string },
  fallbackMimeType: string,
): Record<string, unknown> {
  const mimetype = mimeTypeOf(media, fileName) ?? fallbackMimeType;
  return defined({ mimetype, filename: fileName, ...bytesOf(media) });
}

/** WAHA converts the file to a voice note, whatever its format. */
function voiceOf(media: OutMedia): Record<string, unknown> {
  const given = 'mimeType' in media ? media.mimeType : undefined;
  return { mimetype: given ?? 'audio/ogg; codecs=opus', ...bytesOf(media) };
}

function bytesOf(media: OutMedia): { url: string } | { data: string } {
  if ('providerMediaId' in media) throw unsupported();
  return 'url' in media ? { url: media.url } : { data: media.base64 };
}

function locationOf(content: Extract<OutboundContent, { type: 'location' }>): Record<string, unknown> {
  const { latitude, longitude, name, address } = content;
  return { latitude, longitude, title: name ?? address ?? `${latitude}, ${longitude}` };
}

function cardOf(contact: { name: string; phone: string; waId?: string }): Record<string, unknown> {
  const whatsappId = contact.waId ?? contact.phone.replace(/\D/g, '');
  return { fullName: contact.name, phoneNumber: contact.phone, whatsappId, vcard: null };
}

function listOf(content: Extract<OutboundContent, { type: 'list' }>): Record<string, unknown> {
  return defined({
    title: content.header ?? '',
    description: content.body,
    footer: content.footer,
    button: content.button,
    sections: content.sections.map((section) => ({
      title: section.title ?? content.button,
      rows: section.rows.map(({ id, title, description }) => defined({ title, rowId: id, description })),
    })),
  });
}

/**
 * Reads the answer to a send; the id is in `key.id` (NOWEB), `id._serialized` (WEBJS) or `id` (GOWS). WAHA answers 2xx
 * only after sending, so a 2xx without an id counts as sent. Throws `ChannelError`.
 */
export function wahaReceipt(answer: HttpResponse, clientMessageId: string | undefined): SendReceipt {
  const json = readJson(answer.body);
  if (!succeeded(answer)) throw new ChannelError(wahaErrorInfo(answer, json));
  const { key, id, status } = sendAnswerSchema.parse(json);
  const given = key?.id ?? (typeof id === 'object' ? id._serialized : id);
  const keyId = given === undefined ? clientMessageId : keyPart(given);
  return defined({ keyId, providerStatus: status });
}

function wahaErrorInfo(answer: HttpResponse, json: unknown): ChannelErrorInfo {
  const httpStatus = answer.status;
  const text = printed([member(json, 'message'), member(json, 'error')]);
  if (httpStatus === 404 && /session/i.test(text)) return { class: 'Auth', httpStatus };
  if (httpStatus === 501) return { class: 'Permanent', reason: 'unsupported', httpStatus };
  if (httpStatus !== 422) return statusInfo(answer);
  if (/session status is not as expected/i.test(text)) return { class: 'ChannelDown', httpStatus };
  const reason = /not implemented/i.test(text) ? 'unsupported' : 'invalidContent';
  return { class: 'Permanent', reason, httpStatus };
}
