import type { OutboundContent, OutboundMessage, OutMedia } from '../../../activities/ports/messages.js';
import { phoneDigits } from '../jid.js';
import { defined } from '../provider/json.js';
import { unsupported } from '../provider/provider-call.js';

/** Which of the two CodeChat servers. */
export type Flavour = 'v1' | 'go';

/** One send: the operation of v1, the route of Go, and the body for either. */
export interface CodechatSend {
  v1Operation: string;
  goRoute: string;
  body: Record<string, unknown>;
}

/**
 * The call that sends a message. Throws `ChannelError` Permanent(unsupported) for content that CodeChat cannot send.
 */
export function codechatSend(message: OutboundMessage, flavour: Flavour): CodechatSend {
  const { content, to } = message;
  const call = contentCall(content, to.jid, flavour);
  const address = content.type === 'reaction' ? {} : { number: phoneDigits(to.jid) ?? to.jid };
  return { ...call, body: { ...address, ...call.body, options: optionsOf(message, flavour) } };
}

/** v1 accepts a message id, but quotes by its own database id, which is not known here. Go quotes by WhatsApp id. */
function optionsOf(message: OutboundMessage, flavour: Flavour): Record<string, unknown> {
  const externalAttributes = { out: message.outboundId };
  return flavour === 'v1'
    ? defined({ messageId: message.clientMessageId, externalAttributes })
    : defined({ quotedMessageId: message.replyTo, externalAttributes });
}

function contentCall(content: OutboundContent, jid: string, flavour: Flavour): CodechatSend {
  switch (content.type) {
    case 'text':
      return { v1Operation: 'sendText', goRoute: 'text', body: { textMessage: { text: content.text } } };
    case 'image':
    case 'video':
    case 'document':
      return mediaCall(content.type, content);
    case 'audio':
      return content.ptt ? voiceCall(content.media) : mediaCall('audio', content);
    case 'location':
      return { v1Operation: 'sendLocation', goRoute: 'location', body: locationOf(content) };
    case 'contacts':
      return {
        v1Operation: 'sendContact',
        goRoute: 'contact',
        body: { contactMessage: content.contacts.map((contact) => cardOf(contact, flavour)) },
      };
    case 'reaction': {
      const key = { remoteJid: jid, fromMe: false, id: content.targetKeyId };
      const body = { reactionMessage: { key, reaction: content.emoji } };
      return { v1Operation: 'sendReaction', goRoute: 'reaction', body };
    }
    case 'sticker':
    case 'buttons':
    case 'list':
    case 'ctaUrl':
    case 'locationRequest':
    case 'template':
      throw unsupported();
  }
}

function mediaCall(
  mediatype: 'image' | 'video' | 'document' | 'audio',
  content: { media: OutMedia; caption?: string; fileName?: string },
): CodechatSend {
  const { caption, fileName } = content;
  const mediaMessage = defined({ mediatype, media: mediaOf(content.media), caption, fileName });
  return { v1Operation: 'sendMedia', goRoute: 'media', body: { mediaMessage } };
}

function voiceCall(media: OutMedia): CodechatSend {
  const body = { audioMessage: { audio: mediaOf(media) } };
  return { v1Operation: 'sendWhatsAppAudio', goRoute: 'ppt', body };
}

function mediaOf(media: OutMedia): string {
  if ('url' in media) return media.url;
  if ('base64' in media) return media.base64;
  throw unsupported();
}

function locationOf(content: Extract<OutboundContent, { type: 'location' }>): Record<string, unknown> {
  const { latitude, longitude, name, address } = content;
  return { locationMessage: defined({ latitude, longitude, name, address }) };
}

function cardOf(
  contact: { name: string; phone: string; waId?: string },
  flavour: Flavour,
): Record<string, string> {
  const digits = contact.phone.replace(/\D/g, '');
  if (flavour === 'go') return { fullName: contact.name, phoneNumber: digits };
  return { fullName: contact.name, wuid: contact.waId ?? digits, phoneNumber: contact.phone };
}
