import { expect, test } from 'vitest';
import type { FlowAnswer, ReplyDecision } from '../../activities/ports/typebot.js';
import { renderAnswer } from '../../src/typebot/render.js';
import type { EngineInput } from '../support/typebot/engine.js';
import {
  answerOf,
  ask,
  contents,
  rendering,
  replyTo,
  surfaces,
  wordsOfContent,
} from '../support/typebot/rendering.js';
import { textBubble } from '../support/typebot/stand-in.js';

const surface = surfaces.textOnly;

/** What a flow's answer to a reply looks like to the contact, as the next turn of the same question. */
function answered(input: EngineInput, decision: ReplyDecision, messages: unknown[]): FlowAnswer {
  const passedOn = decision.type === 'send' && decision.passedOn === true;
  const render = rendering({ surface, turn: 2, asked: ask(input, { surface }) });
  return renderAnswer({ answer: answerOf({ messages, input }), render, passedOn, isFirst: false });
}

const inputOf = (type: string, options: Record<string, unknown> = {}): EngineInput => ({
  ...{ id: 'i', type, options },
  ...(type === 'choice input' ? { items: [{ id: 'a', content: 'Yes' }] } : {}),
});

/** An input, a reply that it takes, and one that its engine refuses. */
const kinds: [EngineInput, string, string][] = [
  [inputOf('number input'), '3', 'some'],
  [inputOf('number input', { min: 1, max: 5 }), '3', '6'],
  [inputOf('email input'), 'a@b.co', 'me'],
  [inputOf('url input'), 'https://x.io', 'home'],
  [inputOf('phone number input'), '+5511999990000', 'mine'],
  [inputOf('rating input', { length: 5 }), '4', '9'],
  [inputOf('time input'), '17:30', 'later'],
  [inputOf('date input'), '25/12/2026', 'soon'],
  [inputOf('date input', { max: '2026-12-31' }), '25/12/2026', '25/12/2027'],
  [inputOf('file input'), 'https://x.io/a.png', 'no file'],
  [inputOf('choice input'), '1', 'perhaps'],
  [inputOf('choice input', { isMultipleChoice: true }), 'yes', 'perhaps'],
  [inputOf('text input'), 'anything', ''],
];
const named = kinds.map(([input, fits, fails]) => ({
  ...{ input, fits, fails },
  name: `${input.type} ${JSON.stringify(input.options)}`,
}));

test.each(named)('$name: a loop back to the question shows the new text alone', ({ input, fits }) => {
  const again = answered(input, replyTo(input, fits, { surface }), [textBubble('again', 'One more?')]);
  expect(again.refused).toBe(false);
  const [first, ...more] = contents(again).map(wordsOfContent);
  expect(first).toMatch(/^One more\?/);
  expect(more).toEqual([]);
});

test.each(named)('$name: the block’s retry text is a refusal, whatever was read', ({ input, fits }) => {
  const retry = [textBubble(input.id, 'Once more, please.')];
  const refused = answered(input, replyTo(input, fits, { surface }), retry);
  expect(refused.refused).toBe(true);
  expect(contents(refused).map(wordsOfContent).join('\n')).toMatch(/^Once more, please\.\nQuestion\?/);
});

test.each(named.filter(({ fails }) => fails !== ''))(
  '$name: an invalid-reply event after $fails is a refusal',
  ({ input, fails }) => {
    const event = [textBubble('event', 'I did not get that.')];
    const refused = answered(input, replyTo(input, fails, { surface }), event);
    expect(refused.refused).toBe(true);
  },
);
