import { describe, expect, test } from 'vitest';
import { asks, asksChoice, bye, channels, converse, text } from '../../support/flows.js';
import type { Conversation } from '../../support/flows.js';
import { WIDE_WINDOW_MS, until, useParley } from '../../support/parley.js';
import type { Reply } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';

type Json = Record<string, unknown>;

const then = [asks('Next?', 'text input'), bye()];
const long = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' ');
const texts = Array.from({ length: 30 }, (_, index) => `bubble ${index}`);

const parley = useParley({
  flows: {
    flows: {
      'text-pub': { answers: [asks('Text?', 'text input'), ...then] },
      'attach-pub': {
        answers: [
          asks('Text or file?', 'text input', {
            options: { attachments: { isEnabled: true }, audioClip: { isEnabled: true } },
          }),
          ...then,
        ],
      },
      'choice-pub': { answers: [asksChoice('Pick?', ['Yes', 'No']), ...then] },
      'number-pub': { answers: [asks('How old?', 'number input'), ...then] },
      'phone-pub': { answers: [asks('Phone?', 'phone number input'), ...then] },
      'email-pub': { answers: [asks('Email?', 'email input'), ...then] },
      'file-pub': {
        answers: [asks('File?', 'file input', { options: { isMultipleAllowed: true } }), ...then],
      },
      'optional-pub': { answers: [asks('File?', 'file input', { options: { isRequired: false } }), ...then] },
      'long-pub': { answers: [{ ...asks('', 'text input'), messages: [textBubble('l', long)] }] },
      'thirty-pub': {
        answers: [
          { messages: texts.map((words) => textBubble(words, words)), input: asks('x', 'text input').input },
        ],
      },
      'bold-pub': {
        answers: [
          {
            messages: [
              {
                id: 'b',
                type: 'text',
                content: {
                  type: 'richText',
                  richText: [
                    { type: 'h1', children: [{ text: 'Title' }] },
                    { type: 'p', children: [{ text: 'd ', bold: true }, { text: 'x' }] },
                    { type: 'p', children: [{ text: 'mid' }, { text: 'dle', bold: true }] },
                    { type: 'p', children: [{ text: '' }] },
                    { type: 'p', children: [{ text: '' }] },
                    { type: 'p', children: [{ text: '' }] },
                    { type: 'blockquote', children: [{ text: 'quoted' }] },
                    {
                      type: 'p',
                      children: [
                        { text: 'mail ' },
                        { type: 'a', url: 'mailto:a@b.co', children: [{ text: 'us' }] },
                      ],
                    },
                    { type: 'hr', children: [{ text: '' }] },
                  ],
                },
              },
            ],
            input: asks('x', 'text input').input,
          },
        ],
      },
      'slow-pub': {
        answers: [asks('Text?', 'text input'), ...then],
      },
      'typing-pub': {
        answers: [
          {
            messages: [
              textBubble('a', 'one two three four five'),
              textBubble('b', 'one two three four five six seven'),
            ],
            input: asks('x', 'text input').input,
            typebot: {
              id: 't',
              version: '6.1',
              theme: {},
              settings: { typingEmulation: { enabled: true, speed: 400, maxDelay: 3 } },
            },
          },
        ],
      },
    },
  },
});

const png = { mimeType: 'image/png', base64: 'iVBORw0KGgoAAAANSUhEUg==' };
const image = (caption?: string): Json => ({
  contentType: 'image',
  media: png,
  ...(caption ? { caption } : {}),
});
const voice: Json = { contentType: 'audio', media: { mimeType: 'audio/ogg', base64: 'T2dnUwAC', ptt: true } };
const sticker: Json = { contentType: 'sticker', media: { mimeType: 'image/webp', base64: 'UklGRgAA' } };
const location: Json = {
  contentType: 'location',
  latitude: -19.9,
  longitude: -43.94,
  name: 'Shop',
  address: 'Street 1',
};
const cardOf = (phones: string[]): Json => ({ contentType: 'contacts', contacts: [{ name: 'Bob', phones }] });
const order: Json = {
  contentType: 'order',
  catalogId: 'c',
  items: [
    { sku: 'A1', quantity: 2, price: 1, currency: 'BRL' },
    { sku: 'B2', quantity: 1, price: 2, currency: 'BRL' },
  ],
};
const form: Json = { contentType: 'flowReply', name: 'f', json: { a: 1, b: ['x'] } };

async function begun(publicId: string, settings: Json = {}, channel: Json = {}): Promise<Conversation> {
  const flow = await converse(parley, { public_id: publicId, ...settings }, channel);
  await flow.say('hi');
  return flow;
}

describe('what the bot reads', () => {
  test.each([
    ['a location', location, '-19.9, -43.94'],
    ['a contact card', cardOf(['+5511999990000', '+5511888880000']), 'Bob: +5511999990000, +5511888880000'],
    ['a card without numbers', cardOf([]), 'Bob'],
    ['an order', order, '2 x A1\n1 x B2'],
    ['an order with a text', { ...order, text: 'as usual' }, 'as usual'],
    ['a form', form, '{"a":1,"b":["x"]}'],
    ['a caption', image('look'), 'look'],
    ['a transcript', { ...voice, transcript: 'spoken words' }, 'spoken words'],
  ])('of %s on a text input', async (_, content, words) => {
    const flow = await begun('text-pub');
    expect(await flow.say(content)).toEqual([text('Next?')]);
    expect(flow.given()).toEqual([words]);
  });

  test('a foreign button keeps its id beside the title', async () => {
    const flow = await begun('text-pub');
    await flow.say({ contentType: 'buttonReply', id: 'promo-7', title: 'I want it' });
    expect(flow.given()).toEqual([{ type: 'text', text: 'I want it', metadata: { replyId: 'promo-7' } }]);
  });

  test('a card on a phone question gives its number', async () => {
    const flow = await begun('phone-pub');
    await flow.say(cardOf(['+55 11 99999-0000']));
    expect(flow.given()).toEqual(['+5511999990000']);
  });
});

describe('what cannot answer by its kind gets the hint and the prompt, and nothing reaches Typebot', () => {
  test.each([
    ['a location on a choice', 'choice-pub', location, 'Please answer with one of the options.'],
    ['a voice note on a number', 'number-pub', voice, 'Please answer with a valid number.'],
    ['a form on an email', 'email-pub', form, 'Please answer with an email address.'],
    ['an image on a phone number', 'phone-pub', image(), 'Please answer with a phone number.'],
    ['a voice note on a text', 'text-pub', voice, 'Please answer with a text message.'],
    ['an image without caption on a text', 'text-pub', image(), 'Please answer with a text message.'],
    ['a location on a file', 'file-pub', location, 'Please answer with a file.'],
  ])('%s', async (_, publicId, content, hint) => {
    const flow = await begun(publicId, { unknown_message: 'What?' }, channels.textOnly);
    const [prompt] = flow.contents();
    expect(await flow.say(content, 2)).toEqual([text(hint), prompt]);
    expect(flow.given()).toEqual([]);
  });
});

describe('what no question could read', () => {
  test.each([
    ['a sticker', sticker],
    ['an unsupported message', { contentType: 'unsupported', providerType: 'poll' }],
    ['a poll', { contentType: 'poll', some: 'thing' }],
  ])('%s gets unknown_message', async (_, content) => {
    const flow = await begun('text-pub', { unknown_message: 'I do not understand' });
    expect(await flow.say(content)).toEqual([text('I do not understand')]);
    expect(flow.given()).toEqual([]);
    expect(await flow.say('words')).toEqual([text('Next?')]);
  });

  test('an empty unknown_message sends nothing', async () => {
    const flow = await begun('text-pub', { unknown_message: '' });
    await flow.contact.sends({ content: sticker });
    await flow.say('words');
    expect(flow.contents()).toEqual([text('Text?'), text('Next?')]);
    expect(flow.given()).toEqual(['words']);
  });

  test('reactions, edits, revokes and system notices are recorded and ignored', async () => {
    const flow = await begun('text-pub', { unknown_message: 'I do not understand' });
    await flow.contact.sends({ content: { contentType: 'reaction', targetKeyId: 'x', emoji: '👍' } });
    await flow.contact.sends({ content: { contentType: 'edit', targetKeyId: 'x', text: 'other' } });
    await flow.contact.sends({ content: { contentType: 'revoke', targetKeyId: 'x' } });
    await flow.contact.sends({ content: { contentType: 'system', systemType: 'identityChanged' } });
    await flow.contact.sends({ content: { contentType: 'hologram', some: 'thing' } });
    await flow.say('words');
    expect(flow.contents()).toEqual([text('Text?'), text('Next?')]);
    const { id } = await flow.contact.session();
    const { body } = await parley.call('GET', `/instances/${flow.shop.id}/typebots/sessions/${id}/messages`);
    const types = body.messages.map((item: Json) => item.content_type);
    expect(types).toEqual(expect.arrayContaining(['reaction', 'edit', 'revoke']));
    expect(types.filter((type: string) => type === 'system')).toHaveLength(2);
  });

  test('an empty text is no answer', async () => {
    const flow = await begun('text-pub', { unknown_message: 'What?' });
    expect(await flow.say({ contentType: 'text', text: '   ' })).toEqual([text('What?')]);
    await flow.say('words');
    expect(flow.given()).toEqual(['words']);
  });
});

describe('files', () => {
  /** The path below the public URL, opened at this API. */
  const opened = async (address: unknown) => {
    const { pathname } = new URL(String(address));
    return fetch(`http://127.0.0.1:${parley.api.port}${pathname}`);
  };

  test('an image on a file input is an address that opens and gives the very bytes', async () => {
    const flow = await begun('file-pub');
    expect(await flow.say(image('a caption'))).toEqual([text('Next?')]);
    const [address] = flow.given();
    expect(address).toMatch(/^https?:\/\/[^\s?]+\.png$/);
    const answer = await opened(address);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await answer.arrayBuffer()).toString('base64')).toBe(png.base64);
  });

  test('several files in one window are one answer', async () => {
    const flow = await begun('file-pub', { debounce_ms: WIDE_WINDOW_MS });
    await flow.contact.sends({ content: image() });
    await flow.say({
      contentType: 'document',
      media: { mimeType: 'application/pdf', base64: 'JVBERi0=', fileName: 'my file.pdf' },
    });
    expect(String(flow.given()[0])).toMatch(/^\S+\.png, \S+\.pdf$/);
  });

  test('an image with a caption on a text input with attachments is caption and address', async () => {
    const flow = await begun('attach-pub');
    await flow.say(image('my papers'));
    expect(flow.given()).toEqual([
      { type: 'text', text: 'my papers', attachedFileUrls: [expect.stringMatching(/\/media\/[\w-]+\.png$/)] },
    ]);
  });

  test('a voice note on a text input with audio clips is an audio message', async () => {
    const flow = await begun('attach-pub');
    await flow.say(voice);
    expect(flow.given()).toEqual([{ type: 'audio', url: expect.stringMatching(/\.(ogg|oga|opus)$/) }]);
  });

  test.each(['Skip', 'pular', 'SALTAR!'])(
    '%s skips an optional file, on both kinds of channel',
    async (word) => {
      for (const channel of Object.values(channels)) {
        const flow = await begun('optional-pub', {}, channel);
        await flow.say(word);
        expect(flow.given()).toEqual([null]);
      }
    },
  );
});

describe('long and rich texts', () => {
  test('a text over the limit comes in parts that lose nothing', async () => {
    const flow = await converse(parley, { public_id: 'long-pub' });
    const parts = (await flow.say('hi', 2)).map((part) => String(part.text));
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(4096);
    expect(parts.join(' ')).toBe(long);
  });

  test('marks render as WhatsApp does', async () => {
    const flow = await converse(parley, { public_id: 'bold-pub' });
    const [shown] = await flow.say('hi');
    expect(shown?.text).toBe('*Title*\n*d* x\nmiddle\n\n> quoted\nmail us (a@b.co)\n———');
  });

  test('thirty bubbles leave in order, and the next answer waits for them', async () => {
    const flow = await converse(parley, { public_id: 'thirty-pub' });
    await flow.contact.says('hi');
    await until(() => expect(flow.contents()).toHaveLength(30));
    expect(flow.contents()).toEqual(texts.map(text));
  });

  test('typing_emulation waits as long as the bot would type', async () => {
    const flow = await converse(parley, { public_id: 'typing-pub', typing_emulation: true });
    await flow.say('hi', 2);
    const [first, second] = parley.receiver.messages.filter(({ to }) => to.contactId === flow.contact.phone);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_040);
  });
});

test('messages of one window are one answer, in the order of their own times', async () => {
  const flow = await begun('text-pub', { debounce_ms: WIDE_WINDOW_MS });
  const now = Math.floor(Date.now() / 1000);
  await flow.contact.sends({ timestamp: now, content: { contentType: 'text', text: 'second' } });
  await flow.contact.sends({ timestamp: now - 5, content: { contentType: 'text', text: 'first' } });
  await until(() => expect(flow.given()).toEqual(['first\nsecond']));
});

test('an ended flow is never called again: the next message is a new run', async () => {
  const flow = await begun('text-pub');
  await flow.say('a');
  await flow.say('b');
  await flow.ends({ status: 'closed', close_reason: 'completed' });
  await flow.say('c');
  expect(flow.calls().map(({ kind }) => kind)).toEqual(['start', 'continue', 'continue', 'start']);
});

describe('a session of channel api', () => {
  const post = (path: string, body: Json): Promise<Reply> => parley.call('POST', `/chatbot/v1/${path}`, body);

  async function session(publicId: string) {
    const settings = { public_id: publicId, trigger_type: 'none', unknown_message: 'What?' };
    const { typebotId: widget } = await parley.instance({ locale: 'en', ...settings });
    const created = await post('createSession', { widget_uid: widget });
    expect(created.status).toBe(200);
    const uid = created.body.data.session_uid;
    const ask = async (message: string) => {
      const answer = await post('sendMessage', { widget_uid: widget, session_uid: uid, message });
      expect(answer.status).toBe(200);
      return answer.body;
    };
    const contact = { phone: uid };
    const given = () => parley.typebot.repliesOf(contact);
    return { ask, given, sent: () => parley.receiver.requestsTo(contact) };
  }

  test('gets no hints and no numbers: the choices are data, and every way to choose works', async () => {
    for (const words of ['it_2', 'no', '2']) {
      const { given, ask } = await session('choice-pub');
      const asked = await ask('hi');
      expect(asked.data).toMatchObject({ send_by: 'assistant', content_type: 'picker', message: 'Pick?' });
      expect(asked.data.choices).toEqual([
        { icon: '', text: 'Yes', value: 'it_1', enabled: true },
        { icon: '', text: 'No', value: 'it_2', enabled: true },
      ]);
      expect((await ask(words)).data).toMatchObject({ content_type: 'text', message: 'Next?', choices: [] });
      expect(given()).toEqual([{ type: 'text', text: 'No', metadata: { replyId: 'it_2' } }]);
    }
  });

  test('a refusal shows the flow’s words and the question with its choices', async () => {
    const { ask } = await session('choice-pub');
    await ask('hi');
    const refused = await ask('perhaps');
    expect(refused.data.message).toBe('Invalid message. Please, try again.\n\nPick?');
    expect(refused.data.choices).toHaveLength(2);
  });

  test('what Parley itself offers is chosen by its value', async () => {
    const { given, ask } = await session('optional-pub');
    expect((await ask('hi')).data.choices).toMatchObject([{ text: 'Skip', value: 'parley-skip' }]);
    expect((await ask('parley-skip')).data.message).toBe('Next?');
    expect(given()).toEqual([null]);
  });

  test('a number has no hint', async () => {
    const { ask } = await session('number-pub');
    expect((await ask('hi')).data.message).toBe('How old?');
  });

  test('nothing of it leaves through the channel', async () => {
    const { ask, sent } = await session('thirty-pub');
    expect((await ask('hi')).data.message).toBe(texts.join('\n\n'));
    expect(sent()).toEqual([]);
  });
});
