import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gateIsOpen, shownStatus, transition } from '../../workflows/axes.js';
import type { Axes, Command } from '../../workflows/axes.js';
import { Engine } from './engine.js';
import type { Answer, Settings } from './model.js';
import { isUnsent } from './outbox-model.js';
import type { SendOutcome } from './outbox-model.js';

const settings = fc.record<Settings>({
  debounceMs: fc.constantFrom(0, 300),
  expireMs: fc.constantFrom(0, 60_000),
});
const answer: fc.Arbitrary<Answer> = fc.record({
  bubbles: fc.nat(3),
  continueAfterMs: fc.option(fc.constantFrom(0, 700), { freq: 5 }),
  endedAs: fc.option(fc.constantFrom('completed', 'failed'), { freq: 6 }),
  handoff: fc.boolean(),
});
/** A flow that has ended neither goes on nor asks for a person; few ask for one at all. */
const answers = fc.array(answer, { minLength: 1, maxLength: 12 }).map((list) =>
  list.map((one, index) => ({
    ...one,
    continueAfterMs: one.endedAs === null ? one.continueAfterMs : null,
    handoff: one.handoff && one.endedAs === null && index % 5 === 4,
  })),
);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('pause'), minutes: fc.option(fc.constant(1), { nil: undefined }) }),
  fc.constantFrom('resume', 'resume', 'resume', 'open', 'takeover', 'operate').map((type) => ({ type })),
  fc.record({
    type: fc.constant('set'),
    resolution: fc.option(fc.constantFrom('pending', 'unresolved', 'resolved', 'closed'), { nil: undefined }),
    chatMode: fc.option(fc.constantFrom('bot', 'awaiting', 'operator'), { nil: undefined }),
  }),
  fc.constant({ type: 'close', reason: 'closed_by_api' }),
) as fc.Arbitrary<Command>;

const sends = fc.array(fc.constantFrom<SendOutcome>('sent', 'sent', 'lost', 'refused'), { maxLength: 20 });

type Step = (engine: Engine) => void;
const does = (step: Step) => fc.constant(step);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: does((engine) => engine.commit((contact) => contact.write())) },
  { weight: 4, arbitrary: does((engine) => engine.work()) },
  {
    weight: 2,
    arbitrary: command.map((one) => (engine: Engine) => engine.commit((contact) => contact.command(one))),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(0, 1_500)
      .map((ms) => (engine: Engine) => engine.commit((contact) => contact.mute(ms))),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(4), fc.boolean(), fc.boolean()).map(
      ([index, a, b]) =>
        (engine: Engine) =>
          engine.signal(index, a && b),
    ),
  },
  { weight: 1, arbitrary: does((engine) => engine.crash()) },
  { weight: 1, arbitrary: does((engine) => engine.freeze()) },
  { weight: 1, arbitrary: does((engine) => engine.workOrphan()) },
  { weight: 2, arbitrary: does((engine) => engine.workChange()) },
  { weight: 1, arbitrary: does((engine) => engine.continueAsNew()) },
  { weight: 1, arbitrary: does((engine) => engine.grow()) },
  { weight: 1, arbitrary: does((engine) => engine.loseRun()) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(0, 100, 300, 1_000, 70_000).map((ms) => (engine: Engine) => engine.pass(ms)),
  },
);
const steps = fc.array(step, { maxLength: 60, size: 'max' });

/** Plays a sequence of events, then lets everything that is under way arrive. */
function play(given: Settings, flow: Answer[], channel: SendOutcome[], list: Step[]): Engine {
  const quiet: Answer = { bubbles: 1, continueAfterMs: null, endedAs: null, handoff: false };
  const [left, outcomes] = [[...flow], [...channel]];
  const engine = new Engine(
    given,
    () => left.shift() ?? quiet,
    () => outcomes.shift() ?? 'sent',
  );
  for (const one of list) one(engine);
  engine.settle();
  return engine;
}

/** The same sequences each time; others by `PARLEY_TEST_SEED`, more of them by `PARLEY_TEST_RUNS`. */
const checks = {
  numRuns: Number(process.env.PARLEY_TEST_RUNS ?? 1_000),
  seed: Number(process.env.PARLEY_TEST_SEED ?? 1),
};

test('no sequence of events sends a bubble twice, or out of order', () => {
  fc.assert(
    fc.property(settings, answers, sends, steps, (given, flow, channel, list) => {
      const { wire } = play(given, flow, channel, list).contact.outbox;
      expect(new Set(wire).size).toBe(wire.length);
      const inOrder = wire.toSorted(
        (a, b) => a.opening - b.opening || a.turn - b.turn || a.number - b.number,
      );
      expect(wire).toEqual(inOrder);
    }),
    checks,
  );
});

test('no sequence of events leaves a message unanswered or a bubble unsent once the bot may answer', () => {
  fc.assert(
    fc.property(settings, answers, sends, steps, (given, flow, channel, list) => {
      const engine = play(given, flow, channel, list);
      const { contact } = engine;
      // What a pause or a mute holds back comes when it is over, and is not lost.
      const { bubbles } = contact.outbox;
      const held = contact.session === null ? [] : bubbles.filter(isUnsent);
      engine.commit((one) => one.mute(0));
      engine.commit((one) => {
        if (one.session !== null) one.command({ type: 'resume' });
      });
      engine.settle();
      expect(contact.waiting()).toEqual([]);
      expect(contact.rows.filter(({ fate }) => fate === 'waiting')).toEqual([]);
      const isOpen = contact.mayAnswer || contact.session === null;
      if (isOpen) expect(bubbles.filter(isUnsent)).toEqual([]);
      if (isOpen) expect(held.every(({ state }) => state === 'sent')).toBe(true);
    }),
    checks,
  );
});

test('no sequence of events leaves a session that neither waits nor ends', () => {
  fc.assert(
    fc.property(settings, answers, sends, steps, (given, flow, channel, list) => {
      const engine = play(given, flow, channel, list);
      const { session } = engine.contact;
      expect(engine.rest.hasRun).toBe(session !== null);
      if (session === null) return;
      // An ended flow closes its session, a hand-off hands over, a continuation goes on: unless a person keeps it silent.
      if (engine.contact.mayAnswer) {
        expect(session).toMatchObject({ endedAs: null, handoff: false });
        const open = session.turns.filter(
          ({ state, continued, continueAfterMs, number }) =>
            state === 'begun' || (number === session.turnNo && continueAfterMs !== null && !continued),
        );
        expect(open).toEqual([]);
      }
      if (given.expireMs === 0) return;
      // Nobody writes any more: it expires.
      for (let minutes = 0; minutes < 3; minutes += 1) {
        engine.pass(60_000);
        engine.settle();
      }
      expect(engine.contact.session).toBeNull();
      expect(engine.rest.hasRun).toBe(false);
    }),
    checks,
  );
});

const axes: fc.Arbitrary<Axes> = fc.array(command, { maxLength: 8 }).map((list) =>
  list.reduce<Axes>(
    (before, one) => {
      const outcome = transition(before, one, 0);
      return outcome.type === 'changed' ? outcome.axes : before;
    },
    {
      ...{ status: 'opened', chatMode: 'bot', resolution: 'pending' },
      ...{ gateNo: 0, resumesAtMs: null, version: 1 },
    },
  ),
);

test('a command that closes the gate raises its number, no other does, and each change raises the version once', () => {
  fc.assert(
    fc.property(axes, command, (before, one) => {
      const outcome = transition(before, one, 0);
      if (outcome.type !== 'changed') return;
      const { axes: after } = outcome;
      expect(after.gateNo - before.gateNo).toBe(gateIsOpen(before) && !gateIsOpen(after) ? 1 : 0);
      expect(after.version).toBe(before.version + 1);
    }),
    checks,
  );
});

test('a command given twice leaves what it left once; only what silences for a person counts again', () => {
  fc.assert(
    fc.property(axes, command, (before, one) => {
      const first = transition(before, one, 0);
      if (first.type !== 'changed') return;
      const second = transition(first.axes, one, 0);
      if (second.type !== 'changed') return;
      expect(second).toMatchObject({ silence: 'drop', ended: false, reopened: false });
      expect(second.axes).toEqual({ ...first.axes, version: first.axes.version + 1 });
    }),
    checks,
  );
});

test('whatever was done to a session, resume gives the bot the word, or the session is closed and says so', () => {
  fc.assert(
    fc.property(axes, (before) => {
      const outcome = transition(before, { type: 'resume' }, 0);
      const after = outcome.type === 'changed' ? outcome.axes : before;
      if (before.status === 'closed') expect(outcome).toEqual({ type: 'refused', reason: 'closed' });
      else expect([gateIsOpen(after), shownStatus(after)]).toEqual([true, 'opened']);
      // A pause that ends by itself is one in which the session is paused.
      if (before.resumesAtMs !== null) expect(before.status).toBe('paused');
    }),
    checks,
  );
});
