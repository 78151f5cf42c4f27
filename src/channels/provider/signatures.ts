import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Verdict } from '../channel.js';

/** HMAC of the bytes, in lower-case hex. */
export function hmacHex(algorithm: 'sha256' | 'sha512', secret: string, bytes: Uint8Array | string): string {
  return createHmac(algorithm, secret).update(bytes).digest('hex');
}

/** Compares two secrets in constant time, even if their lengths differ. An absent one equals nothing. */
export function sameSecret(given: string | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined) return false;
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/**
 * The answer for an instance that does not exist, and for a wrong url secret: it must not reveal which was the case.
 */
export const unknownInstance: Verdict & { ok: false } = {
  ok: false,
  status: 404,
  code: 'not_found',
  message: 'instance not found',
};

/** The answer for a missing or wrong signature, token or header. */
export const unauthorized: Verdict & { ok: false } = {
  ok: false,
  status: 401,
  code: 'unauthorized',
  message: 'webhook authentication failed',
};

/**
 * Checks the path segments after the instance id: the url secret, if the channel has one, and at most one further
 * segment, which Evolution adds with `byEvents`.
 */
export function verifyPath(path: string[], urlSecret: string | undefined): Verdict {
  const [given, ...rest] = urlSecret === undefined ? ['', ...path] : path;
  if (rest.length > 1) return unknownInstance;
  return urlSecret === undefined || sameSecret(given, urlSecret) ? { ok: true } : unknownInstance;
}
