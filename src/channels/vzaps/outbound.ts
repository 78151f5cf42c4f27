import {
  type OutboundContent,
  type OutboundMessage,
  type SendReceipt,
} from '../../../activities/ports/messages.js';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { instanceStatusInfo, succeeded } from '../provider/http-errors.js';
import { phoneDigits } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined } from '../provider/json.js';
import { linkOrDataUri, wholeText } from '../forms/plain-parts.js';
import { unsupported } from '../provider/provider-call.js';
import { sendAnswerSchema } from './wire.js';

/** One send: a POST of `body` to `chat/send/{operation}`. */
export interface VzapsSend {
  operation: string;
  body: Record<string, unknown>;
}

/** The call that sends a message. Throws `ChannelError` Permanent(unsupported) for content that VZaps cannot send. */
export function vzapsSend(message: OutboundMessage): VzapsSend {
  const { operation, body } = contentCall(message.content);
  const phone = phoneDigits(message.to.jid) ?? message.to.jid;
  return { operation, body: defined({ phone, ...body }) };
}

function contentCall(content: OutboundContent): VzapsSend {
  switch (content.type) {
    case 'text':
      return { operation: 'text', body: { message: content.text } };
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return fileCall(content.type, content);
    case 'audio':
      return { operation: 'audio', body: { audio: linkOrDataUri(content.media), ptt: content.ptt } };
    case 'location': {
      const { latitude, longitude, name, address } = content;
      return { operation: 'location', body: { latitude, longitude, name, address } };
    }
    case 'contacts':
      return contactCall(content);
    case 'buttons':
      return { operation: 'buttons', body: buttonsOf(content) };
    case 'list':
      return { operation: 'list', body: listOf(content) };
    case 'reaction':
    case 'ctaUrl':
    case 'locationRequest':
    case 'template':
      throw unsupported();
  }
}

function fileCall(
  type: 'image' | 'video' | 'document' | 'sticker',
  content: Pick<
    Extract<OutboundContent, { type: 'image' | 'video' | 'document' | 'sticker' }>,
    'media' | 'caption' | 'fileName'
  >,
): VzapsSend {
  const file = { [type]: linkOrDataUri(content.media) };
  if (type === 'sticker') return { operation: type, body: file };
  const fileName = type === 'document' ? content.fileName : undefined;
  return { operation: type, body: { ...file, file_name: fileName, caption: content.caption } };
}

function contactCall({ contacts }: Extract<OutboundContent, { type: 'contacts' }>): VzapsSend {
  const [contact, ...others] = contacts;
  if (!contact || others.length > 0) throw unsupported();
  const contact_phone = contact.waId ?? contact.phone.replace(/\D/g, '');
  return { operation: 'contact', body: { contact_name: contact.name, contact_phone } };
}

function buttonsOf(content: Extract<OutboundContent, { type: 'buttons' }>): Record<string, unknown> {
  const buttons = content.buttons.map(({ id, title }) => ({ id, text: title }));
  const message = wholeText({ header: content.header, body: content.body });
  return { message, buttons, footer: content.footer };
}

function listOf(content: Extract<OutboundContent, { type: 'list' }>): Record<string, unknown> {
  const sections = content.sections.map((section) => ({
    title: section.title ?? content.button,
    rows: section.rows.map(({ id, title, description }) => defined({ id, title, description })),
  }));
  return {
    title: content.header ?? content.button,
    description: content.body,
    button_text: content.button,
    sections,
    footer: content.footer,
  };
}

/** Reads the answer to a send. Its form is not documented, so any 2xx counts as sent. Throws `ChannelError`. */
export function vzapsReceipt(answer: HttpResponse): SendReceipt {
  if (!succeeded(answer)) throw new ChannelError(instanceStatusInfo(answer));
  const { data, ...top } = sendAnswerSchema.parse(readJson(answer.body));
  return defined({ keyId: data?.message_id ?? data?.id ?? top.message_id ?? top.id });
}
