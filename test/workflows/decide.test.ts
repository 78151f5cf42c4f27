import { describe, expect, test } from 'vitest';
import type { Axes } from '../../workflows/axes.js';
import type { SessionSnapshot, Snapshot } from '../../workflows/snapshot.js';
import { idleDueAtMs } from '../../workflows/changes.js';
import { nextWake } from '../../workflows/deadlines.js';
import { decide, isOver } from '../../workflows/decide.js';
import type { Decision, Event } from '../../workflows/decide.js';
import type { TalkResult } from '../../workflows/needs.js';
import { isGathering, withoutGather } from '../../workflows/gather.js';
import { carryOver, freshState } from '../../workflows/state.js';
import type { ConversationState } from '../../workflows/state.js';

const axes: Axes = {
  status: 'opened',
  chatMode: 'bot',
  resolution: 'pending',
  gateNo: 0,
  resumesAtMs: null,
  version: 1,
};

function session(more: Partial<SessionSnapshot> = {}): SessionSnapshot {
  return {
    id: 's1',
    typebotId: 't1',
    opening: 1,
    axes,
    lastMessageAtMs: 0,
    turnNo: 0,
    waitingHigh: 1,
    endedAs: null,
    handoff: false,
    settings: { version: 1, debounceMs: 0, expireMs: 0 },
    turn: null,
    ...more,
  };
}

function snapshot(
  clock: number,
  more: Partial<SessionSnapshot> | null = {},
  mutedUntilMs: number | null = null,
): Snapshot {
  return { clock, mutedUntilMs, session: more === null ? null : session(more) };
}

/** Applies events one after the other, each at its time; resolves to the last decision. */
function run(...steps: [event: Event, atMs?: number][]): Decision {
  return steps.reduce<Decision>(({ state }, [event, atMs = 0]) => decide(state, event, atMs), {
    state: freshState(),
    effects: [],
  });
}

const signal = (of: Snapshot): Event => ({ type: 'signal', snapshot: of });
/** It leaves the turn that is due to the next run. */
const LONG_RUN = { follows: () => true, mayBegin: () => false };
const debounced = { settings: { version: 1, debounceMs: 300, expireMs: 0 } };

function talked(of: Snapshot, more: Partial<TalkResult> = {}): Event {
  return {
    type: 'talked',
    result: { outcome: 'answered', bubbles: 1, continueAfterMs: null, snapshot: of, ...more },
  };
}

describe('debounce', () => {
  test('without a window a message is a turn at once', () => {
    const { effects } = run([signal(snapshot(1))]);
    expect(effects).toContainEqual({ type: 'talk', sessionId: 's1', turn: 1, upTo: 1 });
  });

  test('each message moves the end of the window', () => {
    const first = run([signal(snapshot(1, debounced)), 0]);
    expect(nextWake(first.state, 0)).toEqual({ atMs: 300, why: 'debounce' });
    const second = decide(first.state, signal(snapshot(2, { ...debounced, waitingHigh: 2 })), 200);
    expect(second.effects).toEqual([]);
    expect(nextWake(second.state, 0)?.atMs).toBe(500);
  });

  test('the end never moves past ten windows after the first message', () => {
    let { state } = run([signal(snapshot(1, debounced)), 0]);
    for (let n = 2; n <= 15; n += 1) {
      state = decide(state, signal(snapshot(n, { ...debounced, waitingHigh: n })), (n - 1) * 200).state;
    }
    expect(nextWake(state, 0)?.atMs).toBe(3_000);
  });

  test('the end of the window begins a turn with the highest message seen', () => {
    const { effects } = run(
      [signal(snapshot(1, debounced)), 0],
      [signal(snapshot(2, { ...debounced, waitingHigh: 4 })), 100],
      [{ type: 'tick' }, 400],
    );
    expect(effects).toEqual([{ type: 'talk', sessionId: 's1', turn: 1, upTo: 4 }]);
  });

  test('messages that come during a turn form the next one, after its bubbles', () => {
    const during = run([signal(snapshot(1))], [signal(snapshot(2, { waitingHigh: 2 })), 10]);
    expect(during.effects).toEqual([]);
    const answered = decide(during.state, talked(snapshot(3, { turnNo: 1, waitingHigh: 2 })), 20);
    expect(answered.effects).toEqual([{ type: 'deliver', sessionId: 's1', turn: 1, gateNo: 0 }]);
    const done = snapshot(3, { turnNo: 1, waitingHigh: 2 });
    const next = decide(
      answered.state,
      { type: 'delivered', result: { outcome: 'done', sent: 1, untilMs: null, snapshot: done } },
      30,
    );
    expect(next.effects).toEqual([{ type: 'talk', sessionId: 's1', turn: 2, upTo: 2 }]);
  });

  test('a turn that a run may not begin is left to the next run, with what came meanwhile', () => {
    const during = run([signal(snapshot(1))], [signal(snapshot(2, { waitingHigh: 2 })), 10]);
    const sent = talked(snapshot(3, { turnNo: 1, waitingHigh: 2 }), { bubbles: 0 });
    const left = decide(during.state, sent, 20, LONG_RUN);
    expect(left.effects).toEqual([]);
    expect(left.state.running).toBeNull();
    const later = signal(snapshot(4, { turnNo: 1, waitingHigh: 3 }));
    expect(decide(carryOver(left.state), later, 30).effects).toEqual([
      { type: 'talk', sessionId: 's1', turn: 2, upTo: 3 },
    ]);
    expect(decide(carryOver(left.state), { type: 'tick' }, 30).effects).toEqual([
      { type: 'talk', sessionId: 's1', turn: 2, upTo: 2 },
    ]);
  });

  test('so is the end of a pause in the flow', () => {
    const paused = talked(snapshot(2, { turnNo: 1, waitingHigh: 0 }), {
      ...{ bubbles: 0, continueAfterMs: 500 },
    });
    const { state } = run([signal(snapshot(1))], [paused, 10]);
    const left = decide(state, { type: 'tick' }, 510, LONG_RUN);
    expect(left.effects).toEqual([]);
    expect(decide(carryOver(left.state), { type: 'tick' }, 520).effects).toEqual([
      { type: 'talk', sessionId: 's1', turn: 2, upTo: 0 },
    ]);
  });
});

describe('what belongs into one turn', () => {
  const gathering = (waitingHigh: number, gatherMs: number, more: Partial<SessionSnapshot> = {}) =>
    signal(snapshot(waitingHigh, { waitingHigh, gatherMs, ...more }));

  test('is waited for without a debounce, and is one turn as soon as it is all there', () => {
    const first = run([gathering(1, 8_000), 0]);
    expect(first.effects).toEqual([]);
    expect(nextWake(first.state, 0)?.atMs).toBe(8_000);
    const second = decide(first.state, gathering(2, 8_000), 5_000);
    expect(second.effects).toEqual([]);
    expect(nextWake(second.state, 5_000)?.atMs).toBe(13_000);
    expect(decide(second.state, gathering(3, 0), 6_000).effects).toEqual([
      { type: 'talk', sessionId: 's1', turn: 1, upTo: 3 },
    ]);
  });

  test('is a turn without what does not come', () => {
    const { state } = run([gathering(1, 8_000), 0], [gathering(2, 8_000), 100]);
    expect(decide(state, { type: 'tick' }, 8_099).effects).toEqual([]);
    expect(decide(state, { type: 'tick' }, 8_100).effects).toContainEqual({
      ...{ type: 'talk', sessionId: 's1', turn: 1, upTo: 2 },
    });
  });

  test('is waited for at most a minute, however much of it comes', () => {
    let { state } = run([gathering(1, 8_000), 0]);
    for (let n = 2; n <= 11; n += 1) state = decide(state, gathering(n, 8_000), (n - 1) * 5_500).state;
    expect(nextWake(state, 55_000)?.atMs).toBe(60_000);
  });

  test.each([
    [300, 8_000, 8_000],
    [20_000, 3_000, 20_000],
    [300, 0, 300],
  ])('with a debounce of %i and %i to gather the window ends after %i', (debounceMs, gatherMs, endsAt) => {
    const settings = { version: 1, debounceMs, expireMs: 0 };
    expect(nextWake(run([gathering(1, gatherMs, { settings }), 0]).state, 0)?.atMs).toBe(endsAt);
  });

  test.each<Event>([
    gathering(1, 8_000),
    { type: 'changed', kind: 'resume', snapshot: snapshot(1, { gatherMs: 8_000 }) },
    talked(snapshot(1, { gatherMs: 8_000 })),
    {
      type: 'delivered',
      result: { outcome: 'done', sent: 1, untilMs: null, snapshot: snapshot(1, { gatherMs: 8_000 }) },
    },
  ])('is told by an event of type $type, and can be left out of it', (event) => {
    expect(isGathering(event)).toBe(true);
    expect(isGathering(withoutGather(event))).toBe(false);
  });
});

describe('a turn that this run did not begin', () => {
  const paused = { axes: { ...axes, status: 'paused' as const, gateNo: 1 }, waitingHigh: 0, turnNo: 1 };
  const answered = { number: 1, state: 'answered' as const, unsent: 2, continueAfterMs: null };

  test('is delivered when the bot may answer: its activity outlived the run before', () => {
    const { effects } = run(
      [signal(snapshot(1, paused))],
      [signal(snapshot(2, { ...paused, axes, turn: answered })), 10],
    );
    expect(effects).toContainEqual({ type: 'deliver', sessionId: 's1', turn: 1, gateNo: 0 });
  });

  test('goes on after its pause block', () => {
    const turn = { ...answered, unsent: 0, continueAfterMs: 500 };
    const { state } = run(
      [signal(snapshot(1, paused))],
      [signal(snapshot(2, { ...paused, axes, turn })), 10],
    );
    expect(nextWake(state, 10)).toEqual({ atMs: 510, why: 'wait of the flow' });
  });

  /** The flow would go on by itself after turn 1, but the activity of a lost run has begun turn 2 in its place. */
  const pausing = { number: 1, state: 'answered' as const, unsent: 0, continueAfterMs: 500 };
  const waits = snapshot(1, { ...paused, axes, turn: pausing });
  const later = { ...answered, number: 2 };
  const deliver = { type: 'deliver', sessionId: 's1', turn: 2, gateNo: 0 } as const;
  const talk = { type: 'talk', sessionId: 's1', turn: 2, upTo: 0 } as const;

  test.each<[string, Partial<SessionSnapshot>, Decision['effects'][number]]>([
    ['is sent', { turn: later }, deliver],
    ['is sent before its own pause block begins', { turn: { ...later, continueAfterMs: 700 } }, deliver],
    ['is sent before the flow that it ended is closed', { turn: later, endedAs: 'completed' }, deliver],
    ['is sent before a person is asked for', { turn: later, handoff: true }, deliver],
    ['is taken up in mid-call', { turn: { ...later, state: 'begun', unsent: 0 } }, talk],
  ])('and that continued the flow in place of this run %s', (_how, more, effect) => {
    const known = snapshot(2, { ...paused, axes, turnNo: 2, ...more });
    const waiting = run([signal(waits)]);
    expect(decide(waiting.state, signal(known), 10).effects).toEqual([effect]);
    // The same if this run hears of it while its own delivery ends.
    const sending = run([signal(snapshot(1, { ...paused, axes, turn: { ...pausing, unsent: 1 } }))]);
    const heard = decide(sending.state, signal(known), 10);
    const result = { outcome: 'done' as const, sent: 1, untilMs: null, snapshot: waits };
    expect(decide(heard.state, { type: 'delivered', result }, 20).effects).toEqual([effect]);
  });

  test('and that continued the flow is left alone by runs that were recorded before this rule', () => {
    const { state } = run([signal(waits)]);
    const asked: string[] = [];
    const old = { follows: (rule: string) => asked.push(rule) === 0, mayBegin: () => true };
    const late = decide(state, signal(snapshot(2, { ...paused, axes, turnNo: 2, turn: later })), 10, old);
    expect(late.effects).toEqual([]);
    expect(asked).toEqual(['later-turn-first']);
    // Where nothing was overtaken, the run is not asked, so its history gets no mark.
    decide(state, signal(snapshot(2, { ...paused, axes, turn: pausing })), 10, old);
    expect(asked).toHaveLength(1);
  });
});

describe('silence', () => {
  const paused = { ...axes, status: 'paused' as const, gateNo: 1, version: 2 };

  test('a window that was open before a pause is given to the bot after it', () => {
    const held = run(
      [signal(snapshot(1, debounced)), 0],
      [signal(snapshot(2, { ...debounced, axes: paused })), 100],
    );
    expect(decide(held.state, { type: 'tick' }, 1_000).effects).toEqual([]);
    const resumed = { ...axes, gateNo: 1, version: 3 };
    const back = decide(held.state, signal(snapshot(3, { ...debounced, axes: resumed })), 2_000);
    expect(back.effects).toContainEqual({ type: 'talk', sessionId: 's1', turn: 1, upTo: 1 });
  });

  test('an answer that comes during a pause is held, and sent after it', () => {
    const answered = run(
      [signal(snapshot(1))],
      [signal(snapshot(2, { axes: paused, waitingHigh: 0 }))],
      [talked(snapshot(3, { axes: paused, turnNo: 1, waitingHigh: 0 }))],
    );
    expect(answered.effects).toEqual([]);
    const resumed = { ...axes, gateNo: 1, version: 3 };
    const back = decide(answered.state, signal(snapshot(4, { axes: resumed, turnNo: 1, waitingHigh: 0 })), 9);
    expect(back.effects).toContainEqual({ type: 'deliver', sessionId: 's1', turn: 1, gateNo: 1 });
  });

  test('a delivery under which the gate closed is given up, and begun again when the gate is open', () => {
    const sending = run([signal(snapshot(1))], [talked(snapshot(2, { turnNo: 1, waitingHigh: 0 }))]);
    const resumed = { ...axes, gateNo: 1, version: 3 };
    const both = decide(sending.state, signal(snapshot(4, { axes: resumed, turnNo: 1, waitingHigh: 0 })), 5);
    expect(both.effects).toEqual([
      { type: 'cancel' },
      { type: 'deliver', sessionId: 's1', turn: 1, gateNo: 1 },
    ]);
    const silent = { ...resumed, status: 'paused' as const };
    const held = decide(sending.state, signal(snapshot(3, { axes: silent, turnNo: 1, waitingHigh: 0 })), 5);
    expect(held.effects).toContainEqual({ type: 'cancel' });
    expect(held.state.running).toBeNull();
  });

  test('what is due but must wait for news sets no timer', () => {
    const muted = run([signal(snapshot(1, debounced, 60_000))], [{ type: 'tick' }, 300]);
    expect(muted.effects).toEqual([]);
    expect(nextWake(muted.state, 300)).toEqual({ atMs: 61_000, why: 'end of the mute' });
    const timed = { ...paused, resumesAtMs: 5_000 };
    const asked = run([signal(snapshot(1, { axes: timed, waitingHigh: 0 }))], [{ type: 'tick' }, 5_000]);
    expect(asked.state.changing).toBe('resume');
    expect(nextWake(asked.state, 5_000)).toBeNull();
    const refused = {
      type: 'changed' as const,
      kind: 'resume' as const,
      snapshot: snapshot(1, { axes: timed, waitingHigh: 0 }),
    };
    expect(nextWake(decide(asked.state, refused, 5_001).state, 5_001)).toEqual({
      atMs: 10_001,
      why: 'ask again',
    });
  });

  test('a mute holds the bubbles and a second after its end they go on', () => {
    const muted = (clock: number) => snapshot(clock, { turnNo: 1, waitingHigh: 0 }, 60_000);
    const held = run(
      [signal(snapshot(1))],
      [talked(snapshot(2, { turnNo: 1, waitingHigh: 0 }))],
      [{ type: 'delivered', result: { outcome: 'held', sent: 0, untilMs: 60_000, snapshot: muted(3) } }],
    );
    expect(held.effects).toEqual([]);
    expect(nextWake(held.state, 0)?.atMs).toBe(61_000);
    expect(decide(held.state, { type: 'tick' }, 61_000).effects).toContainEqual({
      type: 'deliver',
      sessionId: 's1',
      turn: 1,
      gateNo: 0,
    });
  });

  test('a pause with minutes asks for the resume when they are over', () => {
    const timed = { ...paused, resumesAtMs: 5_000 };
    const { state } = run([signal(snapshot(1, { axes: timed, waitingHigh: 0 }))]);
    expect(nextWake(state, 0)).toEqual({ atMs: 5_000, why: 'end of the pause' });
    expect(decide(state, { type: 'tick' }, 5_000).effects).toEqual([
      { type: 'change', sessionId: 's1', kind: 'resume' },
    ]);
  });
});

describe('a number whose bots are all silent', () => {
  const hush = (of: Snapshot): Snapshot => ({ ...of, silenced: true });
  const ending = { turnNo: 1, waitingHigh: 0, endedAs: 'completed' as const };
  const answered = { turnNo: 1, waitingHigh: 0 };
  const continuing = { number: 1, state: 'answered' as const, unsent: 0, continueAfterMs: 1_000 };

  test.each<[string, Snapshot, number, Decision['effects'][number]]>([
    ['a message', snapshot(1), 0, { type: 'talk', sessionId: 's1', turn: 1, upTo: 1 }],
    [
      'a window that is over',
      snapshot(1, debounced),
      300,
      { type: 'talk', sessionId: 's1', turn: 1, upTo: 1 },
    ],
    [
      'an answer with bubbles',
      snapshot(1, { ...answered, turn: { ...continuing, unsent: 2 } }),
      0,
      { type: 'deliver', sessionId: 's1', turn: 1, gateNo: 0 },
    ],
    [
      'a flow that goes on by itself',
      snapshot(1, { ...answered, turn: continuing }),
      1_000,
      { type: 'talk', sessionId: 's1', turn: 2, upTo: 0 },
    ],
    ['the end of a flow', snapshot(1, ending), 0, { type: 'change', sessionId: 's1', kind: 'completed' }],
    [
      'a flow that asks for a person',
      snapshot(1, { ...answered, handoff: true }),
      0,
      { type: 'change', sessionId: 's1', kind: 'handoff' },
    ],
  ])('%s waits, without a timer, until they may speak', (_what, of, dueMs, effect) => {
    const silent = run([signal(hush(of))], [{ type: 'tick' }, dueMs]);
    expect(silent.effects).toEqual([]);
    expect(nextWake(silent.state, dueMs)).toBeNull();
    const spoken = decide(silent.state, signal({ ...of, clock: 2 }), dueMs);
    const { effects } = decide(spoken.state, { type: 'tick' }, dueMs + 1);
    expect([...spoken.effects, ...effects]).toContainEqual(effect);
  });

  test('a conversation with waiting messages expires: nobody gets an answer of hours ago', () => {
    const idle = { settings: { version: 1, debounceMs: 0, expireMs: 60_000 } };
    const { state } = run([signal(hush(snapshot(1, idle)))]);
    expect(decide(state, { type: 'tick' }, 60_000).effects).toEqual([
      { type: 'change', sessionId: 's1', kind: 'expired' },
    ]);
  });
});

describe('ends', () => {
  const expiring = { settings: { version: 1, debounceMs: 0, expireMs: 60_000 }, waitingHigh: 0 };

  test('idle time counts from the last message of anyone', () => {
    const { state } = run([signal(snapshot(1, { ...expiring, lastMessageAtMs: 1_000 }))]);
    expect(idleDueAtMs(state)).toBe(61_000);
    const later = decide(state, signal(snapshot(2, { ...expiring, lastMessageAtMs: 30_000 })), 30_000);
    expect(idleDueAtMs(later.state)).toBe(90_000);
  });

  test('it applies while paused too', () => {
    const paused = { ...axes, status: 'paused' as const };
    const { state } = run([signal(snapshot(1, { ...expiring, axes: paused }))]);
    expect(decide(state, { type: 'tick' }, 60_000).effects).toEqual([
      { type: 'change', sessionId: 's1', kind: 'expired' },
    ]);
  });

  test('an expiry that the row refused is asked for again only after news or five seconds', () => {
    const asked = run([signal(snapshot(1, expiring))], [{ type: 'tick' }, 60_000]);
    const refused = decide(
      asked.state,
      { type: 'changed', kind: 'expired', snapshot: snapshot(1, expiring) },
      60_010,
    );
    expect(refused.effects).toEqual([]);
    expect(decide(refused.state, { type: 'tick' }, 60_020).effects).toEqual([]);
    expect(decide(refused.state, { type: 'tick' }, 65_010).effects).toHaveLength(1);
  });

  test('the end of the flow closes after its bubbles, unless a pause came first', () => {
    const over = { turnNo: 1, waitingHigh: 0, endedAs: 'completed' as const };
    const sending = run([signal(snapshot(1))], [talked(snapshot(2, over))]);
    expect(sending.effects).toEqual([{ type: 'deliver', sessionId: 's1', turn: 1, gateNo: 0 }]);
    const done = (of: Snapshot): Event => ({
      type: 'delivered',
      result: { outcome: 'done', sent: 1, untilMs: null, snapshot: of },
    });
    expect(decide(sending.state, done(snapshot(2, over)), 9).effects).toEqual([
      { type: 'change', sessionId: 's1', kind: 'completed' },
    ]);
    const paused = snapshot(3, { ...over, axes: { ...axes, status: 'paused' } });
    expect(decide(sending.state, done(paused), 9).effects.filter(({ type }) => type === 'change')).toEqual(
      [],
    );
  });

  test('a turn whose bubbles have all left is over, and the flow goes on from there', () => {
    const over = { turnNo: 1, waitingHigh: 0, endedAs: 'completed' as const };
    const sent = run([signal(snapshot(1))], [talked(snapshot(2, over), { bubbles: 0 })]);
    expect(sent.effects).toEqual([{ type: 'change', sessionId: 's1', kind: 'completed' }]);
  });

  test('what could not leave at once is delivered when it may leave, not before', () => {
    const answered = { turnNo: 1, waitingHigh: 0 };
    const later = run([signal(snapshot(1))], [talked(snapshot(2, answered), { notBeforeMs: 5_000 }), 10]);
    expect(later.effects).toEqual([]);
    expect(nextWake(later.state, 10)?.atMs).toBe(5_000);
    expect(decide(later.state, { type: 'tick' }, 5_000).effects).toEqual([
      { type: 'deliver', sessionId: 's1', turn: 1, gateNo: 0 },
    ]);
  });

  test('a wait for a bubble that a takeover may have dropped is not waited out', () => {
    const answered = { turnNo: 1, waitingHigh: 0 };
    const later = run([signal(snapshot(1))], [talked(snapshot(2, answered), { notBeforeMs: 50_000 }), 10]);
    const taken = { ...answered, axes: { ...axes, status: 'paused' as const, gateNo: 1 } };
    const paused = decide(later.state, signal(snapshot(3, taken)), 20);
    expect(paused.effects.filter(({ type }) => type === 'deliver')).toEqual([]);
    const resumed = { ...answered, axes: { ...axes, gateNo: 1 } };
    expect(decide(paused.state, signal(snapshot(4, resumed)), 30).effects).toContainEqual({
      ...{ type: 'deliver', sessionId: 's1', turn: 1, gateNo: 1 },
    });
  });

  test('the end of a turn is not that of the session which began meanwhile', () => {
    const next = { id: 's2', opening: 2, turnNo: 4, waitingHigh: 0 };
    const turn = { number: 4, state: 'answered' as const, unsent: 2, continueAfterMs: null };
    const { effects } = run([signal(snapshot(1))], [talked(snapshot(3, { ...next, turn }), { bubbles: 0 })]);
    expect(effects).toEqual([{ type: 'deliver', sessionId: 's2', turn: 4, gateNo: 0 }]);
  });

  test('a close cancels the bot lane, and its late result changes nothing', () => {
    const closed = run([signal(snapshot(1))], [signal(snapshot(2, null))]);
    expect(closed.effects[0]).toEqual({ type: 'cancel' });
    expect(isOver(closed.state)).toBe(true);
  });

  test('a next session is taken up by the same run, in mid-life', () => {
    const next = {
      id: 's2',
      opening: 2,
      turnNo: 4,
      waitingHigh: 0,
      turn: { number: 4, state: 'answered' as const, unsent: 2, continueAfterMs: null },
    };
    const { effects, state } = run([signal(snapshot(1))], [signal(snapshot(2, next))]);
    expect(effects).toEqual([{ type: 'cancel' }, { type: 'deliver', sessionId: 's2', turn: 4, gateNo: 0 }]);
    expect(state.turn?.number).toBe(4);
  });
});

describe('what is true', () => {
  test('an older snapshot changes nothing', () => {
    const now = run([signal(snapshot(5, { waitingHigh: 0, turnNo: 2 }))]);
    const late = decide(now.state, signal(snapshot(4)), 9);
    expect(late.effects).toEqual([]);
    expect(late.state.session?.turnNo).toBe(2);
  });

  test('messages for which a turn found nothing to take do not open a window again before there is news', () => {
    const taken = run([signal(snapshot(1))], [talked(snapshot(2), { outcome: 'nothing', bubbles: 0 })]);
    expect(taken.effects).toEqual([]);
    expect(decide(taken.state, signal(snapshot(3)), 9).effects).toEqual([]);
    expect(decide(taken.state, signal(snapshot(4, { waitingHigh: 2 })), 9).effects).toHaveLength(1);
  });

  test('a pause block goes on by itself when its time is over', () => {
    const waits = run(
      [signal(snapshot(1))],
      [talked(snapshot(2, { turnNo: 1, waitingHigh: 0 }), { bubbles: 0, continueAfterMs: 4_000 }), 1_000],
    );
    expect(nextWake(waits.state, 0)).toEqual({ atMs: 5_000, why: 'wait of the flow' });
    expect(decide(waits.state, { type: 'tick' }, 5_000).effects).toEqual([
      { type: 'talk', sessionId: 's1', turn: 2, upTo: 0 },
    ]);
  });

  test('continue-as-new carries everything but the lanes', () => {
    const { state } = run([signal(snapshot(1, debounced))]);
    const busy: ConversationState = { ...state, running: 'deliver', changing: 'expired' };
    const carried = carryOver(busy);
    expect(Object.keys(carried).sort()).toEqual(Object.keys(freshState()).sort());
    expect(carried).toEqual({ ...busy, running: null, changing: null });
  });
});
