import { expect, test } from 'vitest';
import {
  extend,
  MAX_CALLS,
  outcomeOf,
  said,
  startVariables,
  unknownMessage,
} from '../../activities/chain.js';
import type { TalkPorts } from '../../activities/chain.js';
import type { FlowAnswer, ReplyDecision } from '../../activities/ports/typebot.js';
import { TypebotFailure } from '../../activities/ports/typebot.js';
import type { BegunTurn, TurnOutcome } from '../../activities/ports/turns.js';
import { talkToTypebot } from '../../activities/talk-to-typebot.js';
import { defaultCapabilities } from '../../src/channels/forms/capabilities.js';
import { asActivity } from './activity-context.js';

const begun: BegunTurn = {
  ...{ sessionId: 's', contactId: 'c', instanceId: 'i', turn: 2, typebotSessionId: 'ts', openInput: null },
  typebot: { id: 't', typebotUrl: 'https://bot.example', publicId: 'shop' },
  settings: {
    ...{ locale: 'en', timeZone: 'UTC', inputHints: true, typingEmulation: false, defaultDelayMs: 0 },
    unknownMessage: 'Pardon?',
  },
  surface: { capabilities: defaultCapabilities.sandbox, kind: 'whatsapp' },
  inputs: [],
  ...{ continuation: false, continuations: 0, prefilledVariables: { plan: 'pro' }, resultId: null },
  ...{
    openCall: null,
    freshMark: null,
    chain: null,
    slowestCallMs: 0,
    timeoutMs: 10_000,
    patienceMs: 60_000,
  },
};

const question: FlowAnswer = {
  ...{ items: [], promptItems: 0, silent: false, next: { type: 'question' }, openInput: null },
  ...{ notes: [], refused: false, handoff: false },
};

const says = (text: string): FlowAnswer => ({
  ...question,
  items: [{ type: 'message', content: { type: 'text', text } }],
});

/** A turn over fakes; `answers` are what Typebot says to one call after the other. */
function world(
  answers: (FlowAnswer | Error)[],
  options: { turn?: Partial<BegunTurn>; mark?: string | null } = {},
) {
  const log: string[] = [];
  const outcomes: TurnOutcome[] = [];
  const answer = (kind: string) => {
    log.push(kind);
    const next = answers.shift() ?? question;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const read: ReplyDecision = { type: 'send', message: { type: 'text', text: 'yes' } };
  const failed = { tries: 1, failingForMs: 0 };
  const { mark = 'm' } = options;
  const ports: TalkPorts = {
    typebot: {
      start: () => answer('start'),
      continue: () => answer('continue'),
      look: () => Promise.resolve({ type: 'same' }),
      automatic: () => Promise.resolve({ notes: [] }),
      read: () => read,
      readFirst: () => undefined,
      clientLog: () => Promise.resolve(),
      upload: () => Promise.resolve(undefined),
    },
    records: {
      begin: () => Promise.resolve({ type: 'begun', turn: { ...begun, ...options.turn } }),
      callBegins: () => Promise.resolve(mark),
      callEnded: () => Promise.resolve(true),
      callPostponed: () => Promise.resolve(),
      callUnreached: () => Promise.resolve({ failingForMs: 0 }),
      callFailed: () => Promise.resolve(failed),
      callLost: () => Promise.resolve({ tries: 1 }),
      callUnclear: () => Promise.resolve(failed),
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
  };
  const request = { contactId: 'c', sessionId: 's', turn: 2, upTo: 1 };
  return { log, outcomes, run: () => asActivity(() => talkToTypebot(request, ports)) };
}

const textsOf = ({ chain }: TurnOutcome) =>
  chain.items.map((item) => item.type === 'message' && item.content.type === 'text' && item.content.text);

test('an answer in one call is stored with the mark of that call', async () => {
  const { run, log, outcomes } = world([says('Which colour?')]);
  expect(await run()).toMatchObject({ outcome: 'answered', bubbles: 1 });
  expect(log).toEqual(['continue']);
  expect(outcomes).toMatchObject([{ mark: 'm', endedAs: null, failure: null }]);
});

test('automatic steps are called until the flow waits for somebody, and their bubbles stay in order', async () => {
  const next = { type: 'automatic', action: { type: 'skip', name: 'stream' } } as const;
  const { run, log, outcomes } = world([{ ...says('one'), next }, { ...says('two'), next }, says('three')]);
  await run();
  expect(log).toEqual(['continue', 'continue', 'continue']);
  expect(outcomes.map(textsOf)).toEqual([['one', 'two', 'three']]);
});

test('the end of the flow ends the session', async () => {
  const { run, outcomes } = world([{ ...says('bye'), next: { type: 'ended' } }]);
  await run();
  expect(outcomes).toMatchObject([{ endedAs: 'completed' }]);
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
] as const)('a Typebot that is %s is called again by a new attempt', async (kind, detail, delayMs) => {
  const { run, outcomes } = world([new TypebotFailure(kind, detail)]);
  await expect(run()).rejects.toMatchObject({ type: `Typebot${kind}`, nextRetryDelay: delayMs });
  expect(outcomes).toEqual([]);
});

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

test('a flow that goes on by itself for ever is stopped', () => {
  const automatic = { type: 'automatic', action: { type: 'skip', name: 'stream' } } as const;
  let chain = said(begun, []);
  for (let call = 1; call <= MAX_CALLS; call += 1) {
    expect(outcomeOf(chain).endedAs).toBeNull();
    chain = extend(chain, { ...question, next: automatic }, 5);
  }
  expect(chain.calls).toBe(MAX_CALLS);
  expect(outcomeOf(chain)).toMatchObject({ endedAs: 'failed', failure: { status: null } });
});

test('what began a run is firstMessage, but for a session that was lost and begun anew', () => {
  const chain = said(begun, []);
  const message = { type: 'text', text: 'hi' } as const;
  expect(startVariables(begun, chain, message)).toEqual({ plan: 'pro', firstMessage: 'hi' });
  expect(startVariables(begun, chain, undefined)).toEqual({ plan: 'pro', firstMessage: '' });
  expect(startVariables(begun, { ...chain, restarted: true }, message)).toEqual({ plan: 'pro' });
});

test('an empty unknown_message says nothing', () => {
  expect(unknownMessage({ ...begun, settings: { ...begun.settings, unknownMessage: ' ' } })).toEqual([]);
});
