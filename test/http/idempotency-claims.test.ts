import { randomBytes, randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createAnswerOnce } from '../../src/http/idempotency.js';
import { openDb } from '../../src/store/db.js';
import { createKeyRing } from '../../src/store/secrets.js';
import { databaseForThisTest } from '../support/postgres.js';

async function setUp() {
  const db = openDb((await databaseForThisTest()).url);
  onTestFinished(() => db.close());
  const keyRing = createKeyRing([randomBytes(32)]);
  const request = { scope: randomUUID(), key: 'order-1', requestHash: 'h' };
  const answer = (body: string) => ({ status: 201, body });
  const minutesPass = () =>
    db.query(`UPDATE idempotent_answers SET created_at = created_at - interval '3 minutes'`);
  return { db, request, answer, minutesPass, once: createAnswerOnce(db, keyRing) };
}

/** Work that says when it began, and ends when the test says so. */
function held() {
  const began = deferred<void>();
  const end = deferred<{ status: number; body: string }>();
  return {
    began: began.promise,
    end,
    work: () => {
      began.resolve();
      return end.promise;
    },
  };
}

function deferred<T>() {
  let settle: { resolve(value: T): void; reject(error: Error): void } | undefined;
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  return {
    promise,
    resolve: (value: T) => settle?.resolve(value),
    reject: (error: Error) => settle?.reject(error),
  };
}

const neverRuns = () => Promise.reject(new Error('the work was done again'));

/** A request that takes longer than its claim, and one that takes the key over meanwhile. */
async function overtaken(end: 'answers' | 'is refused' | 'fails') {
  const { request, answer, minutesPass, once } = await setUp();
  const [first, second] = [held(), held()];
  const slow = once(request, first.work);
  await first.began;
  await minutesPass();
  const taken = once(request, second.work);
  await second.began;
  if (end === 'fails') first.end.reject(new Error('broken'));
  else first.end.resolve({ status: end === 'answers' ? 201 : 409, body: 'first' });
  await slow.catch(() => undefined);
  const meanwhile = await once(request, neverRuns).catch(String);
  second.end.resolve(answer('second'));
  await taken;
  return { meanwhile, later: await once(request, neverRuns) };
}

test.for(['answers', 'is refused', 'fails'] as const)(
  'a request that %s after its claim was taken over leaves the key to the one that holds it',
  async (end) => {
    expect(await overtaken(end)).toEqual({
      meanwhile: expect.stringMatching(/under way/),
      later: { status: 201, body: 'second' },
    });
  },
);

test('an answer whose encryption key is gone is a conflict, and the work is not done again', async () => {
  const { db, request, answer, once } = await setUp();
  await once(request, () => Promise.resolve(answer('first')));
  const withoutKey = createAnswerOnce(db, createKeyRing([randomBytes(32)]));
  let ran = false;
  const work = () => {
    ran = true;
    return Promise.resolve(answer('again'));
  };
  await expect(withoutKey(request, work)).rejects.toMatchObject({ code: 'conflict' });
  expect(ran).toBe(false);
});
