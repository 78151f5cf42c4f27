import type { InboundContent } from '../../../activities/ports/messages.js';
import { cutText } from '../../foreign/cut-text.js';
import { defined } from './json.js';

/** A type's name is stored and counted, so it is not longer than any provider's. */
const MAX_NAME = 100;

type Notice = Extract<InboundContent, { contentType: 'system' }>;

/** What is not surely a person's message: recorded and counted by the provider's name for it, and no more. */
export function notice(providerType: string | undefined): Notice {
  return defined<Notice>({
    contentType: 'system',
    systemType: 'other',
    providerType: providerType && cutText(providerType, MAX_NAME),
  });
}

/** Files of one album at most; WhatsApp sends a hundred. */
const MAX_ALBUM = 100;

/** The header that comes before the files of an album. One that announces no number is a notice like any other. */
export function albumHeader(
  providerType: string,
  images: number | undefined,
  videos: number | undefined,
): Notice {
  const albumFiles = Math.min(MAX_ALBUM, Math.floor((images ?? 0) + (videos ?? 0)));
  return albumFiles > 1 ? { ...notice(providerType), albumFiles } : notice(providerType);
}

/**
 * Content that no bot can read. Only a type on the channel's list of what people write may start a flow; every other,
 * also one that is not yet invented, is a notice: WhatsApp makes new ones (edits, pins, keys) without anybody writing.
 */
export function unreadable(type: string | undefined, written: readonly string[]): InboundContent {
  return type !== undefined && written.includes(type)
    ? { contentType: 'unsupported', providerType: type }
    : notice(type);
}
