import type { InboundContent, InboundMedia } from '../../../activities/ports/messages.js';
import { defined, isObject } from '../provider/json.js';
import { unreadable } from '../provider/notice.js';
import { contactFromVcard } from '../provider/vcard.js';
import type { ZapiMessage } from './wire.js';

/** The content of a `ReceivedCallback`, from whichever member is present. */
export function contentOf(message: ZapiMessage): InboundContent {
  return (
    choiceContent(message) ??
    fileContent(message) ??
    otherContent(message) ??
    unreadable(partOf(message), writtenParts)
  );
}

/** Members with what people send, including what no bot can read. */
const writtenParts = [
  ...[
    'text',
    'image',
    'video',
    'ptv',
    'gif',
    'audio',
    'document',
    'sticker',
    'location',
    'contact',
    'contacts',
  ],
  ...['poll', 'event', 'product', 'order', 'payment', 'sendPayment', 'requestPayment'],
];
/** Objects that may accompany any message. */
const companions = ['externalAdReply', 'chat', 'profile'];

/** The name of the member with the content, preferably one that people send. */
function partOf(message: ZapiMessage): string | undefined {
  const parts = Object.entries(message).filter(([, value]) => isObject(value));
  const names = parts.map(([name]) => name).filter((name) => !companions.includes(name));
  return names.find((name) => writtenParts.includes(name)) ?? names[0];
}

function choiceContent(message: ZapiMessage): InboundContent | undefined {
  const { buttonsResponseMessage: button, listResponseMessage: list, reaction } = message;
  if (button) {
    return defined<InboundContent>({
      contentType: 'buttonReply',
      id: button.buttonId,
      title: button.message ?? '',
    });
  }
  if (list) {
    const { selectedRowId: id, title = '', message: description } = list;
    return defined<InboundContent>({ contentType: 'listReply', id, title, description });
  }
  const targetKeyId = reaction?.referencedMessage?.messageId;
  return targetKeyId ? { contentType: 'reaction', targetKeyId, emoji: reaction?.value || null } : undefined;
}

function fileContent(message: ZapiMessage): InboundContent | undefined {
  const { image, audio, video, document, sticker } = message;
  if (image?.imageUrl) return captioned('image', image, mediaOf(image.imageUrl, image, 'image/jpeg'));
  if (video?.videoUrl) return captioned('video', video, mediaOf(video.videoUrl, video, 'video/mp4'));
  if (document?.documentUrl) {
    return captioned(
      'document',
      document,
      mediaOf(document.documentUrl, document, 'application/octet-stream'),
    );
  }
  if (sticker?.stickerUrl)
    return captioned('sticker', {}, mediaOf(sticker.stickerUrl, sticker, 'image/webp'));
  return audio?.audioUrl
    ? { contentType: 'audio', media: mediaOf(audio.audioUrl, audio, 'audio/ogg; codecs=opus') }
    : undefined;
}

function captioned(
  contentType: 'image' | 'video' | 'document' | 'sticker',
  { caption }: { caption?: string },
  media: InboundMedia,
): InboundContent {
  return defined({ contentType, caption, media });
}

function mediaOf(
  url: string,
  file: { mimeType?: string; fileName?: string; seconds?: number; ptt?: boolean },
  fallbackMimeType: string,
): InboundMedia {
  return defined({
    mimeType: file.mimeType ?? fallbackMimeType,
    fileName: file.fileName,
    seconds: file.seconds,
    ptt: file.ptt,
    fetch: { via: 'url', url, auth: 'none' },
  });
}

function otherContent(message: ZapiMessage): InboundContent | undefined {
  const { text, location, contact } = message;
  if (location?.latitude !== undefined && location.longitude !== undefined) {
    const { latitude, longitude, name, address } = location;
    return defined<InboundContent>({ contentType: 'location', latitude, longitude, name, address });
  }
  if (contact) return contactContent(contact);
  return text?.message === undefined ? undefined : { contentType: 'text', text: text.message };
}

function contactContent(contact: NonNullable<ZapiMessage['contact']>): InboundContent {
  const { displayName = '', vCard, phones } = contact;
  const card = vCard ? contactFromVcard(vCard, displayName) : { name: displayName, phones };
  return { contentType: 'contacts', contacts: [phones.length > 0 ? { ...card, phones } : card] };
}
