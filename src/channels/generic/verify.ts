import type { ChannelContext, Verdict, WebhookHead, WebhookRequest } from '../channel.js';
import { hmacHex, sameSecret, verifyPath } from '../provider/signatures.js';
import type { GenericSettings } from './schema.js';

const maxBodyBytes = 8 * 1024 * 1024;
const maxSignatures = 4;

/** The timestamp header, in Unix seconds; undefined when it is missing or not an integer. */
export function timestampHeader(request: WebhookHead): number | undefined {
  const value = request.headers['x-parley-timestamp']?.trim() ?? '';
  return /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** Checks the headers of a signed request: a signature must be there, and a timestamp within the tolerance. */
export function admitGeneric(head: WebhookHead, context: ChannelContext<GenericSettings>): Verdict {
  const path = verifyPath(head.path, undefined);
  if (!path.ok) return path;
  if (!signatureHeader(head)) return refused('missing_signature', 'X-Parley-Signature is missing');
  const timestamp = timestampHeader(head);
  if (timestamp === undefined) return refused('missing_timestamp', 'X-Parley-Timestamp is missing');
  const ageSeconds = Math.abs(Math.floor(head.receivedAt / 1_000) - timestamp);
  if (ageSeconds > context.settings.tolerance_seconds) {
    return refused('stale_timestamp', 'X-Parley-Timestamp is outside the tolerance');
  }
  return { ok: true };
}

/** Checks the signature over the raw bytes, then size and content type. */
export function verifyGeneric(request: WebhookRequest, context: ChannelContext<GenericSettings>): Verdict {
  if (!isSigned(signatureHeader(request), request.rawBody, context.settings.inbound_secrets)) {
    return refused('bad_signature', 'X-Parley-Signature does not match the body');
  }
  return bodyVerdict(request);
}

function signatureHeader({ headers }: WebhookHead): string {
  return headers['x-parley-signature']?.trim() ?? '';
}

function refused(code: string, message: string): Verdict {
  return { ok: false, status: 401, code, message };
}

function isSigned(header: string, rawBody: Uint8Array, secrets: string[]): boolean {
  const given = header
    .split(',')
    .slice(0, maxSignatures)
    .map((value) => value.trim());
  const expected = secrets.map((secret) => `sha256=${hmacHex('sha256', secret, rawBody)}`);
  // Every pair is compared, so that the time taken does not reveal which secret matched.
  const matches = given.flatMap((value) => expected.map((wanted) => sameSecret(value, wanted)));
  return matches.includes(true);
}

function bodyVerdict(request: WebhookRequest): Verdict {
  if (request.rawBody.byteLength > maxBodyBytes) {
    return { ok: false, status: 413, code: 'too_large', message: 'body is over 8 MiB' };
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return type === 'application/json'
    ? { ok: true }
    : {
        ok: false,
        status: 415,
        code: 'unsupported_media_type',
        message: 'Content-Type must be application/json',
      };
}
