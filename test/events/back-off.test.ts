import { expect, test } from 'vitest';
import { nextDelay } from '../../src/events-out/back-off.js';
import { defaultEventsOutSettings } from '../../src/events-out/events-out.js';

const { deliveries } = defaultEventsOutSettings;
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const fresh = { attempts: 1, nowMs: 0, atMs: 0, retryUntilMs: null };

test('the delay doubles from one second up to ten minutes', () => {
  const delays = [1, 2, 3, 10, 11, 200].map((attempts) => nextDelay({ ...fresh, attempts }, deliveries));
  expect(delays).toEqual([1, 2, 4, 512, 600, 600].map((seconds) => seconds * SECOND));
});

test('a subscriber may ask for more time, not for less', () => {
  expect(nextDelay({ ...fresh, retryAfterMs: HOUR }, deliveries)).toBe(HOUR);
  expect(nextDelay({ ...fresh, attempts: 5, retryAfterMs: 1 }, deliveries)).toBe(16 * SECOND);
});

test('the last attempt is made 24 hours after the event, whatever the subscriber asked for', () => {
  const late = { ...fresh, attempts: 100, nowMs: 24 * HOUR - 5 };
  expect(nextDelay({ ...late, retryAfterMs: HOUR }, deliveries)).toBe(5);
  expect(nextDelay({ ...late, nowMs: 24 * HOUR }, deliveries)).toBe('give_up');
});

test('a retry by hand moves the end', () => {
  const asked = { ...fresh, attempts: 1, nowMs: 30 * HOUR, retryUntilMs: 31 * HOUR };
  expect(nextDelay(asked, deliveries)).toBe(SECOND);
  expect(nextDelay({ ...asked, nowMs: 31 * HOUR }, deliveries)).toBe('give_up');
});
