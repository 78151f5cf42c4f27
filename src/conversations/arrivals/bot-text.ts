import type { InboundContent, InboundMedia } from '../../../activities/ports/messages.js';

/** What the bot gets from one message. `text` undefined: nothing to read. */
export interface BotReading {
  text?: string;
  /** Id of the tapped button or row, when known. */
  replyId?: string;
  /** A file, which the bot gets as an attachment URL that Parley hosts. */
  attachment?: InboundMedia;
}

/** What the bot gets from a content. Pure and total. */
export function botReading(content: InboundContent): BotReading {
  switch (content.contentType) {
    case 'text':
      return { text: content.text };
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return { text: content.caption, attachment: content.media };
    case 'audio':
      return { text: content.transcript, attachment: content.media };
    case 'location':
      return { text: `${shortest(content.latitude)}, ${shortest(content.longitude)}` };
    case 'contacts':
      return { text: content.contacts.map(contactLine).join('\n') };
    case 'buttonReply':
    case 'listReply':
      return { text: content.title, replyId: content.id };
    case 'flowReply':
      return { text: typeof content.json === 'string' ? content.json : JSON.stringify(content.json) };
    case 'order':
      return {
        text: content.text || content.items.map((item) => `${item.quantity} x ${item.sku}`).join('\n'),
      };
    case 'reaction':
    case 'edit':
    case 'revoke':
    case 'system':
    case 'unsupported':
      return {};
  }
}

function contactLine(contact: { name: string; phones: string[] }): string {
  return contact.phones.length > 0 ? `${contact.name}: ${contact.phones.join(', ')}` : contact.name;
}

/** The shortest decimal form, never with an exponent, which `String` uses below a millionth. */
function shortest(degrees: number): string {
  const text = String(degrees);
  return text.includes('e') ? degrees.toFixed(20).replace(/\.?0+$/, '') : text;
}
