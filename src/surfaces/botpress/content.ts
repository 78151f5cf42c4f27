import type { InboundContent, InboundMedia, OutboundContent } from '../../../activities/ports/messages.js';
import { choiceWords } from '../../choice-words.js';
import { AppError } from '../../errors.js';
import { parseWith } from '../../http/input/schema.js';
import type { Locale } from '../../store/rows.js';
import { contentSchema, type BotpressContent, type Card, type SimpleContent } from './content-schema.js';

const MAX_BUTTONS = 3;

/** Validates a payload against its type. Throws AppError `invalid_body` when it does not fit. */
export function readContent(body: { type: string; payload: Record<string, unknown> }): BotpressContent {
  const result = parseWith(contentSchema, { type: body.type, payload: body.payload });
  if (result.ok) return result.value;
  throw new AppError('invalid_body', 'payload does not fit the type', { issues: result.issues });
}

/** The messages to send for one payload, in order: a carousel and a bloc become several. */
export function toOutbound(content: BotpressContent, locale: Locale): OutboundContent[] {
  switch (content.type) {
    case 'bloc':
      return content.payload.items.flatMap((item) => toOutbound(item, locale));
    case 'carousel':
      return content.payload.items.map((card) => fromCard(card, locale));
    default:
      return [fromSimple(content, locale)];
  }
}

function fromSimple(content: Exclude<SimpleContent, { type: 'carousel' }>, locale: Locale): OutboundContent {
  switch (content.type) {
    case 'text':
      return { type: 'text', text: content.payload.text };
    case 'image':
      return { type: 'image', media: { url: content.payload.imageUrl }, caption: content.payload.title };
    case 'video':
      return { type: 'video', media: { url: content.payload.videoUrl }, caption: content.payload.title };
    case 'file':
      return { type: 'document', media: { url: content.payload.fileUrl }, caption: content.payload.title };
    case 'audio':
      return { type: 'audio', media: { url: content.payload.audioUrl }, ptt: false };
    case 'location': {
      const { latitude, longitude, title, address } = content.payload;
      return { type: 'location', latitude, longitude, name: title, address };
    }
    case 'card':
      return fromCard(content.payload, locale);
    case 'choice':
    case 'dropdown': {
      const options = content.payload.options.map(({ label, value }) => ({ id: value, title: label }));
      return menu({ body: content.payload.text, options, asList: content.type === 'dropdown', locale });
    }
  }
}

function fromCard(card: Card, locale: Locale): OutboundContent {
  const links = card.actions.filter(({ action }) => action === 'url');
  const options = card.actions
    .filter(({ action }) => action !== 'url')
    .map(({ label, value }) => ({ id: value, title: label }));
  const header = card.imageUrl === undefined ? undefined : ({ type: 'image', url: card.imageUrl } as const);
  const [link] = links;
  if (link && links.length === 1 && options.length === 0) {
    return { type: 'ctaUrl', body: cardText(card), displayText: link.label, url: link.value, header };
  }
  // WhatsApp has no message with both kinds of buttons, so the links go into the text.
  const body = [cardText(card), ...links.map(({ label, value }) => `${label}: ${value}`)].join('\n');
  if (options.length > 0) return menu({ body, options, asList: false, locale, header });
  return header ? { type: 'image', media: { url: header.url }, caption: body } : { type: 'text', text: body };
}

function cardText({ title, subtitle }: Card): string {
  return subtitle === undefined ? title : `${title}\n${subtitle}`;
}

interface Menu {
  body: string;
  options: { id: string; title: string }[];
  asList: boolean;
  locale: Locale;
  header?: { type: 'image'; url: string };
}

function menu({ body, options, asList, locale, header }: Menu): OutboundContent {
  if (!asList && options.length <= MAX_BUTTONS) return { type: 'buttons', header, body, buttons: options };
  return { type: 'list', body, button: choiceWords[locale].openList, sections: [{ rows: options }] };
}

/** A message that an integration brings in the contact's name. Anything WhatsApp has no form for becomes its text. */
export function toInbound(content: BotpressContent): InboundContent {
  switch (content.type) {
    case 'text':
    case 'choice':
    case 'dropdown':
      return { contentType: 'text', text: content.payload.text };
    case 'image':
      return media('image', 'image/jpeg', content.payload.imageUrl, content.payload.title);
    case 'video':
      return media('video', 'video/mp4', content.payload.videoUrl, content.payload.title);
    case 'file':
      return media('document', 'application/octet-stream', content.payload.fileUrl, content.payload.title);
    case 'audio':
      return { contentType: 'audio', media: fetched('audio/mpeg', content.payload.audioUrl) };
    case 'location': {
      const { latitude, longitude, title, address } = content.payload;
      return { contentType: 'location', latitude, longitude, name: title, address };
    }
    case 'card':
      return { contentType: 'text', text: cardText(content.payload) };
    case 'carousel':
      return { contentType: 'text', text: content.payload.items.map(cardText).join('\n\n') };
    case 'bloc':
      return { contentType: 'text', text: content.payload.items.map(textOf).join('\n\n') };
  }
}

function media(
  contentType: 'image' | 'video' | 'document',
  mimeType: string,
  url: string,
  caption: string | undefined,
): InboundContent {
  return { contentType, media: fetched(mimeType, url), ...(caption === undefined ? {} : { caption }) };
}

// The type is only a guess: once the file is fetched, its bytes decide.
function fetched(mimeType: string, url: string): InboundMedia {
  return { mimeType, fetch: { via: 'url', url, auth: 'none' } };
}

function textOf(content: SimpleContent): string {
  const inbound = toInbound(content);
  switch (inbound.contentType) {
    case 'text':
      return inbound.text;
    case 'location':
      return `${inbound.latitude}, ${inbound.longitude}`;
    default:
      return 'media' in inbound && inbound.media.fetch.via === 'url' ? inbound.media.fetch.url : '';
  }
}
