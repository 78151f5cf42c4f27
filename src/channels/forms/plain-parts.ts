import { lookup } from 'mime-types';
import type { MessageHeader, OutMedia } from '../../../activities/ports/messages.js';
import { unsupported } from '../provider/provider-call.js';

/**
 * A file as its link or as a `data:` URI. Throws Permanent(unsupported) for a media id, which only one provider knows.
 */
export function linkOrDataUri(media: OutMedia): string {
  if ('url' in media) return media.url;
  if ('base64' in media) return `data:${media.mimeType};base64,${media.base64}`;
  throw unsupported();
}

/** The MIME type of a file as given, else by the extension of its name or link; undefined when neither reveals it. */
export function mimeTypeOf(media: OutMedia, fileName = ''): string | undefined {
  if ('mimeType' in media && media.mimeType) return media.mimeType;
  const path = 'url' in media && URL.canParse(media.url) ? new URL(media.url).pathname : '';
  const ending = [fileName, path].map((name) => /\.[a-z0-9]+$/i.exec(name)?.[0]).find(Boolean);
  return ending === undefined ? undefined : lookup(ending) || undefined;
}

/** Header, body and footer as one text, for providers whose menus have a single text field. */
export function wholeText(parts: { header?: MessageHeader; body: string; footer?: string }): string {
  const header = parts.header?.type === 'text' ? `*${parts.header.text}*` : undefined;
  return [header, parts.body, parts.footer].filter(Boolean).join('\n\n');
}
