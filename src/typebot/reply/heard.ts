import type { InboundContent, OrderItem, SharedContact } from '../../../activities/ports/messages.js';
import type { TurnMessage } from '../../../activities/ports/typebot.js';
import { readWireId } from '../prompts/wire-id.js';
import { withoutInvisible } from './plain-words.js';

/** One message of a turn, as far as an answer can be made of it. */
export type Heard =
  | { type: 'text'; text: string }
  /** A button or row of Parley's own: `tag` and `turn` tell in which session it was shown, and when. */
  | { type: 'tap'; turn: number; tag: string; id: string; title: string }
  /** A button of somebody else, such as a template's quick reply. */
  | { type: 'foreignTap'; id?: string; title: string }
  | { type: 'file'; url?: string; caption?: string; isSticker: boolean }
  | { type: 'audio'; url?: string; transcript?: string }
  /** A location, contact card, form or order: readable for questions that take any text. */
  | { type: 'structured'; text: string; contacts?: SharedContact[] }
  | { type: 'nothing' };

/** What the bot can make of a message. */
export function hear({ content, mediaUrl }: TurnMessage): Heard {
  switch (content.contentType) {
    case 'text':
      return hearText(sane(content.text));
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return {
        type: 'file',
        url: mediaUrl,
        caption: content.caption?.trim() || undefined,
        isSticker: content.contentType === 'sticker',
      };
    case 'audio':
      return { type: 'audio', url: mediaUrl, transcript: content.transcript?.trim() || undefined };
    case 'buttonReply':
    case 'listReply':
      return hearTap(content);
    case 'location':
      return { type: 'structured', text: `${shortest(content.latitude)}, ${shortest(content.longitude)}` };
    case 'contacts':
      return {
        type: 'structured',
        text: content.contacts.map(contactLine).join('\n'),
        contacts: content.contacts,
      };
    case 'flowReply':
      return { type: 'structured', text: jsonText(content.json) };
    case 'order':
      return { type: 'structured', text: content.text?.trim() || content.items.map(orderLine).join('\n') };
    case 'reaction':
    case 'edit':
    case 'revoke':
    case 'system':
    case 'unsupported':
      return { type: 'nothing' };
  }
}

/** Typebot takes megabytes; no contact's message needs them. */
const MAX_TEXT_LENGTH = 65_536;

function sane(text: string): string {
  return text.slice(0, MAX_TEXT_LENGTH);
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
  return title.trim() || id
    ? { type: 'foreignTap', id, title: title.trim() || (id ?? '') }
    : { type: 'nothing' };
}

/** Shortest decimal form: never an exponent, which `String` uses below a millionth. */
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

/** A form's answer as compact JSON; one that could not be read comes as the text it was. */
function jsonText(json: unknown): string {
  return typeof json === 'string' ? json : JSON.stringify(json);
}

/** Everything in words: texts, transcripts and the titles of foreign buttons, one per line. */
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

/** All that can be read of the messages, one per line, in their order. */
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

/** The forms of locations, contact cards, orders and the like, one per line. */
export function structuredOf(heard: Heard[]): string {
  return heard
    .map((message) => (message.type === 'structured' ? message.text : ''))
    .filter(Boolean)
    .join('\n');
}

/** Whether any message had a form that some question could read. Stickers have one only where files are taken. */
export function isReadable(message: Heard): boolean {
  if (message.type === 'file') return !message.isSticker || message.caption !== undefined;
  return message.type !== 'nothing';
}
