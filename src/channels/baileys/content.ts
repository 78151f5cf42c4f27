import type { InboundContent, InboundMedia, MediaFetch } from '../../../activities/ports/messages.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, member, nonEmpty } from '../provider/json.js';
import { albumHeader, unreadable } from '../provider/notice.js';
import { contactsContent } from '../provider/vcard.js';
import type { MessagePart } from './wire.js';

/** What the provider adds to a message: how to fetch its file, and a transcript it made. */
export interface PartExtras {
  fetch: MediaFetch;
  transcript?: string;
}

type Reader = (part: MessagePart, extras: PartExtras) => InboundContent | undefined;

const readers: Readonly<Record<string, Reader>> = {
  conversation: plainText,
  extendedTextMessage: plainText,
  imageMessage: file('image', 'image/jpeg'),
  videoMessage: file('video', 'video/mp4'),
  ptvMessage: file('video', 'video/mp4'),
  documentMessage: file('document', 'application/octet-stream'),
  stickerMessage: file('sticker', 'image/webp'),
  audioMessage: audio,
  locationMessage: (part) => location(part),
  liveLocationMessage: (part) => location(part, true),
  contactMessage: (part) => contactsContent([part]),
  contactsArrayMessage: (part) => contactsContent(part.contacts),
  buttonsResponseMessage: (part) => buttonReply(part.selectedButtonId, part.selectedDisplayText),
  templateButtonReplyMessage: (part) => buttonReply(part.selectedId, part.selectedDisplayText),
  listResponseMessage: listReply,
  interactiveResponseMessage: (part) =>
    buttonReply(nativeFlowId(part.nativeFlowResponseMessage?.paramsJson), part.body?.text),
  reactionMessage: reaction,
  albumMessage: (part) => albumHeader('albumMessage', part.expectedImageCount, part.expectedVideoCount),
};

/** Types with a reader that are not messages of a person. */
const notices = ['reactionMessage', 'albumMessage'];

/** Types that people send but no bot can read; types with a reader are sent by people too. */
const unreadTypes = [
  'pollCreationMessage',
  'pollCreationMessageV2',
  'pollCreationMessageV3',
  'pollCreationMessageV5',
  'eventMessage',
  'productMessage',
  'orderMessage',
  'groupInviteMessage',
  'stickerPackMessage',
  'sendPaymentMessage',
  'requestPaymentMessage',
];

const protocolTypes = ['protocolMessage', 'pollUpdateMessage'];

/** The message types that Parley knows, in the order in which they are looked for. */
export const knownTypes: readonly string[] = [...Object.keys(readers), ...unreadTypes, ...protocolTypes];

/** The message types that people send. */
export const writtenTypes: readonly string[] = [...Object.keys(readers), ...unreadTypes].filter(
  (type) => !notices.includes(type),
);

/**
 * The content of one WhatsApp message part; undefined for protocol messages. A type that people send but that cannot be
 * read, or a part that lacks a required member, is `unsupported`. Any other type is a notice.
 */
export function readContent(
  messageType: string,
  part: MessagePart,
  extras: PartExtras,
): InboundContent | undefined {
  if (protocolTypes.includes(messageType)) return undefined;
  const reader = Object.hasOwn(readers, messageType) ? readers[messageType] : undefined;
  return reader?.(part, extras) ?? unreadable(messageType, writtenTypes);
}

/** A tapped button, with whichever of id and title is known; undefined without either. */
export function buttonReply(id: string | undefined, title: string | undefined): InboundContent | undefined {
  return id || title
    ? defined<InboundContent>({ contentType: 'buttonReply', id, title: title ?? '' })
    : undefined;
}

function plainText(part: MessagePart): InboundContent | undefined {
  return part.text === undefined ? undefined : { contentType: 'text', text: part.text };
}

function file(contentType: 'image' | 'video' | 'document' | 'sticker', mimeType: string): Reader {
  return (part, { fetch }) =>
    defined({ contentType, caption: part.caption, media: mediaOf(part, mimeType, fetch) });
}

function audio(part: MessagePart, { fetch, transcript }: PartExtras): InboundContent {
  const media = mediaOf({ ...part, ptt: part.ptt ?? false }, 'audio/ogg; codecs=opus', fetch);
  return defined({ contentType: 'audio', media, transcript });
}

function mediaOf(part: MessagePart, mimeType: string, fetch: MediaFetch): InboundMedia {
  return defined({
    mimeType: part.mimetype ?? mimeType,
    fileName: part.fileName,
    size: part.fileLength,
    sha256: part.fileSha256,
    seconds: part.seconds,
    ptt: part.ptt,
    animated: part.isAnimated,
    fetch,
  });
}

function location(part: MessagePart, live?: true): InboundContent | undefined {
  const { degreesLatitude: latitude, degreesLongitude: longitude, name, address } = part;
  if (latitude === undefined || longitude === undefined) return undefined;
  return defined<InboundContent>({ contentType: 'location', latitude, longitude, name, address, live });
}

function listReply(part: MessagePart): InboundContent | undefined {
  const id = part.singleSelectReply?.selectedRowId;
  if (!id && !part.title) return undefined;
  return defined<InboundContent>({
    contentType: 'listReply',
    id,
    title: part.title ?? '',
    description: part.description,
  });
}

function nativeFlowId(paramsJson: string | undefined): string | undefined {
  return nonEmpty(member(readJson(paramsJson ?? ''), 'id'));
}

function reaction(part: MessagePart): InboundContent | undefined {
  const targetKeyId = part.key?.id;
  return targetKeyId ? { contentType: 'reaction', targetKeyId, emoji: part.text || null } : undefined;
}
