import { createHmac } from 'node:crypto';
import { hasTooManyFields } from '../../foreign/input-bounds.js';
import type { ChannelContext, Verdict, WebhookHead, WebhookRequest } from '../channel.js';
import { sameSecret, unauthorized, verifyPath } from '../provider/signatures.js';
import type { TwilioSettings } from './wire.js';

/** Refuses requests without a signature: Twilio signs every one. */
export function admitTwilio({ path, headers }: WebhookHead): Verdict {
  const verdict = verifyPath(path, undefined);
  return verdict.ok && headers['x-twilio-signature'] === undefined ? unauthorized : verdict;
}

/** A message has 1,600 characters and ten files at most; decoding a form costs more than reading JSON. */
const MAX_FORM_BYTES = 262_144;

/** Checks `X-Twilio-Signature`, which covers the public URL with its query, and all form fields. */
export function verifyTwilio(request: WebhookRequest, context: ChannelContext<TwilioSettings>): Verdict {
  if (request.rawBody.length > MAX_FORM_BYTES) return tooLarge('the body is over 256 KiB');
  const body = Buffer.from(request.rawBody).toString('utf8');
  if (hasTooManyFields(body)) return tooLarge('the body has too many fields');
  const address = publicUrl(context);
  // If the configured URL has a query, the request repeats it.
  const url = address.includes('?') ? address : [address, request.query].filter(Boolean).join('?');
  const fields = [...new URLSearchParams(body)];
  const expected = twilioSignature(context.settings.auth_token, url, fields);
  return sameSecret(request.headers['x-twilio-signature'], expected) ? { ok: true } : unauthorized;
}

function tooLarge(message: string): Verdict {
  return { ok: false, status: 413, code: 'too_large', message };
}

/** The URL that Twilio calls. Behind a proxy it differs from the one that arrives here. */
export function publicUrl(context: ChannelContext<TwilioSettings>): string {
  return context.settings.public_url ?? context.webhookUrl;
}

/** base64(HMAC-SHA1(auth token, URL + every field's name and value, sorted by name)). */
export function twilioSignature(authToken: string, url: string, fields: [string, string][]): string {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const signed = url + sorted.map(([name, value]) => name + value).join('');
  return createHmac('sha1', authToken).update(signed).digest('base64');
}
