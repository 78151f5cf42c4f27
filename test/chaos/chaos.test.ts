import { expect, test } from 'vitest';
import { runChaos } from './run.js';
import { breachesOf, tableOf } from './table.js';

test('parts are killed, frozen and cut off while contacts talk: every message is answered, every bubble comes once and in order', async () => {
  const report = await runChaos({
    ...{ seed: 12, contacts: 8, turns: 4, atOnce: 8 },
    ...{ kills: 6, freezes: 1, wires: 3, trouble: 0.2 },
    patienceMs: 150_000,
    progress: () => undefined,
  });
  expect(breachesOf(report), tableOf(report)).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.stepsMs).toHaveLength(8 * 4);
}, 400_000);
