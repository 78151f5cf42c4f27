import { type InboundMedia } from '../../../activities/ports/messages.js';
import { ChannelError, type ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../guarded-http/http.js';
import { HttpFailure } from '../../guarded-http/http.js';
import type { FetchedMedia } from '../channel.js';
import { statusInfo, succeeded } from './http-errors.js';

/** The error for a file that can never be had: gone, too large, or at an address that is not allowed. */
export function mediaInvalid(detail: Partial<ChannelErrorInfo> = {}): ChannelError {
  return new ChannelError({ ...detail, class: 'Permanent', reason: 'mediaInvalid' });
}

/** The bytes of a file that was inlined in the webhook. Throws `ChannelError` mediaInvalid above `maxBytes`. */
export function inlineMedia(media: InboundMedia, base64: string, maxBytes: number): FetchedMedia {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  if (bytes.byteLength > maxBytes) throw mediaInvalid({ providerCode: 'TOO_LARGE' });
  return named(media, bytes, media.mimeType);
}

/**
 * Downloads a file. Redirects are followed without credentials. Throws `ChannelError`: Retryable if it may work later,
 * Auth if `sendsCredentials` and they are refused, else Permanent(mediaInvalid). `source` must be `flow` if the URL
 * comes from somebody other than the provider.
 */
export async function downloadMedia(
  http: HttpClient,
  request: Omit<HttpRequest, 'method' | 'redirect' | 'source'>,
  media: InboundMedia,
  { sendsCredentials, source = 'operator' }: { sendsCredentials: boolean; source?: HttpRequest['source'] },
): Promise<FetchedMedia> {
  const response = await downloaded(http, {
    ...request,
    method: 'GET',
    source,
    redirect: 'follow',
    headers: { 'user-agent': 'Parley/1', ...request.headers },
  });
  if (!succeeded(response)) throw refusal(response, sendsCredentials);
  return named(media, response.body, response.headers['content-type'] ?? media.mimeType);
}

async function downloaded(http: HttpClient, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await http(request);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const mayWorkLater = error.phase === 'before' || error.phase === 'after';
    throw mayWorkLater
      ? new ChannelError({ class: 'Retryable', providerCode: error.causeCode })
      : mediaInvalid({ providerCode: error.causeCode });
  }
}

function refusal(response: HttpResponse, sendsCredentials: boolean): ChannelError {
  const info = statusInfo(response);
  if (info.class === 'Retryable' || (info.class === 'Auth' && sendsCredentials))
    return new ChannelError(info);
  return mediaInvalid({ httpStatus: response.status });
}

function named(media: InboundMedia, bytes: Uint8Array, mimeType: string): FetchedMedia {
  const known = media.mimeType || mimeType;
  return { bytes, mimeType: known, ...(media.fileName && { fileName: media.fileName }) };
}
