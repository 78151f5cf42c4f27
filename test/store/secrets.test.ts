import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createKeyRing, hashSecret, matchesHash, newSecret } from '../../src/store/secrets.js';

const [older, newer] = [randomBytes(32), randomBytes(32)];

const place = { column: 'instances.channel_secrets', row: 'VZ1' } as const;

test('what one key of the ring wrote is read after the ring was rotated', () => {
  const blob = createKeyRing([older]).encrypt('sécret', place);
  expect(createKeyRing([newer, older]).decrypt(blob, place)).toBe('sécret');
  expect(createKeyRing([older]).decrypt(createKeyRing([older, newer]).encrypt('x', place), place)).toBe('x');
});

test('the newest key writes', () => {
  const blob = createKeyRing([newer, older]).encrypt('x', place);
  expect(createKeyRing([newer]).decrypt(blob, place)).toBe('x');
  expect(() => createKeyRing([older]).decrypt(blob, place)).toThrow('no key of the ring fits');
});

test('nothing that was changed is read', () => {
  const ring = createKeyRing([newer]);
  const blob = ring.encrypt('x', place);
  for (const at of [0, 1, 5, 17, blob.length - 1]) {
    const changed = Buffer.from(blob);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => ring.decrypt(changed, place)).toThrow();
  }
  expect(() => ring.decrypt(blob.subarray(0, 20), place)).toThrow();
});

test('a secret that was copied to another row, column or table is none there', () => {
  const ring = createKeyRing([newer]);
  const blob = ring.encrypt('x', place);
  expect(() => ring.decrypt(blob, { ...place, row: 'VZ2' })).toThrow();
  expect(() => ring.decrypt(blob, { ...place, column: 'instances.transcription_secrets' })).toThrow();
  expect(() => ring.decrypt(blob, { ...place, column: 'subscriptions.secret' })).toThrow();
});

test('the same text is never written twice the same way', () => {
  const ring = createKeyRing([newer]);
  expect(ring.encrypt('x', place).equals(ring.encrypt('x', place))).toBe(false);
});

test('an empty ring is refused', () => {
  expect(() => createKeyRing([])).toThrow('PARLEY_ENCRYPTION_KEYS holds no key');
});

test('derived keys differ by purpose and by key, and follow the order of the ring', () => {
  const ring = createKeyRing([newer, older]);
  const [one, other] = ring.derive('jwt').map((bytes) => Buffer.from(bytes).toString('hex'));
  expect(one).not.toBe(other);
  expect(Buffer.from(createKeyRing([newer]).derive('jwt')[0] ?? []).toString('hex')).toBe(one);
  expect(Buffer.from(ring.derive('media')[0] ?? []).toString('hex')).not.toBe(one);
});

test('a secret is long, cannot be taken for a JWT, and is known by its hash alone', () => {
  const secret = newSecret('pk');
  expect(secret).toMatch(/^pk_[A-Za-z0-9_-]{43}$/);
  expect(matchesHash(secret, hashSecret(secret))).toBe(true);
  expect(matchesHash(`${secret}x`, hashSecret(secret))).toBe(false);
  expect(matchesHash(secret, Buffer.alloc(0))).toBe(false);
});
