import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText, graphemeBoundary } from '../../src/foreign/cut-text.js';
import { MAX_JSON_VALUES } from '../../src/foreign/input-bounds.js';
import { readJson } from '../../src/foreign/read-json.js';
import {
  faultOf,
  isStorable,
  isStorableText,
  MAX_DEPTH,
  storable,
  storableText,
} from '../../src/foreign/storable.js';

const FAMILY = '👩‍👩‍👧‍👦';
const units = fc
  .array(fc.constantFrom('a', ' ', '\0', '\uD800', '\uDC00', '😀', FAMILY, '🇧🇷', 'e\u0301', '\u200D'), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));
const text = fc.oneof(units, fc.string({ unit: 'binary' }));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    text,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value'), { maxKeys: 5 }),
  ),
})).value;

test('any text is storable afterwards, and one that was is left alone', () => {
  fc.assert(
    fc.property(text, (given) => {
      const kept = storableText(given);
      expect(isStorableText(kept)).toBe(true);
      expect(kept).toHaveLength(given.length);
      if (isStorableText(given)) expect(kept).toBe(given);
    }),
    { numRuns: 500 },
  );
});

test('any JSON is storable afterwards, and one that was is the same value', () => {
  fc.assert(
    fc.property(json, (given) => {
      const kept = storable(given);
      expect(faultOf(kept)).toBeUndefined();
      if (isStorable(given)) expect(kept).toBe(given);
    }),
    { numRuns: 500 },
  );
});

test('what is read from any JSON text can be stored', () => {
  fc.assert(
    fc.property(json, (given) => {
      expect(isStorable(readJson(JSON.stringify(given)))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a value nested beyond all sense ends at the depth that is stored, and takes no stack', () => {
  const kept = storable(readJson('['.repeat(90_000) + ']'.repeat(90_000)));
  expect(faultOf(kept)).toBeUndefined();
  expect(JSON.stringify(kept)).toBe(`${'['.repeat(MAX_DEPTH)}null${']'.repeat(MAX_DEPTH)}`);
});

test('of too many values the first ones are kept', () => {
  const kept = storable({ messages: Array(MAX_JSON_VALUES * 2).fill(1) });
  expect(isStorable(kept)).toBe(true);
  expect(kept).toMatchObject({ messages: expect.arrayContaining([1]) as unknown });
});

test('no member named __proto__ changes what is read', () => {
  const kept = readJson('{"__proto__":{"admin":true},"a":"\\u0000"}');
  expect(kept).not.toHaveProperty('admin');
  expect(isStorable(kept)).toBe(true);
});

test('what is no JSON, or no UTF-8, is nothing', () => {
  expect(readJson('{"a":')).toBeUndefined();
  expect(readJson(new Uint8Array([0x22, 0xff, 0x22]))).toBeUndefined();
  expect(readJson('"\\ud83d\\ude00"')).toBe('😀');
  expect(readJson('["\\\\u0000","\\\\\\u0000","\\ud83dx","\\ude00\\ud83d"]')).toEqual([
    '\\u0000',
    '\\\uFFFD',
    '\uFFFDx',
    '\uFFFD\uFFFD',
  ]);
});

test('a cut lies between two graphemes, keeps to its limit, and never stands still', () => {
  fc.assert(
    fc.property(text.map(storableText), fc.integer({ min: 2, max: 40 }), (given, limit) => {
      const head = cutText(given, limit);
      expect(head.length).toBeLessThanOrEqual(limit);
      expect(given.startsWith(head)).toBe(true);
      expect(isStorableText(head)).toBe(true);
      if (given !== '') expect(head).not.toBe('');
      const starts = [...new Intl.Segmenter().segment(given)].map(({ index }) => index);
      if (starts.some((at) => at > 0 && at <= limit))
        expect([...starts, given.length]).toContain(head.length);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['an emoji at the limit', `${'x'.repeat(499)}😀`, 500, 499],
  ['an emoji joined without end', FAMILY.repeat(5_000).replaceAll('👦👩', '👦\u200D👩'), 4_096, 4_096],
  ['flags', '🇧🇷'.repeat(2_000), 4_097, 4_096],
  ['a letter with marks without end', `a${'\u0301'.repeat(100_000)}`, 4_096, 4_096],
])('%s is cut whole', (_name, given, limit, expected) => {
  expect(graphemeBoundary(given, limit)).toBeGreaterThan(expected - 4);
  expect(graphemeBoundary(given, limit)).toBeLessThanOrEqual(expected);
  expect(isStorableText(cutText(given, limit))).toBe(true);
});
