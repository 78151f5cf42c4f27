import { randomUUID } from 'node:crypto';
import { onTestFinished, expect, test } from 'vitest';
import type { BegunTurn, TurnRecords } from '../../activities/ports/turns.js';
import { emptyChain } from '../../activities/chain.js';
import type { Core } from '../../src/conversations/core.js';
import { createTurnRecords } from '../../src/conversations/turns/records.js';
import { openDb } from '../../src/store/db.js';
import { readTurn } from '../../src/store/sessions/turns.js';
import { begun } from '../activities/begun-turn.js';
import { databaseForThisTest } from '../support/postgres.js';

const chain = emptyChain(begun, { type: 'answer', message: { type: 'text', text: 'yes' } });

/** A turn in progress, as two attempts see it that both took it up before either made its call. */
async function twoAttempts() {
  const db = openDb((await databaseForThisTest()).url);
  onTestFinished(() => db.close());
  const sessionId = randomUUID();
  await db.transaction(async (tx) => {
    // The turn alone, without the session that it belongs to.
    await tx.query(`SET LOCAL session_replication_role = 'replica'`);
    await tx.query('INSERT INTO turns (session_id, number, opening) VALUES ($1, $2, 1)', [
      sessionId,
      begun.turn,
    ]);
  });
  const config = { publicUrl: '', typebot: { timeoutMs: 1_000, patienceMs: 1_000 } };
  // Only the database is needed to note a call.
  const records = createTurnRecords({ db } as Core, config, { primary: 'none', keys: new Map() } as never);
  const attempt = (): BegunTurn => ({ ...begun, sessionId, known: { mark: null, sinceMs: 0 } });
  return {
    records,
    frozen: attempt(),
    present: attempt(),
    // A call grows older all the time.
    stored: async () => ({ ...(await readTurn(db, sessionId, begun.turn)), callAgeMs: 'any' }),
  };
}

type Said = (records: TurnRecords, turn: BegunTurn) => Promise<unknown>;
const takenOver = { type: 'TurnTakenOver' };

test.each<[string, Said]>([
  ['failed', (records, turn) => records.callFailed(turn)],
  ['never arrived', (records, turn) => records.callUnreached(turn)],
  ['was lost', (records, turn) => records.callLost(turn)],
  ['had to wait', (records, turn) => records.callPostponed(turn)],
  ['is unclear', (records, turn) => records.callUnclear(turn, { ...chain, unclear: true })],
])(
  'a worker that wakes from a freeze and says that its call %s does not end the call of another',
  async (_what, says) => {
    const { records, frozen, present, stored } = await twoAttempts();
    const lost = await records.callBegins(frozen, chain);
    // The other attempt found the first call open, and that it is over.
    present.known.mark = lost;
    const mark = await records.callBegins(present, chain);
    const before = await stored();
    await expect(says(records, frozen)).rejects.toMatchObject(takenOver);
    expect(await stored()).toEqual(before);
    expect(await records.callEnded(present, mark ?? '', { ...chain, calls: 1 })).toBe(true);
    // What the present attempt says counts, for this call and the next one.
    await records.callBegins(present, chain);
    await says(records, present);
    expect(await stored()).not.toEqual(before);
  },
);

test('a worker that wakes from a freeze begins no call beside the call of another', async () => {
  const { records, frozen, present } = await twoAttempts();
  const mark = await records.callBegins(present, chain);
  expect(await records.callBegins(frozen, chain)).toBeNull();
  expect(await records.callEnded(present, mark ?? '', chain)).toBe(true);
});

test('when a turn is tried again stands until its next call begins, and is not what a frozen worker says', async () => {
  const { records, frozen, present, stored } = await twoAttempts();
  const lost = await records.callBegins(frozen, chain);
  present.known.mark = lost;
  await records.callBegins(present, chain);
  await records.noteNextAttempt(frozen, 60_000);
  expect(await stored()).toMatchObject({ nextAttemptAt: null });
  await records.callUnreached(present);
  await records.noteNextAttempt(present, 60_000);
  const { nextAttemptAt } = (await stored()) ?? {};
  expect(nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 30_000);
  await records.callBegins(present, chain);
  expect(await stored()).toMatchObject({ nextAttemptAt: null });
});
