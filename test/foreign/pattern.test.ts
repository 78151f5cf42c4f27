import { describe, expect, test } from 'vitest';
import { holdsPattern, MAX_SEARCHED, patternFault } from '../../src/foreign/pattern.js';

describe('a pattern', () => {
  test.each([
    '^\\d{3}\\.?\\d{3}\\.?\\d{3}-?\\d{2}$',
    '(?i)\\b(oi|ol[áa]|bom dia|boa (tarde|noite))\\b',
    '^[\\w.+-]{1,64}@[\\w-]{1,63}(\\.[a-z]{2,10}){1,3}$',
    '[]{9}]{2}',
    '\\{999\\}',
    '[{1000}]',
    '\\p{Greek}{1,40}',
    'a'.repeat(300),
  ])('that people write is taken: %s', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  });

  test.each([
    'x{501}',
    '(a{0,30}){0,30}b',
    '(((a?){0,9}){0,9}){0,9}b',
    '(\\pL{1,100}|[a-z]{2,}){10}',
    '(x{10}y{10}){10,30}',
    'a'.repeat(501),
    '(?:(?:(?:.{9}){9}){9}'.repeat(20) + ')'.repeat(20),
  ])('that its repetitions make large is refused before it is compiled: %s', (pattern) => {
    expect(patternFault(pattern)).toBe('too_large');
  });

  test.each(['(', '[', '(?=a)', '(a)\\1', 'a{2,1}'])('that does not compile is invalid: %s', (pattern) => {
    expect(patternFault(pattern)).toBe('invalid');
    expect(holdsPattern('a', pattern)).toBe(false);
  });

  test('is looked for in the beginning of a text', () => {
    expect(holdsPattern(`${' '.repeat(MAX_SEARCHED - 1)}x`, 'x')).toBe(true);
    expect(holdsPattern(`${' '.repeat(MAX_SEARCHED)}x`, 'x')).toBe(false);
  });
});
