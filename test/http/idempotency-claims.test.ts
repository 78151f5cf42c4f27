import { randomBytes, randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { Answer } from '../../src/http/answer.js';
import { createKeyedAnswers } from '../../src/http/idempotency.js';
import { openDb } from '../../src/store/db.js';
import { requestTransactions } from '../../src/store/request-transactions.js';
import { createKeyRing } from '../../src/store/secrets.js';
import { databaseForThisTest } from '../support/postgres.js';

async function setUp() {
  const transactions = requestTransactions(openDb((await databaseForThisTest()).url));
  const { db } = transactions;
  onTestFinished(() => db.close());
  await db.query('CREATE TABLE made (what text)');
  const keyed = createKeyedAnswers(transactions, createKeyRing([randomBytes(32)]));
  const request = { scope: randomUUID(), key: 'order-1', requestHash: 'h' };
  const make = (what: string) => db.query('INSERT INTO made VALUES ($1)', [what]);
  const made = async () =>
    (await db.query<{ what: string }>('SELECT what FROM made')).rows.map((row) => row.what);
  return { transactions, db, keyed, request, make, made };
}

const answer = (body: string): Answer => ({ status: 201, body });
const neverRuns = () => Promise.reject(new Error('the work was done again'));

test('a repetition while the first is under way waits for it, and is refused after three seconds', async () => {
  const { keyed, request, make, made } = await setUp();
  const [began, end] = [deferred(), deferred()];
  const first = keyed.once(request, async () => {
    await make('first');
    began.resolve();
    await end.promise;
    return answer('first');
  });
  await began.promise;
  const refused = { code: 'conflict', retryAfterSeconds: 1, message: expect.stringMatching(/under way/) };
  await expect(keyed.once(request, neverRuns)).rejects.toMatchObject(refused);
  const waiting = keyed.once(request, neverRuns);
  end.resolve();
  expect(await first).toEqual(answer('first'));
  expect(await waiting).toEqual(answer('first'));
  expect(await made()).toEqual(['first']);
});

test('a key whose process died before its commit is free at once, and nothing was done', async () => {
  const { db, keyed, request, make, made } = await setUp();
  const lost = keyed.once(request, async () => {
    await make('lost');
    await db.query('SELECT pg_terminate_backend(pg_backend_pid())');
    return answer('lost');
  });
  await expect(lost).rejects.toThrow();
  expect(await keyed.once(request, async () => (await make('again'), answer('again')))).toEqual(
    answer('again'),
  );
  expect(await made()).toEqual(['again']);
});

test.for(['fails', 'is refused'] as const)('a request that %s leaves its key free', async (end) => {
  const { keyed, request } = await setUp();
  const refusal = { status: 409, body: 'no' };
  const first = keyed.once(request, () =>
    end === 'fails' ? Promise.reject(new Error('broken')) : Promise.resolve(refusal),
  );
  await first.catch(() => undefined);
  expect(await keyed.once(request, () => Promise.resolve(answer('second')))).toEqual(answer('second'));
});

test('what is left for afterwards begins when the work is committed, and its answer is the one kept', async () => {
  const { db, keyed, request, make, made } = await setUp();
  const seen: string[][] = [];
  const last = await keyed.once(request, async () => {
    await make('work');
    await db.onCommit(async () => void seen.push(await made()));
    return {
      status: 200,
      body: 'at first',
      afterwards: async () => (seen.push(await made()), answer('at last')),
    };
  });
  expect(seen).toEqual([['work'], ['work']]);
  expect(last).toEqual(answer('at last'));
  expect(await keyed.once(request, neverRuns)).toEqual(answer('at last'));
});

test('a process that dies in what is left for afterwards has kept the answer so far', async () => {
  const { keyed, request } = await setUp();
  const afterwards = () => Promise.reject<Answer>(new Error('died'));
  const dies = keyed.once(request, () => Promise.resolve({ status: 200, body: 'stored', afterwards }));
  await expect(dies).rejects.toThrow('died');
  expect(await keyed.once(request, neverRuns)).toEqual({ status: 200, body: 'stored' });
});

test('an answer older than a day is forgotten', async () => {
  const { db, keyed, request } = await setUp();
  await keyed.once(request, () => Promise.resolve(answer('old')));
  await db.query(`UPDATE idempotent_answers SET created_at = created_at - interval '25 hours'`);
  expect(await keyed.once(request, () => Promise.resolve(answer('new')))).toEqual(answer('new'));
  expect(await keyed.find(request)).toEqual(answer('new'));
});

test('an answer whose encryption key is gone is a conflict, and the work is not done again', async () => {
  const { transactions, keyed, request } = await setUp();
  await keyed.once(request, () => Promise.resolve(answer('first')));
  const withoutKey = createKeyedAnswers(transactions, createKeyRing([randomBytes(32)]));
  await expect(withoutKey.once(request, neverRuns)).rejects.toMatchObject({ code: 'conflict' });
});

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve: () => resolve() };
}
