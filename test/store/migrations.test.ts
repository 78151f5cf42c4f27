import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

test('migrations are numbered from 1 without a gap: the second of two alike would never be applied', () => {
  const names = readdirSync(new URL('../../src/store/migrations', import.meta.url));
  const numbers = names.map((name) => name.slice(0, 4)).toSorted();
  expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, '0')));
});
