import { describe, expect, test } from 'vitest';
import type { OutboundContent } from '../../activities/ports/messages.js';
import { splitMarked } from '../../src/typebot/bubbles/split.js';
import { recorded, textBubble } from '../support/typebot/stand-in.js';
import { contents, show, surfaces } from '../support/typebot/rendering.js';

const bubble = (type: string, content: Record<string, unknown>): OutboundContent[] =>
  contents(show({ messages: [{ id: 'b', type, content }] }));
const link = (url: string): OutboundContent => ({ type: 'text', text: url, previewUrl: true });

describe('the recorded start of every bubble', () => {
  const [words, ...others] = contents(show(recorded('01-startChat-bubbles-richText')));

  test('shows each one in order, and asks with the last text', () => {
    expect(words).toMatchObject({ type: 'text' });
    expect(others).toEqual([
      {
        type: 'image',
        media: { url: 'https://example.com/pic.png' },
        caption: 'alt text\nhttps://example.com/go',
      },
      link('https://media.giphy.com/x/giphy.gif'),
      { type: 'video', media: { url: 'https://example.com/clip.mp4' } },
      link('https://www.youtube.com/watch?v=dQw4w9WgXcQ'),
      { type: 'audio', media: { url: 'https://example.com/a.mp3' }, ptt: true },
      link('https://example.com/embed'),
      { type: 'document', media: { url: 'https://example.com/doc.pdf' }, fileName: 'doc.pdf' },
      {
        type: 'buttons',
        body: 'What do you want?',
        buttons: [
          { id: 't1.3CZwast:it_yes', title: 'Yes' },
          { id: 't1.3CZwast:it_no', title: 'No' },
        ],
      },
    ]);
  });

  test('looks the same with text only, but for the options', () => {
    const plain = contents(show(recorded('01-startChat-bubbles-richText'), { surface: surfaces.textOnly }));
    expect(plain.slice(0, -1)).toEqual([words, ...others.slice(0, -1)]);
    expect(plain.at(-1)).toEqual({
      type: 'text',
      text: 'What do you want?\n\n1. Yes\n2. No\n\nReply with the number or the text',
    });
  });
});

describe('media', () => {
  test.each([
    [
      'image',
      { url: 'https://e.com/a.jpeg?x=1' },
      { type: 'image', media: { url: 'https://e.com/a.jpeg?x=1' } },
    ],
    ['image', { url: 'https://e.com/a' }, { type: 'image', media: { url: 'https://e.com/a' } }],
    ['image', { url: 'https://e.com/a.svg' }, link('https://e.com/a.svg')],
    ['image', { url: 'https://e.com/a.webp?v=2' }, link('https://e.com/a.webp?v=2')],
    [
      'image',
      { url: 'data:image/png;base64,AAAA' },
      { type: 'image', media: { base64: 'AAAA', mimeType: 'image/png' } },
    ],
    ['video', { type: 'vimeo', id: '42', url: 'vimeo.com/42' }, link('https://vimeo.com/42')],
    [
      'video',
      { type: 'tiktok', id: '7', url: 'www.tiktok.com/@a/video/7' },
      link('https://www.tiktok.com/@a/video/7'),
    ],
    [
      'audio',
      { url: 'https://e.com/a.ogg' },
      { type: 'audio', media: { url: 'https://e.com/a.ogg' }, ptt: true },
    ],
    [
      'audio',
      { url: 'https://e.com/a%20b.wav' },
      { type: 'document', media: { url: 'https://e.com/a%20b.wav' }, fileName: 'a b.wav' },
    ],
    [
      'audio',
      { url: 'https://e.com/a.webm' },
      { type: 'document', media: { url: 'https://e.com/a.webm' }, fileName: 'a.webm' },
    ],
    ['embed', { url: 'https://e.com/p.png' }, { type: 'image', media: { url: 'https://e.com/p.png' } }],
    ['embed', { url: 'https://e.com/v.mp4' }, { type: 'video', media: { url: 'https://e.com/v.mp4' } }],
    [
      'embed',
      { url: 'https://e.com/s.xlsx' },
      { type: 'document', media: { url: 'https://e.com/s.xlsx' }, fileName: 's.xlsx' },
    ],
    [
      'embed',
      { url: 'https://e.com/o/shop%2Fmenu.pdf?alt=media' },
      {
        type: 'document',
        media: { url: 'https://e.com/o/shop%2Fmenu.pdf?alt=media' },
        fileName: 'menu.pdf',
      },
    ],
    ['hologram', { url: 'https://e.com/h' }, link('https://e.com/h')],
    ['hologram', { text: 'words' }, { type: 'text', text: 'words' }],
    ['text', { type: 'markdown', markdown: 'a **b**' }, { type: 'text', text: 'a **b**' }],
    ['text', { html: '<b>old</b>', plainText: 'old' }, { type: 'text', text: 'old' }],
    [
      'text',
      { type: 'richText', richText: [{ type: 'p', children: [{ text: 'https://x.io' }] }] },
      link('https://x.io'),
    ],
  ])('%s %j', (type, content, expected) => {
    expect(bubble(type, content)).toEqual([expected]);
  });

  test('a gif keeps its link', () => {
    expect(bubble('image', { url: 'https://e.com/a.gif', clickLink: { url: 'https://e.com/go' } })).toEqual([
      { type: 'text', text: 'https://e.com/a.gif\nhttps://e.com/go' },
    ]);
  });

  test('a gif is an image on a channel that says it takes them', () => {
    const surface = {
      ...surfaces.native,
      capabilities: { ...surfaces.native.capabilities, imageMimeTypes: ['image/gif'] },
    };
    const messages = [{ id: 'b', type: 'image', content: { url: 'https://e.com/a.gif' } }];
    expect(contents(show({ messages }, { surface }))).toEqual([
      { type: 'image', media: { url: 'https://e.com/a.gif' } },
    ]);
  });

  test('the code of an embed is the address in it, and what holds no address is skipped', () => {
    const code = '<iframe src="https://e.com/x?a=1" width="9"></iframe>';
    expect(bubble('embed', { url: code })).toEqual([link('https://e.com/x?a=1')]);
    expect(bubble('image', { url: '*no* address' })).toEqual([]);
  });

  test.each([
    ['an embed', 'embed', 'data:text/html;base64,'],
    ['a video', 'video', 'data:video/mp4;base64,'],
    ['an audio', 'audio', 'data:audio/ogg;base64,'],
    ['a bubble of a later version', 'hologram', 'data:image/png;base64,'],
    ['an image that is none', 'image', 'data:text/html;base64,'],
    ['a long address', 'embed', 'https://e.com/'],
  ])('%s of megabytes in its address is skipped, not sent as a thousand texts', (_, type, start) => {
    expect(bubble(type, { url: `${start}${'A'.repeat(2_000_000)}` })).toEqual([]);
  });

  test('a bubble without address is skipped and noted', () => {
    for (const type of ['image', 'video', 'audio', 'embed', 'hologram']) {
      const answer = show({ messages: [{ id: 'b', type, content: {} }] });
      expect(answer.items).toEqual([]);
      expect(answer.notes).toEqual([
        { type: 'action.ignored', data: { action: type, reason: 'nothing to show' } },
      ]);
    }
  });

  test('a hosted video without address is skipped, unless its id tells the address', () => {
    expect(bubble('video', { type: 'tiktok', id: '7' })).toEqual([]);
    expect(bubble('video', { type: 'youtube', id: 'abc' })).toEqual([
      link('https://www.youtube.com/watch?v=abc'),
    ]);
  });

  test('a caption over the limit follows as text', () => {
    const alt = 'word '.repeat(210).trim();
    expect(
      bubble('image', { url: 'https://e.com/a.png', clickLink: { url: 'https://e.com/go', alt } }),
    ).toEqual([
      { type: 'image', media: { url: 'https://e.com/a.png' } },
      { type: 'text', text: `${alt}\nhttps://e.com/go` },
    ]);
  });

  test('one broken bubble does not spoil the others', () => {
    const messages = [
      null,
      { id: 'x' },
      { id: 'y', type: 'text', content: 7 },
      textBubble('b', 'still here'),
    ];
    expect(contents(show({ messages }))).toEqual([{ type: 'text', text: 'still here' }]);
  });
});

describe('long texts', () => {
  const words = (text: string) => text.replace(/\s+/g, ' ').trim();

  test('of 10,000 characters come in parts that fit, cut between words, with nothing lost', () => {
    const text = 'Lorem ipsum dolor sit amet. '.repeat(360).trim();
    const parts = splitMarked(text, 4096);
    expect(parts.every((part) => part.length <= 4096)).toBe(true);
    expect(words(parts.join(' '))).toBe(words(text));
    expect(parts.slice(0, -1).every((part) => part.endsWith('amet.'))).toBe(true);
  });

  test('are cut at a paragraph, else a line, a sentence, a word', () => {
    const half = 'a'.repeat(30);
    expect(splitMarked(`${half}\n\n${half}`, 50)).toEqual([half, half]);
    expect(splitMarked(`${half}\n${half}`, 50)).toEqual([half, half]);
    expect(splitMarked(`${half}. ${half}`, 50)).toEqual([`${half}.`, half]);
    expect(splitMarked(`${half} ${half}`, 50)).toEqual([half, half]);
  });

  test('get on where an emoji joined without end stands right behind a mark', () => {
    const text = `*${' '.repeat(5_000)}x* _${Array(1_500).fill('👩').join('\u200d')}_`;
    const parts = splitMarked(text, 4_096);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every((part) => part.length <= 4_096)).toBe(true);
  });

  test('are never cut inside an emoji or an address', () => {
    const family = '👨‍👩‍👧‍👦';
    const parts = splitMarked(family.repeat(10), 60);
    expect(parts.join('')).toBe(family.repeat(10));
    expect(parts.every((part) => part.length % family.length === 0)).toBe(true);
    const address = `https://example.com/${'p'.repeat(40)}`;
    expect(splitMarked(`${'x'.repeat(20)} ${address}`, 70)).toEqual(['x'.repeat(20), address]);
  });

  test('of one marked line keep their mark in every part, and nothing is lost', () => {
    const text = `*${'bold '.repeat(2_000).trim()}* end`;
    const parts = splitMarked(text, 100);
    expect(parts.every((part) => part.startsWith('*') && /\*( end)?$/.test(part))).toBe(true);
    expect(parts.join(' ').replaceAll('*', '')).toBe(text.replaceAll('*', ''));
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(100);
  });

  test('close and open their marks again at a cut', () => {
    const parts = splitMarked(`*${'bold '.repeat(30).trim()}* end`, 100);
    expect(parts.length).toBe(2);
    expect(parts[0]).toMatch(/^\*.*bold\*$/);
    expect(parts[1]).toMatch(/^\*bold.*bold\* end$/);
    expect(parts.every((part) => part.length <= 100)).toBe(true);
    const code = splitMarked(`\`\`\`${'line of code\n'.repeat(12)}\`\`\``, 100);
    expect(code.every((part) => part.startsWith('```') && part.endsWith('```'))).toBe(true);
  });

  test.each([
    ['a marked address', '*', '*'],
    ['an address in a code block', '```', '```'],
    ['a bare address', '', ' end'],
  ])('are cut inside %s that fits into no message', (_, before, after) => {
    const address = `https://e.com/${'x'.repeat(5000)}`;
    const parts = splitMarked(`${before}${address}${after}`, 4096);
    expect(parts.map((part) => part.length <= 4096)).toEqual([true, true]);
    expect(parts.join('').replace(/[*`]/g, '')).toBe(`${address}${after.replace(/[*`]/g, '')}`);
  });

  test('leave through the renderer in order', () => {
    const text = 'One sentence of the text. '.repeat(200).trim();
    const shown = contents(show({ messages: [textBubble('b', text), textBubble('c', 'after')] }));
    expect(shown).toHaveLength(3);
    expect(shown.at(-1)).toEqual({ type: 'text', text: 'after' });
  });
});
