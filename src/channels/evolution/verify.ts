import { createHmac } from 'node:crypto';
import type { ChannelContext, Verdict, WebhookHead } from '../channel.js';
import { readJson } from '../../foreign/read-json.js';
import { member } from '../provider/json.js';
import { sameSecret, unauthorized, verifyPath } from '../provider/signatures.js';
import type { EvolutionSettings } from './wire.js';

/** Above the ten minutes of `exp`: Evolution makes one token per event and retries with it for about twenty minutes. */
const acceptedAgeSeconds = 3_600;

/** Checks url secret, static header and HS256 token. All that are configured must match. */
export function admitEvolution(request: WebhookHead, context: ChannelContext<EvolutionSettings>): Verdict {
  const { url_secret, header_secret, jwt_key } = context.settings;
  const path = verifyPath(request.path, url_secret);
  if (!path.ok) return path;
  if (header_secret && !sameSecret(request.headers[header_secret.name], header_secret.value)) {
    return unauthorized;
  }
  const nowSeconds = request.receivedAt / 1_000;
  if (jwt_key && !validToken(bearer(request.headers['authorization']), jwt_key, nowSeconds))
    return unauthorized;
  return { ok: true };
}

function bearer(authorization: string | undefined): string {
  return /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
}

/**
 * Checks a webhook token: algorithm HS256, signature, the fixed claims `app` and `action`, and an age of at most an
 * hour. `exp` is ignored, see `acceptedAgeSeconds`.
 */
export function validToken(token: string, key: string, nowSeconds: number): boolean {
  const [header = '', claims = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || member(decoded(header), 'alg') !== 'HS256') return false;
  const expected = createHmac('sha256', key).update(`${header}.${claims}`).digest('base64url');
  if (!sameSecret(signature, expected)) return false;
  const issuedAt = member(decoded(claims), 'iat');
  return (
    member(decoded(claims), 'app') === 'evolution' &&
    member(decoded(claims), 'action') === 'webhook' &&
    typeof issuedAt === 'number' &&
    nowSeconds <= issuedAt + acceptedAgeSeconds
  );
}

function decoded(part: string): unknown {
  return readJson(Buffer.from(part, 'base64url'));
}
