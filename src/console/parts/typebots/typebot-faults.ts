import { isAsked } from './typebot-fields.js';
import type { FieldName, Settings } from './typebot-fields.js';

/** What is wrong with the value of a setting, as a key of the texts. */
export type Fault = 'required' | 'noAddress' | 'editorPage' | 'noTimeZone';

/** A page of Typebot's editor, which looks like a public link and serves no flow. */
const EDITOR =
  /^https?:\/\/app\.typebot\.|\/typebots\/[^/]+(\/(edit|flow|theme|settings|share|results)\b.*)?$/;

/**
 * What is wrong with a value, as far as it can be said while it is typed. The API has the last word; what it refuses
 * when the settings are saved is shown at the same field.
 */
export function faultOf(name: FieldName, settings: Partial<Settings>): Fault | undefined {
  const value = settings[name];
  const text = typeof value === 'string' ? value.trim() : '';
  switch (name) {
    case 'typebot_url':
      if (text === '') return 'required';
      if (!isAddress(text)) return 'noAddress';
      return EDITOR.test(text) ? 'editorPage' : undefined;
    case 'typebot_api_url':
      return text === '' || isAddress(text) ? undefined : 'noAddress';
    case 'time_zone':
      return isTimeZone(text) ? undefined : 'noTimeZone';
    case 'trigger_value':
      return text === '' && isAsked(name, settings.trigger_type ?? 'all') ? 'required' : undefined;
    default:
      return undefined;
  }
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function isTimeZone(name: string): boolean {
  try {
    // Intl also accepts offsets such as +03:00, which are no names.
    return /^[A-Za-z]/.test(name) && Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
