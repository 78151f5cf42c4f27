import { expect, test } from 'vitest';
import type { InboundContent } from '../../../activities/ports/messages.js';
import { hear, linesOf } from '../../../src/typebot/reply/heard.js';

const long = `${'a'.repeat(65_535)}😀${'b'.repeat(1_000)}`;
const media = { fetch: { via: 'url', url: 'https://example.com/f', auth: 'none' } } as const;
const contents: InboundContent[] = [
  { contentType: 'text', text: long },
  { contentType: 'image', media, caption: long },
  { contentType: 'audio', media, transcript: long },
  { contentType: 'buttonReply', title: long },
  { contentType: 'buttonReply', id: long, title: '' },
  { contentType: 'contacts', contacts: [{ name: long, phones: [] }] },
  { contentType: 'flowReply', json: long },
  { contentType: 'order', text: long, items: [] },
  { contentType: 'order', items: [{ quantity: 1, sku: long, price: 1, currency: 'BRL' }] },
] as InboundContent[];

test.each(contents.map((content) => [content.contentType, content] as const))(
  'what a message says is bounded and cut between two characters: %s',
  (_, content) => {
    const words = linesOf([hear({ content } as Parameters<typeof hear>[0])]);
    expect(words.length).toBeLessThanOrEqual(65_536);
    expect(words.length).toBeGreaterThan(65_000);
    expect(words.isWellFormed()).toBe(true);
  },
);
