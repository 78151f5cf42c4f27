import type { ChannelCapabilities, OutboundContent, OutMedia } from '../../../activities/ports/messages.js';
import { adapt } from './adapt.js';
import type { AdaptOptions } from './adapt-parts.js';

/**
 * The next simpler form of a content that the provider refused as unsupported, as messages that fit the channel;
 * undefined when there is none. Pure.
 */
export function simplerForm(
  content: OutboundContent,
  capabilities: ChannelCapabilities,
  options: AdaptOptions = {},
): OutboundContent[] | undefined {
  const without = (less: Partial<ChannelCapabilities>) =>
    adapt(content, { ...capabilities, ...less }, options);
  switch (content.type) {
    case 'buttons':
      return without({ buttons: 0 });
    case 'list':
      return without({ buttons: 0, list: false });
    case 'ctaUrl':
      return without({ ctaUrl: false });
    case 'locationRequest':
      return without({ locationRequest: false });
    case 'sticker':
      return without({ sticker: false });
    case 'image':
    case 'video':
      return adapt({ ...content, type: 'document' }, capabilities, options);
    case 'audio':
      return adapt({ type: 'document', media: content.media }, capabilities, options);
    case 'document':
      return asLink(content.media, content.caption, capabilities);
    case 'location': {
      const lines = [content.name, content.address, `${content.latitude}, ${content.longitude}`];
      return asText(lines, capabilities);
    }
    case 'contacts':
      return asText(
        content.contacts.map((contact) => `${contact.name}: ${contact.phone}`),
        capabilities,
      );
    case 'text':
    case 'reaction':
    case 'template':
      return undefined;
  }
}

/**
 * What to send after the provider refused the file of a content: a text with its link, which no longer depends on the
 * file's size or type; undefined when the file has no link.
 */
export function withoutFile(
  content: OutboundContent,
  capabilities: ChannelCapabilities,
  options: AdaptOptions = {},
): OutboundContent[] | undefined {
  if (!('media' in content)) return simplerForm(content, capabilities, options);
  return asLink(content.media, 'caption' in content ? content.caption : undefined, capabilities);
}

/** A text of caption and link in place of a file; undefined when the file has no link. */
export function asLink(
  media: OutMedia,
  caption: string | undefined,
  capabilities: ChannelCapabilities,
): OutboundContent[] | undefined {
  return 'url' in media ? asText([caption, media.url], capabilities) : undefined;
}

function asText(lines: (string | undefined)[], capabilities: ChannelCapabilities): OutboundContent[] {
  return adapt({ type: 'text', text: lines.filter(Boolean).join('\n') }, capabilities);
}
