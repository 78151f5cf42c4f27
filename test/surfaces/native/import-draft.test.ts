import { expect, test } from 'vitest';
import { toDraft } from '../../../src/surfaces/native/import/translate.js';

const settings = { ignoreJids: [], fallbackId: undefined };

test.each([
  ['regex', `^(${'a|'.repeat(300)}b)$`],
  ['endsWith', '.'.repeat(300)],
  ['equals', 'a'.repeat(501)],
  ['startsWith', 'a'.repeat(501)],
  ['contains', 'a'.repeat(501)],
])(
  'words that Evolution compares with %s keep their end, however long they are',
  (triggerOperator, words) => {
    const bot = { triggerType: 'keyword', triggerOperator, triggerValue: words, keywordFinish: words };
    const { configuration } = toDraft(bot, settings);
    const end = triggerOperator === 'endsWith' ? '\\.\\s*$' : words.slice(-20);
    expect(String(configuration['trigger_value']).length).toBeGreaterThan(500);
    expect(configuration['trigger_value']).toSatisfy((value: string) => value.endsWith(end));
    expect(configuration['keyword_finish']).toBe(words);
  },
);

test('texts for people are cut to what Parley takes, between two characters', () => {
  const bot = { description: `${'a'.repeat(254)}😀`, unknownMessage: `${'a'.repeat(999)}😀` };
  expect(toDraft(bot, settings).configuration).toMatchObject({
    description: 'a'.repeat(254),
    unknown_message: 'a'.repeat(999),
  });
});
