import { describe, expect, test } from 'vitest';
import type { InboundContent } from '../../../activities/ports/messages.js';
import type { ReplyDecision, TurnMessage } from '../../../activities/ports/typebot.js';
import type { EngineInput } from '../../support/typebot/engine.js';
import { recorded, textBubble } from '../../support/typebot/stand-in.js';
import {
  ask,
  replyTo,
  sentText,
  show,
  shownTexts,
  surfaces,
  type Setting,
} from '../../support/typebot/rendering.js';

const choice = (labels: string[], options = {}): EngineInput => ({
  id: 'i',
  type: 'choice input',
  items: labels.map((content, index) => ({ id: `i${index + 1}`, content })),
  options,
});
const input = (type: string, options = {}): EngineInput => ({ id: 'i', type, options });
const picked = (decision: ReplyDecision): string | undefined =>
  decision.type === 'send' && decision.message?.type === 'text'
    ? decision.message.metadata?.replyId
    : undefined;
const media = { mimeType: 'image/png', fetch: { via: 'meta' as const, mediaId: '1' } };
const file = (
  mediaUrl?: string,
  caption?: string,
  contentType: 'image' | 'sticker' = 'image',
): TurnMessage => ({
  content: { contentType, media, caption },
  mediaUrl,
});
const voice = (mediaUrl?: string, transcript?: string): TurnMessage => ({
  content: { contentType: 'audio', media, transcript },
  mediaUrl,
});
const tap = (id: string | undefined, title: string): InboundContent => ({
  contentType: 'buttonReply',
  id,
  title,
});
const said = (...texts: string[]): TurnMessage[] =>
  texts.map((text) => ({ content: { contentType: 'text', text } }));

describe('a single choice', () => {
  const fruits = choice([
    'Maçã',
    'Banana 🍌',
    '¡Pera!',
    'Apple pie',
    'A label that is much longer than a row',
  ]);

  test.each([
    ['i2', 'i2'],
    ['Maçã', 'i1'],
    ['maca', 'i1'],
    ['BANANA', 'i2'],
    ['banana 🍌', 'i2'],
    ['"banana".', 'i2'],
    ['pera', 'i3'],
    ['2', 'i2'],
    ['2.', 'i2'],
    ['#2', 'i2'],
    ['2)', 'i2'],
    ['2️⃣', 'i2'],
    ['٢', 'i2'],
    ['2. Banana 🍌', 'i2'],
    ['ban', 'i2'],
    ['A label that is much lo…', 'i5'],
    ['A label that is', 'i5'],
  ])('%j is %s', (text, id) => {
    for (const surface of Object.values(surfaces))
      expect(picked(replyTo(fruits, text, { surface }))).toBe(id);
  });

  test.each(['ba', '6', '0', 'none of these'])('%j fits none and goes through unchanged', (text) => {
    expect(replyTo(fruits, text)).toEqual({
      ...{ type: 'send', message: { type: 'text', text } },
      passedOn: true,
    });
  });

  test('sends the label with the id of the item', () => {
    expect(replyTo(fruits, 'banana')).toEqual({
      type: 'send',
      message: { type: 'text', text: 'Banana 🍌', metadata: { replyId: 'i2' } },
    });
  });

  test('sends the id where the label would mean another item, and a harmless text where both would', () => {
    const items = [
      { id: 'a', content: 'One', value: 'Two' },
      { id: 'b', content: 'Two' },
    ];
    expect(sentText(replyTo({ id: 'i', type: 'choice input', items }, 'b'))).toBe('b');
    const tangled = [...items, { id: 'c', content: 'b' }];
    expect(replyTo({ id: 'i', type: 'choice input', items: tangled }, '2')).toEqual({
      type: 'send',
      message: { type: 'text', text: 'reply b', metadata: { replyId: 'b' } },
    });
  });

  test('a label that is itself a number wins over the position', () => {
    const numbers = choice(['3', '1', '10']);
    expect(picked(replyTo(numbers, '3'))).toBe('i1');
    expect(picked(replyTo(numbers, '1'))).toBe('i2');
    expect(picked(replyTo(numbers, '2'))).toBe('i2');
  });

  test('the number shown wins over a value that nobody sees', () => {
    const items = [
      { id: 'a', content: 'Small', value: '2' },
      { id: 'b', content: 'Large', value: '1' },
    ];
    expect(picked(replyTo({ id: 'i', type: 'choice input', items }, '1'))).toBe('a');
  });

  test('so does a label that is the value of another item', () => {
    const items = [
      { id: 'a', content: 'Small', value: 'S' },
      { id: 'b', content: 'S', value: 'x' },
    ];
    expect(picked(replyTo({ id: 'i', type: 'choice input', items }, 'S'))).toBe('b');
    expect(picked(replyTo({ id: 'i', type: 'choice input', items }, 'x'))).toBe('b');
  });

  test('a label that fits several items is answered with those, numbered; the number then picks one', () => {
    const equal = choice(['Other', 'Yes', 'yes!', 'No']);
    const decision = replyTo(equal, 'YES');
    expect(shownTexts(decision)).toEqual([
      'Please choose:\n\n1. Yes\n2. yes!\n\nReply with the number or the text',
    ]);
    const open = decision.type === 'show' ? decision.openInput : undefined;
    expect(open && picked(replyTo(open, '2'))).toBe('i3');
    expect(open && picked(replyTo(open, 'Other'))).toBe('i1');
  });

  test('of several messages in one window the last one that fits is the answer', () => {
    expect(picked(replyTo(fruits, said('hello', '2')))).toBe('i2');
    expect(picked(replyTo(fruits, said('1', '3')))).toBe('i3');
  });

  test('a spoken label counts', () => {
    expect(picked(replyTo(fruits, [voice('https://m/a', 'banana')]))).toBe('i2');
  });

  test('a caption counts when it answers; a picture alone gets the hint and the question', () => {
    expect(picked(replyTo(fruits, [file('https://m/1', 'banana')]))).toBe('i2');
    expect(shownTexts(replyTo(fruits, [file('https://m/1', 'nice')]))[0]).toBe(
      'Please answer with one of the options.',
    );
    expect(shownTexts(replyTo(fruits, [file('https://m/1')]))).toEqual([
      'Please answer with one of the options.',
      'Question?',
    ]);
  });

  test('a location, a voice note without words and a form get the hint and the question', () => {
    const location: InboundContent = { contentType: 'location', latitude: -19.9, longitude: -43.9 };
    const form: InboundContent = { contentType: 'flowReply', name: 'flow', json: {} };
    for (const reply of [location, form, voice('https://m/a').content]) {
      expect(shownTexts(replyTo(fruits, reply))[0]).toBe('Please answer with one of the options.');
    }
  });

  test('what no question could read is unreadable', () => {
    const unsupported: InboundContent = { contentType: 'unsupported', providerType: 'poll' };
    expect(replyTo(fruits, unsupported)).toEqual({ type: 'unreadable' });
    expect(replyTo(fruits, [file('https://m/1', undefined, 'sticker')])).toEqual({ type: 'unreadable' });
  });
});

describe('taps', () => {
  const open = ask(choice(['A', 'B']), { turn: 3 });

  test('choose the item whose id they carry', () => {
    expect(picked(replyTo(open, tap('t3.3CZwast:i2', 'B')))).toBe('i2');
  });

  test('on an older message get the present question again, with the ids of this turn', () => {
    const decision = replyTo(open, tap('t1.3CZwast:old', 'Old'), { turn: 4 });
    expect(decision).toMatchObject({
      type: 'show',
      items: [
        { type: 'text', text: 'That option belongs to an earlier question. Here is the current one:' },
        { type: 'buttons', body: 'Question?', buttons: [{ id: 't4.3CZwast:i1' }, { id: 't4.3CZwast:i2' }] },
      ],
      openInput: { turn: 4 },
    });
  });

  test('on an older message are ignored when the contact also wrote', () => {
    const messages = [{ content: tap('t1.3CZwast:i1', 'A') }, ...said('b')];
    expect(picked(replyTo(open, messages))).toBe('i2');
  });

  test('on the first copy of a repeated question still count', () => {
    const retry = { messages: [textBubble('i', 'No')], input: choice(['A', 'B']) };
    const again = show(retry, { asked: open, turn: 4 }).openInput;
    expect(again && picked(replyTo(again, tap('t3.3CZwast:i2', 'B')))).toBe('i2');
    expect(again && picked(replyTo(again, tap('t4.3CZwast:i1', 'A')))).toBe('i1');
  });

  test('without an id, or with an id of somebody else, count by their title', () => {
    expect(picked(replyTo(open, tap(undefined, 'b')))).toBe('i2');
    expect(picked(replyTo(open, tap('payload', 'A')))).toBe('i1');
    expect(picked(replyTo(open, tap('i2', 'something')))).toBe('i2');
  });

  test('of a template pass on title and id where the question takes any text', () => {
    expect(replyTo(input('text input'), tap('PAYLOAD', 'Yes please'))).toEqual({
      type: 'send',
      message: { type: 'text', text: 'Yes please', metadata: { replyId: 'PAYLOAD' } },
    });
  });
});

describe('a multiple choice', () => {
  const colours = choice(['Red', 'Green', 'Dark, blue', 'Yellow', 'Light green'], { isMultipleChoice: true });

  test.each([
    ['1', 'Red'],
    ['1, 3', 'Red, Dark, blue'],
    ['3;1', 'Red, Dark, blue'],
    ['1 2 4', 'Red, Green, Yellow'],
    ['1 and 2', 'Red, Green'],
    ['1 e 2', 'Red, Green'],
    ['1 y 2', 'Red, Green'],
    ['dark, BLUE, red', 'Red, Dark, blue'],
    ['light green', 'i5'],
    ['green, light green', 'Green, Light green'],
    ['yel and 1', 'Red, Yellow'],
    ['I would like red and yellow please', 'Red, Yellow'],
    ['i1, i3', 'Red, Dark, blue'],
    ['1. Red', 'Red'],
    ['1️⃣ 2️⃣', 'Red, Green'],
    ['Red,Red', 'Red'],
  ])('%j chooses %s', (text, sent) => {
    expect(sentText(replyTo(colours, text))).toBe(sent);
  });

  test('takes several messages together', () => {
    expect(sentText(replyTo(colours, said('1', '3')))).toBe('Red, Dark, blue');
  });

  test('asks again for a number outside of the list', () => {
    for (const text of ['6', '1, 9', '0']) {
      expect(shownTexts(replyTo(colours, text))[0]).toBe('Please answer with one of the options.');
    }
  });

  test('passes on what names nothing', () => {
    expect(sentText(replyTo(colours, 'purple'))).toBe('purple');
  });

  test('shows the items that share a label', () => {
    const twins = choice(['Dup', 'Dup', 'Solo'], { isMultipleChoice: true });
    expect(shownTexts(replyTo(twins, 'dup'))[0]).toContain('1. Dup\n2. Dup');
  });
});

describe('a searchable choice', () => {
  const cities = choice(
    [...Array.from({ length: 25 }, (_, index) => `Cidade ${index + 1}`), 'São Paulo', 'Sao Luis'],
    {
      isSearchable: true,
    },
  );

  test('filters by a part of the name; a number picks from what is shown', () => {
    const decision = replyTo(cities, 'são');
    expect(shownTexts(decision)).toEqual([
      'Please choose:\n\n1. São Paulo\n2. Sao Luis\n\nReply with the number or the text',
    ]);
    const open = decision.type === 'show' ? decision.openInput : undefined;
    expect(open && picked(replyTo(open, '2'))).toBe('i27');
  });

  test('takes a single match, and passes on what matches nothing', () => {
    expect(picked(replyTo(cities, 'paulo'))).toBe('i26');
    expect(sentText(replyTo(cities, 'Lisboa'))).toBe('Lisboa');
  });

  test('shows the next page on demand, and begins again after the last', () => {
    const decision = replyTo(cities, 'More');
    expect(shownTexts(decision)[0]).toContain('\n\n21. Cidade 21\n');
    const open = decision.type === 'show' ? decision.openInput : undefined;
    expect(open && picked(replyTo(open, '26'))).toBe('i26');
    expect(open && shownTexts(replyTo(open, 'more'))[0]).toContain('\n\n1. Cidade 1\n');
  });
});

describe('cards', () => {
  const cards = recorded('46-inputs-file2-skip').input ?? input('cards');

  test.each([
    ['1', 'cp_1a'],
    ['2', 'cp_1b'],
    ['3', 'cp_2a'],
    ['details', 'cp_1b'],
    ['Pro', 'cp_2a'],
    ['basic', 'cp_1a'],
    ['Pro — Buy', 'cp_2a'],
  ])('%j is path %s', (text, id) => {
    expect(replyTo(cards, text)).toEqual({
      type: 'send',
      message: { type: 'text', text: id, metadata: { replyId: id } },
    });
  });

  test('a label on two cards is asked back with the cards’ names', () => {
    expect(shownTexts(replyTo(cards, 'buy'))[0]).toContain('1. Basic — Buy\n2. Pro — Buy');
  });
});

describe('numbers', () => {
  const number = (text: string, options = {}, locale: 'pt-BR' | 'en' | 'es' = 'pt-BR') =>
    replyTo(input('number input', options), text, { settings: { locale } });

  test.each([
    ['1.000,50', 'pt-BR', '1000.5'],
    ['1,000.50', 'en', '1000.5'],
    ['1.000', 'pt-BR', '1000'],
    ['1.000', 'en', '1'],
    ['1,000', 'en', '1000'],
    ['1,5', 'en', '1.5'],
    ['1.5', 'pt-BR', '1.5'],
    ['1 000 000', 'es', '1000000'],
    ['R$ 10,90', 'pt-BR', '10.9'],
    ['-3', 'pt-BR', '-3'],
    [',5', 'pt-BR', '0.5'],
    ['−3', 'pt-BR', '-3'],
    ['30 anos', 'pt-BR', '30'],
    ['१२', 'en', '12'],
    ['１２', 'en', '12'],
    ['007', 'en', '007'],
  ] as const)('%j in %s is %s', (text, locale, expected) => {
    expect(sentText(number(text, {}, locale))).toBe(expected);
  });

  test.each(['some', 'about 7', '.'])('%j is left to the flow', (text) => {
    expect(sentText(number(text, {}, 'en'))).toBe(text);
  });

  test.each(['7 8', '7/8', '7 or 8', '10-12', '5 mil', '10k'])(
    '%j is never taken for its first number',
    (text) => {
      expect(number(text).type).toBe('show');
    },
  );

  test('two messages in one window are never glued: the last one counts', () => {
    expect(sentText(replyTo(input('number input'), said('7', '8')))).toBe('8');
  });

  test.each([
    [{ min: 0 }, '-1'],
    [{ max: 0 }, '1'],
    [{ min: '0', max: 10 }, '-1'],
    [{ step: 1 }, '7,5'],
    [{ min: 1, step: 2 }, '4'],
    [{ step: 0.1 }, '0,25'],
  ])('with %j, %s does not fit and is not sent', (options, text) => {
    expect(shownTexts(number(text, options))[0]).toBe('Por favor, responda com um número que sirva.');
  });

  test.each([
    [{ min: 1, step: 2 }, '5', '5'],
    [{ step: 0.1 }, '0,3', '0.3'],
    [{ min: 0, max: 10 }, '11', '11'],
    [{ min: 1 }, '0', '0'],
  ])('with %j, %s is for the engine to judge', (options, text, sent) => {
    expect(sentText(number(text, options))).toBe(sent);
  });
});

describe('addresses and phones', () => {
  test.each([
    ['email input', 'Ann <a@b.co>', 'a@b.co'],
    ['email input', ' a@b.co. ', 'a@b.co'],
    ['email input', '\u200ea@b.co', 'a@b.co'],
    ['email input', "o'brien@b.co", "o'brien@b.co"],
    ['email input', "'a@b.co'", 'a@b.co'],
    ['email input', 'nope', 'nope'],
    ['url input', ' https://x.io ', 'https://x.io'],
    ['url input', 'my site is https://x.io/a.', 'https://x.io/a'],
    ['url input', 'no site', 'no site'],
  ])('%s: %j becomes %s', (type, text, expected) => {
    expect(sentText(replyTo(input(type), text))).toBe(expected);
  });

  test.each([
    ['06 12 34 56 78', { defaultCountryCode: 'FR' }, undefined, '+33612345678'],
    ['my number is 0612345678', { defaultCountryCode: 'FR' }, undefined, '+33612345678'],
    ['\u202a+33 6 12 34 56 78\u202c', {}, undefined, '+33612345678'],
    ['(11) 96123-4567', {}, '5511988887777', '+5511961234567'],
    ['0612345678', {}, undefined, '0612345678'],
    ['55 11 96123-4567', {}, undefined, '+5511961234567'],
  ])('phone %j with %j', (text, options, phone, expected) => {
    const surface = { ...surfaces.native, phone };
    expect(sentText(replyTo(input('phone number input', options), text, { surface }))).toBe(expected);
  });

  test('a contact card gives its number, or its lines where any text will do', () => {
    const card: InboundContent = {
      contentType: 'contacts',
      contacts: [
        {
          name: 'Ann',
          phones: ['+33 6 12 34 56 78', '+331'],
          vcard: 'BEGIN:VCARD\nEMAIL;TYPE=WORK:a@b.co\n',
        },
        { name: 'Bob', phones: [] },
      ],
    };
    expect(sentText(replyTo(input('phone number input'), card))).toBe('+33612345678');
    expect(sentText(replyTo(input('email input'), card))).toBe('a@b.co');
    expect(sentText(replyTo(input('text input'), card))).toBe('Ann: +33 6 12 34 56 78, +331\nBob');
    expect(replyTo(input('number input'), card).type).toBe('show');
  });

  test('the own number is a tap away', () => {
    const surface = { ...surfaces.native, phone: '33612345678' };
    const open = ask(input('phone number input'), { surface });
    expect(sentText(replyTo(open, tap('t1.3CZwast:parley-own-number', 'x'), { surface }))).toBe(
      '+33612345678',
    );
  });
});

describe('dates', () => {
  const date = (text: string, options = {}, setting: Setting = {}) =>
    replyTo(input('date input', options), text, { settings: { locale: 'pt-BR' }, ...setting });

  test.each([
    ['21/11/2026', '21/11/2026'],
    ['1/2/2026', '01/02/2026'],
    ['21.11.26', '21/11/2026'],
    ['2026-11-21', '21/11/2026'],
    ['25/12', '25/12/2026'],
    ['10/01', '10/01/2027'],
    ['hoje', '20/11/2026'],
    ['Amanhã', '21/11/2026'],
    ['amanha!', '21/11/2026'],
    ['depois de amanhã', '22/11/2026'],
    ['daqui a 3 dias', '23/11/2026'],
    ['primeiro de janeiro', '01/01/2027'],
    ['dia 25', '25/11/2026'],
    ['dia 5', '05/12/2026'],
    ['25122026', '25/12/2026'],
    ['25 12 2026', '25/12/2026'],
    ['em 2 semanas', '04/12/2026'],
    ['segunda-feira', '23/11/2026'],
    ['próxima sexta', '27/11/2026'],
    ['25 de dezembro', '25/12/2026'],
    ['25 de março de 2027', '25/03/2027'],
    ['dia 5 de maio de 2027', '05/05/2027'],
    ['meu aniversário é 12 de maio de 1990', '12/05/1990'],
    ['in 3 days', '23/11/2026'],
    ['mañana', '21/11/2026'],
    ['pasado mañana', '22/11/2026'],
    ['el viernes que viene', '27/11/2026'],
    ['31/02/2026', '31/02/2026'],
    ['demain', 'demain'],
    ['não sei', 'não sei'],
  ])('%j is sent as %s', (text, expected) => {
    expect(sentText(date(text))).toBe(expected);
  });

  test.each([
    ['dia 25', '25/10/2026'],
    ['dia 20', '20/11/2026'],
    ['dia 31', '31/10/2026'],
    ['25/12', '25/12/2025'],
    ['25 de dezembro', '25/12/2025'],
    ['25 de março', '25/03/2026'],
    ['segunda-feira', '16/11/2026'],
    ['sexta', '13/11/2026'],
    ['ontem', '19/11/2026'],
  ])('%j names a past day if the question asks for one: %s', (text, expected) => {
    expect(sentText(date(text, { max: '2026-11-20' }))).toBe(expected);
  });

  test('of a month without such a day are those of the month that has it', () => {
    const nowMs = Date.UTC(2026, 0, 31, 12);
    expect(sentText(date('dia 30', {}, { nowMs }))).toBe('30/03/2026');
  });

  test('go out in the order of the block', () => {
    expect(sentText(date('21/11/2026', { format: 'MM/dd/yyyy' }))).toBe('11/21/2026');
    expect(sentText(date('1 de fevereiro de 2027', { format: 'yyyy-MM-dd' }))).toBe('02/01/2027');
  });

  test('with time keep it, and may come without', () => {
    const hasTime = { hasTime: true };
    expect(sentText(date('amanhã às 15h30', hasTime))).toBe('21/11/2026 15:30');
    expect(sentText(date('21/11/2026 10:00', hasTime))).toBe('21/11/2026 10:00');
    expect(sentText(date('amanhã às 3 da tarde', hasTime))).toBe('21/11/2026 15:00');
    expect(sentText(date('amanhã', hasTime))).toBe('21/11/2026');
  });

  test.each([
    ['25/12 às 8', '25/12/2026 08:00'],
    ['amanhã às 15', '21/11/2026 15:00'],
    ['mañana a las 15', '21/11/2026 15:00'],
    ['tomorrow 5:30pm', '21/11/2026 17:30'],
    ['2026-12-25T14:30', '25/12/2026 14:30'],
    ['2026-12-25 14:30:00', '25/12/2026 14:30'],
    ['25/12/2026 14.30', '25/12/2026 14:30'],
    ['hj 10h', '20/11/2026 10:00'],
    ['agora', '20/11/2026 23:46'],
    ['amanhã 10', 'amanhã 10'],
    ['in 2 hours', 'in 2 hours'],
  ])('with time never lose it: %j is sent as %s', (text, expected) => {
    expect(sentText(date(text, { hasTime: true }))).toBe(expected);
  });

  test.each([
    ['25/12/2026 a 27/12/2026', '25/12/2026 to 27/12/2026'],
    ['de 25/12/2026 até 27/12/2026', '25/12/2026 to 27/12/2026'],
    ['25/12/2026 - 27/12/2026', '25/12/2026 to 27/12/2026'],
    ['25 a 27 de dezembro', '25/12/2026 to 27/12/2026'],
    ['amanhã até segunda', '21/11/2026 to 23/11/2026'],
    ['25/12/2026\n27/12/2026', '25/12/2026 to 27/12/2026'],
    ['From: 20/11/2026 To: 21/11/2026', '20/11/2026 to 21/11/2026'],
    ['25/12/2026', '25/12/2026'],
  ])('range %j is sent as %s', (text, expected) => {
    expect(sentText(date(text, { isRange: true, labels: { from: 'From:', to: 'To:' } }))).toBe(expected);
  });

  test('range with times', () => {
    const options = { isRange: true, hasTime: true };
    expect(sentText(date('25/12/2026 10:00 to 27/12/2026 11:00', options))).toBe(
      '25/12/2026 10:00 to 27/12/2026 11:00',
    );
  });

  test('are read in the typebot’s time zone', () => {
    const settings = { locale: 'en' as const, timeZone: 'Asia/Tokyo' };
    expect(sentText(date('tomorrow', {}, { settings }))).toBe('22/11/2026');
  });

  test('outside of the limits are for the flow to refuse', () => {
    expect(sentText(date('21/11/2036', { max: '2030-12-31' }))).toBe('21/11/2036');
  });

  test('without a year lie in the past where the limits say so', () => {
    expect(sentText(date('25/12', { max: '2026-11-20' }))).toBe('25/12/2025');
  });

  test('in English without a hint are asked back when day and month can be swapped', () => {
    const settings = { locale: 'en' as const, inputHints: false };
    const decision = date('01/02/2026', {}, { settings });
    expect(decision).toMatchObject({
      items: [
        {
          type: 'buttons',
          body: 'Which date do you mean?',
          buttons: [{ title: '1 February 2026' }, { title: '2 January 2026' }],
        },
      ],
    });
    const open = decision.type === 'show' ? decision.openInput : undefined;
    expect(open && sentText(replyTo(open, '2'))).toBe('02/01/2026');
    expect(open && sentText(replyTo(open, '1 february 2026'))).toBe('01/02/2026');
    expect(open && sentText(replyTo(open, tap('t2.3CZwast:parley-date-2', 'x')))).toBe('02/01/2026');
    expect(open && sentText(replyTo(open, '25/12/2026'))).toBe('25/12/2026');
  });

  test('nothing else is asked back', () => {
    const settings = { locale: 'en' as const, inputHints: false };
    expect(sentText(date('02/02/2026', {}, { settings }))).toBe('02/02/2026');
    expect(sentText(date('25/12/2026', {}, { settings }))).toBe('25/12/2026');
    expect(sentText(date('01/02/2026'))).toBe('01/02/2026');
  });

  test('Today and Tomorrow are a tap away', () => {
    const open = ask(input('date input', { format: 'MM/dd/yyyy' }));
    expect(sentText(replyTo(open, tap('t1.3CZwast:parley-tomorrow', 'Tomorrow')))).toBe('11/21/2026');
  });
});

describe('times', () => {
  test.each([
    ['17h30', '17:30'],
    ['17h', '17:00'],
    ['17:00', '17:00'],
    ['5pm', '17:00'],
    ['5:15 p.m.', '17:15'],
    ['12am', '00:00'],
    ['às 17 horas', '17:00'],
    ['17h30min', '17:30'],
    ['às 9', '09:00'],
    ['17', '17:00'],
    ['5 e meia da tarde', '17:30'],
    ['half past 5', '05:30'],
    ['meio-dia e meia', '12:30'],
    ['5 da tarde', '17:00'],
    ['a las 5 de la tarde', '17:00'],
    ['8 da manhã', '08:00'],
    ['meio-dia', '12:00'],
    ['noon', '12:00'],
    ['mediodía', '12:00'],
    ['1730', '17:30'],
    ['17 e 30', '17:30'],
    ['9 y cuarto', '09:15'],
    ['quarter past 5', '05:15'],
    ['5:30pm', '17:30'],
    ['agora', '23:46'],
    ['whenever', 'whenever'],
  ])('%j is sent as %s', (text, expected) => {
    expect(sentText(replyTo(input('time input'), text))).toBe(expected);
  });

  test.each(['tomorrow', '25h'])('%j is no time of day', (text) => {
    expect(shownTexts(replyTo(input('time input'), text))[0]).toBe('Please answer with a time.');
  });
});

describe('ratings', () => {
  const scale = input('rating input', { length: 5, startsAt: 1, buttonType: 'Numbers' });

  test.each([
    ['4', '4'],
    ['4 stars', '4'],
    ['4/5', '4'],
    ['4 de 5', '4'],
    ['⭐⭐⭐', '3'],
    ['4️⃣', '4'],
    ['6', '6'],
    ['great', 'great'],
  ])('%j is sent as %s', (text, expected) => {
    expect(sentText(replyTo(scale, text))).toBe(expected);
  });

  test.each(['0', '-1', '4.5'])('%j is not on the scale and not sent', (text) => {
    expect(shownTexts(replyTo(scale, text))[0]).toBe('Please answer with a number on the scale.');
  });

  test('a tap on a star row is its number', () => {
    expect(sentText(replyTo(ask(scale), tap('t1.3CZwast:4', '⭐⭐⭐⭐')))).toBe('4');
  });
});

describe('files', () => {
  const required = input('file input', { isMultipleAllowed: true });
  const optional = input('file input', { isRequired: false, labels: { skip: 'Skip it' } });

  test('go as their addresses, several joined, one where only one is allowed', () => {
    const files = [file('https://m/1.png'), file('https://m/2.png')];
    expect(sentText(replyTo(required, files))).toBe('https://m/1.png, https://m/2.png');
    expect(sentText(replyTo(optional, files))).toBe('https://m/1.png');
    expect(sentText(replyTo(required, [voice('https://m/v.ogg', 'hello')]))).toBe('https://m/v.ogg');
    expect(sentText(replyTo(required, [file('https://m/s.webp', undefined, 'sticker')]))).toBe(
      'https://m/s.webp',
    );
  });

  test.each(['Skip it', 'skip', 'ski', 'SKIP IT!'])('%j skips an optional one', (text) => {
    expect(replyTo(optional, text)).toEqual({ type: 'send', message: undefined });
  });

  test.each([
    ['pt-BR', 'pular'],
    ['en', 'Skip'],
    ['es', 'Saltar'],
  ] as const)('the word of %s skips as well', (locale, word) => {
    const bare = input('file input', { isRequired: false });
    expect(replyTo(bare, word, { settings: { locale } })).toEqual({ type: 'send', message: undefined });
  });

  test('a required one cannot be skipped: the flow says what it wants', () => {
    expect(sentText(replyTo(required, 'skip'))).toBe('skip');
  });

  test('the button skips', () => {
    const decision = replyTo(ask(optional), tap('t1.3CZwast:parley-skip', 'Skip it'));
    expect(decision).toEqual({ type: 'send', message: undefined });
  });

  test('one that could not be fetched gets the hint and the question', () => {
    expect(shownTexts(replyTo(required, [file()]))[0]).toBe('Please answer with a file.');
  });
});

describe('free text', () => {
  const plain = input('text input');
  const rich = input('text input', { attachments: { isEnabled: true }, audioClip: { isEnabled: true } });

  test('takes the messages of a turn line by line', () => {
    expect(replyTo(plain, said('one', 'two'))).toEqual({
      type: 'send',
      message: { type: 'text', text: 'one\ntwo' },
    });
  });

  test('marks that nobody sees are no answer', () => {
    expect(replyTo(plain, '\u200b\u200e')).toEqual({ type: 'unreadable' });
  });

  test('a place is its shortest decimal form', () => {
    const place: InboundContent = { contentType: 'location', latitude: -19.92, longitude: 1e-7 };
    expect(sentText(replyTo(plain, place))).toBe('-19.92, 0.0000001');
  });

  test('takes attachments beside the caption, and names a file without words', () => {
    expect(replyTo(rich, [file('https://m/1.png', 'look')])).toEqual({
      type: 'send',
      message: { type: 'text', text: 'look', attachedFileUrls: ['https://m/1.png'] },
    });
    expect(replyTo(rich, [file('https://m/1.png')])).toEqual({
      type: 'send',
      message: { type: 'text', text: 'https://m/1.png', attachedFileUrls: ['https://m/1.png'] },
    });
  });

  test('without attachments takes the caption only, and hints for a bare file', () => {
    expect(replyTo(plain, [file('https://m/1.png', 'look')])).toEqual({
      type: 'send',
      message: { type: 'text', text: 'look' },
    });
    expect(shownTexts(replyTo(plain, [file('https://m/1.png')]))).toEqual([
      'Please answer with a text message.',
      'Question?',
    ]);
  });

  test('takes a voice note as audio where clips are on, its transcript where there is one, else hints', () => {
    expect(replyTo(rich, [voice('https://m/v.ogg')])).toEqual({
      type: 'send',
      message: { type: 'audio', url: 'https://m/v.ogg' },
    });
    expect(sentText(replyTo(rich, [voice('https://m/v.ogg', 'hello')]))).toBe('hello');
    expect(sentText(replyTo(plain, [voice('https://m/v.ogg', 'hello')]))).toBe('hello');
    expect(shownTexts(replyTo(plain, [voice('https://m/v.ogg')]))[0]).toBe(
      'Please answer with a text message.',
    );
  });

  test('takes locations, forms and orders in their forms', () => {
    const cases: [InboundContent, string][] = [
      [{ contentType: 'location', latitude: -19.9, longitude: -43.9, name: 'Home' }, '-19.9, -43.9'],
      [{ contentType: 'flowReply', name: 'f', json: { a: 1 } }, '{"a":1}'],
      [{ contentType: 'flowReply', name: 'f', json: 'raw' }, 'raw'],
      [
        {
          contentType: 'order',
          catalogId: 'c',
          items: [{ sku: 'x', quantity: 2, price: 1, currency: 'EUR' }],
        },
        '2 x x',
      ],
      [{ contentType: 'order', catalogId: 'c', text: 'mine', items: [] }, 'mine'],
    ];
    for (const [content, text] of cases) expect(sentText(replyTo(plain, content))).toBe(text);
  });

  test('takes the value that was offered', () => {
    const traits = { prefill: true };
    const open = show(recorded('133-remember-restart-same-result'), { traits }).openInput;
    expect(open && sentText(replyTo(open, tap('t1.3CZwast:parley-prefilled', 'Ann')))).toBe('Ann');
  });
});

describe('waits', () => {
  const embed = show(recorded('66-actions-webhook')).openInput;
  const webhook = show(recorded('65-actions-pause')).openInput;
  const payment = ask(input('payment input'));

  test('an embed goes on without message on the word or the tap, and takes any other text', () => {
    expect(embed && replyTo(embed, 'done')).toEqual({ type: 'send', message: undefined });
    expect(embed && replyTo(embed, tap('t1.3CZwast:parley-done', 'Done'))).toEqual({
      type: 'send',
      message: undefined,
    });
    expect(embed && replyTo(embed, 'pronto', { settings: { locale: 'pt-BR' } })).toEqual({
      type: 'send',
      message: undefined,
    });
    expect(embed && sentText(replyTo(embed, '2026-12-01'))).toBe('2026-12-01');
  });

  test('an outside event answers messages with a notice', () => {
    expect(webhook && shownTexts(replyTo(webhook, 'hello?'))).toEqual([
      'I am still waiting for a confirmation. We will continue as soon as it arrives.',
    ]);
  });

  test('a payment sends nothing to Typebot, whatever is written', () => {
    expect(shownTexts(replyTo(payment, 'I have paid'))).toEqual(['Question?\nPayment is not possible here.']);
  });
});

describe('the first message of a flow', () => {
  const first = (messages: TurnMessage[]) => replyToNothing(messages);

  test('is its text', () => {
    expect(first(said('hi', 'there'))).toEqual({
      type: 'send',
      message: { type: 'text', text: 'hi\nthere' },
    });
  });

  test('is the title of a tap', () => {
    expect(first([{ content: tap('GO', 'Start') }])).toEqual({
      type: 'send',
      message: { type: 'text', text: 'Start' },
    });
    expect(first([{ content: tap('t3.3CZwast:it_a', 'Old') }])).toEqual({
      type: 'send',
      message: { type: 'text', text: 'Old' },
    });
  });

  test('is the address of a file, and nothing when nothing is readable', () => {
    expect(first([file('https://m/1.png')])).toEqual({
      type: 'send',
      message: { type: 'text', text: 'https://m/1.png' },
    });
    expect(first([{ content: { contentType: 'unsupported' } }])).toEqual({
      type: 'send',
      message: undefined,
    });
  });
});

function replyToNothing(messages: TurnMessage[]): ReplyDecision {
  return replyTo(null, messages);
}

test('a stored question that cannot be read any more takes any text', () => {
  const broken = { id: 'i', type: 'number input', turn: 1, choices: [], question: { kind: 'unheard of' } };
  expect(sentText(replyTo(broken, 'anything'))).toBe('anything');
});

test('an endless text is cut for free text and left to the flow elsewhere', () => {
  const endless = `${'a'.repeat(100_000)}@`;
  expect(sentText(replyTo(input('text input'), endless))).toHaveLength(65_536);
  expect(sentText(replyTo(input('email input'), endless))).toHaveLength(65_536);
});

test('vowel signs that are no accents keep labels apart', () => {
  expect(picked(replyTo(choice(['दिल', 'दाल']), 'दाल'))).toBe('i2');
});
