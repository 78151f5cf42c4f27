import { expect, test } from 'vitest';
import { allowNothing, isReachable, parseAllowList } from '../../src/guarded-http/private-addresses.js';

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '168.63.129.17',
  '::ffff:8.8.8.8',
  '2606:4700::1111',
  '2a00:1450::1',
  '2001:4860::8888',
])('%s is a place on the internet', (address) => {
  expect(isReachable(address, allowNothing)).toBe(true);
});

test('an operator may allow a special address by its range', () => {
  expect(isReachable('168.63.129.16', parseAllowList(['168.63.129.16']))).toBe(true);
  expect(isReachable('64:ff9b::808:808', parseAllowList(['64:ff9b::/96']))).toBe(true);
  expect(isReachable('64:ff9b:1::1', parseAllowList(['64:ff9b::/96']))).toBe(false);
});
