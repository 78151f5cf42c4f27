import type { HttpRequest } from '../../guarded-http/http.js';
import type { ChannelContext } from '../channel.js';
import type { CloudApiSettings } from './schema.js';

/** The context that calls to the Cloud API need. */
export type CloudContext = ChannelContext<CloudApiSettings>;

const maxAnswerBytes = 1024 * 1024;

/** The header that authenticates a call: Meta's bearer token or 360dialog's API key. */
export function credentials({ flavour, access_token }: CloudApiSettings): Record<string, string> {
  return flavour === '360dialog'
    ? { 'd360-api-key': access_token }
    : { authorization: `Bearer ${access_token}` };
}

/** URL of a resource of the phone number. 360dialog leaves the number out: its API key identifies it. */
export function numberUrl(settings: CloudApiSettings, resource: 'messages' | 'media'): string {
  const { base_url, api_version, phone_number_id, flavour } = settings;
  return flavour === '360dialog'
    ? `${base_url}/${resource}`
    : `${base_url}/${api_version}/${encodeURIComponent(phone_number_id)}/${resource}`;
}

/** URL of an object of the Graph API, such as a file by its media id. */
export function objectUrl(settings: CloudApiSettings, id: string): string {
  const { base_url, api_version, flavour } = settings;
  return flavour === '360dialog'
    ? `${base_url}/${encodeURIComponent(id)}`
    : `${base_url}/${api_version}/${encodeURIComponent(id)}`;
}

/** Adds the credential, the channel's time-out and a size limit for the answer. */
export function graphRequest(
  context: CloudContext,
  call: Pick<HttpRequest, 'method' | 'url' | 'body' | 'signal'> & { headers?: Record<string, string> },
): HttpRequest {
  return {
    ...call,
    headers: { 'user-agent': 'Parley/1', ...call.headers, ...credentials(context.settings) },
    timeoutMs: context.settings.timeout_ms,
    maxBytes: maxAnswerBytes,
    source: 'operator',
  };
}

/** A POST to the number's `messages`. */
export function messagesRequest(
  context: CloudContext,
  body: Record<string, unknown>,
  signal?: AbortSignal,
): HttpRequest {
  return graphRequest(context, {
    method: 'POST',
    url: numberUrl(context.settings, 'messages'),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', ...body }),
    ...(signal && { signal }),
  });
}
