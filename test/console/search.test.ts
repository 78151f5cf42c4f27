import { expect, test } from 'vitest';
import { readOverview } from '../../src/console/api/statistics.js';

test('the address of the overview names a period that there is, or none', () => {
  expect(readOverview({ time: 'week' })).toEqual({ time: 'week' });
  for (const time of ['constructor', 'toString', '__proto__', 'year', '', 7])
    expect(readOverview({ time })).toEqual({});
});
