import {
  type ChannelCapabilities,
  type OutboundContent,
  type OutMedia,
} from '../../../activities/ports/messages.js';
import { choiceWords } from '../../choice-words.js';
import { adaptButtons, adaptList } from './adapt-choices.js';
import { decoration, headerMessage, textParts, type AdaptOptions } from './adapt-parts.js';
import { cutTitle, splitText } from './split-text.js';

type Content<Type extends OutboundContent['type']> = Extract<OutboundContent, { type: Type }>;

const maxLinkButton = 20;

/**
 * Turns one content into messages that the channel can show, in sending order and within its limits. No other place
 * changes content for a channel. Pure. A reaction that the channel cannot show becomes no message. A template has no
 * other form: a channel without templates refuses it in `send` with Permanent(unsupported).
 */
export function adapt(
  content: OutboundContent,
  capabilities: ChannelCapabilities,
  options: AdaptOptions = {},
): OutboundContent[] {
  switch (content.type) {
    case 'text':
      return splitText(content.text, capabilities.maxText).map((text) => ({ ...content, text }));
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return adaptMedia(content, capabilities);
    case 'buttons':
      return adaptButtons(content, capabilities, wordsOf(options));
    case 'list':
      return adaptList(content, capabilities, wordsOf(options));
    case 'ctaUrl':
      return adaptLink(content, capabilities);
    case 'locationRequest':
      return adaptLocationRequest(content, capabilities);
    case 'reaction':
      return capabilities.reaction ? [content] : [];
    case 'template':
    case 'audio':
    case 'location':
    case 'contacts':
      return [content];
  }
}

function wordsOf(options: AdaptOptions): Required<AdaptOptions> {
  const { openList, choicePrompt } = choiceWords['pt-BR'];
  return {
    openListLabel: options.openListLabel?.trim() || openList,
    choicePrompt: options.choicePrompt?.trim() || choicePrompt,
  };
}

function adaptMedia(
  content: Content<'image' | 'video' | 'document' | 'sticker'>,
  capabilities: ChannelCapabilities,
): OutboundContent[] {
  const shown = shownMedia(content, capabilities);
  const { caption, ...bare } = shown;
  if (!caption) return [bare];
  return caption.length <= capabilities.maxCaption ? [shown] : [bare, ...textParts(caption, capabilities)];
}

function shownMedia(
  content: Content<'image' | 'video' | 'document' | 'sticker'>,
  capabilities: ChannelCapabilities,
): Content<'image' | 'video' | 'document' | 'sticker'> {
  if (content.type === 'sticker' && capabilities.sticker) return content;
  if (content.type !== 'image' && content.type !== 'sticker') return content;
  const mimeType = mimeTypeOf(content.media);
  const accepted = capabilities.imageMimeTypes;
  if (!accepted || !mimeType || accepted.includes(mimeType)) return { ...content, type: 'image' };
  return { ...content, type: 'document', fileName: content.fileName ?? fileNameOf(content.media, mimeType) };
}

/** A map, not an object: an address may end in `.constructor`. */
const imageTypes: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['svg', 'image/svg+xml'],
  ['webp', 'image/webp'],
  ['bmp', 'image/bmp'],
  ['avif', 'image/avif'],
]);

function mimeTypeOf(media: OutMedia): string | undefined {
  if ('providerMediaId' in media) return undefined;
  if (media.mimeType) return media.mimeType.split(';', 1)[0]?.trim().toLowerCase();
  const extension = /\.([a-z0-9]+)$/i.exec('url' in media ? lastSegment(media.url) : '')?.[1];
  return imageTypes.get(extension?.toLowerCase() ?? '');
}

function fileNameOf(media: OutMedia, mimeType: string): string {
  const fromUrl = 'url' in media ? lastSegment(media.url) : '';
  return fromUrl || `image.${mimeType.replace(/^image\//, '').replace(/\+.*$/, '')}`;
}

function lastSegment(url: string): string {
  const segment = URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? '') : '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function adaptLink(content: Content<'ctaUrl'>, capabilities: ChannelCapabilities): OutboundContent[] {
  const { header, footer, body, displayText, url } = content;
  if (!capabilities.ctaUrl) {
    const title = header?.type === 'text' ? `*${header.text}*\n` : '';
    const blocks = [`${title}${body}`, `${displayText}: ${url}`, footer ?? ''];
    const text = blocks.filter((block) => block !== '').join('\n\n');
    return [...headerMessage(header), ...textParts(text, capabilities)];
  }
  const parts = splitText(body || displayText, capabilities.maxButtonBody);
  const carried = header?.type === 'text' || capabilities.buttonMediaHeader ? header : undefined;
  return [
    ...(carried ? [] : headerMessage(header)),
    ...parts.slice(0, -1).flatMap((part) => textParts(part, capabilities)),
    {
      type: 'ctaUrl',
      body: parts.at(-1) ?? displayText,
      displayText: cutTitle(displayText, maxLinkButton),
      url,
      ...decoration(carried, footer),
    },
  ];
}

function adaptLocationRequest(
  content: Content<'locationRequest'>,
  capabilities: ChannelCapabilities,
): OutboundContent[] {
  if (!capabilities.locationRequest) return textParts(content.body, capabilities);
  const parts = splitText(content.body, capabilities.maxButtonBody);
  const last = parts.pop() ?? content.body;
  return [...parts.flatMap((part) => textParts(part, capabilities)), { type: 'locationRequest', body: last }];
}
