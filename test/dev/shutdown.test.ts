import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../../src/logger.js';
import { untilStopped } from '../../src/shutdown.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let others: Map<string, unknown[]>;
let lines: string[];
const logger = {
  info: (_fields: object, sentence: string) => void lines.push(sentence),
  error: (_fields: object, sentence: string) => void lines.push(sentence),
};

beforeEach(() => {
  lines = [];
  others = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!others.get(signal)?.includes(listener)) process.removeListener(signal, listener);
    }
  }
});

test('parts stop one after the other in their order', async () => {
  const order: string[] = [];
  const part = (name: string) => ({
    name,
    stop: async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
    },
  });
  const stopped = untilStopped({ parts: [part('api'), part('database')], logger, graceMs: 5_000 });
  process.emit('SIGTERM', 'SIGTERM');
  expect(await stopped).toBe(0);
  expect(order).toEqual(['api begins', 'api ends', 'database begins', 'database ends']);
});

test('a part that cannot be stopped does not keep the others, and the exit code tells', async () => {
  const stop = vi.fn(async () => undefined);
  const broken = { name: 'broken', stop: () => Promise.reject(new Error('no')) };
  const stopped = untilStopped({ parts: [broken, { name: 'database', stop }], logger, graceMs: 5_000 });
  process.emit('SIGINT', 'SIGINT');
  expect(await stopped).toBe(1);
  expect(stop).toHaveBeenCalledOnce();
});

test('the same Ctrl-C delivered twice is one; a later second signal forces the end, as does the grace period', async () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const now = vi.spyOn(Date, 'now').mockReturnValue(1_000_000);
  const hanging = { name: 'hanging', stop: () => new Promise<void>(() => undefined) };
  void untilStopped({ parts: [hanging], logger, graceMs: 50 });
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGINT', 'SIGINT');
  expect(exit).not.toHaveBeenCalled();
  now.mockReturnValue(1_000_600);
  process.emit('SIGINT', 'SIGINT');
  expect(exit).toHaveBeenCalledWith(1);
  await expect.poll(() => exit.mock.calls.length).toBe(2);
});

test('a secret or a message that reaches the logger by mistake is not written', () => {
  const log = createLogger({ level: 'info', name: 'api' }, { write: (line) => void lines.push(line) });
  log.info(
    { token: 'hunter2', channel: { access_token: 'hunter2' }, row: { content: { text: 'hunter2' } } },
    'row',
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('"msg":"row"');
  expect(lines[0]).not.toContain('hunter2');
});
