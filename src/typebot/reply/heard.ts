import type { InboundContent, OrderItem, SharedContact } from '../../../activities/ports/messages.js';
import type { TurnMessage } from '../../../activities/ports/typebot.js';
import { cutText } from '../../foreign/cut-text.js';
import { readWireId } from '../prompts/wire-id.js';
import { withoutInvisible } from './plain-words.js';

/** One message of a turn, reduced to what can answer a question. */
export type Heard =
  | { type: 'text'; text: string }
  /** A tap on a button or row of Parley's own; `tag` and `turn` say in which session and turn it was shown. */
  | { type: 'tap'; turn: number; tag: string; id: string; title: string }
  /** A tap on a button that Parley did not send, such as a template's quick reply. */
  | { type: 'foreignTap'; id?: string; title: string }
  | { type: 'file'; url?: string; caption?: string; isSticker: boolean }
  | { type: 'audio'; url?: string; transcript?: string }
  /** A location, contact cards, a form or an order, written as text for questions that accept any text. */
  | { type: 'structured'; text: string; contacts?: SharedContact[] }
  | { type: 'nothing' };

/** Reduces a message to what can answer a question. */
export function hear({ content, mediaUrl }: TurnMessage): Heard {
  switch (content.contentType) {
    case 'text':
      return hearText(bounded(content.text));
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return {
        type: 'file',
        url: mediaUrl,
        caption: trimmed(content.caption),
        isSticker: content.contentType === 'sticker',
      };
    case 'audio':
      return { type: 'audio', url: mediaUrl, transcript: trimmed(content.transcript) };
    case 'buttonReply':
    case 'listReply':
      return hearTap(content);
    case 'location':
      return { type: 'structured', text: `${shortest(content.latitude)}, ${shortest(content.longitude)}` };
    case 'contacts':
      return {
        type: 'structured',
        text: bounded(content.contacts.map(contactLine).join('\n')),
        contacts: content.contacts,
      };
    case 'flowReply':
      return { type: 'structured', text: bounded(jsonText(content.json)) };
    case 'order':
      return {
        type: 'structured',
        text: trimmed(content.text) ?? bounded(content.items.map(orderLine).join('\n')),
      };
    case 'reaction':
    case 'edit':
    case 'revoke':
    case 'system':
    case 'unsupported':
      return { type: 'nothing' };
  }
}

/** In UTF-16 units. Typebot would accept megabytes, but no real message is longer. */
const MAX_TEXT_LENGTH = 65_536;

function bounded(text: string): string {
  return cutText(text, MAX_TEXT_LENGTH);
}

function trimmed(text: string | undefined): string | undefined {
  return bounded(text ?? '').trim() || undefined;
}

function hearText(text: string): Heard {
  return withoutInvisible(text).trim() ? { type: 'text', text } : { type: 'nothing' };
}

function hearTap({
  id,
  title,
}: Extract<InboundContent, { contentType: 'buttonReply' | 'listReply' }>): Heard {
  const own = id === undefined ? undefined : readWireId(id);
  if (own) return { type: 'tap', ...own, title };
  const words = trimmed(title) ?? trimmed(id);
  return words === undefined ? { type: 'nothing' } : { type: 'foreignTap', id, title: words };
}

/** Never with an exponent, which `String` uses below one millionth. */
function shortest(degrees: number): string {
  const text = String(degrees);
  return text.includes('e') ? degrees.toFixed(20).replace(/\.?0+$/, '') : text;
}

function contactLine({ name, phones }: SharedContact): string {
  return phones.length > 0 ? `${name}: ${phones.join(', ')}` : name;
}

function orderLine({ quantity, sku }: OrderItem): string {
  return `${quantity} x ${sku}`;
}

/** A form's answer as compact JSON. One that was not valid JSON is a string and stays as it is. */
function jsonText(json: unknown): string {
  return typeof json === 'string' ? json : JSON.stringify(json);
}

/** Texts, transcripts and the titles of foreign buttons, one per line. */
export function wordsOf(heard: Heard[]): string {
  return heard
    .map((message) => {
      if (message.type === 'text') return message.text;
      if (message.type === 'foreignTap') return message.title;
      return message.type === 'audio' ? (message.transcript ?? '') : '';
    })
    .filter(Boolean)
    .join('\n');
}

/** The text of each message (its words, caption or written form), one per line, in order. */
export function linesOf(heard: Heard[]): string {
  return heard
    .map((message) => wordsOf([message]) || captionsOf([message]) || structuredOf([message]))
    .filter(Boolean)
    .join('\n');
}

/** Captions of files, one per line. */
export function captionsOf(heard: Heard[]): string {
  return heard
    .map((message) => (message.type === 'file' ? (message.caption ?? '') : ''))
    .filter(Boolean)
    .join('\n');
}

/** Addresses of the files, audio included. */
export function filesOf(heard: Heard[]): string[] {
  return heard
    .map((message) => (message.type === 'file' || message.type === 'audio' ? message.url : undefined))
    .filter((url) => url !== undefined);
}

/** Locations, contact cards, orders and the like as text, one per line. */
export function structuredOf(heard: Heard[]): string {
  return heard
    .map((message) => (message.type === 'structured' ? message.text : ''))
    .filter(Boolean)
    .join('\n');
}

/**
 * Whether some kind of question could read the message. Only a file input reads a sticker, so it counts as unreadable.
 */
export function isReadable(message: Heard): boolean {
  if (message.type === 'file') return !message.isSticker || message.caption !== undefined;
  return message.type !== 'nothing';
}
