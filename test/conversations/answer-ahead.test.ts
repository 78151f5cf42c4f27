import { expect, test, vi } from 'vitest';
import { createAnswerAhead } from '../../src/conversations/arrivals/answer-ahead.js';
import type { AnswerAhead } from '../../src/conversations/arrivals/answer-ahead.js';
import { createLogger } from '../../src/logger.js';
import { hold } from '../support/conversations.js';

const log = createLogger({ level: 'silent', name: 'test' });

/** Follows with work that lasts until `release`; tells whether the webhook was answered meanwhile. */
function follow(ahead: AnswerAhead, contactIds: string[]) {
  const { until, release } = hold();
  const one = { answered: false, release, over: Promise.resolve() };
  one.over = ahead
    .follow(contactIds, () => until)
    .then(() => {
      one.answered = true;
    });
  return one;
}

/** Everything that can happen without a release has happened. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a webhook is answered while the signal to its contact is on its way', async () => {
  const ahead = createAnswerAhead(log);
  const one = follow(ahead, ['ana']);
  await one.over;
  expect(one.answered).toBe(true);
  one.release();
});

test('the next webhook of the same contact waits for its own signal, those of others do not', async () => {
  const ahead = createAnswerAhead(log);
  const first = follow(ahead, ['ana']);
  const [second, other] = [follow(ahead, ['ana']), follow(ahead, ['bia'])];
  await settle();
  expect([first.answered, second.answered, other.answered]).toEqual([true, false, true]);
  second.release();
  await second.over;
  first.release();
  other.release();
  await ahead.settled();
  const third = follow(ahead, ['ana']);
  await third.over;
  third.release();
});

test('beyond 20 signals on their way, webhooks wait', async () => {
  const ahead = createAnswerAhead(log);
  const many = Array.from({ length: 21 }, (_, index) => follow(ahead, [`contact ${index}`]));
  await settle();
  expect(many.filter(({ answered }) => answered)).toHaveLength(20);
  expect(many.at(-1)?.answered).toBe(false);
  for (const one of many) one.release();
  await many.at(-1)?.over;
});

test('a failure after the answer is logged, not thrown, and the contact waits for nothing afterwards', async () => {
  const warn = vi.spyOn(log, 'warn');
  const ahead = createAnswerAhead(log);
  await ahead.follow(['ana'], () => Promise.reject(new Error('no PostgreSQL')));
  await ahead.settled();
  expect(warn).toHaveBeenCalledOnce();
  const next = follow(ahead, ['ana']);
  await next.over;
  next.release();
});

test('a failure of work that is waited for is thrown', async () => {
  const ahead = createAnswerAhead(log);
  const first = follow(ahead, ['ana']);
  const failing = ahead.follow(['ana'], () => Promise.reject(new Error('no PostgreSQL')));
  await expect(failing).rejects.toThrow('no PostgreSQL');
  first.release();
});

test('it is settled when the last one is over', async () => {
  const ahead = createAnswerAhead(log);
  const [first, second] = [follow(ahead, ['ana']), follow(ahead, ['bia'])];
  let settled = false;
  const waiting = ahead.settled().then(() => (settled = true));
  first.release();
  await settle();
  expect(settled).toBe(false);
  second.release();
  await waiting;
});
