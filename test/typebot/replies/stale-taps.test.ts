import { describe, expect, test } from 'vitest';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import type {
  FlowAnswer,
  OpenInput,
  ReplyDecision,
  RenderContext,
} from '../../../activities/ports/typebot.js';
import { renderAnswer } from '../../../src/typebot/render.js';
import { read, readFirst } from '../../../src/typebot/reply/read.js';
import type { EngineInput } from '../../support/typebot/engine.js';
import { answerOf, rendering, shownTexts, surfaces } from '../../support/typebot/rendering.js';
import { textBubble } from '../../support/typebot/stand-in.js';

const STALE = 'That option belongs to an earlier question. Here is the current one:';
const surface = { ...surfaces.native, phone: '33612345678' };

const inSession = (session: string, turn: number, asked: OpenInput | null = null): RenderContext => ({
  ...rendering({ surface, turn, asked }),
  session,
});

/** What a session's first turn asks. */
function asked(session: string, input: EngineInput, words = 'Question?'): FlowAnswer {
  const answer = answerOf({ messages: words ? [textBubble('q', words)] : [], input });
  return renderAnswer({ answer, render: inSession(session, 1), isFirst: true, traits: { prefill: true } });
}

/** Every button and row of some contents. */
function tappable(contents: OutboundContent[]): { id: string; title: string }[] {
  return contents.flatMap((content) => {
    if (content.type === 'buttons') return content.buttons;
    return content.type === 'list' ? content.sections.flatMap(({ rows }) => rows) : [];
  });
}

const shownBy = ({ items }: FlowAnswer) =>
  tappable(items.flatMap((item) => (item.type === 'message' ? [item.content] : [])));

function tapped(
  { id, title }: { id: string; title: string },
  open: OpenInput | null,
  session: string,
  turn = 2,
): ReplyDecision {
  const content = { contentType: 'buttonReply' as const, id, title };
  return read([{ content }], open, inSession(session, turn, open));
}

const inputOf = (type: string, rest: Partial<EngineInput> = {}): EngineInput => ({
  ...{ id: 'i', type, options: {} },
  ...rest,
});
const items = (...labels: string[]) => labels.map((content, index) => ({ id: `choice${index}`, content }));
const path = (id: string, text: string) => ({ id, text });
const long = 'x'.repeat(1_000);

const kinds: [string, EngineInput, string?][] = [
  ['buttons', inputOf('choice input', { items: items('10:00', '11:00', '14:00') })],
  ['a list', inputOf('choice input', { items: items('9:00', '10:00', '11:00', '14:00') })],
  [
    'buttons with long ids',
    inputOf('choice input', {
      items: [
        { id: `${long}1`, content: 'A' },
        { id: `${long}2`, content: 'B' },
      ],
    }),
  ],
  [
    'pictures',
    inputOf('picture choice input', { items: [{ id: 'a', title: 'Cat', pictureSrc: 'https://x.io/1.png' }] }),
  ],
  [
    'cards',
    inputOf('cards', {
      items: [{ id: 'c', title: 'Basic', paths: [path('p1', 'Buy'), path('p2', 'More')] }],
    }),
  ],
  ['a rating', inputOf('rating input', { options: { length: 3 } })],
  ['Today and Tomorrow', inputOf('date input')],
  ['an optional file', inputOf('file input', { options: { isRequired: false } })],
  ['the own number', inputOf('phone number input')],
  ['a stored value', { ...inputOf('email input'), prefilledValue: 'ana@b.co' } as EngineInput],
  [
    'markup of a text',
    inputOf('text input'),
    `[list]\n[title]Menu\n[row]\ntitle: Soup\nrowId: ${long}\n[/menu]`,
  ],
];

describe.each(kinds)('%s', (_, input, words) => {
  const yesterday = asked('yesterday', input, words);
  const today = asked('today', input, words);

  test('tapped in their own session count', () => {
    expect(shownBy(today).length).toBeGreaterThan(0);
    for (const button of shownBy(today))
      expect(tapped(button, today.openInput, 'today').type, button.title).toBe('send');
  });

  test('of an earlier session reach no flow: the contact is told, and sees the open question', () => {
    for (const button of shownBy(yesterday)) {
      const decision = tapped(button, today.openInput, 'today');
      expect(decision.type).toBe('show');
      expect(shownTexts(decision)[0]).toBe(STALE);
      expect(shownTexts(decision).length).toBeGreaterThan(1);
      expect(decision).toMatchObject({ refused: false });
    }
  });

  test('of an earlier session do not answer the question that a new run begins with', () => {
    for (const { id, title } of shownBy(yesterday)) {
      const content = { contentType: 'buttonReply' as const, id, title };
      const { openInput } = today;
      expect(
        openInput && readFirst([{ content }], openInput, inSession('today', 1, openInput)),
      ).toBeUndefined();
    }
  });

  test('have ids within the limits of rows and buttons, all different, without blanks at the ends', () => {
    const ids = shownBy(today).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id.length).toBeLessThanOrEqual(200);
      expect(id.trim()).toBe(id);
    }
  });
});

test('readings of an unsure time are bound to their session too', () => {
  const input = inputOf('time input', { options: { format: 'hh:mm a' } });
  const unsure = (session: string) => {
    const { openInput } = asked(session, input);
    return read(
      [{ content: { contentType: 'text', text: '5:30' } }],
      openInput,
      inSession(session, 2, openInput),
    );
  };
  const [before, now] = [unsure('yesterday'), unsure('today')];
  if (before.type !== 'show' || now.type !== 'show') throw new Error('not asked back');
  const [old] = tappable(before.items);
  const [present] = tappable(now.items);
  expect(old && shownTexts(tapped(old, now.openInput, 'today', 3))[0]).toBe(STALE);
  expect(present && tapped(present, now.openInput, 'today', 3).type).toBe('send');
});

test('an id without a session, as an older version made them, is not trusted', () => {
  const today = asked('today', inputOf('choice input', { items: items('10:00', '11:00', '14:00') }));
  expect(shownTexts(tapped({ id: 't1:choice2', title: '14:00' }, today.openInput, 'today'))[0]).toBe(STALE);
});

test('the same id with another title is another option: a republished or looping flow may have moved it', () => {
  const first = asked('today', inputOf('choice input', { items: items('10:00', '11:00') }));
  const answer = answerOf({
    messages: [textBubble('i', 'No')],
    input: inputOf('choice input', { items: items('11:00', '14:00') }),
  });
  const again = renderAnswer({ answer, render: inSession('today', 2, first.openInput), isFirst: false });
  const eleven = shownBy(first).find(({ title }) => title === '11:00');
  expect(eleven && shownTexts(tapped(eleven, again.openInput, 'today', 3))[0]).toBe(STALE);
  const fourteen = shownBy(again).find(({ title }) => title === '14:00');
  expect(fourteen && tapped(fourteen, again.openInput, 'today', 3).type).toBe('send');
});

test.each(['A label that…', 'a label that has well over', ''])(
  'the cut title %j is that of its option',
  (title) => {
    const label = 'A label that has well over twenty-four characters';
    const today = asked('today', inputOf('choice input', { items: items(label, 'B') }));
    const [row] = shownBy(today);
    expect(row && tapped({ id: row.id, title }, today.openInput, 'today').type).toBe('send');
  },
);
