import { expect, test } from 'vitest';
import { createMediaLinks } from '../../src/media/links.js';

const mediaId = '0b8f3a52-6f5e-4a3c-9a54-2f6c1f3d9b11';
const nowMs = Date.UTC(2026, 0, 5, 12);
const hourMs = 3_600_000;
const oldKey = new Uint8Array(32).fill(1);
const newKey = new Uint8Array(32).fill(2);

function links(...encryptionKeys: Uint8Array[]) {
  return createMediaLinks({ publicUrl: 'https://parley.example/base/', encryptionKeys });
}

function partsOf(address: string) {
  const url = new URL(address);
  return {
    mediaId: url.pathname.split('/').at(-1) ?? '',
    expires: url.searchParams.get('expires') ?? '',
    signature: url.searchParams.get('signature') ?? '',
  };
}

test('a flow gets an address without query that ends in the extension of the type', () => {
  const address = links(newKey).flowUrl({ token: 'abc', mimeType: 'image/jpeg' });
  expect(address).toBe('https://parley.example/base/media/abc.jpeg');
});

test('a transcript address is valid for 24 hours', () => {
  const made = links(newKey);
  const address = made.transcriptUrl(mediaId, nowMs);
  expect(address).toMatch(
    new RegExp(`^https://parley.example/base/media/signed/${mediaId}\\?expires=\\d+&signature=[0-9a-f]{64}$`),
  );
  expect(made.isValid(partsOf(address), nowMs)).toBe(true);
  expect(made.isValid(partsOf(address), nowMs + 24 * hourMs - 1)).toBe(true);
  expect(made.isValid(partsOf(address), nowMs + 24 * hourMs)).toBe(false);
});

test.each([
  ['another file', { mediaId: '11111111-6f5e-4a3c-9a54-2f6c1f3d9b11' }],
  ['a later end', { expires: `${nowMs / 1_000 + 30 * 86_400}` }],
  ['an end that is no number', { expires: '1e99' }],
  ['no signature', { signature: '' }],
  ['half a signature', { signature: 'ab'.repeat(16) }],
  ['a signature that is no hex', { signature: 'zz' }],
])('a transcript address changed to %s is refused', (_, change) => {
  const made = links(newKey);
  expect(made.isValid({ ...partsOf(made.transcriptUrl(mediaId, nowMs)), ...change }, nowMs)).toBe(false);
});

test('an address outlives the rotation of the encryption key, and ends with the old key', () => {
  const signed = partsOf(links(oldKey).transcriptUrl(mediaId, nowMs));
  expect(links(newKey, oldKey).isValid(signed, nowMs)).toBe(true);
  expect(links(newKey).isValid(signed, nowMs)).toBe(false);
});
