import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { arrivalMs } from '../../src/conversations/arrivals/arrival-clock.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

test('requests of one millisecond, and those after a small step back of the clock, keep their order', () => {
  const times = [arrivalMs(), arrivalMs()];
  vi.setSystemTime(1_800_000_000_000 - 500);
  times.push(arrivalMs(), arrivalMs());
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(new Set(times).size).toBe(4);
});

test('a clock that is set back an hour is followed', () => {
  arrivalMs();
  vi.setSystemTime(1_800_000_000_000 - 3_600_000);
  expect(arrivalMs()).toBe(1_800_000_000_000 - 3_600_000);
});
