import {
  type OutboundContent,
  type OutboundMessage,
  type OutMedia,
  type SendReceipt,
} from '../../../activities/ports/messages.js';
import { ChannelError, type ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { instanceStatusInfo, succeeded } from '../provider/http-errors.js';
import { phoneDigits, userOf } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined } from '../provider/json.js';
import { linkOrDataUri, wholeText } from '../forms/plain-parts.js';
import { unsupported } from '../provider/provider-call.js';
import { sendAnswerSchema } from './wire.js';

/** One send: a POST of `body` to `operation`, the path after the token. */
export interface ZapiSend {
  operation: string;
  body: Record<string, unknown>;
}

/** Z-API's `phone` for a JID: digits, a group as `<id>-group` or its older id, or a LID unchanged. */
export function zapiPhone(jid: string): string {
  if (!jid.endsWith('@g.us')) return phoneDigits(jid) ?? jid;
  const group = userOf(jid);
  return group.includes('-') ? group : `${group}-group`;
}

/**
 * The call that sends a message. Throws `ChannelError` Permanent(unsupported) for content that Z-API cannot send, such
 * as a list to a group.
 */
export function zapiSend(message: OutboundMessage): ZapiSend {
  if (message.content.type === 'list' && message.to.jid.endsWith('@g.us')) throw unsupported();
  const { operation, body } = contentCall(message.content);
  const isText = message.content.type === 'text';
  const quoted = isText && message.replyTo !== undefined ? { messageId: message.replyTo } : {};
  return { operation, body: { phone: zapiPhone(message.to.jid), ...body, ...quoted } };
}

function contentCall(content: OutboundContent): ZapiSend {
  switch (content.type) {
    case 'text':
      return { operation: 'send-text', body: { message: content.text } };
    case 'image':
    case 'video': {
      const file = { [content.type]: linkOrDataUri(content.media) };
      return { operation: `send-${content.type}`, body: defined({ ...file, caption: content.caption }) };
    }
    case 'document':
      return documentCall(content);
    case 'audio':
      return { operation: 'send-audio', body: { audio: linkOrDataUri(content.media) } };
    case 'location':
      return { operation: 'send-location', body: locationOf(content) };
    case 'contacts':
      return contactCall(content);
    case 'reaction':
      return {
        operation: 'send-reaction',
        body: { reaction: content.emoji, messageId: content.targetKeyId },
      };
    case 'buttons': {
      const buttons = content.buttons.map(({ id, title }) => ({ id, label: title }));
      return {
        operation: 'send-button-list',
        body: { message: wholeText(content), buttonList: { buttons } },
      };
    }
    case 'list':
      return { operation: 'send-option-list', body: listOf(content) };
    case 'sticker':
    case 'ctaUrl':
    case 'locationRequest':
    case 'template':
      throw unsupported();
  }
}

/** The path needs the file extension: that of the file name, else of the link, else of the MIME type. */
function documentCall(content: { media: OutMedia; fileName?: string; caption?: string }): ZapiSend {
  const { media, fileName, caption } = content;
  const path = 'url' in media && URL.canParse(media.url) ? new URL(media.url).pathname : '';
  const mimeType = 'mimeType' in media ? media.mimeType : undefined;
  const extension =
    extensionOf(fileName) ?? extensionOf(path) ?? /\/([a-z0-9]{1,8})$/i.exec(mimeType ?? '')?.[1];
  return {
    operation: `send-document/${extension?.toLowerCase() ?? 'bin'}`,
    body: defined({ document: linkOrDataUri(media), fileName, caption }),
  };
}

function extensionOf(name: string | undefined): string | undefined {
  return /\.([a-z0-9]{1,8})$/i.exec(name ?? '')?.[1];
}

/** Z-API wants coordinates as strings, and requires a title and an address. */
function locationOf(content: Extract<OutboundContent, { type: 'location' }>): Record<string, string> {
  const [latitude, longitude] = [String(content.latitude), String(content.longitude)];
  const position = `${latitude}, ${longitude}`;
  return { title: content.name ?? position, address: content.address ?? position, latitude, longitude };
}

function contactCall({ contacts }: Extract<OutboundContent, { type: 'contacts' }>): ZapiSend {
  const [contact, ...others] = contacts;
  if (!contact || others.length > 0) throw unsupported();
  const contactPhone = contact.waId ?? contact.phone.replace(/\D/g, '');
  return { operation: 'send-contact', body: { contactName: contact.name, contactPhone } };
}

/** Z-API has no sections, so their rows become one list. */
function listOf(content: Extract<OutboundContent, { type: 'list' }>): Record<string, unknown> {
  const rows = content.sections.flatMap((section) => section.rows);
  const options = rows.map(({ id, title, description = '' }) => ({ id, title, description }));
  const optionList = { title: content.header ?? content.button, buttonLabel: content.button, options };
  return { message: wholeText({ body: content.body, footer: content.footer }), optionList };
}

/** Reads the answer to a send. Throws `ChannelError`. */
export function zapiReceipt(answer: HttpResponse): SendReceipt {
  const { messageId, error } = sendAnswerSchema.parse(readJson(answer.body));
  if (error === 'null not allowed') throw new ChannelError({ class: 'Auth', httpStatus: answer.status });
  if (!succeeded(answer)) throw new ChannelError(zapiErrorInfo(answer));
  if (!messageId) throw new ChannelError({ class: 'UnknownOutcome', httpStatus: answer.status });
  return { keyId: messageId };
}

function zapiErrorInfo(answer: HttpResponse): ChannelErrorInfo {
  const httpStatus = answer.status;
  const isMalformed = httpStatus === 405 || httpStatus === 415;
  return isMalformed
    ? { class: 'Permanent', reason: 'invalidContent', httpStatus }
    : instanceStatusInfo(answer);
}
