import { expect, test } from 'vitest';
import { labelWords } from '../../src/metrics.js';

test('the words of others make so many series and no more', () => {
  const label = labelWords(2);
  expect(['a', 'b', 'c', 'a', undefined, '<b>', 'x'.repeat(65)].map(label)).toEqual([
    ...['a', 'b', 'other', 'a', 'other', 'other', 'other'],
  ]);
});
