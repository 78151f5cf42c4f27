import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { fileExtension } from './file-types.js';
import { withoutEndSlashes } from '../foreign/trim-end.js';

const SIGNED_LIFE_SECONDS = 24 * 60 * 60;

/** Makes the URLs under which Parley serves files, and checks signed ones. Pure. */
export interface MediaLinks {
  /**
   * For a flow: unguessable, valid as long as the file exists, with no query string, and ending in the extension that
   * Typebot expects for the type.
   */
  flowUrl(media: { token: string; mimeType: string }): string;
  /** For a transcript: signed and valid for 24 hours; a new one is made for each read. */
  transcriptUrl(mediaId: string, nowMs: number): string;
  /** Whether these are the parts of a URL made by `transcriptUrl` that has not expired. */
  isValid(signed: { mediaId: string; expires: string; signature: string }, nowMs: number): boolean;
}

/** `encryptionKeys`: newest first. The first one signs, all are accepted, so that a change of keys breaks no link. */
export function createMediaLinks(options: { publicUrl: string; encryptionKeys: Uint8Array[] }): MediaLinks {
  const base = `${withoutEndSlashes(options.publicUrl)}/media`;
  const keys = options.encryptionKeys.map(signingKey);
  const [newest] = keys;
  if (!newest) throw new Error('media addresses need an encryption key');
  return {
    flowUrl: ({ token, mimeType }) => `${base}/${token}.${fileExtension(mimeType)}`,
    transcriptUrl: (mediaId, nowMs) => {
      const expires = `${Math.floor(nowMs / 1_000) + SIGNED_LIFE_SECONDS}`;
      const signature = sign(newest, mediaId, expires).toString('hex');
      return `${base}/signed/${mediaId}?expires=${expires}&signature=${signature}`;
    },
    isValid: ({ mediaId, expires, signature }, nowMs) => {
      if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1_000 <= nowMs) return false;
      const given = Buffer.from(signature, 'hex');
      return keys.some((key) => equal(sign(key, mediaId, expires), given));
    },
  };
}

function signingKey(encryptionKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', encryptionKey, '', 'parley media address', 32));
}

function sign(key: Uint8Array, mediaId: string, expires: string): Buffer {
  return createHmac('sha256', key).update(`${mediaId}.${expires}`).digest();
}

function equal(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
