import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trimEndOf, withoutEndSlashes } from '../../src/foreign/trim-end.js';

test.each([
  ['https://example.com//', 'https://example.com'],
  ['https://example.com/a//b', 'https://example.com/a//b'],
  ['///', ''],
  ['', ''],
])('%j without the slashes at its end is %j', (url, bare) => {
  expect(withoutEndSlashes(url)).toBe(bare);
});

test('an emoji at the end is one character', () => {
  expect(trimEndOf('good 👍👍', /\p{Extended_Pictographic}/u)).toBe('good ');
  expect(trimEndOf('good 👍', /[^\p{L}]/u)).toBe('good');
  expect(trimEndOf('good\ud83d', /[^\p{L}]/u)).toBe('good');
});

test('what is left does not end in the class, and only the class was taken', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '!', '.', ' ', '😀', 'é')), (characters) => {
      const text = characters.join('');
      const kept = trimEndOf(text, /[!. 😀]/u);
      expect(kept).toBe(text.slice(0, kept.length));
      expect(kept).not.toMatch(/[!. 😀]$/u);
      expect(text.slice(kept.length)).toMatch(/^[!. 😀]*$/u);
    }),
  );
});
