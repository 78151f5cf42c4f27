import { describe, expect, test } from 'vitest';
import { renderRichText } from '../../src/typebot/bubbles/rich-text.js';
import type { RichNode } from '../../src/typebot/wire.js';
import { recordedBubble, recordedRow } from '../support/typebot/recordings.js';

const lines = (...children: RichNode[]): string => {
  const parts = renderRichText([{ type: 'p', children }]);
  return parts.map((part) => (part.type === 'text' ? part.text : `[${part.url}]`)).join('|');
};
const whole = (nodes: RichNode[]): string[] =>
  renderRichText(nodes).map((part) => (part.type === 'text' ? part.text : `[${part.url}|${part.caption}]`));

test('spaces before the end of a line are left out, and of blank lines one stays', () => {
  const long = ' '.repeat(65_536);
  expect(whole([{ type: 'p', children: [{ text: `${long}x ${long}\n\n\n\ny` }] }])).toEqual(['x\n\ny']);
  const link = {
    type: 'a',
    url: 'https://a.b',
    children: [{ text: `x${long}`, bold: true }, { text: long }],
  };
  expect(whole([{ type: 'p', children: [link, { text: 'y' }] }])).toEqual([
    `*x* (https://a.b)${long}${long}y`,
  ]);
});

describe('a recorded text bubble', () => {
  test('reads as WhatsApp shows it', () => {
    expect(whole(recordedBubble('01-startChat-bubbles-richText', 'b_text'))).toEqual([
      [
        'Plain, *bold* _italic_ underline ~strike~ *_both_* `code`',
        'Hello Ada, list=["red","green","blue"], unset=[], expr=3',
        '',
        'Link: our site (https://example.com/a?b=c) and https://example.com.',
        '- first',
        '- second *bold*',
        '  - nested',
        '1. one',
        '2. two',
        'line1',
        'line2 *md bold*',
        '',
        'special *stars* _under_ ~tilde~ `tick` <b>html</b> 5 > 3 & co',
      ].join('\n'),
    ]);
  });

  test.each([
    ['150-md-bold', 'a *b* _c_*d*'],
    ['150-md-headings', '*H1*\n> quote\nafter'],
    ['150-md-linkvar', 'Ada (https://e.com/Ada)'],
    ['150-md-list', '- one\n1. one\n2. two'],
    ['150-md-strike', '~s~'],
    ['150-md-var', 'para one\n\npara two\n- li1\n- li2\nx para one\n\npara twoli1li2 y\n*Ada*'],
  ])('%s keeps its marks and its lines', (name, text) => {
    expect(whole(recordedBubble(name, 'm1'))).toEqual([text]);
  });

  test('that holds only an unset variable shows nothing', () => {
    expect(whole(recordedBubble('150-md-emptyvar', 'm1'))).toEqual([]);
  });
});

describe('variable values parsed as Markdown', () => {
  const rest = ', list=["red","green","blue"], unset=[], expr=3';

  test.each([
    ['*stars*', `Hello _stars_${rest}`, '_stars_'],
    ['snake_case_name', `Hello snake_case_name${rest}`, 'snake_case_name'],
    ['1. first', `Hello first${rest}`, '1. first'],
    ['line1\nline2\n\nline3', `Hello line1\nline2\n\nline3${rest}`, 'line1\nline2\n\nline3'],
    ['https://x.io', `Hello https://x.io${rest}`, 'https://x.io'],
    ['`c`', `Hello \`c\`${rest}`, '`c`'],
    ['[l](https://e.com)', `Hello l${rest}`, 'l (https://e.com)'],
    ['```js\ncode\n```', `Hello code${rest}`, '```code```'],
    ['---', `Hello${rest.replace(',', ' ,')}`, '———'],
    ['5*3*2', `Hello 532${rest}`, '532'],
    ['{{Name}}', `Hello {{Name}}${rest}`, '{{Name}}'],
    ['~~s~~', `Hello ~~s~~${rest}`, '~~s~~'],
  ])('%j', (value, inParagraph, standalone) => {
    const row = recordedRow(value);
    expect(whole([row.inParagraph])).toEqual([inParagraph]);
    expect(whole(row.standalone)).toEqual([standalone]);
  });

  test('an image between two texts is a message of its own, with its caption', () => {
    const image = recordedRow('![i](https://e.com/i.png)').standalone;
    const around = (text: string): RichNode => ({ type: 'p', children: [{ text }] });
    expect(whole([around('before'), ...image, around('after')])).toEqual([
      'before',
      '[https://e.com/i.png|i]',
      'after',
    ]);
  });
});

describe('marks', () => {
  test('move outside of the spaces they enclose', () => {
    expect(lines({ text: ' bold ', bold: true }, { text: 'x' })).toBe('*bold* x');
  });

  test('are merged over neighbouring leaves and nest', () => {
    expect(lines({ text: 'a ', bold: true }, { text: 'b', bold: true, italic: true })).toBe('*a _b_*');
    expect(lines({ text: 'x', bold: true, italic: true, strikethrough: true })).toBe('*_~x~_*');
  });

  test('are not parted by an empty leaf, such as an unset variable', () => {
    expect(lines({ text: 'x', bold: true }, { text: '' }, { text: 'y', bold: true })).toBe('*xy*');
  });

  test('are dropped where they would touch a letter or digit', () => {
    expect(lines({ text: 'un' }, { text: 'believ', bold: true }, { text: 'able' })).toBe('unbelievable');
    expect(lines({ text: 'b', bold: true }, { text: 'c', italic: true }, { text: 'd' })).toBe('bcd');
    expect(lines({ text: '(' }, { text: 'ok', bold: true }, { text: ')' })).toBe('(*ok*)');
  });

  test('of a thousand leaves in one line are dropped one after the other', () => {
    const leaves = Array.from({ length: 2000 }, (_, index) => ({ text: 'ab', bold: index % 2 === 0 }));
    expect(lines(...leaves)).toBe('ab'.repeat(2000));
    const chain = [
      { text: 'a' },
      ...leaves.map(({ text, bold }) => ({ text, ...(bold ? { bold } : { italic: true }) })),
    ];
    expect(lines(...chain, { text: ' ' }, { text: 'c', bold: true })).toBe(`a${'ab'.repeat(2000)} *c*`);
  });

  test('wrap each line of a leaf on its own and leave blanks alone', () => {
    expect(lines({ text: 'one\ntwo', bold: true })).toBe('*one*\n*two*');
    expect(lines({ text: 'a' }, { text: '  ', bold: true }, { text: 'b' })).toBe('a  b');
  });

  test('never enter an address', () => {
    expect(lines({ text: 'see https://x.io/a__b**c now', bold: true })).toBe(
      '*see* https://x.io/a__b**c *now*',
    );
    expect(lines({ text: 'https://x.io/_a_', italic: true })).toBe('https://x.io/_a_');
  });

  test('are left out inside code, and underline has none', () => {
    expect(lines({ text: 'x*y', code: true, bold: true })).toBe('`x*y`');
  });
});

describe('links', () => {
  const link = (url: string, text: string): RichNode => ({ type: 'a', url, children: [{ text }] });

  test.each([
    ['https://example.com/', 'example.com', 'https://example.com/'],
    ['https://example.com', 'HTTPS://Example.com/', 'https://example.com'],
    ['https://example.com', '', 'https://example.com'],
    ['mailto:a@b.co?subject=x', 'a@b.co', 'a@b.co'],
    ['tel:+551199', 'Ligue', 'Ligue (+551199)'],
    ['', 'no address', 'no address'],
  ])('%s labelled %j', (url, label, text) => {
    expect(lines(link(url, label))).toBe(text);
  });

  test('keep a label around which the sentence goes on', () => {
    expect(lines({ text: 'See ' }, link('https://u.io', 'our site'), { text: ' now' })).toBe(
      'See our site (https://u.io) now',
    );
    expect(lines({ text: 'See ' }, link('https://u.io', 'our site '), { text: 'now' })).toBe(
      'See our site (https://u.io) now',
    );
  });
});

test('blocks that a variable brings into a paragraph stay blocks', () => {
  const list: RichNode = { type: 'ul', children: [{ type: 'li', children: [{ text: 'one' }] }] };
  expect(whole([{ type: 'p', children: [{ text: 'x' }, list, { text: 'y' }] }])).toEqual(['x\n- one\ny']);
});

test('a quote keeps every line of it, a code block its lines, an unknown node its children', () => {
  const code = ['a', 'b'].map((text) => ({ type: 'code_line', children: [{ text }] }));
  expect(
    whole([
      { type: 'blockquote', children: [{ text: 'one\ntwo' }] },
      { type: 'code_block', children: code },
      { type: 'callout', children: [{ text: 'kept' }] },
    ]),
  ).toEqual(['> one\n> two\n```a\nb```\nkept']);
});

test('a kind of node that nobody knows shows the words it holds itself', () => {
  expect(whole([{ type: 'callout', text: 'Careful' }])).toEqual(['Careful']);
});
