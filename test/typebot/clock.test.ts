import { expect, test } from 'vitest';
import { offsetMinutes } from '../../src/typebot/clock.js';

test.each([
  ['UTC', 0],
  ['America/Sao_Paulo', -180],
  ['Asia/Kolkata', 330],
])('The offset of %s is the same in every second of a minute, also before 1970', (zone, minutes) => {
  for (const second of [0, 29, 30, 31, 45, 59.999])
    for (const year of [1969, 2026])
      expect(offsetMinutes(Date.UTC(year, 5, 1, 12) + second * 1_000, zone)).toBe(minutes);
});
