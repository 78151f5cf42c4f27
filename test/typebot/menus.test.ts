import { describe, expect, test } from 'vitest';
import { adapt } from '../../src/channels/forms/adapt.js';
import type { ReplyDecision } from '../../activities/ports/typebot.js';
import type { EngineInput } from '../support/typebot/engine.js';
import { ask, contents, replyTo, show, surfaces, wordsOfContent } from '../support/typebot/rendering.js';
import { textBubble } from '../support/typebot/stand-in.js';

const surface = surfaces.textOnly;
const HINT = 'Reply with the number or the text';

const menu = (...labels: string[]): EngineInput => ({
  ...{ id: 'i', type: 'choice input', options: {} },
  items: labels.map((content, index) => ({ id: `it_${index}`, content })),
});

function lines(input: EngineInput): string[] {
  const shown = show({ messages: [textBubble('q', 'Which?')], input }, { surface });
  const words = contents(shown).map(wordsOfContent).join('\n');
  return words.replace('Which?\n\n', '').replace(`\n\n${HINT}`, '').split('\n');
}

function picked(input: EngineInput, said: string): string | undefined {
  const decision: ReplyDecision = replyTo(input, said, { surface });
  if (decision.type !== 'send' || decision.message?.type !== 'text') return undefined;
  const id = decision.message.metadata?.replyId;
  return input.items?.find((item) => item.id === id)?.content ?? undefined;
}

const zero = ['0 - Voltar', '1 - Vendas', '2 - Suporte'];
const keycaps = ['1️⃣ Vendas', '2️⃣ Suporte', '🔟 Sair'];
const letters = ['a) Vendas', 'b) Suporte', 'c) Sair'];

describe('labels that carry their own number, letter or keycap', () => {
  test.each([
    [zero],
    [keycaps],
    [letters],
    [['1. Sales', '2. Help']],
    [['(1) Sales', '(2) Help']],
    [['[3] Sales', '[7] Help']],
    [['*1* - Sales', '*2* - Help']],
    [['① Sales', '② Help']],
    [['1º andar', '2º andar']],
    [['A - Sales', 'B - Help']],
    [['2 – Help', '1 – Sales']],
  ])('%j are shown as they are', (labels) => {
    expect(lines(menu(...labels))).toEqual(labels);
  });

  test.each([
    [['10:00', '11:00']],
    [['1 - 2 people', '3 - 4 people']],
    [['2.5 kg', '3.5 kg']],
    [['2 rooms', '3 rooms']],
    [['A. Silva', 'C. Costa']],
    [['1 - One', '1 - Also one']],
    [['Plan 1', 'Plan 2']],
    [['3', '2']],
  ])('%j carry none and are numbered', (labels) => {
    expect(lines(menu(...labels))).toEqual(labels.map((label, index) => `${index + 1}. ${label}`));
  });

  test('an option without a number among numbered ones gets one that is free', () => {
    expect(lines(menu('1 - Sales', 'Leave', '2 - Help'))).toEqual(['1 - Sales', '3. Leave', '2 - Help']);
    expect(picked(menu('1 - Sales', 'Leave', '2 - Help'), '3')).toBe('Leave');
    expect(picked(menu('1 - Sales', 'Leave', '2 - Help'), '2')).toBe('2 - Help');
  });

  test.each([
    [zero, '0', '0 - Voltar'],
    [zero, '1', '1 - Vendas'],
    [zero, '2️⃣', '2 - Suporte'],
    [zero, '2)', '2 - Suporte'],
    [zero, 'vendas', '1 - Vendas'],
    [zero, 'sup', '2 - Suporte'],
    [zero, 'opção 0', '0 - Voltar'],
    [zero, '3', undefined],
    [keycaps, '10', '🔟 Sair'],
    [keycaps, '2', '2️⃣ Suporte'],
    [keycaps, '3', undefined],
    [letters, 'b', 'b) Suporte'],
    [letters, 'B)', 'b) Suporte'],
    [letters, 'sair', 'c) Sair'],
    [['2 – Help', '1 – Sales'], '1', '1 – Sales'],
  ])('%j: %j is %j', (labels, said, label) => {
    expect(picked(menu(...labels), said)).toBe(label);
  });

  test('the same holds on buttons and lists, in a multiple choice, and where a channel makes text of buttons', () => {
    const onButtons = replyTo(menu(...zero), '1', { surface: surfaces.native });
    expect(onButtons).toMatchObject({ message: { metadata: { replyId: 'it_1' } } });
    const multiple = { ...menu(...zero), options: { isMultipleChoice: true } };
    expect(replyTo(multiple, '0 e 2', { surface })).toMatchObject({ type: 'send' });
    const buttons = zero.map((title, index) => ({ id: `b${index}`, title }));
    const [adapted] = adapt({ type: 'buttons', body: 'Which?', buttons }, surface.capabilities);
    expect(adapted).toEqual({ type: 'text', text: `Which?\n\n${zero.join('\n')}` });
  });
});

describe('numbers as people say them', () => {
  const fruits = menu('Apple', 'Pear', 'Plum');

  test.each([
    ...['opção 2', 'Opcao 2', 'a 2', 'o 2', 'número 2', 'nº 2', 'quero a 2', 'quero a opção 2', '2ª', '2º'],
    ...['2a', 'a segunda', 'o segundo', 'segunda opção', 'a segunda!', 'opción 2', 'la 2', 'la segunda'],
    ...['el segundo', 'elijo la 2', 'option 2', 'option number 2', 'number 2', 'the second', 'second one'],
    ...['2nd', 'I want the second', 'item 2', 'alternativa 2'],
  ])('%j is the second', (said) => expect(picked(fruits, said)).toBe('Pear'));

  test.each(['a segunda feira', 'opção 7', 'a quarta', 'mesa para 2', '2 ou 3', 'the'])(
    '%j is none',
    (said) => expect(picked(fruits, said)).toBeUndefined(),
  );

  test.each([
    [['Terça', 'Segunda'], 'a segunda', 'Segunda'],
    [['Opção 2', 'Opção 1'], 'opção 2', 'Opção 2'],
    [['Terça-feira', 'Quinta-feira', 'Segunda-feira'], 'segunda', 'Segunda-feira'],
    [['First class', 'Second class'], 'the second', 'Second class'],
  ])('%j: %j is %j, for an option says so', (labels, said, label) => {
    expect(picked(menu(...labels), said)).toBe(label);
  });

  test.each(['nota 10', 'Nota: 10', 'dou 10', 'dou nota 10', 'score 10', 'le doy 10', 'puntuación 10'])(
    '%j is 10 on a scale, and on buttons of numbers',
    (said) => {
      const rating: EngineInput = { id: 'i', type: 'rating input', options: { length: 10 } };
      expect(replyTo(rating, said)).toMatchObject({ message: { text: '10' } });
      const numbers = menu(...Array.from({ length: 11 }, (_, index) => String(index)));
      expect(picked(numbers, said)).toBe('10');
      expect(ask(rating).id).toBe('i');
    },
  );
});
