import { describe, expect, test } from 'vitest';
import {
  emptyChain,
  extend,
  firstChain,
  isReply,
  MAX_CALLS,
  outcomeOf,
  said,
  startVariables,
  unknownMessage,
} from '../../activities/chain.js';
import type { NextStep, OpenInput, ReplyDecision, TranscriptPlace } from '../../activities/ports/typebot.js';
import type { BegunTurn, Chain, TurnInput } from '../../activities/ports/turns.js';
import { begun, question, says } from './begun-turn.js';

const text = (words: string) => ({ type: 'text', text: words }) as const;
const asked: OpenInput = { id: 'i', type: 'text input', turn: 1, choices: [] };
const stranger: Partial<BegunTurn> = { typebotSessionId: null };
const callback: TurnInput = {
  ...{ inboxId: 'b', origin: 'callback', quotedTurn: null, keyId: null },
  content: { contentType: 'flowReply', name: 'callback', json: { paid: true } },
};

/** The first chain of a turn whose messages mean this. */
function first(turn: Partial<BegunTurn>, decision: ReplyDecision): Chain {
  return firstChain({ ...begun, ...turn }, [], { read: () => decision }, 0);
}

describe('the chain before the first call', () => {
  const yes: ReplyDecision = { type: 'send', message: text('yes') };
  const unreadable: ReplyDecision = { type: 'unreadable' };

  test.each<[string, Partial<BegunTurn>, ReplyDecision, object]>([
    ['a reply is given', {}, yes, { step: { type: 'answer', message: text('yes') } }],
    [
      'a reply that no reading fitted is marked',
      {},
      { ...yes, passedOn: true },
      { step: { type: 'answer', message: text('yes'), passedOn: true } },
    ],
    [
      'a first message starts a run',
      stranger,
      yes,
      { step: { type: 'start', message: text('yes') }, opening: true },
    ],
    [
      'what cannot be read starts a run as well',
      stranger,
      unreadable,
      { step: { type: 'start', message: undefined }, opening: true },
    ],
    [
      'what cannot be read in a session is told so',
      {},
      unreadable,
      { step: { type: 'done' }, refused: true, items: [{ type: 'message', content: text('Pardon?') }] },
    ],
    [
      'what is only shown asks nobody',
      {},
      { type: 'show', items: [text('Which one?')], openInput: asked, refused: false },
      { step: { type: 'done' }, refused: false, openInput: asked },
    ],
    [
      'a pause that is over goes on without a message',
      { continuation: true },
      yes,
      { step: { type: 'answer' } },
    ],
    [
      'a callback gives its data as a text of JSON',
      { inputs: [callback] },
      yes,
      { step: { type: 'answer', message: text('{"data":{"paid":true}}') } },
    ],
  ])('%s', (_, turn, decision, expected) => {
    expect(first(turn, decision)).toMatchObject({ calls: 0, unclear: false, ...expected });
  });
});

describe('the chain after an answer', () => {
  const chain = emptyChain(begun, { type: 'answer', message: text('yes') });
  const skip = { type: 'skip', name: 'stream' } as const;

  test.each<[string, NextStep, string | null, object]>([
    ['a question ends it', { type: 'question' }, 'ts', { type: 'done', next: { type: 'question' } }],
    ['the flow ends it', { type: 'ended' }, 'ts', { type: 'done', next: { type: 'ended' } }],
    ['a pause ends it', { type: 'pause', waitMs: 5 }, 'ts', { type: 'done', next: { type: 'pause' } }],
    ['an action goes on', { type: 'automatic', action: skip }, 'ts', { type: 'automatic', action: skip }],
    [
      'without a session nothing can go on',
      { type: 'automatic', action: skip },
      null,
      { type: 'done', next: { type: 'ended' } },
    ],
    ['nor after a pause', { type: 'pause', waitMs: 5 }, null, { type: 'done', next: { type: 'ended' } }],
  ])('%s', (_, next, typebotSessionId, step) => {
    const after = extend({ ...chain, typebotSessionId }, { ...question, next }, 7);
    expect(after).toMatchObject({ step, calls: 1, slowestCallMs: 7 });
  });

  const place: TranscriptPlace = { flowId: 'f', resultId: 'r', replies: 2, bubbles: 3 };
  const answered = { ...says('Thanks'), bubbles: 1 };

  test.each<[string, Partial<Chain>, Partial<typeof answered>, TranscriptPlace | null]>([
    ['a reply begins a new count', { place, openInput: asked }, {}, { ...place, replies: 3, bubbles: 1 }],
    ['a result of an action adds to it', { place }, {}, { ...place, bubbles: 4 }],
    ['a refused reply leaves it', { place, openInput: asked }, { refused: true }, place],
    [
      'a start sets it',
      { place, step: { type: 'start' } },
      { place: { ...place, replies: 0 } },
      { ...place, replies: 0 },
    ],
    ['a start of a known result has none', { place, step: { type: 'start' } }, {}, null],
  ])('the place in the transcript: %s', (_, before, answer, expected) => {
    expect(extend({ ...chain, ...before }, { ...answered, ...answer }, 0).place).toEqual(expected);
  });

  test('the first question of a run that is answered at once is not put to the contact', () => {
    const begins: Chain = {
      ...chain,
      items: [...says('Welcome').items, ...says('Your name?').items],
      step: { type: 'answer', message: text('Ana'), first: { promptItems: 1 } },
    };
    expect(extend(begins, says('Hello Ana'), 0).items).toEqual([
      ...says('Welcome').items,
      ...says('Hello Ana').items,
    ]);
    const refused = extend({ ...begins, openInput: asked }, { ...says('No name'), refused: true }, 0);
    expect(refused).toMatchObject({ items: begins.items, openInput: asked, refused: false });
  });

  test.each<[string | undefined, boolean]>([
    ['text input', true],
    ['embed', false],
    ['webhook', false],
    ['action', false],
    [undefined, false],
  ])('a message to an open %s is a reply: %s', (type, expected) => {
    const openInput = type === undefined ? null : { ...asked, type };
    expect(isReply({ ...chain, openInput })).toBe(expected);
  });
});

test.each<[NextStep['type'], 'completed' | null]>([
  ['ended', 'completed'],
  ['question', null],
  ['webhook', null],
])('a chain that is done with %s ends the session as %s', (type, endedAs) => {
  const done: Chain = { ...said(begun, []), step: { type: 'done', next: { type } as NextStep } };
  expect(outcomeOf(done)).toMatchObject({ endedAs, failure: null, mark: null });
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
  expect(startVariables(begun, { ...chain, restarted: 'gone' }, message)).toEqual({ plan: 'pro' });
});

test('an empty unknown_message says nothing', () => {
  expect(unknownMessage({ ...begun, settings: { ...begun.settings, unknownMessage: ' ' } })).toEqual([]);
});
