import { expect, test } from 'vitest';
import { contents, show, surfaces, wordsOfContent } from '../support/typebot/rendering.js';
import { textBubble } from '../support/typebot/stand-in.js';

const cutNote = {
  type: 'typebot.log',
  data: { description: 'the answer holds more than a conversation can take: the rest was left out' },
};
const question = { id: 'i', type: 'text input', options: {} };

test('an answer as large as a conversation takes is shown whole', () => {
  const text = 'word '.repeat(6_500).trim();
  const answer = show({ messages: [textBubble('a', text)], input: question });
  expect(contents(answer).map(wordsOfContent).join(' ')).toBe(text);
  expect(answer.notes).toEqual([]);
});

test('what is longer is cut between graphemes, with a note, and its question is still asked', () => {
  for (const text of ['word '.repeat(100_000), '👩‍👩‍👧'.repeat(20_000), '\n'.repeat(200_000) + 'x']) {
    const answer = show({ messages: [textBubble('a', text)], input: question });
    const shown = contents(answer).map(wordsOfContent).join('');
    expect(shown.length).toBeLessThanOrEqual(32_768);
    expect(shown.isWellFormed()).toBe(true);
    expect(answer.notes).toContainEqual(cutNote);
    expect(answer.openInput?.id).toBe('i');
  }
});

test('of more bubbles or options than anybody reads the first thousand are taken', () => {
  const bubbles = Array.from({ length: 3_000 }, (_, index) => textBubble(`b${index}`, 'a'));
  expect(contents(show({ messages: bubbles })).length).toBe(1_000);
  const items = Array.from({ length: 3_000 }, (_, index) => ({
    id: `i${index}`,
    content: `Option ${index}`,
  }));
  const asked = show({ messages: [], input: { id: 'c', type: 'choice input', items, options: {} } });
  expect(asked.openInput?.choices.length).toBe(1_000);
  expect(asked.notes).toContainEqual(cutNote);
});

test('a rich text of a hundred thousand empty nodes, of one list in another and of links in links comes to an end', () => {
  const nested = (depth: number, type: string) => {
    let node: object = { text: 'deep' };
    for (let level = 0; level < depth; level += 1) node = { type, url: 'https://a.b', children: [node] };
    return node;
  };
  for (const richText of [
    Array.from({ length: 100_000 }, () => ({})),
    [nested(60, 'ul')],
    [nested(60, 'blockquote')],
    [nested(60, 'a')],
    [{ type: 'p', children: [{ text: '\n'.repeat(30_000) }, { text: 'x' }] }],
  ]) {
    const answer = show({ messages: [{ id: 'a', type: 'text', content: { richText } }], input: question });
    expect(answer.openInput?.id).toBe('i');
  }
});

test('an image that is written out keeps all its bytes', () => {
  const url = `data:image/png;base64,${'A'.repeat(200_000)}`;
  const [image] = contents(
    show({ messages: [{ id: 'a', type: 'image', content: { url } }] }, { surface: surfaces.native }),
  );
  expect(image).toEqual({ type: 'image', media: { base64: 'A'.repeat(200_000), mimeType: 'image/png' } });
});

test('of lists in lists ten are shown, of what is deeper nothing, and quotes show four marks', () => {
  const lists = (depth: number): object => ({
    type: 'ul',
    children: [
      {
        type: 'li',
        children: [
          { type: 'lic', children: [{ text: `level ${depth}` }] },
          ...(depth < 30 ? [lists(depth + 1)] : []),
        ],
      },
    ],
  });
  const rich = (node: object) =>
    show({ messages: [{ id: 'a', type: 'text', content: { richText: [node] } }] });
  const listed = rich(lists(1));
  expect(contents(listed).map(wordsOfContent).join('')).toContain('- level 10');
  expect(contents(listed).map(wordsOfContent).join('')).not.toContain('level 13');
  expect(listed.notes).toContainEqual(cutNote);
  let quote: object = { type: 'p', children: [{ text: 'deep' }] };
  for (let level = 0; level < 9; level += 1) quote = { type: 'blockquote', children: [quote] };
  expect(contents(rich(quote))).toEqual([{ type: 'text', text: '> > > > deep' }]);
});
