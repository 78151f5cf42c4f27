import { describe, expect, test } from 'vitest';
import type { BegunTurn, TurnRecords } from '../../activities/ports/turns.js';
import { emptyChain, outcomeOf, said } from '../../activities/chain.js';
import { createTurnRecords } from '../../src/conversations/turns/records.js';
import { readTurn } from '../../src/store/sessions/turns.js';
import { begun } from '../activities/begun-turn.js';
import { sessionWorld } from './session-world.js';

const chain = emptyChain(begun, { type: 'answer', message: { type: 'text', text: 'yes' } });

/** A turn in progress, as two attempts see it that both took it up before either made its call. */
async function twoAttempts() {
  const { db, core, contact, session } = await sessionWorld();
  const { turn } = begun;
  await db.query('INSERT INTO turns (session_id, number, opening) VALUES ($1, $2, 1)', [session, turn]);
  const config = { publicUrl: '', typebot: { timeoutMs: 60_000, patienceMs: 1_000 } };
  const records = createTurnRecords(core, config, { primary: 'none', keys: new Map() } as never);
  const attempt = (): BegunTurn => ({
    ...{ ...begun, sessionId: session, contactId: contact },
    known: { mark: null, sinceMs: 0 },
  });
  return {
    db,
    records,
    request: { contactId: contact, sessionId: session, turn, upTo: 0 },
    frozen: attempt(),
    present: attempt(),
    // A call grows older all the time.
    stored: async () => ({ ...(await readTurn(db, session, turn)), callAgeMs: 'any' }),
  };
}

/** The same; the frozen attempt has made a call, which the other found open and over, and has made another. */
async function overtaken() {
  const world = await twoAttempts();
  const { records, frozen, present } = world;
  const lost = await records.callBegins(frozen, chain);
  present.known.mark = lost;
  const mark = await records.callBegins(present, chain);
  return { ...world, lost: lost ?? '', mark: mark ?? '', before: await world.stored() };
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
    const { records, frozen, present, stored, mark, before } = await overtaken();
    await expect(says(records, frozen)).rejects.toMatchObject(takenOver);
    expect(await stored()).toEqual(before);
    expect(await records.callEnded(present, mark, { ...chain, calls: 1 })).toBe(true);
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
  const { records, frozen, present, stored } = await overtaken();
  await records.noteNextAttempt(frozen, 60_000);
  expect(await stored()).toMatchObject({ nextAttemptAt: null });
  await records.callUnreached(present);
  await records.noteNextAttempt(present, 60_000);
  const { nextAttemptAt } = (await stored()) ?? {};
  expect(nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 30_000);
  await records.callBegins(present, chain);
  expect(await stored()).toMatchObject({ nextAttemptAt: null });
});

test('a worker that wakes from a freeze stores neither an answer nor a part of one beside the call of another', async () => {
  const { records, frozen, present, stored, lost, mark, before } = await overtaken();
  const answer = said(begun, [{ type: 'text', text: 'Which colour?' }]);
  expect(await records.saySoFar(frozen, lost, answer, 1)).toBeUndefined();
  const late = await records.finish(frozen, { ...outcomeOf(answer), mark: lost });
  expect(late).toMatchObject({ outcome: 'dropped', bubbles: 0 });
  expect(await stored()).toEqual(before);
  const known = await records.finish(present, { ...outcomeOf(answer), mark });
  expect(known).toMatchObject({ outcome: 'answered', bubbles: 1 });
});

describe('a fault of ours', () => {
  const fault = new RangeError('a fault');

  test('that a worker meets when it wakes from a freeze does not end the turn of another', async () => {
    const { records, request, frozen, present, stored, before } = await overtaken();
    await expect(records.abandon(request, frozen.known, fault)).rejects.toMatchObject(takenOver);
    expect(await stored()).toEqual(before);
    const ended = await records.abandon(request, present.known, fault);
    expect(ended).toMatchObject({ outcome: 'answered', bubbles: 1 });
    expect((await stored()).state).toBe('answered');
  });

  test('met before the turn was seen ends it only once the call of another must be over', async () => {
    const { db, records, request, stored, before } = await overtaken();
    const unseen = { mark: undefined, sinceMs: 0 };
    const tooEarly = { ...takenOver, nextRetryDelay: expect.closeTo(60_000, -4) as number };
    await expect(records.abandon(request, unseen, fault)).rejects.toMatchObject(tooEarly);
    expect(await stored()).toEqual(before);
    await db.query(`UPDATE turns SET call_began_at = now() - interval '61 seconds'`);
    expect(await records.abandon(request, unseen, fault)).toMatchObject({ outcome: 'answered' });
  });
});
