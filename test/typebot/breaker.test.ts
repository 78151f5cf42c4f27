import { describe, expect, test } from 'vitest';
import { TypebotFailure } from '../../activities/ports/typebot-failure.js';
import { createBreaker, type Breaker } from '../../src/typebot/calls/breaker.js';

const outage = () =>
  Promise.resolve({ failure: new TypebotFailure('unreachable', { reason: 'ECONNREFUSED' }) });
const answer = () => Promise.resolve({ value: 'answered' });

const originOf = (index: number) => `https://host-${index}.example`;
const failsAt = (breaker: Breaker, index: number) =>
  breaker({ origin: originOf(index), run: outage, probe: outage }).catch(() => undefined);
const answersAt = (breaker: Breaker, index: number) =>
  breaker({ origin: originOf(index), run: answer, probe: outage }).catch(() => 'not asked');

describe('the hosts of which a process keeps a circuit', () => {
  test('are a thousand: the one asked longest ago is forgotten, and begins anew', async () => {
    const breaker = createBreaker({ failures: 1, halfOpenAfterMs: 3_600_000 });
    for (let index = 0; index < 1_000; index += 1) await failsAt(breaker, index);
    expect(await answersAt(breaker, 0)).toBe('not asked');
    await failsAt(breaker, 1_000);
    // Host 0 was asked just now, so that host 1 is the oldest.
    expect(await answersAt(breaker, 1)).toBe('answered');
    expect(await answersAt(breaker, 0)).toBe('not asked');
  });

  test('keep the one with a call under way, however long ago it began', async () => {
    const breaker = createBreaker({ failures: 1, halfOpenAfterMs: 3_600_000, parallel: 1 });
    let end: (settled: { value: string }) => void = () => undefined;
    const running = new Promise<{ value: string }>((resolve) => (end = resolve));
    const long = breaker({ origin: originOf(0), run: () => running, probe: outage });
    for (let index = 1; index <= 1_001; index += 1) await failsAt(breaker, index);
    // Its only place is taken still: forgotten, it would have had another one.
    await expect(breaker({ origin: originOf(0), run: answer, probe: outage })).rejects.toMatchObject({
      kind: 'crowded',
    });
    end({ value: 'late' });
    expect(await long).toBe('late');
  });
});
