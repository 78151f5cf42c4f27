import { holdsPattern, patternFault } from '../../foreign/pattern.js';
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

type Trigger = Pick<TypebotSettings, 'trigger_type' | 'trigger_operator' | 'trigger_value'>;

/** Triggers look only at the beginning of a message, this many UTF-16 units. */
const MAX_COMPARED = 16_384;

/** A message without text matches only `all`. A pattern is matched as written, against the beginning of the text. */
export function triggerMatches(trigger: Trigger, text: string): boolean {
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

/** Whether a stored pattern is no longer accepted. Its typebot is passed over, and evaluation says so. */
export function isPatternRefused({
  trigger_type: type,
  trigger_operator: operator,
  trigger_value: value,
}: Trigger): boolean {
  const isPattern = type === 'regex' || (type === 'advanced' && operator === 'regex');
  return isPattern && patternFault(value) !== undefined;
}

function operatorMatches(operator: TriggerOperator, value: string, text: string): boolean {
  if (text.trim() === '') return false;
  if (operator === 'regex') return holdsPattern(text, value);
  const [wanted, given] = [comparable(value), comparable(text.slice(0, MAX_COMPARED))];
  switch (operator) {
    case 'equals':
      return given === wanted;
    case 'contains':
      return given.includes(wanted);
    case 'starts_with':
      return given.startsWith(wanted);
  }
}

/** Whether the whole message is this word of the settings, such as the finish word. An empty word never matches. */
export function isWord(word: string, text: string): boolean {
  if (text.length > MAX_COMPARED) return false;
  return comparable(word) !== '' && comparable(text) === comparable(word);
}
