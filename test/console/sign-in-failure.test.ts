import { expect, test } from 'vitest';
import { ApiError } from '../../src/console/api/client.js';
import { failureOf } from '../../src/console/api/sign-in-failure.js';

test.each([
  [400, 'refused', 'usedLink'],
  [401, 'refused', 'usedLink'],
  [429, 'tooMany', 'tooMany'],
  [503, 'unreachable', 'unreachable'],
  [0, 'unreachable', 'unreachable'],
])('a sign-in that is answered with %i is told as %s, and one by a link as %s', (status, byKey, byCode) => {
  expect(failureOf(new ApiError(status, ''), false)).toBe(byKey);
  expect(failureOf(new ApiError(status, ''), true)).toBe(byCode);
});
