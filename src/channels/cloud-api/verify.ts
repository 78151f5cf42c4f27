import type { ChannelContext, Verdict, WebhookAnswer, WebhookHead, WebhookRequest } from '../channel.js';
import { hmacHex, sameSecret, unauthorized, verifyPath } from '../provider/signatures.js';
import type { CloudApiSettings } from './schema.js';

/** The GET handshake: the challenge and nothing else for the right token. */
export function handshakeCloudApi(
  request: WebhookRequest,
  { settings }: ChannelContext<CloudApiSettings>,
): WebhookAnswer {
  const path = verifyPath(request.path, settings.url_secret);
  if (!path.ok) return refusal(path.status, path.code, path.message);
  const query = new URLSearchParams(request.query);
  const known = sameSecret(query.get('hub.verify_token') ?? undefined, settings.verify_token);
  if (!known || query.get('hub.mode') !== 'subscribe') {
    return refusal(403, unauthorized.code, 'webhook verification failed');
  }
  return { status: 200, contentType: 'text/plain', body: query.get('hub.challenge') ?? '' };
}

function refusal(status: number, code: string, message: string): WebhookAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify({ error: { code, message } }) };
}

/** The url secret and the secret header, which stand for a signature behind 360dialog. All that are set must match. */
export function admitCloudApi(
  { path, headers }: WebhookHead,
  { settings }: ChannelContext<CloudApiSettings>,
): Verdict {
  const verdict = verifyPath(path, settings.url_secret);
  if (!verdict.ok) return verdict;
  const { header_secret: header } = settings;
  if (header && !sameSecret(headers[header.name], header.value)) return unauthorized;
  const isSigned = settings.flavour !== '360dialog';
  return isSigned && headers['x-hub-signature-256'] === undefined ? unauthorized : { ok: true };
}

/** Signature over the raw bytes; 360dialog does not sign. */
export function verifyCloudApi(
  request: WebhookRequest,
  { settings }: ChannelContext<CloudApiSettings>,
): Verdict {
  const { app_secret: appSecret } = settings;
  if (settings.flavour === '360dialog') return { ok: true };
  if (appSecret === undefined) return unauthorized;
  const expected = `sha256=${hmacHex('sha256', appSecret, request.rawBody)}`;
  return sameSecret(request.headers['x-hub-signature-256'], expected) ? { ok: true } : unauthorized;
}
