import type { InboundContent, OutboundContent } from '../../../activities/ports/messages.js';
import type { SendMessage } from './schema.js';

// Only a guess: once the file is fetched, its bytes decide.
const fallbackMimeTypes = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/mpeg',
  file: 'application/octet-stream',
};

/** What a contact sent through `sendMessage`: for media, `message` is the URL of the file. */
export function toInbound({ content_type: type, message }: SendMessage): InboundContent {
  switch (type) {
    case 'text':
    case 'picker':
      return { contentType: 'text', text: message };
    case 'image':
    case 'video':
    case 'audio':
    case 'file': {
      const media = {
        mimeType: fallbackMimeTypes[type],
        fetch: { via: 'url', url: message, auth: 'none' },
      } as const;
      return { contentType: type === 'file' ? 'document' : type, media };
    }
  }
}

/** What an operator or the assistant sends through `sendMessage`. */
export function toOutbound({ content_type: type, message }: SendMessage): OutboundContent {
  switch (type) {
    case 'text':
    case 'picker':
      return { type: 'text', text: message };
    case 'image':
    case 'video':
      return { type, media: { url: message } };
    case 'audio':
      return { type, media: { url: message }, ptt: false };
    case 'file':
      return { type: 'document', media: { url: message } };
  }
}
