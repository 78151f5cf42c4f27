import { RE2JS } from 're2js';
import type { TriggerOperator, TypebotSettings } from '../../store/rows.js';

/** Text as triggers and `keyword_finish` compare it: NFKC, trimmed, without case and accents. */
export function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

/** A message without text matches only `all`. A pattern runs as written on a linear-time engine. */
export function triggerMatches(
  trigger: Pick<TypebotSettings, 'trigger_type' | 'trigger_operator' | 'trigger_value'>,
  text: string,
): boolean {
  switch (trigger.trigger_type) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'advanced':
      return (
        trigger.trigger_operator !== null &&
        operatorMatches(trigger.trigger_operator, trigger.trigger_value, text)
      );
    case 'keyword':
      return operatorMatches('equals', trigger.trigger_value, text);
    case 'contains':
    case 'starts_with':
    case 'regex':
      return operatorMatches(trigger.trigger_type, trigger.trigger_value, text);
  }
}

function operatorMatches(operator: TriggerOperator, value: string, text: string): boolean {
  if (text.trim() === '') return false;
  if (operator === 'regex') return RE2JS.compile(value).matcher(text).find();
  const [wanted, given] = [comparable(value), comparable(text)];
  switch (operator) {
    case 'equals':
      return given === wanted;
    case 'contains':
      return given.includes(wanted);
    case 'starts_with':
      return given.startsWith(wanted);
  }
}

/** The whole message is the word that ends the session; an empty word never is. */
export function isFinishWord(word: string, text: string): boolean {
  return comparable(word) !== '' && comparable(text) === comparable(word);
}
