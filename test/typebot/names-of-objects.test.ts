import { expect, test } from 'vitest';
import type { InboundContent } from '../../activities/ports/messages.js';
import { adapt } from '../../src/channels/forms/adapt.js';
import { defaultCapabilities } from '../../src/channels/forms/capabilities.js';
import { ask, contents, replyTo, sentText, show, surfaces } from '../support/typebot/rendering.js';

/** What every object of JavaScript has: words like any other where they come from a flow or an address. */
const NAMES = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];

test.each(NAMES)('an option whose id is %s is chosen by its label, its number and a tap', (name) => {
  const long = 'A label that is longer than a row of a list can be';
  const items = [
    { id: name, content: long },
    { id: 'b', content: 'B' },
    { id: 'c', content: 'C' },
    { id: 'd', content: 'D' },
  ];
  const input = { id: 'i', type: 'choice input', items, options: {} };
  for (const surface of [surfaces.native, surfaces.textOnly]) {
    const open = ask(input, { surface });
    for (const words of [long, '1', name])
      expect(sentText(replyTo(open, words, { surface })), words).toBe(long);
    expect(sentText(replyTo(open, 'c', { surface }))).toBe('C');
    const tap: InboundContent = { contentType: 'buttonReply', title: 'A label that is longer…' };
    expect(sentText(replyTo(open, tap, { surface }))).toBe(long);
  }
});

test.each(NAMES)('an address that ends in .%s is a page, and an image of that ending stays one', (name) => {
  const url = `https://example.com/a.${name}`;
  const bubbles = [{ id: 'b', type: 'image', content: { url } }];
  expect(contents(show({ messages: bubbles }))).toHaveLength(1);
  expect(adapt({ type: 'image', media: { url } }, defaultCapabilities['cloud-api'])).toEqual([
    { type: 'image', media: { url } },
  ]);
});
