import {
  type OutboundContent,
  type OutboundMessage,
  type OutMedia,
  type SendReceipt,
} from '../../../activities/ports/messages.js';
import { ChannelError, type ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { cloudErrorInfo } from '../provider/graph-errors.js';
import { statusInfo, succeeded } from '../provider/http-errors.js';
import { phoneDigits, readJid } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, member, printed } from '../provider/json.js';
import { mimeTypeOf } from '../forms/plain-parts.js';
import { unsupported } from '../provider/provider-call.js';
import { sendAnswerSchema } from './wire.js';

/** One send: a POST of `body` to `/message/{operation}/{instance}`. */
export interface EvolutionSend {
  operation: string;
  body: Record<string, unknown>;
}

/** `number` of a send: the digits of a phone, the full JID of anything else. */
export function numberOf(jid: string): string {
  return phoneDigits(jid) ?? jid;
}

/**
 * The call that sends a message. Throws `ChannelError` Permanent(unsupported) for content that Evolution cannot send.
 */
export function evolutionSend(message: OutboundMessage): EvolutionSend {
  const { content, to, replyTo } = message;
  const { operation, body } = contentCall(content, to.jid);
  if (content.type === 'reaction') return { operation, body };
  const quoted = replyTo === undefined ? {} : { quoted: { key: { id: replyTo } } };
  return { operation, body: { number: numberOf(to.jid), ...body, ...quoted } };
}

function contentCall(content: OutboundContent, jid: string): EvolutionSend {
  switch (content.type) {
    case 'text':
      return {
        operation: 'sendText',
        body: { text: content.text, delay: 0, linkPreview: content.previewUrl ?? false },
      };
    case 'image':
    case 'video':
    case 'document':
      return { operation: 'sendMedia', body: fileOf(content.type, content) };
    case 'audio':
      return content.ptt
        ? { operation: 'sendWhatsAppAudio', body: { audio: mediaOf(content.media), encoding: true } }
        : { operation: 'sendMedia', body: fileOf('audio', content) };
    case 'sticker':
      return { operation: 'sendSticker', body: { sticker: mediaOf(content.media) } };
    case 'location':
      return { operation: 'sendLocation', body: locationOf(content) };
    case 'contacts':
      return { operation: 'sendContact', body: { contact: content.contacts.map(cardOf) } };
    case 'reaction':
      return {
        operation: 'sendReaction',
        body: {
          key: { remoteJid: jid, fromMe: false, id: content.targetKeyId },
          reaction: content.emoji,
        },
      };
    case 'list':
      return { operation: 'sendList', body: listOf(content) };
    case 'buttons':
      return { operation: 'sendButtons', body: buttonsOf(content) };
    case 'ctaUrl':
    case 'locationRequest':
    case 'template':
      throw unsupported();
  }
}

/** Used when neither the flow nor the file name reveals the type, because Evolution requires `mimetype`. */
const usualMimeTypes = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/mpeg',
  document: 'application/octet-stream',
};

function fileOf(
  mediatype: keyof typeof usualMimeTypes,
  content: { media: OutMedia; fileName?: string; caption?: string },
): Record<string, unknown> {
  const { media, fileName, caption } = content;
  const mimetype = mimeTypeOf(media, fileName) ?? usualMimeTypes[mediatype];
  return defined({ mediatype, mimetype, media: mediaOf(media), fileName, caption });
}

function mediaOf(media: OutMedia): string {
  if ('url' in media) return media.url;
  if ('base64' in media) return media.base64;
  throw unsupported();
}

/** Evolution requires a name and an address. */
function locationOf(content: Extract<OutboundContent, { type: 'location' }>): Record<string, unknown> {
  const { latitude, longitude } = content;
  const position = `${latitude}, ${longitude}`;
  return { latitude, longitude, name: content.name ?? position, address: content.address ?? position };
}

function cardOf(contact: { name: string; phone: string; waId?: string }): Record<string, string> {
  const wuid = contact.waId ?? contact.phone.replace(/\D/g, '');
  return { fullName: contact.name, wuid, phoneNumber: contact.phone };
}

/** Evolution requires `title` and `footerText`, and a non-empty title for each section. */
function listOf(content: Extract<OutboundContent, { type: 'list' }>): Record<string, unknown> {
  return {
    title: content.header ?? '',
    description: content.body,
    buttonText: content.button,
    footerText: content.footer ?? '',
    sections: content.sections.map((section) => ({
      title: section.title ?? content.button,
      rows: section.rows.map(({ id, title, description }) => defined({ title, description, rowId: id })),
    })),
  };
}

function buttonsOf(content: Extract<OutboundContent, { type: 'buttons' }>): Record<string, unknown> {
  return defined({
    title: content.header?.type === 'text' ? content.header.text : undefined,
    description: content.body,
    footer: content.footer,
    buttons: content.buttons.map(({ id, title }) => ({ type: 'reply', displayText: title, id })),
  });
}

/** Reads the answer to a send; `attempt` counts its requests from 1. Throws `ChannelError`. */
export function evolutionReceipt(answer: HttpResponse, attempt: number): SendReceipt {
  const json = readJson(answer.body);
  if (!succeeded(answer)) throw new ChannelError(evolutionErrorInfo(answer, json));
  const { key, status, code } = sendAnswerSchema.parse(json);
  if (key?.id) {
    const providerStatus = typeof status === 'string' ? status : undefined;
    return defined({ keyId: key.id, remoteJid: readJid(key.remoteJid), providerStatus });
  }
  const httpStatus = answer.status;
  if (code === undefined) throw new ChannelError({ class: 'UnknownOutcome', httpStatus });
  throw new ChannelError(cloudErrorInfo(json, answer, attempt));
}

function evolutionErrorInfo(answer: HttpResponse, json: unknown): ChannelErrorInfo {
  const httpStatus = answer.status;
  const said = sendAnswerSchema.parse(json).response?.message ?? member(json, 'message');
  if (httpStatus === 400) return { ...badRequestInfo(said), httpStatus };
  const instanceGone = httpStatus === 404 && /instance does not exist/i.test(printed(said));
  return instanceGone ? { class: 'Auth', httpStatus } : statusInfo(answer);
}

/**
 * Evolution answers 400 for any exception during a send, even one thrown after the message was sent, so the text of the
 * answer decides.
 */
function badRequestInfo(said: unknown): ChannelErrorInfo {
  const items: unknown[] = Array.isArray(said) ? said : [said];
  const text = printed(said);
  if (items.some((item) => member(item, 'exists') === false)) {
    return { class: 'Permanent', reason: 'notOnWhatsApp' };
  }
  const validation = items.some(
    (item) => Array.isArray(item) && item.every((word) => typeof word === 'string'),
  );
  if (validation) return { class: 'Permanent', reason: 'invalidContent' };
  if (/connection closed/i.test(text)) return { class: 'ChannelDown' };
  if (/rate-overlimit/i.test(text)) return { class: 'Retryable', scope: 'channel' };
  return { class: 'UnknownOutcome' };
}
