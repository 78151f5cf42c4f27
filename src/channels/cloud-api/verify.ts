import type { ChannelContext, Verdict, WebhookAnswer, WebhookHead, WebhookRequest } from '../channel.js';
import { hmacHex, sameSecret, unauthorized, verifyPath } from '../provider/signatures.js';
import type { CloudApiSettings } from './schema.js';

/** Answers Meta's GET handshake with the challenge if the verify token is right. */
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

/**
 * Checks the url secret and the secret header, which replace a signature behind 360dialog. All that are set must match.
 */
export function admitCloudApi(
  { path, headers }: WebhookHead,
  { settings }: ChannelContext<CloudApiSettings>,
): Verdict {
  const verdict = verifyPath(path, settings.url_secret);
  if (!verdict.ok) return verdict;
  const { header_secret: header } = settings;
  if (header && !sameSecret(headers[header.name], header.value)) return unauthorized;
  const name = signatureHeader(settings);
  return name !== undefined && headers[name] === undefined ? unauthorized : { ok: true };
}

/** The header that must hold a signature; undefined behind 360dialog without `app_secret`, as it then does not sign. */
function signatureHeader({ flavour, app_secret: secret }: CloudApiSettings): string | undefined {
  if (flavour !== '360dialog') return 'x-hub-signature-256';
  return secret === undefined ? undefined : 'x-360dialog-signature';
}

/** Checks the signature over the raw bytes. Meta's begins with `sha256=`, 360dialog's may. */
export function verifyCloudApi(
  request: WebhookRequest,
  { settings }: ChannelContext<CloudApiSettings>,
): Verdict {
  const name = signatureHeader(settings);
  if (name === undefined) return { ok: true };
  if (settings.app_secret === undefined) return unauthorized;
  const digest = hmacHex('sha256', settings.app_secret, request.rawBody);
  const given = request.headers[name];
  const bare = settings.flavour === '360dialog' && sameSecret(given, digest);
  return bare || sameSecret(given, `sha256=${digest}`) ? { ok: true } : unauthorized;
}
