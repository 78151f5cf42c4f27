import { describe, expect, test } from 'vitest';
import { said } from '../../activities/chain.js';
import type { TalkDeps } from '../../activities/chain.js';
import type {
  AutomaticAction,
  FlowAnswer,
  ReplyDecision,
  TypebotPort,
} from '../../activities/ports/typebot.js';
import { TypebotFailure } from '../../activities/ports/typebot-failure.js';
import type { BegunTurn, TurnOutcome } from '../../activities/ports/turns.js';
import { isDead } from '../../activities/give-up.js';
import { talkToTypebot } from '../../activities/talk-to-typebot.js';
import { asActivity } from './activity-context.js';
import { begun, question, says } from './begun-turn.js';

type LookResult = Awaited<ReturnType<TypebotPort['look']>>;

/** A turn over fakes; `answers` are what Typebot says to one call after the other. */
function world(
  answers: (FlowAnswer | Error)[],
  options: {
    turn?: Partial<BegunTurn>;
    mark?: string | null;
    tries?: number;
    failingForMs?: number;
    look?: LookResult | Error;
    overtaken?: boolean;
  } = {},
) {
  const log: string[] = [];
  /** In how many milliseconds the turn is tried again, as it was noted. */
  const again: number[] = [];
  const outcomes: TurnOutcome[] = [];
  /** Texts that continueChat got. */
  const given: (string | undefined)[] = [];
  const answer = (kind: string) => {
    log.push(kind);
    const next = answers.shift() ?? question;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const read: ReplyDecision = { type: 'send', message: { type: 'text', text: 'yes' } };
  const { mark = 'm', tries = 1, failingForMs = 0, look = { type: 'same' } } = options;
  const failed = { tries, failingForMs };
  const deps: TalkDeps = {
    typebot: {
      start: () => answer('start'),
      continue: ({ message }) => {
        given.push(message?.type === 'text' ? message.text : undefined);
        return answer('continue');
      },
      look: () => {
        log.push('look');
        return look instanceof Error ? Promise.reject(look) : Promise.resolve(look);
      },
      automatic: () => Promise.resolve({ message: { type: 'text', text: 'result' }, notes: [] }),
      read: () => read,
      readFirst: () => undefined,
      clientLog: () => Promise.resolve(),
      upload: () => Promise.resolve(undefined),
    },
    records: {
      begin: () => Promise.resolve({ type: 'begun', turn: { ...begun, ...options.turn } }),
      callBegins: () => Promise.resolve(mark),
      callEnded: () => Promise.resolve(true),
      saySoFar: (_turn, _mark, chain, upTo) => {
        log.push(`stored ${upTo}`);
        return Promise.resolve(
          options.overtaken === true ? undefined : { chain: { ...chain, stored: upTo }, gateNo: 3 },
        );
      },
      callPostponed: () => Promise.resolve(),
      callUnreached: () => Promise.resolve({ failingForMs }),
      callFailed: () => Promise.resolve(failed),
      callLost: () => Promise.resolve({ tries: 1 }),
      callUnclear: () => Promise.resolve(failed),
      noteNextAttempt: (_turn, inMs) => {
        again.push(inMs);
        return Promise.resolve();
      },
      builderOf: () => Promise.resolve(undefined),
      finish: (_turn, outcome) => {
        outcomes.push(outcome);
        return Promise.resolve({
          ...{ outcome: 'answered', bubbles: outcome.chain.items.length, continueAfterMs: null },
          snapshot: { clock: 1, mutedUntilMs: null, session: null },
        });
      },
      troubleOf: () => 'fault',
      abandon: () => {
        log.push('abandon');
        return Promise.resolve({
          ...{ outcome: 'answered', bubbles: 0, continueAfterMs: null },
          snapshot: { clock: 1, mutedUntilMs: null, session: null },
        });
      },
    },
    media: { prepare: () => Promise.resolve({ messages: [] }) },
    presence: { turnBegins: () => undefined, typing: () => undefined },
    bubblesReady: (gateNo) => void log.push(`ready ${gateNo}`),
  };
  const request = { contactId: 'c', sessionId: 's', turn: 2, upTo: 1 };
  return {
    log,
    again,
    outcomes,
    given,
    run: () => asActivity(() => talkToTypebot(request, deps, new AbortController().signal)),
  };
}

const textsOf = ({ chain }: TurnOutcome) =>
  chain.items.map((item) => item.type === 'message' && item.content.type === 'text' && item.content.text);

test('an answer in one call is stored with the mark of that call', async () => {
  const { run, log, outcomes } = world([says('Which colour?')]);
  expect(await run()).toMatchObject({ outcome: 'answered', bubbles: 1 });
  expect(log).toEqual(['continue']);
  expect(outcomes).toMatchObject([{ mark: 'm', endedAs: null, failure: null }]);
});

test('the place in the transcript counts the reply, and the bubbles since it over all automatic steps', async () => {
  const next = { type: 'automatic', action: { type: 'skip', name: 'stream' } } as const;
  const place = { flowId: 'f', resultId: 'r', replies: 2, bubbles: 7 };
  const openInput = { id: 'i1', type: 'text input', turn: 1, choices: [] };
  const answers = () => [
    { ...says('one'), bubbles: 1, next },
    { ...says('two'), bubbles: 2 },
  ];
  const answered = world(answers(), { turn: { place, openInput } });
  await answered.run();
  expect(answered.outcomes[0]?.chain.place).toEqual({ ...place, replies: 3, bubbles: 3 });
  // What a webhook or an embed waits for is no reply, and a refusal adds nothing.
  const woken = world(answers(), { turn: { place, openInput: { ...openInput, type: 'webhook' } } });
  await woken.run();
  expect(woken.outcomes[0]?.chain.place).toEqual({ ...place, bubbles: 10 });
  const refused = world([{ ...says('again?'), bubbles: 1, refused: true }], { turn: { place, openInput } });
  await refused.run();
  expect(refused.outcomes[0]?.chain.place).toEqual(place);
});

test('automatic steps are called until the flow waits for somebody, and their bubbles stay in order', async () => {
  const next = { type: 'automatic', action: { type: 'skip', name: 'stream' } } as const;
  const { run, log, outcomes } = world([{ ...says('one'), next }, { ...says('two'), next }, says('three')]);
  await run();
  expect(log).toEqual([
    ...['continue', 'stored 1', 'ready 3'],
    ...['continue', 'stored 2', 'ready 3'],
    'continue',
  ]);
  expect(outcomes.map(textsOf)).toEqual([['one', 'two', 'three']]);
});

test('before an automatic step only new bubbles are stored, and a pause after them waits for the next one', async () => {
  const next = { type: 'automatic', action: { type: 'skip', name: 'stream' } } as const;
  const wait = { type: 'wait', waitMs: 1_000 } as const;
  const one = says('one');
  const { run, log, outcomes } = world([
    { ...question, next },
    { ...one, items: [...one.items, wait], next },
    { ...question, next },
    says('two'),
  ]);
  await run();
  expect(log.filter((line) => line !== 'continue')).toEqual(['stored 1', 'ready 3']);
  expect(outcomes).toMatchObject([{ chain: { stored: 1, items: { length: 3 } } }]);
});

test('answers over an API are stored in one piece', async () => {
  const next = { type: 'automatic', action: { type: 'skip', name: 'stream' } } as const;
  const surface = { ...begun.surface, kind: 'api' } as const;
  const { run, log } = world([{ ...says('one'), next }, says('two')], { turn: { surface } });
  await run();
  expect(log).toEqual(['continue', 'continue']);
});

test('a turn that another attempt overtook sends nothing of its chain and calls no more', async () => {
  const next = { type: 'automatic', action: { type: 'skip', name: 'stream' } } as const;
  const { run, log } = world([{ ...says('one'), next }, says('two')], { overtaken: true });
  await expect(run()).rejects.toThrow('taken over');
  expect(log).toEqual(['continue', 'stored 1']);
});

test('the end of the flow ends the session', async () => {
  const { run, outcomes } = world([{ ...says('bye'), next: { type: 'ended' } }]);
  await run();
  expect(outcomes).toMatchObject([{ endedAs: 'completed' }]);
});

test('a call that was noted long ago, before its worker froze, is not made any more', async () => {
  const at = (agoMs: number) => ({
    freshMark: 'm',
    known: { mark: 'm', sinceMs: performance.now() - agoMs },
  });
  const woken = world([], { turn: at(5_000) });
  await expect(woken.run()).rejects.toMatchObject({ type: 'TurnTakenOver' });
  expect(woken.log).toEqual([]);
  const awake = world([says('Which colour?')], { turn: at(1_000) });
  await awake.run();
  expect(awake.log).toEqual(['continue']);
});

test('a turn that was taken over calls nobody', async () => {
  const { run, log } = world([], { mark: null });
  await expect(run()).rejects.toMatchObject({ type: 'TurnTakenOver' });
  expect(log).toEqual([]);
});

test.each([
  ['unreachable', { reason: 'no answer', retryAfterMs: 4_000 }, 4_000],
  ['crowded', { reason: 'full', retryAfterMs: 700 }, 700],
  ['broken', { reason: 'HTTP 500' }, 2_000],
] as const)(
  'a Typebot that is %s is called again by a new attempt, and it is noted when',
  async (kind, detail, delayMs) => {
    const { run, again, outcomes } = world([new TypebotFailure(kind, detail)]);
    await expect(run()).rejects.toMatchObject({ type: `Typebot${kind}`, nextRetryDelay: delayMs });
    expect(again).toEqual([delayMs]);
    expect(outcomes).toEqual([]);
  },
);

test('a refusal is told by unknown_message, and the session goes on', async () => {
  const { run, outcomes } = world([new TypebotFailure('refused', { status: 400, reason: 'HTTP 400' })]);
  await run();
  expect(outcomes.map(textsOf)).toEqual([['Pardon?']]);
  expect(outcomes).toMatchObject([{ endedAs: null, failure: { status: 400, reason: 'HTTP 400' } }]);
});

test('an error that no port promises ends the turn instead of repeating it', async () => {
  const { run, log } = world([new RangeError('a fault')]);
  await run();
  expect(log).toEqual(['continue', 'abandon']);
});

const action: AutomaticAction = { type: 'script', content: 'return 1', isCode: true, args: [] };
const runsScript: FlowAnswer = { ...says('Thanks'), next: { type: 'automatic', action } };
const broken = () => new TypebotFailure('broken', { status: 500, reason: 'INTERNAL_SERVER_ERROR' });

describe('a Typebot session that fails for good', () => {
  const failure = (kind: TypebotFailure['kind']) => new TypebotFailure(kind, { reason: 'x' });
  const chain = said(begun, []);
  const started = { ...chain, typebotSessionId: null };
  const anew = { ...chain, restarted: 'broken' as const };
  const gone = { ...chain, restarted: 'gone' as const };

  test.each([
    { what: 'a first turn of 500s', error: broken(), brokenTurns: 0, of: chain, dead: false },
    { what: 'a second one in a row', error: broken(), brokenTurns: 1, of: chain, dead: true },
    { what: 'every further one', error: broken(), brokenTurns: 5, of: chain, dead: true },
    { what: 'a session begun anew in this turn', error: broken(), brokenTurns: 1, of: anew, dead: false },
    { what: 'a session found gone in this turn', error: broken(), brokenTurns: 1, of: gone, dead: false },
    { what: 'a start', error: broken(), brokenTurns: 1, of: started, dead: false },
    { what: 'a Typebot not reached', error: failure('unreachable'), brokenTurns: 9, of: chain, dead: false },
    { what: 'a crowded Typebot', error: failure('crowded'), brokenTurns: 9, of: chain, dead: false },
    { what: 'an unclear call', error: failure('unclear'), brokenTurns: 9, of: chain, dead: false },
    { what: 'a refusal', error: failure('refused'), brokenTurns: 9, of: chain, dead: false },
  ])('$what', ({ error, brokenTurns, of, dead }) => {
    expect(isDead({ turn: { ...begun, brokenTurns }, chain: of, failure: error })).toBe(dead);
  });

  test('is kept after one turn of 500s, which is counted', async () => {
    const { run, log, outcomes } = world([broken()], { tries: 3 });
    await run();
    expect(log).toEqual(['continue']);
    expect(outcomes.map(textsOf)).toEqual([['Pardon?']]);
    expect(outcomes).toMatchObject([
      { chain: { restarted: false, typebotSessionId: 'ts' }, failure: { status: 500, broken: true } },
    ]);
  });

  test('is begun anew after a second one, and the timeline is told why', async () => {
    const fresh = { ...says('Your name?'), typebotSessionId: 'new' };
    const { run, log, outcomes } = world([broken(), fresh], { tries: 3, turn: { brokenTurns: 1 } });
    await run();
    expect(log).toEqual(['continue', 'start']);
    expect(outcomes.map(textsOf)).toEqual([['Your name?']]);
    expect(outcomes).toMatchObject([
      { chain: { restarted: 'broken', typebotSessionId: 'new' }, failure: null, endedAs: null },
    ]);
  });

  test('is kept where the start fails as well: then Typebot is down, not the session', async () => {
    const { run, log, outcomes } = world([broken(), broken()], { tries: 3, turn: { brokenTurns: 1 } });
    await run();
    expect(log).toEqual(['continue', 'start']);
    expect(outcomes.map(textsOf)).toEqual([['Pardon?']]);
    expect(outcomes).toMatchObject([
      { chain: { restarted: false, typebotSessionId: 'ts' }, failure: { broken: true }, endedAs: null },
    ]);
  });

  test.each(['unreachable', 'unclear'] as const)('an outage (%s) begins nothing anew', async (kind) => {
    const options = { tries: 9, failingForMs: 60_000, turn: { brokenTurns: 1 } };
    const { run, log, outcomes } = world([failure(kind)], options);
    await run();
    expect(log).toEqual(['continue']);
    expect(outcomes).toMatchObject([{ chain: { typebotSessionId: 'ts' }, failure: { broken: false } }]);
  });

  test('patience that is over ends a turn of 500s before its third try, and the session is begun anew as well', async () => {
    const options = { tries: 1, failingForMs: 60_000, turn: { brokenTurns: 1 } };
    const { run, log } = world([broken(), { ...says('Your name?'), typebotSessionId: 'new' }], options);
    await run();
    expect(log).toEqual(['continue', 'start']);
  });
});

describe('after a call of unclear outcome, a look that', () => {
  const openInput = { id: 'i1', type: 'text input', turn: 1, choices: [] };
  const gone = new TypebotFailure('gone', { status: 404, reason: 'Session not found' });
  const refused = new TypebotFailure('refused', { status: 403, reason: 'HTTP 403' });
  const ended: LookResult = { type: 'ended', answer: says('Bye'), words: 'lost' };
  const fresh = { ...says('Your name?'), typebotSessionId: 'new' };

  test.each([
    { what: 'finds the question open', look: { type: 'same' }, calls: ['continue'], hears: ['And now?'] },
    { what: 'finds the flow ended', look: ended, calls: [], hears: ['Bye'], endedAs: 'completed' },
    {
      what: 'finds the session lost',
      look: gone,
      calls: ['start'],
      hears: ['Your name?'],
      restarted: 'gone',
    },
    { what: 'is refused', look: refused, calls: [], hears: ['Pardon?'] },
  ] as { what: string; look: LookResult | Error; calls: string[]; hears: string[] }[])(
    '$what',
    async ({ what, look, calls, hears, ...more }) => {
      const unclear = new TypebotFailure('unclear', { reason: 'time-out', timedOut: true });
      const answer = calls[0] === 'start' ? fresh : says('And now?');
      const { run, log, outcomes } = world([unclear, answer], { turn: { openInput }, look });
      await run();
      expect(log).toEqual(['continue', 'look', ...calls]);
      expect(outcomes.map(textsOf)).toEqual([hears]);
      const { endedAs = null, restarted = false } = more as { endedAs?: string; restarted?: string };
      expect(outcomes).toMatchObject([{ endedAs, chain: { unclear: what !== 'is refused', restarted } }]);
    },
  );

  test('finds the session lost a second time in one turn gives it up', async () => {
    const unclear = () => new TypebotFailure('unclear', { reason: 'time-out', timedOut: true });
    const opening = { ...question, typebotSessionId: 'new', openInput };
    const answers = [unclear(), opening, unclear()];
    const { run, log, outcomes } = world(answers, { turn: { openInput }, look: gone });
    await run();
    expect(log).toEqual(['continue', 'look', 'start', 'continue', 'look']);
    expect(outcomes.map(textsOf)).toEqual([['Pardon?']]);
  });
});

describe('a result that Typebot did not take', () => {
  const waiting = (more: object = { action }): Partial<BegunTurn> => ({
    openInput: { id: 'action', type: 'action', turn: 1, choices: [], waitingAction: more },
  });

  test('is what the session goes on waiting for, and what was said before it is told', async () => {
    const { run, outcomes, given } = world([runsScript, broken()], { tries: 3 });
    await run();
    expect(given).toEqual(['yes', 'result']);
    expect(outcomes.map(textsOf)).toEqual([['Thanks', 'Pardon?']]);
    expect(outcomes[0]?.chain.openInput?.waitingAction).toEqual({ action });
    expect(outcomes[0]?.endedAs).toBeNull();
  });

  test('is computed and given before the contact’s next words, which are not taken for it', async () => {
    const { run, outcomes, given } = world([says('And now?')], { turn: waiting() });
    await run();
    expect(given).toEqual(['result']);
    expect(outcomes.map(textsOf)).toEqual([['And now?']]);
  });

  test.each(['refused', 'unclear'] as const)(
    '%s: it is not given again, the session is looked at',
    async (kind) => {
      const failed = world(
        [runsScript, new TypebotFailure(kind, { reason: 'x', timedOut: kind === 'unclear' })],
        {
          failingForMs: 60_000,
        },
      );
      await failed.run();
      expect(failed.outcomes[0]?.chain.openInput?.waitingAction).toEqual({});
      const next = world([], {
        turn: waiting({}),
        look: { type: 'moved', taken: false, answer: says('And now?') },
      });
      await next.run();
      expect(next.log).toEqual(['look']);
      expect(next.outcomes.map(textsOf)).toEqual([['And now?']]);
      expect(next.outcomes[0]?.chain.notes).toEqual([
        { type: 'action.ignored', data: { action: 'action', reason: 'result lost' } },
      ]);
    },
  );

  test('of a pause that is over: the next words do not go on with the flow in its place', async () => {
    const { run, outcomes } = world([broken()], { tries: 3, turn: { continuation: true, continuations: 1 } });
    await run();
    expect(outcomes[0]?.chain.openInput?.waitingAction).toEqual({});
  });

  test('a look that went on without it says so in the timeline; one that found it taken does not', async () => {
    for (const taken of [false, true]) {
      const timedOut = new TypebotFailure('unclear', { reason: 'time-out', timedOut: true });
      const { run, outcomes } = world([runsScript, timedOut], {
        look: { type: 'moved', taken, answer: says('And now?') },
      });
      await run();
      const lost = { type: 'action.ignored', data: { action: 'setVariable', reason: 'result lost' } };
      expect(outcomes[0]?.chain.notes).toEqual(taken ? [] : [lost]);
    }
  });

  test('a reply to a question that fails leaves the question as it was', async () => {
    const openInput = { id: 'i', type: 'text input', turn: 1, choices: [] };
    const { run, outcomes } = world([broken()], { tries: 3, turn: { openInput } });
    await run();
    expect(outcomes[0]?.chain.openInput).toEqual(openInput);
  });
});
