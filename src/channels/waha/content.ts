import type { InboundContent, InboundMedia, MediaFetch } from '../../../activities/ports/messages.js';
import { readContent, writtenTypes } from '../baileys/content.js';
import { typeOf, unwrap } from '../baileys/envelope.js';
import { readPart, type ContextInfo } from '../baileys/wire.js';
import { camelCased, defined, isObject } from '../provider/json.js';
import { albumHeader, notice, unreadable } from '../provider/notice.js';
import { contactsContent } from '../provider/vcard.js';
import type { WahaId } from './ids.js';
import { listPartSchema, readMediaPart, type WahaMessage } from './wire.js';

const loopbackHosts = ['localhost', '127.0.0.1', '0.0.0.0', '[::1]'];
/** No member that is read lies deeper in an engine's message. */
const maxDepth = 8;
const noiseTypes = ['protocolMessage', 'pollUpdateMessage', 'reactionMessage'];
/** Values of WEBJS's `_data.type` that people send. Other types are notices, even if they have a text. */
const webjsWritten = [
  ...[
    'chat',
    'image',
    'video',
    'ptv',
    'ptt',
    'audio',
    'document',
    'sticker',
    'location',
    'vcard',
    'multi_vcard',
  ],
  ...['list_response', 'buttons_response', 'template_button_reply', 'interactive_response'],
  ...['poll_creation', 'event_creation', 'product', 'order', 'payment', 'groups_v4_invite', 'sticker_pack'],
];

/**
 * Content of a WAHA message: the first of file, location, contacts, tap and text that it has. Undefined for protocol
 * messages.
 */
export function wahaContent(message: WahaMessage, id: WahaId, baseUrl: string): InboundContent | undefined {
  const webjsType = message._data?.type;
  // The decrypted message may follow later with the same id.
  if (webjsType === 'ciphertext') return undefined;
  if (webjsType === 'album') return webjsAlbum(message);
  if (webjsType !== undefined && !webjsWritten.includes(webjsType)) return notice(webjsType);
  if (message.hasMedia) return fileContent(message, id, baseUrl);
  return (
    locationContent(message) ??
    contactsContent(message.vCards.map((vcard) => ({ vcard }))) ??
    partAnswer(message) ??
    otherContent(message)
  );
}

/**
 * WEBJS announces an album without saying how many files follow
 * (https://github.com/devlikeapro/waha/issues/1241, WAHA 2025.8). A version that says it is believed.
 */
function webjsAlbum({ _data: { expectedImageCount: images, expectedVideoCount: videos } = {} }: WahaMessage) {
  const isUncounted = images === undefined && videos === undefined;
  return isUncounted ? { ...notice('album'), albumFiles: null } : albumHeader('album', images, videos);
}

function fileContent(message: WahaMessage, id: WahaId, baseUrl: string): InboundContent {
  const part = mediaPartOf(message);
  const mimeType = message.media?.mimetype ?? part.mimetype ?? 'application/octet-stream';
  const isVoice = part.ptt ?? /opus/i.test(mimeType);
  const contentType = kindOf(mimeType);
  const media: InboundMedia = defined({
    mimeType,
    fileName: message.media?.filename ?? part.fileName,
    size: part.fileLength,
    seconds: part.seconds,
    ptt: contentType === 'audio' ? isVoice : undefined,
    animated: part.isAnimated,
    fetch: fetchOf(message, id, baseUrl),
  });
  if (contentType === 'audio') return { contentType, media };
  return defined<InboundContent>({ contentType, caption: message.body || undefined, media });
}

function kindOf(mimeType: string): 'image' | 'video' | 'audio' | 'document' | 'sticker' {
  if (/^image\/webp\b/i.test(mimeType)) return 'sticker';
  const family = mimeType.split('/', 1)[0]?.toLowerCase();
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document';
}

/** The engine's own message: in `message` for NOWEB, in `Message` with Go's names for GOWS, none for WEBJS. */
function partsOf({ _data }: WahaMessage): Record<string, unknown> {
  return unwrap(_data?.message ?? camelCased(_data?.Message ?? {}, maxDepth));
}

/** What the message quotes and the advertisement it came from; WEBJS gives only the latter. */
export function contextPart(message: WahaMessage): ContextInfo | undefined {
  const parts = partsOf(message);
  const { title, description: body, ...ad } = message._data?.ctwaContext ?? {};
  return (
    readPart(parts[typeOf(parts, undefined)]).contextInfo ??
    (message._data?.ctwaContext && { externalAdReply: { ...ad, title, body } })
  );
}

function mediaPartOf(message: WahaMessage) {
  const parts = Object.entries(partsOf(message));
  const found = parts.find(
    ([name, value]) => /(?:image|video|audio|document|sticker|ptv)Message$/.test(name) && isObject(value),
  );
  return readMediaPart(found?.[1]);
}

function fetchOf(message: WahaMessage, id: WahaId, baseUrl: string): MediaFetch {
  const { url, error } = message.media ?? {};
  if (url && !error && URL.canParse(url)) return { via: 'url', url: reachable(url, baseUrl), auth: 'waha' };
  return { via: 'waha', chatId: id.chatId, messageId: message.id ?? id.keyId };
}

/**
 * The URL of a file as Parley can reach it: a loopback host, which is how WAHA sees itself, is replaced by `baseUrl`.
 * The API key is removed, because the link is stored; it is sent as a header instead.
 */
export function reachable(link: string, baseUrl: string): string {
  const url = new URL(link);
  url.searchParams.delete('x-api-key');
  return loopbackHosts.includes(url.hostname) ? `${baseUrl}${url.pathname}${url.search}` : url.href;
}

function locationContent({ location }: WahaMessage): InboundContent | undefined {
  const { latitude, longitude, name, address, live } = location ?? {};
  if (latitude === undefined || longitude === undefined) return undefined;
  return defined<InboundContent>({
    contentType: 'location',
    latitude,
    longitude,
    name,
    address,
    live: live || undefined,
  });
}

/** Parts that are only in the engine's own message, not in WAHA's payload: taps and the header of an album. */
const partTypes = [
  'buttonsResponseMessage',
  'templateButtonReplyMessage',
  'interactiveResponseMessage',
  'albumMessage',
];

/** A tap, the header of an album, or the answer to a list, whose `body` is the title as the contact saw it. */
function partAnswer(message: WahaMessage): InboundContent | undefined {
  const known = Object.entries(partsOf(message)).find(([type]) => partTypes.includes(type));
  if (known) return readContent(known[0], readPart(known[1]), { fetch: { via: 'inline', base64: '' } });
  const answer = partsOf(message)['listResponseMessage'];
  if (!isObject(answer)) return undefined;
  const { title, description, singleSelectReply } = listPartSchema.parse(answer);
  const shown = message.body || title;
  if (!shown) return undefined;
  const id = singleSelectReply?.selectedRowId;
  return defined<InboundContent>({ contentType: 'listReply', id, title: shown, description });
}

function otherContent(message: WahaMessage): InboundContent | undefined {
  if (message.body) return { contentType: 'text', text: message.body };
  const parts = partsOf(message);
  if (Object.keys(parts).some((type) => noiseTypes.includes(type))) return undefined;
  const type = Object.keys(parts).length > 0 ? typeOf(parts, undefined) : message._data?.type;
  return unreadable(type, [...writtenTypes, ...webjsWritten]);
}
