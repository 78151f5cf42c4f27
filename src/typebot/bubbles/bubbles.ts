import type { ChannelCapabilities, OutboundContent, OutMedia } from '../../../activities/ports/messages.js';
import {
  addressIn,
  convertedImageType,
  fileNameOf,
  imageAddressIn,
  mediaKind,
  withScheme,
} from './media-kind.js';
import { renderRichText } from './rich-text.js';
import { splitMarked } from './split.js';
import type { TypebotBubble } from '../wire.js';

/** The channel limits that decide how a bubble is rendered. */
export type Limits = Pick<ChannelCapabilities, 'maxText' | 'maxCaption' | 'imageMimeTypes'>;

/** The messages of one bubble, in order. None when the bubble has nothing to show. */
export function renderBubble(bubble: TypebotBubble, limits: Limits): OutboundContent[] {
  const { content } = bubble;
  const url = addressIn(content.url);
  switch (bubble.type) {
    case 'text':
      return renderText(bubble, limits);
    case 'image':
      return imageBubble(bubble, limits);
    case 'video':
      return videoMessages(content.type ?? 'url', url ?? '', content.id);
    case 'audio':
      return url ? [audioMessage(url)] : [];
    case 'embed':
      return url ? embedMessages(url, limits) : [];
    default:
      return renderUnknown(bubble, limits);
  }
}

function imageBubble({ content }: TypebotBubble, limits: Limits): OutboundContent[] {
  const url = imageAddressIn(content.url);
  return url ? imageMessages(url, clickCaption(content.clickLink), limits) : [];
}

/** A text as messages within the channel's limit. A text that is nothing but an address is sent with a link preview. */
export function textMessages(text: string, { maxText }: Pick<Limits, 'maxText'>): OutboundContent[] {
  const isAddress = /^(https?:\/\/|www\.)\S+$/i.test(text);
  return splitMarked(text, maxText).map((part) =>
    isAddress ? { type: 'text', text: part, previewUrl: true } : { type: 'text', text: part },
  );
}

/** An image with its caption; an image type that the channel cannot show is sent as its address instead. */
export function imageMessages(url: string, caption: string, limits: Limits): OutboundContent[] {
  const type = convertedImageType(url);
  if (type && !limits.imageMimeTypes?.includes(type)) {
    return textMessages([withScheme(url), caption].filter(Boolean).join('\n'), limits);
  }
  const media = imageMedia(url);
  if (!caption) return [{ type: 'image', media }];
  if (caption.length <= limits.maxCaption) return [{ type: 'image', media, caption }];
  return [{ type: 'image', media }, ...textMessages(caption, limits)];
}

function imageMedia(url: string): OutMedia {
  const inline = /^data:(image\/[\w.+-]+);base64,(.+)$/s.exec(url);
  if (inline?.[1] && inline[2]) return { base64: inline[2], mimeType: inline[1] };
  return { url: withScheme(url) };
}

function renderText({ content }: TypebotBubble, limits: Limits): OutboundContent[] {
  if (content.markdown !== undefined) return textMessages(content.markdown.trim(), limits);
  return renderRichText(content.richText ?? []).flatMap((part) =>
    part.type === 'text' ? textMessages(part.text, limits) : imageMessages(part.url, part.caption, limits),
  );
}

function clickCaption(link: { url?: string; alt?: string } | undefined): string {
  if (!link?.url?.trim()) return '';
  return [link.alt?.trim(), withScheme(link.url.trim())].filter(Boolean).join('\n');
}

function videoMessages(kind: string, url: string, id: string | undefined): OutboundContent[] {
  if (kind === 'url') return url ? [{ type: 'video', media: { url: withScheme(url) } }] : [];
  const address = hostedAddress(kind, url, id);
  return address ? [{ type: 'text', text: address, previewUrl: true }] : [];
}

/** Typebot gives the address of a hosted video without a scheme, so it is rebuilt from the id. */
function hostedAddress(kind: string, url: string, id: string | undefined): string {
  if (kind === 'youtube' && id) return `https://www.youtube.com/watch?v=${id}`;
  if (kind === 'vimeo' && id) return `https://vimeo.com/${id}`;
  return url && withScheme(url);
}

/** Voice for audio that WhatsApp plays and for addresses that reveal no type; a document for everything else. */
function audioMessage(url: string): OutboundContent {
  return ['audio', 'page'].includes(mediaKind(url)) ? voiceMessage(url) : documentMessage(url);
}

function voiceMessage(url: string): OutboundContent {
  return { type: 'audio', media: { url: withScheme(url) }, ptt: true };
}

function documentMessage(url: string): OutboundContent {
  return { type: 'document', media: { url: withScheme(url) }, fileName: fileNameOf(url) };
}

function embedMessages(url: string, limits: Limits): OutboundContent[] {
  switch (mediaKind(url)) {
    case 'image':
    case 'convertedImage':
      return imageMessages(url, '', limits);
    case 'video':
      return [{ type: 'video', media: { url: withScheme(url) } }];
    case 'audio':
      return [voiceMessage(url)];
    case 'document':
      return [documentMessage(url)];
    case 'page':
      return [{ type: 'text', text: withScheme(url), previewUrl: true }];
  }
}

/** The address or text of a bubble type that Parley does not know, so that nothing of a newer Typebot is lost. */
function renderUnknown({ content }: TypebotBubble, limits: Limits): OutboundContent[] {
  const url = addressIn(content.url);
  if (url) return [{ type: 'text', text: withScheme(url), previewUrl: true }];
  if (content.richText || content.markdown !== undefined)
    return renderText({ id: '', type: 'text', content }, limits);
  return content.text?.trim() ? textMessages(content.text.trim(), limits) : [];
}
