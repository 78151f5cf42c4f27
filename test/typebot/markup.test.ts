import { expect, test } from 'vitest';
import type { FlowSurface } from '../../activities/ports/typebot.js';
import { textBubble } from '../support/typebot/stand-in.js';
import { contents, replyTo, sentText, show, surfaces } from '../support/typebot/rendering.js';

const bubbleOf = (text: string) => ({
  id: 'm',
  type: 'text',
  content: {
    type: 'richText',
    richText: text.split('\n').map((line) => ({ type: 'p', children: [{ text: line }] })),
  },
});
const asking = (text: string, surface: FlowSurface = surfaces.native) =>
  show({ messages: [bubbleOf(text)], input: { id: 'i', type: 'text input', options: {} } }, { surface });

const menu = [
  'Hello!',
  '[list]',
  '[title]Menu',
  '[description]Pick one',
  '[buttonText]Open',
  '[footerText]Shop',
  '[menu]',
  '[section]',
  'title: Food',
  '[row]',
  'title: Soup',
  'description: Of the day',
  'rowId: soup',
  '[/row]',
  '[row]',
  'title: Bread',
  'rowId: bread',
  '[/row]',
  '[/section]',
  '[/menu]',
  'Take your time',
].join('\n');

test('a list in markup keeps its place between the texts around it', () => {
  expect(contents(asking(menu))).toEqual([
    { type: 'text', text: 'Hello!' },
    {
      type: 'list',
      header: 'Menu',
      body: 'Pick one',
      footer: 'Shop',
      button: 'Open',
      sections: [
        {
          title: 'Food',
          rows: [
            { id: 't1.3CZwast:soup', title: 'Soup', description: 'Of the day' },
            { id: 't1.3CZwast:bread', title: 'Bread' },
          ],
        },
      ],
    },
    { type: 'text', text: 'Take your time' },
  ]);
});

test('a list at the end of a question is one in Markdown too, which a recovered answer has', () => {
  const markdown = menu.replace(/\nTake your time$/, '');
  const messages = [{ id: 'm', type: 'text', content: { markdown } }];
  const answer = show(
    { messages, input: { id: 'i', type: 'text input', options: {} } },
    { surface: surfaces.native },
  );
  expect(contents(answer).map(({ type }) => type)).toEqual(['text', 'list']);
});

test('its options are answered by tap, id, number or title, and the flow gets the title with the id', () => {
  const { openInput } = asking(menu, surfaces.textOnly);
  const bread = { type: 'send', message: { type: 'text', text: 'Bread', metadata: { replyId: 'bread' } } };
  const tap = { contentType: 'listReply' as const, id: 't1.3CZwast:bread', title: 'Bread' };
  for (const reply of [tap, 'bread', '2', 'BREAD!']) expect(replyTo(openInput, reply)).toEqual(bread);
  expect(sentText(replyTo(openInput, 'something else'))).toBe('something else');
});

test('on the api surfaces its options are data', () => {
  const { items, openInput } = asking(menu, surfaces.api);
  expect(items).toHaveLength(3);
  expect(items[1]).toEqual({ type: 'message', content: { type: 'text', text: 'Pick one' } });
  expect(openInput?.choices).toEqual([
    { id: 'soup', title: 'Soup' },
    { id: 'bread', title: 'Bread' },
  ]);
});

test('reply buttons in markup are buttons', () => {
  const text =
    '[buttons]\n[thumbnailUrl]https://e.com/a.png\n[title]Confirm?\n[description]Order 12\n[footer]Shop\n' +
    '[reply]\ndisplayText: Yes\nid: yes\n\n[reply]\ndisplayText: No\nid: no\nThanks';
  expect(contents(asking(text))).toEqual([
    {
      type: 'buttons',
      header: { type: 'image', url: 'https://e.com/a.png' },
      body: '*Confirm?*\nOrder 12',
      footer: 'Shop',
      buttons: [
        { id: 't1.3CZwast:yes', title: 'Yes' },
        { id: 't1.3CZwast:no', title: 'No' },
      ],
    },
    { type: 'text', text: 'Thanks' },
  ]);
});

test('other buttons become a link button or words', () => {
  const url = '[buttons]\n[title]Site\n[url]\ndisplayText: Open\nurl: https://e.com';
  expect(contents(asking(url))).toEqual([
    { type: 'ctaUrl', body: '*Site*', displayText: 'Open', url: 'https://e.com' },
  ]);
  const pix = '[buttons]\n[title]Pay\n[pix]\ncurrency: BRL\nname: Ann\nkeyType: email\nkey: a@b.co';
  expect(contents(asking(pix))).toEqual([{ type: 'text', text: '*Pay*\n\nPix Ann (email): a@b.co' }]);
});

test('text that only looks like markup stays as it is', () => {
  for (const text of ['[list]', 'Use [buttons] for this', '[list]\n[title]No end']) {
    expect(contents(asking(text))).toEqual([{ type: 'text', text }]);
  }
  expect(contents(show({ messages: [textBubble('a', '[x] done')] }))).toEqual([
    { type: 'text', text: '[x] done' },
  ]);
});

test('a header keeps its lines, and blocks that hold nothing stand beside each other', () => {
  const list = '[list]\n[description]One\nTwo\n\nThree\n[menu]\n[row]\ntitle: a\n[/menu]';
  expect(
    contents(asking(`${list}\n${list}\nbye`)).map((content) => 'body' in content && content.body),
  ).toEqual(['One\nTwo\nThree', 'One\nTwo\nThree', false]);
});
