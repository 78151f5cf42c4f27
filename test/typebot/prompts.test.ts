import { describe, expect, test } from 'vitest';
import type { OutboundContent } from '../../activities/ports/messages.js';
import { recorded, textBubble } from '../support/typebot/stand-in.js';
import { contents, show, surfaces, type Setting } from '../support/typebot/rendering.js';

const { native, textOnly, api } = surfaces;
const text = (words: string): OutboundContent => ({ type: 'text', text: words });
const button = (id: string, title: string) => ({ id, title });
const buttons = (body: string, ...list: [string, string][]): OutboundContent => ({
  type: 'buttons',
  body,
  buttons: list.map(([id, title]) => button(id, title)),
});
const image = (url: string, caption?: string): OutboundContent =>
  caption === undefined ? { type: 'image', media: { url } } : { type: 'image', media: { url }, caption };

/** The recorded answer as a contact sees it on a channel. */
const seen = (name: string, surface: Setting['surface'], settings: Setting['settings'] = {}) =>
  contents(show(recorded(name), { surface, settings }));

describe('the walk through every input', () => {
  test.each([
    [
      '10-inputs-start-text',
      [text('Text?\nType here… You can also send a voice message or a file')],
      [text('Text?\nType here… You can also send a voice message or a file')],
    ],
    ['11-inputs-text', [text('Number?\n1..10')], [text('Number?\n1..10')]],
    [
      '14-inputs-num',
      [text('Email?\nFor example name@example.com')],
      [text('Email?\nFor example name@example.com')],
    ],
    [
      '16-inputs-mail',
      [text('Url?\nFor example https://example.com')],
      [text('Url?\nFor example https://example.com')],
    ],
    [
      '18-inputs-url',
      [
        buttons(
          'Date?\nFor example 20/11/2026 (from 01/01/2020 to 31/12/2030)',
          ['t1.3CZwast:parley-today', 'Today'],
          ['t1.3CZwast:parley-tomorrow', 'Tomorrow'],
        ),
      ],
      [text('Date?\nFor example 20/11/2026 (from 01/01/2020 to 31/12/2030)')],
    ],
    [
      '21-inputs-date',
      [text('Range?\nFor example From: 20/11/2026 23:46 To: 21/11/2026 23:46')],
      [text('Range?\nFor example From: 20/11/2026 23:46 To: 21/11/2026 23:46')],
    ],
    ['23-inputs-range', [text('Time?\nFor example 14:30')], [text('Time?\nFor example 14:30')]],
    [
      '25-inputs-time',
      [text('Phone?\nWith country code, for example +33 6 12 34 56 78')],
      [text('Phone?\nWith country code, for example +33 6 12 34 56 78')],
    ],
    [
      '27-inputs-phone',
      [
        {
          type: 'list',
          body: 'Choice?',
          button: 'See options',
          sections: [
            {
              rows: [
                { id: 't1.3CZwast:it_a', title: 'Option A' },
                { id: 't1.3CZwast:it_b', title: 'Option B' },
                {
                  id: 't1.3CZwast:it_c',
                  title: 'Option C with a very lo…',
                  description: 'Option C with a very long label above twenty chars',
                },
                { id: 't1.3CZwast:it_d', title: 'Option D' },
              ],
            },
          ],
        },
      ],
      [
        text(
          'Choice?\n\n1. Option A\n2. Option B\n3. Option C with a very long label above twenty chars\n4. Option D\n\nReply with the number or the text',
        ),
      ],
    ],
    [
      '32-inputs-ch',
      [buttons('Choice with internal values?', ['t1.3CZwast:it_v1', 'Small'], ['t1.3CZwast:it_v2', 'Large'])],
      [text('Choice with internal values?\n\n1. Small\n2. Large\n\nReply with the number or the text')],
    ],
    [
      '33-inputs-chv',
      [
        text(
          'Multi?\n\n1. Red\n2. Green\n3. Dark, blue\n4. Yellow\n\nReply with one or more numbers, for example 1, 3',
        ),
      ],
      [
        text(
          'Multi?\n\n1. Red\n2. Green\n3. Dark, blue\n4. Yellow\n\nReply with one or more numbers, for example 1, 3',
        ),
      ],
    ],
    [
      '36-inputs-chs',
      [
        buttons(
          'Dynamic?',
          ['t1.3CZwast:choice0', 'Alpha'],
          ['t1.3CZwast:choice1', 'Beta'],
          ['t1.3CZwast:choice2', 'Gamma'],
        ),
      ],
      [text('Dynamic?\n\n1. Alpha\n2. Beta\n3. Gamma\n\nReply with the number or the text')],
    ],
    [
      '37-inputs-chd',
      [
        image('https://example.com/1.png', '*Cat*\nA small cat'),
        image('https://example.com/2.png', '*Dog*\nA big dog'),
        buttons('Picture?', ['t1.3CZwast:pc_1', 'Cat'], ['t1.3CZwast:pc_2', 'Dog']),
      ],
      [
        image('https://example.com/1.png', '1. *Cat*\nA small cat'),
        image('https://example.com/2.png', '2. *Dog*\nA big dog'),
        text('Picture?\n\n1. Cat\n2. Dog\n\nReply with the number or the text'),
      ],
    ],
    [
      '39-inputs-pc',
      [
        image('https://example.com/1.png', '1. *Cat*'),
        image('https://example.com/2.png', '2. *Dog*'),
        text('Pictures?\n\n1. Cat\n2. Dog\n\nReply with one or more numbers, for example 1, 2'),
      ],
      [
        image('https://example.com/1.png', '1. *Cat*'),
        image('https://example.com/2.png', '2. *Dog*'),
        text('Pictures?\n\n1. Cat\n2. Dog\n\nReply with one or more numbers, for example 1, 2'),
      ],
    ],
    [
      '40-inputs-pcm',
      [
        {
          type: 'list',
          body: 'Rate?\n1 (bad) … 5 (good)',
          button: 'See options',
          sections: [
            {
              rows: [
                { id: 't1.3CZwast:1', title: '⭐', description: 'bad' },
                { id: 't1.3CZwast:2', title: '⭐⭐' },
                { id: 't1.3CZwast:3', title: '⭐⭐⭐' },
                { id: 't1.3CZwast:4', title: '⭐⭐⭐⭐' },
                { id: 't1.3CZwast:5', title: '⭐⭐⭐⭐⭐', description: 'good' },
              ],
            },
          ],
        },
      ],
      [text('Rate?\n1 (bad) … 5 (good)')],
    ],
    [
      '42-inputs-rate',
      [text('File?\nSend one or more photos or documents')],
      [text('File?\nSend one or more photos or documents')],
    ],
    [
      '44-inputs-file',
      [buttons('Optional file?\nSend a file (PDF)', ['t1.3CZwast:parley-skip', 'Skip it'])],
      [text('Optional file?\nSend a file (PDF). Reply *Skip it* to go on without a file')],
    ],
    [
      '46-inputs-file2-skip',
      [
        text('Card?'),
        {
          type: 'buttons',
          header: { type: 'image', url: 'https://example.com/c1.png' },
          body: '*Basic*\n10 EUR',
          buttons: [button('t1.3CZwast:cp_1a', 'Buy'), button('t1.3CZwast:cp_1b', 'Details')],
        },
        buttons('*Pro*', ['t1.3CZwast:cp_2a', 'Buy']),
      ],
      [
        text('Card?'),
        image('https://example.com/c1.png', '*Basic*\n10 EUR\n\n1. Buy\n2. Details'),
        text('*Pro*\n\n3. Buy\n\nReply with the number or the text'),
      ],
    ],
  ] satisfies [string, OutboundContent[], OutboundContent[]][])(
    '%s asks with buttons and lists, and with text only',
    (name, withButtons, withText) => {
      expect(seen(name, native)).toEqual(withButtons);
      expect(seen(name, textOnly)).toEqual(withText);
    },
  );

  test('a searchable choice of twelve is numbered and can be filtered', () => {
    const cities = Array.from({ length: 12 }, (_, index) => {
      return `${index + 1}. City ${String(index + 1).padStart(2, '0')}`;
    }).join('\n');
    const prompt = [text(`Searchable?\n\n${cities}\n\nReply with the number or part of the name`)];
    expect(seen('35-inputs-chm', native)).toEqual(prompt);
    expect(seen('35-inputs-chm', textOnly)).toEqual(prompt);
  });

  test('the last answer prints everything and ends the flow', () => {
    const answer = show(recorded('48-inputs-card'));
    expect(answer.next).toEqual({ type: 'ended' });
    expect(answer.openInput).toBeNull();
    expect(contents(answer)).toHaveLength(1);
  });
});

describe('refused replies', () => {
  const refusals: [string, string, string][] = [
    ['13-inputs-num-bad2', '11-inputs-text', 'Number?\n1..10'],
    ['15-inputs-mail-bad', '14-inputs-num', 'Email?\nFor example name@example.com'],
    ['43-inputs-file-bad', '42-inputs-rate', 'File?\nSend one or more photos or documents'],
  ];

  test.each(refusals)('%s shows the flow’s words and then the question again', (name, before, question) => {
    const asked = show(recorded(before)).openInput;
    const answer = show(recorded(name), { asked, turn: 2 });
    expect(answer.refused).toBe(true);
    expect(contents(answer).map((content) => content.type === 'text' && content.text)).toEqual([
      name.includes('mail') ? 'Bad email hello, again please' : 'Invalid message. Please, try again.',
      question,
    ]);
  });

  test('a refused choice comes back with its question and its buttons', () => {
    const asked = show(recorded('108-sysmsg-start')).openInput;
    const answer = show(recorded('118-null-message-on-choice'), { asked, turn: 2 });
    expect(contents(answer)).toEqual([
      text("Je n'ai pas compris"),
      buttons('Pick one', ['t2.3CZwast:xa', 'A'], ['t2.3CZwast:xb', 'B']),
    ]);
  });

  test('an invalid-reply event speaks for itself and the question stays', () => {
    const asked = show({
      messages: [textBubble('e1', 'Your email?')],
      input: { id: 'i_em', type: 'email input', options: {} },
    }).openInput;
    const answer = show(recorded('136-invalidReply-event'), { asked, turn: 2 });
    expect(answer.refused).toBe(true);
    expect(contents(answer)).toEqual([
      text('Invalid: bad'),
      text('Your email?\nFor example name@example.com'),
    ]);
  });

  test('a loop that asks the same question again is no refusal', () => {
    const menu = recorded('108-sysmsg-start');
    const asked = show(menu).openInput;
    const sent = { type: 'text' as const, text: 'A', metadata: { replyId: 'xa' } };
    const answer = show({ ...menu, sessionId: undefined }, { asked, turn: 2 }, sent);
    expect(answer.refused).toBe(false);
    expect(contents(answer)).toEqual([buttons('Pick one', ['t2.3CZwast:xa', 'A'], ['t2.3CZwast:xb', 'B'])]);
  });

  test('a flow that repeats its question itself is not doubled', () => {
    const question = {
      messages: [textBubble('q', 'Your email?')],
      input: { id: 'i_em', type: 'email input', options: {} },
    };
    const asked = show(question).openInput;
    const again = { ...question, messages: [textBubble('no', 'Hm, no.'), textBubble('q', 'Your email?')] };
    expect(contents(show(again, { asked, turn: 2 }))).toEqual([
      text('Hm, no.'),
      text('Your email?\nFor example name@example.com'),
    ]);
  });
});

describe('hints', () => {
  const asking = (input: Record<string, unknown>, setting: Setting = {}) => {
    const answer = show(
      { messages: [textBubble('q', 'Q?')], input: { id: 'i', options: {}, ...input } },
      setting,
    );
    return contents(answer).map((content) =>
      'body' in content ? content.body : text('') && 'text' in content ? content.text : '',
    );
  };

  test.each([
    [{ type: 'text input' }, 'Q?'],
    [
      { type: 'text input', options: { audioClip: { isEnabled: true } } },
      'Q?\nYou can also send a voice message',
    ],
    [{ type: 'text input', options: { attachments: { isEnabled: true } } }, 'Q?\nYou can also send a file'],
    [{ type: 'number input' }, 'Q?\nReply with a number'],
    [{ type: 'number input', options: { min: 1, max: '10' } }, 'Q?\nNumber from 1 to 10'],
    [{ type: 'number input', options: { min: 0, step: 5 } }, 'Q?\nNumber from 0 up, in steps of 5'],
    [{ type: 'number input', options: { max: 9 } }, 'Q?\nNumber up to 9'],
    [
      { type: 'date input', options: { format: 'MM/dd/yyyy', hasTime: true } },
      'Q?\nFor example 11/20/2026 23:46',
    ],
    [{ type: 'date input', options: { max: '2026-11-19' } }, 'Q?\nFor example 19/11/2026 (until 19/11/2026)'],
    [{ type: 'rating input' }, 'Q?\n0 … 10'],
    [
      { type: 'file input', options: { allowedFileTypes: { isEnabled: true, types: ['image/*', '.docx'] } } },
      'Q?\nSend a file (image, DOCX)',
    ],
    [
      {
        type: 'file input',
        options: { allowedFileTypes: { isEnabled: true, types: ['constructor', '.pdf'] } },
      },
      'Q?\nSend a file (CONSTRUCTOR, PDF)',
    ],
  ])('%j', (input, prompt) => {
    expect(asking(input)).toEqual([prompt]);
  });

  test('speak the typebot’s language', () => {
    const number = { type: 'number input', options: { min: 1, max: 10 } };
    expect(asking(number, { settings: { locale: 'pt-BR' } })).toEqual(['Q?\nNúmero de 1 a 10']);
    expect(asking(number, { settings: { locale: 'es', inputHints: true } })).toEqual([
      'Q?\nNúmero de 1 a 10',
    ]);
    expect(asking({ type: 'email input' }, { settings: { locale: 'es' } })).toEqual([
      'Q?\nPor ejemplo nombre@ejemplo.com',
    ]);
  });

  test('write fractions with the decimal mark of the language', () => {
    const number = { type: 'number input', options: { min: 0.5, max: 99.99, step: 0.5 } };
    expect(asking(number)).toEqual(['Q?\nNumber from 0.5 to 99.99, in steps of 0.5']);
    expect(asking(number, { settings: { locale: 'pt-BR' } })).toEqual([
      'Q?\nNúmero de 0,5 a 99,99, de 0,5 em 0,5',
    ]);
    expect(asking(number, { settings: { locale: 'es' } })).toEqual([
      'Q?\nNúmero de 0,5 a 99,99, de 0,5 en 0,5',
    ]);
  });

  test('can be switched off', () => {
    const settings = { inputHints: false };
    expect(asking({ type: 'number input', options: { min: 1 } }, { settings })).toEqual(['Q?']);
    expect(seen('27-inputs-phone', textOnly, settings)).toEqual([
      text(
        'Choice?\n\n1. Option A\n2. Option B\n3. Option C with a very long label above twenty chars\n4. Option D',
      ),
    ]);
  });

  test('a phone question offers the contact’s own number', () => {
    const surface = { ...native, phone: '33612345678' };
    const answer = show({ messages: [], input: { id: 'i', type: 'phone number input' } }, { surface });
    expect(contents(answer)).toEqual([
      buttons('With country code, for example +33 6 12 34 56 78', [
        't1.3CZwast:parley-own-number',
        '+33612345678',
      ]),
    ]);
  });

  test('a value that is already known is offered as a button where the flow prefills its inputs', () => {
    const traits = { prefill: true };
    const remembered = recorded('133-remember-restart-same-result');
    expect(contents(show(remembered, { traits }))).toEqual([
      buttons('Hi Ann', ['t1.3CZwast:parley-prefilled', 'Ann']),
    ]);
    expect(contents(show(remembered, { traits, surface: textOnly }))).toEqual([text('Hi Ann')]);
    const input = { id: 'i', type: 'number input', prefilledValue: 7 };
    expect(contents(show({ messages: [textBubble('q', 'Age?')], input }, { traits }))).toEqual([
      buttons('Age?\nReply with a number', ['t1.3CZwast:parley-prefilled', '7']),
    ]);
  });

  test.each(['text', 'number', 'email', 'url', 'phone number', 'time'])(
    'a stored value of a %s input is not offered where the flow does not prefill',
    (kind) => {
      const input = { id: 'i', type: `${kind} input`, prefilledValue: 'Ana' };
      for (const prefill of [false, undefined]) {
        const answer = show({ messages: [textBubble('q', 'Well?')], input }, { traits: { prefill } });
        expect(JSON.stringify(answer)).not.toContain('Ana');
      }
    },
  );

  test('today is not offered where the limits exclude it', () => {
    const input = { id: 'i', type: 'date input', options: { min: '2026-11-21' } };
    const answer = show({ messages: [textBubble('q', 'When?')], input });
    expect(contents(answer)).toEqual([
      buttons('When?\nFor example 21/11/2026 (from 21/11/2026)', ['t1.3CZwast:parley-tomorrow', 'Tomorrow']),
    ]);
  });
});

describe('choices', () => {
  const choose = (labels: (string | null)[], options = {}, setting: Setting = {}) =>
    contents(
      show(
        {
          messages: [textBubble('q', 'Which?')],
          input: {
            id: 'i',
            type: 'choice input',
            items: labels.map((content, index) => ({ id: `i${index}`, content })),
            options,
          },
        },
        setting,
      ),
    );
  const labels = (count: number) => Array.from({ length: count }, (_, index) => `Item ${index + 1}`);

  test('of up to three short labels are buttons, of up to ten a list, of more numbered text', () => {
    expect(choose(labels(3)).map(({ type }) => type)).toEqual(['buttons']);
    expect(choose(labels(4)).map(({ type }) => type)).toEqual(['list']);
    expect(choose(labels(10)).map(({ type }) => type)).toEqual(['list']);
    expect(choose(labels(11)).map(({ type }) => type)).toEqual(['text']);
  });

  test('whose titles would be cut to the same words are numbered', () => {
    const long = ['A very long label of the shop number one', 'A very long label of the shop number two'];
    expect(choose(long)).toEqual([
      text(`Which?\n\n1. ${long[0]}\n2. ${long[1]}\n\nReply with the number or the text`),
    ]);
  });

  test('with equal labels are numbered', () => {
    expect(choose(['Yes', 'Yes'])).toEqual([
      text('Which?\n\n1. Yes\n2. Yes\n\nReply with the number or the text'),
    ]);
  });

  test('with a label of over 72 characters are numbered, never cut', () => {
    const long = 'x'.repeat(73);
    expect(choose([long, 'b'])).toEqual([
      text(`Which?\n\n1. ${long}\n2. b\n\nReply with the number or the text`),
    ]);
  });

  test('with a label of over twenty characters are a list where there is one', () => {
    const long = 'A label of 24 letters ok';
    expect(choose([long, 'b']).map(({ type }) => type)).toEqual(['list']);
    const surface = { ...native, capabilities: { ...native.capabilities, list: false } };
    expect(choose([long, 'b'], {}, { surface }).map(({ type }) => type)).toEqual(['text']);
  });

  test('are cut between graphemes', () => {
    const [list] = choose(['Families 👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦 and others', 'b']);
    expect(list).toMatchObject({
      sections: [{ rows: [{ title: 'Families 👨‍👩‍👧‍👦…' }, { title: 'b' }] }],
    });
  });

  test('have their labels on one line', () => {
    expect(choose([' two\n lines ', 'b'])).toEqual([
      buttons('Which?', ['t1.3CZwast:i0', 'two lines'], ['t1.3CZwast:i1', 'b']),
    ]);
  });

  test('without a label get a name', () => {
    expect(choose([null, 'b'])).toEqual([
      buttons('Which?', ['t1.3CZwast:i0', 'Option 1'], ['t1.3CZwast:i1', 'b']),
    ]);
  });

  test('of pictures without picture keep their description', () => {
    const items = [
      { id: 'a', title: 'Cat', description: 'Small' },
      { id: 'b', title: 'Dog', pictureSrc: 'https://e.com/d.png' },
    ];
    const input = { id: 'i', type: 'picture choice input', items };
    const answer = { messages: [textBubble('q', 'Which?')], input };
    const choice = buttons('Which?', ['t1.3CZwast:a', 'Cat'], ['t1.3CZwast:b', 'Dog']);
    const dog = image('https://e.com/d.png', '*Dog*');
    expect(contents(show(answer))).toEqual([text('*Cat*\nSmall'), dog, choice]);
  });

  test('with a question over the limit of the body send it first', () => {
    const question = 'word '.repeat(300).trim();
    const answer = show({
      messages: [textBubble('q', question)],
      input: { id: 'i', type: 'choice input', items: [{ id: 'a', content: 'A' }], options: {} },
    });
    expect(contents(answer)).toEqual([text(question), buttons('Please choose:', ['t1.3CZwast:a', 'A'])]);
  });

  test('use the channel’s own words for the empty body and the list', () => {
    const surface = { ...native, choicePrompt: 'Opções', openListLabel: 'Abrir' };
    const items = labels(4).map((content, index) => ({ id: `i${index}`, content }));
    const answer = show({ messages: [], input: { id: 'i', type: 'choice input', items } }, { surface });
    expect(contents(answer)).toMatchObject([{ type: 'list', body: 'Opções', button: 'Abrir' }]);
  });

  test('searchable ones come by pages of twenty', () => {
    const [prompt] = choose(labels(25), { isSearchable: true });
    expect(prompt).toMatchObject({ type: 'text' });
    const words = prompt?.type === 'text' ? prompt.text : '';
    expect(words).toContain('\n20. Item 20\n\n');
    expect(words).not.toContain('21.');
    expect(words.endsWith('Reply *more* to see the next ones')).toBe(true);
  });
});

describe('the api surfaces', () => {
  test('get neither hints nor numbers, and the choices as data', () => {
    const answer = show(recorded('27-inputs-phone'), { surface: api });
    expect(contents(answer)).toEqual([text('Choice?')]);
    expect(answer.openInput?.choices).toEqual([
      { id: 'it_a', title: 'Option A' },
      { id: 'it_b', title: 'Option B' },
      { id: 'it_c', title: 'Option C with a very long label above twenty chars' },
      { id: 'it_d', title: 'Option D' },
    ]);
    expect(seen('11-inputs-text', api)).toEqual([text('Number?')]);
  });

  test('tell the paths of cards apart by the card', () => {
    const answer = show(recorded('46-inputs-file2-skip'), { surface: api });
    expect(contents(answer)).toEqual([
      text('Card?'),
      image('https://example.com/c1.png', '*Basic*\n10 EUR'),
      text('*Pro*'),
    ]);
    expect(answer.openInput?.choices.map(({ title }) => title)).toEqual([
      'Basic — Buy',
      'Basic — Details',
      'Pro — Buy',
    ]);
  });
});

describe('cards', () => {
  const card = (paths: string[], more = {}) => ({
    messages: [],
    input: {
      id: 'c',
      type: 'cards',
      items: [{ id: 'k', ...more, paths: paths.map((words, index) => ({ id: `p${index}`, text: words })) }],
    },
  });

  test('with more than three paths are a list, with none of the words a dash', () => {
    expect(contents(show(card(['a', 'b', 'c', 'd'])))).toMatchObject([{ type: 'list', body: '―' }]);
    expect(contents(show(card(['a'], { title: 'T' })))).toEqual([buttons('*T*', ['t1.3CZwast:p0', 'a'])]);
  });

  test('send the picture first where buttons cannot carry one', () => {
    const surface = { ...native, capabilities: { ...native.capabilities, buttonMediaHeader: false } };
    const answer = show(card(['a'], { title: 'T', imageUrl: 'https://e.com/i.png' }), { surface });
    expect(contents(answer)).toEqual([image('https://e.com/i.png'), buttons('*T*', ['t1.3CZwast:p0', 'a'])]);
  });
});

test('a payment is told to be impossible, with its amount', () => {
  const input = {
    id: 'p',
    type: 'payment input',
    options: { amount: '30' },
    runtimeOptions: { paymentIntentSecret: 's', publicKey: 'k', amountLabel: '30,00 €' },
  };
  const answer = show({ messages: [textBubble('q', 'Pay now')], input });
  expect(contents(answer)).toEqual([text('Pay now\nPayment of 30,00 €: payment is not possible here.')]);
  expect(answer.notes).toEqual([
    { type: 'action.ignored', data: { action: 'payment', reason: 'not possible here' } },
  ]);
});

describe('an input of a kind that nobody knows', () => {
  const unknown = (rest: object) =>
    contents(
      show({ messages: [textBubble('q', 'Now?')], input: { id: 'i', type: 'hologram input', ...rest } }),
    );

  test('shows the hint of its author', () => {
    expect(unknown({ options: { labels: { placeholder: 'Wave' } } })).toEqual([text('Now?\nWave')]);
    expect(unknown({})).toEqual([text('Now?')]);
  });

  test('with items is a choice of them', () => {
    const items = [
      { id: 'a', content: 'Low' },
      { id: 'b', content: 'High' },
    ];
    expect(unknown({ items })).toEqual([buttons('Now?', ['t1.3CZwast:a', 'Low'], ['t1.3CZwast:b', 'High'])]);
  });
});
