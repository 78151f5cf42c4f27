import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createKeyRing, hashSecret, matchesHash, newSecret } from '../../src/store/secrets.js';

const [older, newer] = [randomBytes(32), randomBytes(32)];

test('what one key of the ring wrote is read after the ring was rotated', () => {
  const blob = createKeyRing([older]).encrypt('sécret');
  expect(createKeyRing([newer, older]).decrypt(blob)).toBe('sécret');
  expect(createKeyRing([older]).decrypt(createKeyRing([older, newer]).encrypt('x'))).toBe('x');
});

test('the newest key writes', () => {
  const blob = createKeyRing([newer, older]).encrypt('x');
  expect(createKeyRing([newer]).decrypt(blob)).toBe('x');
  expect(() => createKeyRing([older]).decrypt(blob)).toThrow('no key of the ring fits');
});

test('nothing that was changed is read', () => {
  const ring = createKeyRing([newer]);
  const blob = ring.encrypt('x');
  for (const at of [0, 1, 5, 17, blob.length - 1]) {
    const changed = Buffer.from(blob);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => ring.decrypt(changed)).toThrow();
  }
  expect(() => ring.decrypt(blob.subarray(0, 20))).toThrow();
});

test('the same text is never written twice the same way', () => {
  const ring = createKeyRing([newer]);
  expect(ring.encrypt('x').equals(ring.encrypt('x'))).toBe(false);
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
