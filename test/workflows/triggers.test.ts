import { expect, test } from 'vitest';
import { isWord, isPatternRefused, triggerMatches } from '../../src/conversations/sessions/triggers.js';
import type { TriggerOperator, TriggerType } from '../../src/store/rows.js';

type Row = [
  type: TriggerType,
  operator: TriggerOperator | null,
  value: string,
  text: string,
  matches: boolean,
];

const rows: Row[] = [
  ['all', null, '', 'anything', true],
  ['all', null, '', '', true],
  ['none', null, '', 'anything', false],
  ['keyword', null, 'menu', ' MENU ', true],
  ['keyword', null, 'Olá', 'ola', true],
  ['keyword', null, 'ﬁm', 'fim', true],
  ['keyword', null, 'menu', 'menu please', false],
  ['keyword', null, 'menu', '', false],
  ['contains', null, 'bom dia', 'Olá, Bom Dia!', true],
  ['contains', null, 'bom dia', 'boa noite', false],
  ['starts_with', null, 'quero', 'Quero agendar', true],
  ['starts_with', null, 'quero', 'eu quero', false],
  ['regex', null, '^\\d{3}$', '123', true],
  ['regex', null, 'abc', 'ABC', false],
  ['regex', null, '(?i)abc', 'ABC', true],
  ['advanced', 'equals', 'sair', 'Sair', true],
  ['advanced', 'contains', 'bom dia', 'Bom dia!', true],
  ['advanced', 'starts_with', 'oi', 'oi, tudo bem', true],
  ['advanced', 'regex', 'o+i', 'ooi', true],
  ['advanced', null, 'oi', 'oi', false],
];

test.each(rows)('%s %s "%s" looks at "%s": %s', (...row) => {
  const [trigger_type, trigger_operator, trigger_value, text, matches] = row;
  expect(triggerMatches({ trigger_type, trigger_operator, trigger_value }, text)).toBe(matches);
});

test('the finish word is the whole message, whatever its case, accents and outer blanks', () => {
  expect(isWord('Sair', ' sáir ')).toBe(true);
  expect(isWord('sair', 'sair agora')).toBe(false);
  expect(isWord('', '')).toBe(false);
});

test('a stored pattern that is too large is passed over', () => {
  const trigger = {
    trigger_type: 'regex',
    trigger_operator: null,
    trigger_value: '(a{0,30}){0,30}',
  } as const;
  expect(isPatternRefused(trigger)).toBe(true);
  expect(triggerMatches(trigger, 'aaa')).toBe(false);
  expect(isPatternRefused({ ...trigger, trigger_type: 'contains' })).toBe(false);
});

test('a message of megabytes is compared by its beginning', () => {
  const long = ` Menu ${'x '.repeat(4_000_000)}`;
  const contains = { trigger_type: 'contains', trigger_operator: null, trigger_value: 'menu' } as const;
  expect(triggerMatches(contains, long)).toBe(true);
  expect(isWord('menu', long)).toBe(false);
});
