import type { ChannelContext, Verdict, WebhookHead, WebhookRequest } from '../channel.js';
import { hmacHex, sameSecret, unauthorized, verifyPath } from '../provider/signatures.js';
import type { WahaSettings } from './wire.js';

/** Refuses requests without a signature, and any algorithm but SHA-512: the sender must not choose it. */
export function admitWaha({ path, headers }: WebhookHead): Verdict {
  const verdict = verifyPath(path, undefined);
  if (!verdict.ok) return verdict;
  const algorithm = headers['x-webhook-hmac-algorithm'];
  if (algorithm !== undefined && algorithm.toLowerCase() !== 'sha512') return unauthorized;
  return headers['x-webhook-hmac'] === undefined ? unauthorized : { ok: true };
}

/** Checks the HMAC-SHA512 over the raw bytes. */
export function verifyWaha(request: WebhookRequest, context: ChannelContext<WahaSettings>): Verdict {
  const expected = hmacHex('sha512', context.settings.hmac_key, request.rawBody);
  return sameSecret(request.headers['x-webhook-hmac']?.toLowerCase(), expected) ? { ok: true } : unauthorized;
}
