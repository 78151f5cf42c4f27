import { describe, expect, test } from 'vitest';
import type { ReplyDecision } from '../../../activities/ports/typebot.js';
import { numberInWords } from '../../../src/typebot/reply/number-words.js';
import { engineReads, type EngineInput } from '../../support/typebot/engine.js';
import { contents, replyTo, sentText, show, surfaces, ask } from '../../support/typebot/rendering.js';
import { textBubble } from '../../support/typebot/stand-in.js';

const choice = (labels: string[], options = {}): EngineInput => ({
  id: 'i',
  type: 'choice input',
  items: labels.map((content, index) => ({ id: `it${index + 1}`, content })),
  options,
});
const picked = (decision: ReplyDecision): string | undefined =>
  decision.type === 'send' && decision.message?.type === 'text'
    ? decision.message.metadata?.replyId
    : undefined;

describe('numbers in words', () => {
  test.each([
    ['zero', 0],
    ['um', 1],
    ['dez', 10],
    ['nove', 9],
    ['dezesseis', 16],
    ['vinte e cinco', 25],
    ['cento e um', 101],
    ['trezentos e quarenta e dois', 342],
    ['mil', 1000],
    ['dois mil e quinhentos', 2500],
    ['veintidos', 22],
    ['treinta y cinco', 35],
    ['quinientos', 500],
    ['ciento veinte', 120],
    ['ten', 10],
    ['twenty-five', 25],
    ['a hundred', 100],
    ['two hundred and six', 206],
    ['one hundred thousand', 100_000],
  ])('%s is %d', (words, number) => {
    expect(numberInWords(words)).toBe(number);
  });

  test.each([
    '',
    'e',
    'dois tres',
    'vinte e zero',
    'cinco vinte',
    'um momento',
    'mil mil',
    'ten hundred',
    'once',
  ])('%j is none', (words) => {
    expect(numberInWords(words)).toBeUndefined();
  });

  test('once is eleven in Spanish, and one time in English', () => {
    expect([numberInWords('once', 'es'), numberInWords('once', 'en')]).toEqual([11, undefined]);
  });

  test.each([
    ['dez', '10'],
    ['Dez.', '10'],
    ['nota 10', '10'],
    ['nota dez', '10'],
    ['nota: 8,5', '8.5'],
    ['eu dou nota 7', '7'],
    ['le doy un ocho', '8'],
    ['I give it a nine', '9'],
    ['vinte e cinco', '25'],
    ['número 3', '3'],
    ['um momento', 'um momento'],
    ['no', 'no'],
    ['nota 7 ou 8', 'nota 7 ou 8'],
    ['não sei', 'não sei'],
  ])('a number question takes %j as %s', (text, sent) => {
    const decision = replyTo({ id: 'i', type: 'number input', options: {} }, text, {
      settings: { locale: 'pt-BR' },
    });
    expect(sentText(decision)).toBe(sent);
  });

  test('the limits hold for words too: the flow refuses, and of two messages the last one counts', () => {
    const input = { id: 'i', type: 'number input', options: { min: 1, max: 10 } };
    expect(replyTo(input, 'onze')).toMatchObject({ type: 'send', passedOn: true, message: { text: '11' } });
    const said = ['dois', 'três'].map((text) => ({ content: { contentType: 'text' as const, text } }));
    expect(sentText(replyTo(input, said))).toBe('3');
  });

  test.each([
    ['cinco', '5'],
    ['nota cinco', '5'],
    ['four', '4'],
  ])('a rating takes %s as %s', (text, sent) => {
    const input = { id: 'i', type: 'rating input', options: { length: 5, startsAt: 1 } };
    expect(sentText(replyTo(input, text))).toBe(sent);
  });
});

describe('places among options', () => {
  const dishes = choice([
    ...['Sopa', 'Salada', 'Massa', 'Peixe', 'Frango', 'Carne', 'Pizza', 'Torta', 'Queijo', 'Doce', 'Fruta'],
  ]);

  test.each([
    ['opção 2', 'it2'],
    ['opção dois', 'it2'],
    ['dois', 'it2'],
    ['2ª', 'it2'],
    ['2º', 'it2'],
    ['a segunda', 'it2'],
    ['quero a segunda opção', 'it2'],
    ['the second one', 'it2'],
    ['la tercera', 'it3'],
    ['nove', 'it9'],
    ['nine', 'it9'],
    ['a nona', 'it9'],
    ['o nono', 'it9'],
    ['la novena', 'it9'],
    ['the ninth', 'it9'],
    ['décima', 'it10'],
    ['nº 4', 'it4'],
    ['n4', 'it4'],
    ['item 5', 'it5'],
    ['onze', 'it11'],
    ['a última', 'it11'],
    ['la última opción', 'it11'],
    ['the last one', 'it11'],
  ])('%s', (text, id) => {
    for (const surface of Object.values(surfaces))
      expect(picked(replyTo(dishes, text, { surface }))).toBe(id);
  });

  test.each(['não', 'no', 'num', 'doze', 'a', 'nona sinfonia'])('%s names none', (text) => {
    expect(picked(replyTo(dishes, text))).toBeUndefined();
  });

  test.each([
    [['Segunda-feira', 'Terça-feira', 'Quarta-feira'], 'quarta', 'it3'],
    [['Primeira vez', 'Segunda vez'], 'segunda', 'it2'],
    [['Dois', 'Um'], 'dois', 'it1'],
    [['Last month', 'This month'], 'last', 'it1'],
    [['2 - Vendas', '1 - Suporte'], 'opção 2', 'it1'],
  ])('of %j, %s is what the option says', (labels, text, id) => {
    expect(picked(replyTo(choice(labels), text))).toBe(id);
  });

  test('several at once', () => {
    const toppings = choice(['Queijo', 'Milho', 'Ovo', 'Bacon'], { isMultipleChoice: true });
    expect(sentText(replyTo(toppings, 'a primeira e a última'))).toBe('Queijo, Bacon');
    expect(sentText(replyTo(toppings, 'dois e três'))).toBe('Milho, Ovo');
  });
});

describe('a multiple choice gets labels, as the web client sends them', () => {
  const sent = (items: EngineInput['items'], text: string) => {
    const input = { id: 'i', type: 'choice input', items, options: { isMultipleChoice: true } };
    const reply = sentText(replyTo(input, text)) ?? '';
    return { reply, stored: engineReads(input, reply) };
  };
  const named = (...labels: string[]) => labels.map((content, index) => ({ id: `it${index + 1}`, content }));

  test.each([
    [named('Red', 'Green', 'Blue'), '3 1', 'Red, Blue', 'Red, Blue'],
    [named('Dark, blue', 'Green'), '1, 2', 'Dark, blue, Green', 'Dark, blue, Green'],
    [named('Plan 2', 'Plan 1', 'Plan 3'), '1', 'Plan 2', 'Plan 2'],
    [named('Straße', 'Açaí'), '2', 'Açaí', 'Açaí'],
    [[{ id: 'a', content: 'Small', value: 'S' }], '1', 'Small', 'S'],
  ])('%j: %s', (items, text, reply, stored) => {
    expect(sent(items, text)).toEqual({ reply, stored });
  });

  test.each([
    // A label that holds another one, another's value, its own value, or somebody's id; two equal ones; none.
    [named('Red', 'Dark red'), '2', 'it2'],
    [
      [
        { id: 'a', content: 'Big Mac' },
        { id: 'b', content: 'Small', value: 'Big' },
      ],
      '1, 2',
      'a, b',
    ],
    [[{ id: 'a', content: 'Plan 2', value: 'Plan' }, ...named('x')], '1', 'a'],
    [
      [
        { id: 'a', content: 'Vitamin b' },
        { id: 'b', content: 'Iron' },
      ],
      '1',
      'a',
    ],
    [named('Yes', 'Yes', 'No'), '1, 2', 'it1, it2'],
    [[{ id: 'a', content: '' }, ...named('x')], '1', 'a'],
  ])('%j: %s goes by ids', (items, text, reply) => {
    expect(sent(items, text).reply).toBe(reply);
  });

  test('also a tap', () => {
    const input = choice(['Red', 'Green'], { isMultipleChoice: true });
    const reply = { contentType: 'buttonReply' as const, id: 't1.3CZwast:it2', title: 'Green' };
    expect(sentText(replyTo(ask(input), reply))).toBe('Green');
  });
});

describe('a refusal in Typebot’s own words', () => {
  const refusal = (type: string, words: string, locale: 'pt-BR' | 'en' | 'es') => {
    const input = { id: 'i', type, options: {} };
    const asked = ask(input, { settings: { locale } });
    const answer = show(
      { messages: [textBubble('i', words)], input },
      { asked, turn: 2, settings: { locale } },
    );
    const [first] = contents(answer);
    return first?.type === 'text' ? first.text : undefined;
  };
  const OWN = 'Invalid message. Please, try again.';
  const EMAIL = "This email doesn't seem to be valid. Can you type it again?";

  test.each([
    ['number input', OWN, 'pt-BR', 'Por favor, responda com um número que sirva.'],
    ['choice input', OWN, 'es', 'Por favor, responde con una de las opciones.'],
    ['file input', OWN, 'pt-BR', 'Por favor, responda com um arquivo.'],
    ['email input', EMAIL, 'pt-BR', 'Por favor, responda com um e-mail.'],
    ['url input', EMAIL.replace('email', 'URL'), 'es', 'Por favor, responde con un enlace.'],
    [
      'phone number input',
      EMAIL.replace('email', 'phone number'),
      'es',
      'Por favor, responde con un número de teléfono.',
    ],
  ] as const)('of a %s is said in the typebot’s language: %s', (type, words, locale, said) => {
    expect(refusal(type, words, locale)).toBe(said);
    expect(refusal(type, words, 'en')).toBe(words);
  });

  test('an author’s own words stay', () => {
    for (const words of ['Número inválido', `${OWN} Or write "menu".`])
      expect(refusal('number input', words, 'pt-BR')).toBe(words);
  });
});
