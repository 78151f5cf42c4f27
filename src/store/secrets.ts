import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/**
 * Encrypts secrets for storage, always with the newest key. Every key of the ring can still decrypt what it encrypted.
 */
export interface KeyRing {
  /**
   * The blob is a version byte, a four-byte key id, iv, tag and ciphertext. It is bound to the place where it is
   * stored.
   */
  encrypt(text: string, place: SecretPlace): Buffer;
  /** Throws when the ring lacks the key, or when the blob was changed or copied from another place. */
  decrypt(blob: Uint8Array, place: SecretPlace): string;
  /** Whether the ring has the key with this four-byte id. */
  holds(keyId: Uint8Array): boolean;
  /** 32-byte keys for another purpose, such as signing. Use the first, accept all. */
  derive(purpose: string): Uint8Array[];
}

/** Where a secret is stored. A blob copied to another row cannot be decrypted there. */
export interface SecretPlace {
  column:
    | 'instances.channel_secrets'
    | 'instances.transcription_secrets'
    | 'typebots.api_token'
    | 'subscriptions.secret'
    | 'idempotent_answers.answer';
  row: string;
}

const VERSION = 1;
const ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES + IV_BYTES + TAG_BYTES;

/** `keys` as in PARLEY_ENCRYPTION_KEYS: newest first, 32 random bytes each. Throws when there is none. */
export function createKeyRing(keys: readonly Uint8Array[]): KeyRing {
  const ring = keys.map((secret) => ({ id: derive(secret, 'id').subarray(0, ID_BYTES), secret }));
  const newest = ring[0];
  if (newest === undefined) throw new Error('PARLEY_ENCRYPTION_KEYS holds no key');
  return {
    encrypt: (text, place) =>
      encrypt(newest.id, derive(newest.secret, 'encryption'), { text, bound: boundData(newest.id, place) }),
    decrypt: (blob, place) => {
      const bytes = Buffer.from(blob);
      const id = bytes.subarray(1, 1 + ID_BYTES);
      const key = ring.find((candidate) => id.equals(candidate.id));
      if (bytes[0] !== VERSION || key === undefined)
        throw new Error('stored secret: no key of the ring fits');
      return decrypt(derive(key.secret, 'encryption'), bytes, boundData(key.id, place));
    },
    holds: (keyId) => ring.some(({ id }) => id.equals(keyId)),
    derive: (purpose) => ring.map(({ secret }) => derive(secret, purpose)),
  };
}

/**
 * An API key, instance token or client secret: 256 random bits. It contains no dot, so it is never mistaken for a JWT.
 */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** The SHA-256 under which a secret is stored. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares a secret with a stored hash in constant time. */
export function matchesHash(secret: string, hash: Uint8Array): boolean {
  return hash.length === 32 && timingSafeEqual(hashSecret(secret), hash);
}

function derive(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'parley', purpose, 32));
}

/** Data that the tag authenticates too: the bytes before the iv, and the place. */
function boundData(id: Uint8Array, { column, row }: SecretPlace): Buffer {
  return Buffer.concat([Buffer.from([VERSION]), id, Buffer.from(`${column}/${row}`)]);
}

function encrypt(id: Uint8Array, key: Uint8Array, { text, bound }: { text: string; bound: Buffer }): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), id, iv, cipher.getAuthTag(), body]);
}

function decrypt(key: Uint8Array, bytes: Buffer, bound: Buffer): string {
  const iv = bytes.subarray(1 + ID_BYTES, 1 + ID_BYTES + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound);
  decipher.setAuthTag(bytes.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8');
}
