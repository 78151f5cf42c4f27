import type { ChannelContext, Verdict, WebhookRequest } from '../channel.js';
import { hmacHex, sameSecret, unauthorized, verifyPath } from '../provider/signatures.js';
import type { WahaSettings } from './wire.js';

/** HMAC-SHA512 over the raw bytes; the algorithm is fixed whatever the header says (channels reference 4.1). */
export function verifyWaha(request: WebhookRequest, context: ChannelContext<WahaSettings>): Verdict {
  const path = verifyPath(request.path, undefined);
  if (!path.ok) return path;
  const algorithm = request.headers['x-webhook-hmac-algorithm'];
  if (algorithm !== undefined && algorithm.toLowerCase() !== 'sha512') return unauthorized;
  const expected = hmacHex('sha512', context.settings.hmac_key, request.rawBody);
  return sameSecret(request.headers['x-webhook-hmac']?.toLowerCase(), expected) ? { ok: true } : unauthorized;
}
