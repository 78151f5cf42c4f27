import type { InboundContent } from '../../../activities/ports/messages.js';
import { cutText } from '../../foreign/cut-text.js';
import { defined } from './json.js';

/** In UTF-16 units; the name is stored and counted, so it must be bounded. */
const MAX_NAME = 100;

type Notice = Extract<InboundContent, { contentType: 'system' }>;

/**
 * The content of an event that may not be a person's message. It is recorded under the provider's name for its type.
 */
export function notice(providerType: string | undefined): Notice {
  return defined<Notice>({
    contentType: 'system',
    systemType: 'other',
    providerType: providerType && cutText(providerType, MAX_NAME),
  });
}

/** WhatsApp's limit of files in an album. */
const MAX_ALBUM = 100;

/** The notice that precedes the files of an album, with their number if it announces more than one. */
export function albumHeader(
  providerType: string,
  images: number | undefined,
  videos: number | undefined,
): Notice {
  const albumFiles = Math.min(MAX_ALBUM, Math.floor((images ?? 0) + (videos ?? 0)));
  return albumFiles > 1 ? { ...notice(providerType), albumFiles } : notice(providerType);
}

/**
 * Content that no bot can read. Only types on the channel's list of what people send (`written`) may start a flow. Any
 * other is a notice, because WhatsApp keeps adding types, such as pins and keys, that are sent without a person
 * writing.
 */
export function unreadable(type: string | undefined, written: readonly string[]): InboundContent {
  return type !== undefined && written.includes(type)
    ? { contentType: 'unsupported', providerType: type }
    : notice(type);
}
