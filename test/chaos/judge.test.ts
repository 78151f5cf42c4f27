import { expect, test } from 'vitest';
import { judge, withGivenUp } from './judge.js';
import type { Findings, Story } from './judge.js';

const answer = (said: string, count: number, ends = false) => ({
  said,
  bubbles: Array.from({ length: count }, (_, index) => `${said} / ${index + 1}`),
  ends,
});

/** A conversation without any mistake. */
const well: Story = {
  contact: 'ana',
  said: [
    { token: 'm1', expects: 'answer' },
    { token: 'm2', expects: 'answer' },
    { token: 'm3', expects: 'silence' },
    { token: 'm4', expects: 'answer' },
  ],
  operator: ['from a person'],
  answers: [answer('m1 n2', 2), answer('m2 n1 + m4', 1)],
  shown: ['m1 n2 / 1', 'm1 n2 / 2', 'from a person', 'm2 n1 + m4 / 1'],
};

const counts = (story: Story) =>
  Object.fromEntries(
    Object.entries(judge(story)).filter(([, value]) => typeof value === 'number' && value > 0),
  );

test('a conversation in which all was kept has no findings', () => {
  expect(counts(well)).toEqual({});
  expect(judge(well).breaches).toEqual([]);
});

test.each<[string, Partial<Story>, Partial<Findings>]>([
  [
    'a message that Typebot never got',
    { answers: [answer('m1 n2', 2), answer('m2 n1', 1)], shown: [...well.shown.slice(0, 3), 'm2 n1 / 1'] },
    { unanswered: 1 },
  ],
  [
    'a message that Typebot got twice',
    { answers: [...well.answers, answer('m1', 1)], shown: [...well.shown, 'm1 / 1'] },
    { givenTwice: 1 },
  ],
  [
    'a message that Typebot got although the bot had to be silent',
    { answers: [...well.answers, answer('m3', 1)], shown: [...well.shown, 'm3 / 1'] },
    { givenInSilence: 1 },
  ],
  ['a bubble that never came', { shown: well.shown.slice(1) }, { lostBubbles: 1 }],
  ['an answer that never came, without a bridge', { shown: well.shown.slice(0, 3) }, { lostBubbles: 1 }],
  ['a bubble that came twice', { shown: [...well.shown, 'm1 n2 / 2'] }, { doubledBubbles: 1 }],
  [
    'a bubble that was overtaken',
    { shown: ['m1 n2 / 2', 'm1 n2 / 1', ...well.shown.slice(2)] },
    { outOfOrder: 1 },
  ],
  [
    'a bridge although no answer was lost',
    { shown: [...well.shown, 'Vamos continuar:'] },
    { unexplained: 1 },
  ],
  ['the question again as its own answer', { shown: [...well.shown, 'again?'] }, { unexplained: 1 }],
  ['a bubble that nobody said', { shown: [...well.shown, 'm9 / 1'] }, { unexplained: 1 }],
  [
    'words of a person that never came',
    { shown: well.shown.filter((text) => text !== 'from a person') },
    { unexplained: 1 },
  ],
])('%s is a breach', (_name, change, expected) => {
  const story = { ...well, ...change };
  expect(counts(story)).toEqual(expected);
  expect(judge(story).breaches).toHaveLength(1);
});

const unheard: Story = {
  ...well,
  said: [...well.said, { token: 'm5', expects: 'told' }],
  shown: [...well.shown, 'Sorry'],
};

test('a contact may be told that a turn was given up as often as turns were', () => {
  expect(counts(unheard)).toEqual({ told: 1 });
  expect(withGivenUp(judge(unheard), 1).breaches).toEqual([]);
  expect(withGivenUp(judge(unheard), 0)).toMatchObject({ unexplained: 1, breaches: [expect.any(String)] });
});

test('a message of a turn that was given up may have reached Typebot, but only once', () => {
  const taken = {
    ...unheard,
    answers: [...well.answers, answer('m5', 1)],
    shown: [...unheard.shown, 'm5 / 1'],
  };
  expect(counts(taken)).toEqual({ told: 1 });
  const twice = { ...taken, answers: [...taken.answers, answer('m5', 1)] };
  expect(counts(twice)).toEqual({ told: 1, givenTwice: 1 });
});

test('an answer that a bridge stands for is counted apart, and one bridge stands for one answer', () => {
  const bridged = [...well.shown.slice(2, 3), 'Vamos continuar:', ...well.shown.slice(3)];
  expect(counts({ ...well, shown: bridged })).toEqual({ bridged: 1 });
  const unbridged = bridged.filter((text) => !text.startsWith('m2'));
  expect(counts({ ...well, shown: unbridged })).toEqual({ bridged: 1, lostBubbles: 1 });
});

test('two answers lost one after the other have two bridges, with nothing shown between', () => {
  const shown = ['from a person', 'Vamos continuar: recebi', 'Vamos continuar: recebi'];
  expect(counts({ ...well, shown })).toEqual({ bridged: 2 });
});

test('the answer that ended the flow and was lost in its call is counted apart', () => {
  const answers = [answer('m1 n2', 2), answer('m2 n1 + m4', 1, true)];
  expect(counts({ ...well, answers, shown: well.shown.slice(0, 3) })).toEqual({ lostEnds: 1 });
});
