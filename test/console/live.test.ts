import { expect, onTestFinished, test, vi } from 'vitest';
import { follow } from '../../src/console/api/live.js';
import type { Liveness } from '../../src/console/api/live.js';

/** Stands in for the browser's `EventSource`, which Node does not have. */
class Stream {
  static opened: Stream[] = [];
  onopen = () => {};
  onerror = () => {};
  onmessage: (message: { data: string; lastEventId: string }) => void = () => {};
  close() {}
  constructor(readonly url: string) {
    Stream.opened.push(this);
  }
}

async function followed() {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Stream);
  vi.stubGlobal('fetch', async () => Response.json({ access_token: 'token' }));
  Stream.opened = [];
  const seen = { opened: 0, events: [] as string[], liveness: [] as Liveness[] };
  const end = follow({
    onEvent: ({ id }) => seen.events.push(id),
    onOpened: () => (seen.opened += 1),
    tell: (liveness) => seen.liveness.push(liveness),
  });
  onTestFinished(() => {
    end();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const next = async (count: number) => {
    await vi.advanceTimersByTimeAsync(3_000);
    const stream = Stream.opened[count - 1];
    if (stream === undefined) throw new Error(`stream ${count} was not opened`);
    return stream;
  };
  return { seen, next };
}

test('whenever the stream opens everything is read again: at first, and after an outage in which no event had come', async () => {
  const { seen, next } = await followed();
  const first = await next(1);
  expect(seen.opened).toBe(0);
  first.onopen();
  expect(seen).toMatchObject({ opened: 1, liveness: ['live'] });
  (await next(1)).onerror();
  const second = await next(2);
  expect(seen.opened).toBe(1);
  second.onopen();
  expect(seen).toMatchObject({ opened: 2, liveness: ['live', 'lost', 'live'] });
  expect(second.url).not.toContain('last_event_id');
});

test('after an outage the stream resumes after the last event', async () => {
  const { seen, next } = await followed();
  const first = await next(1);
  first.onopen();
  first.onmessage({ data: JSON.stringify({ id: 'e7', type: 't', session_id: 's' }), lastEventId: '7' });
  first.onerror();
  const second = await next(2);
  second.onopen();
  expect(second.url).toContain('last_event_id=7');
  expect(seen).toMatchObject({ opened: 2, events: ['e7'] });
});
