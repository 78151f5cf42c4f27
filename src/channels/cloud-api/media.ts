import {
  type InboundMedia,
  type OutboundContent,
  type OutboundMessage,
  type OutMedia,
} from '../../../activities/ports/messages.js';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import { HttpFailure } from '../../guarded-http/http.js';
import type { FetchedMedia } from '../channel.js';
import { callProvider, succeeded } from '../provider/http-errors.js';
import { readJson } from '../../foreign/read-json.js';
import { downloadMedia, mediaInvalid } from '../provider/media-download.js';
import { asLink } from '../forms/simpler-form.js';
import { cloudErrorInfo } from '../provider/graph-errors.js';
import { credentials, graphRequest, numberUrl, objectUrl, type CloudContext } from './graph.js';
import { mediaAnswerSchema, uploadAnswerSchema } from './wire.js';

type MediaContent = Extract<OutboundContent, { media: OutMedia }>;

const megabyte = 1024 * 1024;
/** Meta's limits in bytes, except for documents: Meta's 100 MB would not fit in memory. */
const uploadLimits: Readonly<Record<MediaContent['type'], number>> = {
  image: 5 * megabyte,
  video: 16 * megabyte,
  audio: 16 * megabyte,
  document: 16 * megabyte,
  sticker: 500 * 1024,
};

interface File {
  bytes: Uint8Array;
  mimeType: string;
}

/**
 * Uploads the file of a message, because a file sent as a link may be overtaken by a later text. If the file cannot be
 * read or its upload fails, the link is sent after all; a file over the size limit becomes a text with its link. Throws
 * `ChannelError` if a file without a link fails.
 */
export async function prepareCloudApi(
  message: OutboundMessage,
  context: CloudContext,
): Promise<OutboundContent> {
  const { content } = message;
  if (!('media' in content) || 'providerMediaId' in content.media) return content;
  const file = await readFile(content, content.media, context);
  if (file === 'unreadable') return content;
  if (file === 'tooLarge') return overLimit(content, context);
  try {
    const providerMediaId = await uploadMedia(file, nameOf(content, file), context);
    return uploaded(content, providerMediaId, file.mimeType);
  } catch (error) {
    if ('url' in content.media && error instanceof ChannelError) return content;
    throw error;
  }
}

/** WhatsApp accepts only Ogg files as voice notes; other audio is sent as an audio file. */
function uploaded(content: MediaContent, providerMediaId: string, mimeType: string): OutboundContent {
  const media = { providerMediaId };
  if (content.type !== 'audio') return { ...content, media };
  return { ...content, media, ptt: content.ptt && mimeType.startsWith('audio/ogg') };
}

async function readFile(
  content: MediaContent,
  media: Exclude<OutMedia, { providerMediaId: string }>,
  context: CloudContext,
): Promise<File | 'tooLarge' | 'unreadable'> {
  const maxBytes = uploadLimits[content.type];
  if ('base64' in media) {
    const bytes = new Uint8Array(Buffer.from(media.base64, 'base64'));
    return bytes.byteLength > maxBytes ? 'tooLarge' : { bytes, mimeType: media.mimeType };
  }
  const timeoutMs = context.settings.timeout_ms;
  const request = { method: 'GET', url: media.url, timeoutMs, maxBytes, source: 'operator' } as const;
  try {
    const response = await context.http({ ...request, redirect: 'follow' });
    const mimeType = media.mimeType ?? response.headers['content-type'];
    return succeeded(response) && mimeType ? { bytes: response.body, mimeType } : 'unreadable';
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return error.phase === 'tooLarge' ? 'tooLarge' : 'unreadable';
  }
}

/** WhatsApp itself can fetch a document that is too large for Parley to upload. */
function overLimit(content: MediaContent, context: CloudContext): OutboundContent {
  if (content.type === 'document' && 'url' in content.media) return content;
  const caption = 'caption' in content ? content.caption : undefined;
  const link = asLink(content.media, caption, context.capabilities)?.[0];
  if (!link) throw mediaInvalid({ providerCode: 'TOO_LARGE' });
  return link;
}

function nameOf(content: MediaContent, { mimeType }: File): string {
  if ('fileName' in content && content.fileName) return content.fileName;
  const path = 'url' in content.media && URL.canParse(content.media.url) ? content.media.url : undefined;
  const last = path && new URL(path).pathname.split('/').at(-1);
  return last || `file.${mimeType.split(';')[0]?.split('/')[1] ?? 'bin'}`;
}

/** Uploads a file and returns its media id, which is valid for 30 days. Throws `ChannelError`. */
export async function uploadMedia(file: File, fileName: string, context: CloudContext): Promise<string> {
  const type = file.mimeType.split(';')[0]?.trim() ?? file.mimeType;
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', type);
  form.set('file', new Blob([Buffer.from(file.bytes)], { type }), fileName);
  const url = numberUrl(context.settings, 'media');
  const response = await callProvider(
    context.http,
    graphRequest(context, { method: 'POST', url, body: form }),
  ).catch(asRepeatable);
  const json = readJson(response.body);
  if (!succeeded(response)) throw new ChannelError(cloudErrorInfo(json, response));
  const id = uploadAnswerSchema.safeParse(json).data?.id;
  if (!id) throw new ChannelError({ class: 'Retryable', httpStatus: response.status });
  return id;
}

/**
 * Looks up a media id: the file's URL, which is valid for five minutes, and its size in bytes. Throws `ChannelError`.
 */
export async function locateMedia(
  mediaId: string,
  context: CloudContext,
): Promise<{ url: string; mimeType?: string; size?: number }> {
  const { settings } = context;
  const query = new URLSearchParams({ phone_number_id: settings.phone_number_id });
  const suffix = settings.flavour === '360dialog' ? '' : `?${query}`;
  const url = `${objectUrl(settings, mediaId)}${suffix}`;
  const response = await callProvider(context.http, graphRequest(context, { method: 'GET', url })).catch(
    asRepeatable,
  );
  const json = readJson(response.body);
  if (!succeeded(response)) {
    const info = cloudErrorInfo(json, response);
    throw info.class === 'Permanent' ? mediaInvalid({ ...info }) : new ChannelError(info);
  }
  const answer = mediaAnswerSchema.safeParse(json);
  if (!answer.success) throw mediaInvalid({ httpStatus: response.status });
  const { mime_type: mimeType, file_size: size } = answer.data;
  return { url: ownHost(answer.data.url, context), mimeType, size };
}

/** A look-up or upload whose outcome is unknown may be repeated, because the contact sees nothing of it. */
function asRepeatable(error: unknown): never {
  if (!(error instanceof ChannelError) || error.info.class !== 'UnknownOutcome') throw error;
  throw new ChannelError({ ...error.info, class: 'Retryable' });
}

/** 360dialog serves the file under its own host. */
function ownHost(fileUrl: string, { settings }: CloudContext): string {
  if (settings.flavour !== '360dialog') return fileUrl;
  const { pathname, search } = new URL(fileUrl);
  return `${settings.base_url}${pathname}${search}`;
}

/** Downloads an inbound file: looks up its URL by media id, then fetches it with the credential. */
export async function fetchCloudMedia(
  media: InboundMedia,
  context: CloudContext,
  maxBytes: number,
): Promise<FetchedMedia> {
  if (media.fetch.via !== 'meta') throw mediaInvalid();
  const located = await locateMedia(media.fetch.mediaId, context);
  if (located.size !== undefined && located.size > maxBytes)
    throw mediaInvalid({ providerCode: 'TOO_LARGE' });
  const request = {
    url: located.url,
    headers: credentials(context.settings),
    timeoutMs: context.settings.timeout_ms,
    maxBytes,
  };
  return downloadMedia(context.http, request, media, { sendsCredentials: true });
}
