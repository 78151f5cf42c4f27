import { describe, expect, test } from 'vitest';
import type { FlowAnswer } from '../../activities/ports/typebot.js';
import { renderAnswer } from '../../src/typebot/render.js';
import { recorded, textBubble } from '../support/typebot/stand-in.js';
import { answerOf, rendering, show, surfaces, wordsOfContent } from '../support/typebot/rendering.js';

const order = ({ items }: FlowAnswer): (string | number)[] =>
  items.map((item) => (item.type === 'wait' ? item.waitMs : wordsOfContent(item.content)));
const ignored = (action: string, reason = 'for browsers only') => ({
  type: 'action.ignored',
  data: { action, reason },
});
const waitAfter = (seconds: number, lastBubbleBlockId?: string) => ({
  type: 'wait',
  wait: { secondsToWaitFor: seconds },
  lastBubbleBlockId,
});
const redirectAfter = (url: string, lastBubbleBlockId?: string) => ({
  type: 'redirect',
  redirect: { url },
  lastBubbleBlockId,
});
const yesNo = { id: 'i', type: 'choice input', items: [{ id: 'ok', content: 'ok' }], options: {} };

describe('the recorded actions', () => {
  test('at the start run in their order, and the moment of the day is computed next', () => {
    const answer = show(recorded('60-actions-start'));
    expect(order(answer)).toEqual([2000, 'before redirect', 'https://example.com/landing']);
    expect(answer.next).toMatchObject({ type: 'automatic', action: { type: 'script', isCode: false } });
    expect(answer.openInput).toBeNull();
    expect(answer.handoff).toBe(true);
    expect(answer.notes).toEqual([
      ignored('startPropsToInject'),
      ignored('scriptToExecute'),
      ignored('googleAnalytics'),
      ignored('pixel'),
      { type: 'action.done', data: { action: 'chatwoot', reason: 'the flow asks for a person' } },
    ]);
  });

  test.each([
    [
      '62-actions-device',
      { type: 'automatic', action: { type: 'script', content: "return v_Moment + '!'" } },
    ],
    [
      '63-actions-setvar-custom',
      {
        type: 'automatic',
        action: {
          type: 'http',
          url: 'https://example.com/api?q=morning%21',
          method: 'POST',
          headers: { 'X-A': '1' },
          body: { cli: 'morning!' },
        },
      },
    ],
    ['64-actions-http', { type: 'pause', waitMs: 1000 }],
    ['65-actions-pause', { type: 'webhook' }],
    ['66-actions-webhook', { type: 'question' }],
    ['67-actions-embed', { type: 'question' }],
    ['68-actions-cal', { type: 'question' }],
    ['69-actions-final', { type: 'ended' }],
    ['75-actions-stream-enabled', { type: 'automatic', action: { type: 'skip', name: 'stream' } }],
    ['03-continueChat-end-of-flow', { type: 'ended' }],
    ['105-noinput', { type: 'ended' }],
    ['123-empty-string-on-text', { type: 'ended' }],
    ['151-missing-edge', { type: 'ended' }],
  ])('%s: what comes next', (name, next) => {
    expect(show(recorded(name)).next).toMatchObject(next);
  });

  test('a page that waits is a question with a button, or a word where there are none', () => {
    const answer = show(recorded('66-actions-webhook'));
    expect(order(answer)).toEqual([
      'hook=paid',
      'https://example.com/form',
      'When you have finished, reply *Done*',
    ]);
    expect(answer.items.at(-1)).toMatchObject({
      content: { buttons: [{ id: 't1.3CZwast:parley-done', title: 'Done' }] },
    });
    expect(answer.openInput).toMatchObject({ id: 'embed', type: 'embed', turn: 1 });
    const plain = show(recorded('67-actions-embed'), { surface: surfaces.textOnly });
    expect(order(plain)).toEqual([
      'embed said submitted',
      'https://cal.com/me/30min',
      'When you have finished, reply *Done*',
    ]);
  });

  test('a webhook listener is a wait that nobody is asked about', () => {
    const answer = show(recorded('65-actions-pause'));
    expect(order(answer)).toEqual(['after pause']);
    expect(answer.openInput).toMatchObject({ id: 'webhook', choices: [] });
  });

  test('logs become notes with their description', () => {
    const { notes } = show(recorded('107-server-errors-in-flow'));
    expect(notes.map(({ type }) => type)).toEqual(['typebot.log', 'typebot.log']);
    expect(Object.keys(notes[0]?.data ?? {})).toEqual(['description']);
  });

  test('no bubble of any recording shows the source of a client script', () => {
    for (const name of ['60-actions-start', '61-actions-moment', '62-actions-device', '67-actions-embed']) {
      expect(JSON.stringify(show(recorded(name)).items)).not.toMatch(/return |addEventListener|openCalendar/);
    }
  });
});

describe('the order of bubbles and actions', () => {
  test('actions without a bubble come first, the others after theirs, then the prompt', () => {
    const answer = show({
      messages: [textBubble('a', 'A'), textBubble('b', 'B')],
      clientSideActions: [waitAfter(2, 'b'), waitAfter(1, 'a'), redirectAfter('e.com'), waitAfter(0.5, 'a')],
      input: yesNo,
    });
    expect(order(answer)).toEqual(['https://e.com', 'A', 1000, 500, 'B', 2000, 'Please choose:']);
  });

  test('a text with a redirect after it is not merged into the buttons, so the prompt stays last', () => {
    const answer = show({
      messages: [textBubble('t', 'read this')],
      clientSideActions: [redirectAfter('https://e.com/x', 't')],
      input: yesNo,
    });
    expect(order(answer)).toEqual(['read this', 'https://e.com/x', 'Please choose:']);
    expect(answer.openInput).toMatchObject({ body: 'read this' });
  });

  test('actions that a contact does not notice leave the text merged', () => {
    const pixel = { type: 'pixel', pixel: {}, lastBubbleBlockId: 't' };
    const answer = show({ messages: [textBubble('t', 'Pick')], clientSideActions: [pixel], input: yesNo });
    expect(order(answer)).toEqual(['Pick']);
    expect(answer.notes).toEqual([ignored('pixel')]);
  });

  test('actions of a bubble that shows nothing still run', () => {
    const answer = show({
      messages: [textBubble('t', 'before'), { id: 'gif', type: 'image', content: {} }],
      clientSideActions: [{ ...waitAfter(3, 'gif'), expectsDedicatedReply: true }, waitAfter(1, 'gif')],
    });
    expect(order(answer)).toEqual(['before', 1000]);
    expect(answer.next).toEqual({ type: 'pause', waitMs: 3000 });
  });

  test('in a loop each action runs once, in its round', () => {
    const answer = show({
      messages: [textBubble('a', 'A'), textBubble('b', 'B'), textBubble('a', 'A')],
      clientSideActions: [waitAfter(1, 'a'), waitAfter(2, 'b'), waitAfter(3, 'a')],
    });
    expect(order(answer)).toEqual(['A', 1000, 'B', 2000, 'A', 3000]);
  });

  test('actions of a bubble that is not there run at the end', () => {
    const answer = show({ messages: [textBubble('a', 'A')], clientSideActions: [waitAfter(1, 'gone')] });
    expect(order(answer)).toEqual(['A', 1000]);
  });

  test('a picture after the question leaves the question in its place', () => {
    const answer = show({
      messages: [
        textBubble('q', 'Which?'),
        { id: 'p', type: 'image', content: { url: 'https://e.com/a.png' } },
      ],
      input: yesNo,
    });
    expect(answer.items.map((item) => item.type === 'message' && item.content.type)).toEqual([
      'text',
      'image',
      'buttons',
    ]);
  });

  test('an empty text after the question does not part it from its buttons', () => {
    const empty = { id: 'e', type: 'text', content: { type: 'richText', richText: [] } };
    expect(order(show({ messages: [textBubble('q', 'Which?'), empty], input: yesNo }))).toEqual(['Which?']);
  });

  test('nor does a bubble that cannot be shown, or a wait of no length', () => {
    const unknown = { id: 'u', type: 'hologram', content: {} };
    const wait = { type: 'wait', lastBubbleBlockId: 'u', wait: { secondsToWaitFor: 0 } };
    const answer = {
      messages: [textBubble('q', 'Which?'), unknown],
      clientSideActions: [wait],
      input: yesNo,
    };
    expect(order(show(answer))).toEqual(['Which?']);
  });

  test('unknown actions are noted, and continued when they expect a reply', () => {
    const dance = { type: 'dance', expectsDedicatedReply: true };
    const answer = show({ messages: [], clientSideActions: [{ type: 'wave' }, dance] });
    expect(answer.notes).toEqual([ignored('wave')]);
    expect(answer.next).toEqual({ type: 'automatic', action: { type: 'skip', name: 'dance' } });
  });

  test('a redirect without address is noted', () => {
    const answer = show({ messages: [], clientSideActions: [{ type: 'redirect', redirect: {} }] });
    expect(answer.notes).toEqual([ignored('redirect', 'no url')]);
  });

  test('the request action of older bots is known', () => {
    const webhookToExecute = { url: 'https://e.com', method: 'GET', headers: {} };
    const clientSideActions = [{ type: 'webhookToExecute', webhookToExecute, expectsDedicatedReply: true }];
    expect(show({ messages: [], clientSideActions }).next).toMatchObject({
      type: 'automatic',
      action: { type: 'http', url: 'https://e.com' },
    });
  });
});

test('a redirect to megabytes of address is left out, and noted', () => {
  const url = `https://e.com/${'a'.repeat(1_000_000)}`;
  const { items, notes } = show({ messages: [], clientSideActions: [redirectAfter(url)] });
  expect(items).toEqual([]);
  expect(notes).toEqual([ignored('redirect', 'the url is too long')]);
});

describe('the typing speed of the bot', () => {
  const typed = (typing: object | undefined, isFirst: boolean, enabled = true) => {
    const messages = ['one two three four', '你好世界朋友', 'x '.repeat(500)].map((text, index) => {
      return textBubble(`b${index}`, text);
    });
    const answer = renderAnswer({
      answer: answerOf({ messages }),
      render: rendering({ settings: { typingEmulation: enabled } }),
      isFirst,
      traits: { typing: typing && { ...typing } },
    });
    return answer.items.map((item) => (item.type === 'message' ? item.typingMs : undefined));
  };

  test('is waited only when the operator wants it', () => {
    expect(typed(undefined, false, false)).toEqual([undefined, undefined, undefined]);
    expect(typed({ enabled: false }, false)).toEqual([undefined, undefined, undefined]);
  });

  test('counts the words of all scripts, up to the longest delay', () => {
    const [latin, chinese, long] = typed({}, false);
    expect(latin).toBe(600);
    expect(chinese).toBeGreaterThan(0);
    expect(chinese).toBeLessThan(1000);
    expect(long).toBe(3000);
    expect(typed({ speed: 200, maxDelay: 9 }, false)).toMatchObject({ 0: 1200, 2: 5000 });
  });

  test('leaves the first message of a chat alone unless the bot says otherwise', () => {
    expect(typed({}, true)[0]).toBeUndefined();
    expect(typed({ isDisabledOnFirstMessage: false }, true)[0]).toBe(600);
    expect(typed({ delayBetweenBubbles: 1 }, false)).toMatchObject({ 0: 600, 2: 4000 });
    expect(typed({ delayBetweenBubbles: 3_600 }, false)).toMatchObject({ 0: 600, 2: 8000 });
  });
});
