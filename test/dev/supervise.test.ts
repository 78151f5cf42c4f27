import { expect, test } from 'vitest';
import { supervise } from '../../src/dev/supervise.js';
import type { RunningChild } from '../../src/dev/processes.js';

/** Children that die when told to; `deaths[n]` kills the n-th. */
function nursery(options: { failFirst?: number } = {}) {
  const deaths: (() => void)[] = [];
  const stops: number[] = [];
  let failures = options.failFirst ?? 0;
  const start = async (): Promise<RunningChild> => {
    if (deaths.length > 0 && failures-- > 0) throw new Error('the port is taken');
    const number = deaths.length;
    let die = (): void => undefined;
    const exited = new Promise<void>((resolve) => (die = resolve));
    deaths.push(die);
    return {
      pid: number + 1,
      exited,
      stop: async () => {
        stops.push(number);
        die();
      },
    };
  };
  return { deaths, stops, start };
}

test('a child that dies is started again, and each time it dies', async () => {
  const { deaths, stops, start } = nursery();
  const lines: string[] = [];
  const watched = await supervise({
    name: 'Worker',
    start,
    progress: (line) => lines.push(line),
    firstPauseMs: 1,
  });
  deaths[0]?.();
  await expect.poll(() => deaths.length).toBe(2);
  deaths[1]?.();
  await expect.poll(() => deaths.length).toBe(3);
  await watched.stop();
  expect(stops).toEqual([2]);
  expect(lines.slice(0, 2)).toEqual([
    'Worker stopped unexpectedly; starting it again',
    'Worker is running again',
  ]);
});

test('a child that is to start again stops first, and nobody is told of a failure', async () => {
  const { deaths, stops, start } = nursery();
  const lines: string[] = [];
  const watched = await supervise({
    name: 'API',
    start,
    progress: (line) => lines.push(line),
    firstPauseMs: 1,
  });
  await watched.restart();
  await expect.poll(() => lines).toEqual(['API stopped; starting it again', 'API is running again']);
  deaths[1]?.();
  await expect.poll(() => lines.at(2)).toBe('API stopped unexpectedly; starting it again');
  await expect.poll(() => deaths.length).toBe(3);
  await watched.stop();
  expect(stops).toEqual([0, 2]);
});

test('a restart that fails is reported and tried again', async () => {
  const { deaths, start } = nursery({ failFirst: 2 });
  const lines: string[] = [];
  const watched = await supervise({
    name: 'API',
    start,
    progress: (line) => lines.push(line),
    firstPauseMs: 1,
  });
  deaths[0]?.();
  await expect.poll(() => deaths.length).toBe(2);
  expect(lines.filter((line) => line === 'API could not be started: the port is taken')).toHaveLength(2);
  await watched.stop();
});

test('a stop between death and restart ends the watching at once', async () => {
  const { deaths, start } = nursery();
  const watched = await supervise({ name: 'API', start, progress: () => undefined, firstPauseMs: 60_000 });
  deaths[0]?.();
  await watched.stop();
  expect(deaths).toHaveLength(1);
});

test('a first start that fails is thrown', async () => {
  const start = () => Promise.reject(new Error('no such program'));
  await expect(supervise({ name: 'API', start, progress: () => undefined })).rejects.toThrow(
    'no such program',
  );
});
