import { isEditorPage, isHttpUrl, isTimeZone } from '../../../setting-rules.js';
import { isAsked } from './typebot-fields.js';
import type { FieldName, Settings } from './typebot-fields.js';

/** What is wrong with the value of a setting, as a key of the texts. */
export type Fault = 'required' | 'noAddress' | 'editorPage' | 'noTimeZone';

/**
 * What is wrong with a value, as far as it can be said while it is typed. The rules are the API's own; what it alone
 * can judge, such as a pattern, it refuses when the settings are saved, and that is shown at the same field.
 */
export function faultOf(name: FieldName, settings: Partial<Settings>): Fault | undefined {
  const value = settings[name];
  const text = typeof value === 'string' ? value : '';
  switch (name) {
    case 'typebot_url':
      if (text.trim() === '') return 'required';
      if (!isHttpUrl(text)) return 'noAddress';
      return isEditorPage(new URL(text)) ? 'editorPage' : undefined;
    case 'typebot_api_url':
      return text === '' || isHttpUrl(text) ? undefined : 'noAddress';
    case 'time_zone':
      return isTimeZone(text) ? undefined : 'noTimeZone';
    case 'trigger_value':
      return text.trim() === '' && isAsked(name, settings.trigger_type ?? 'all') ? 'required' : undefined;
    default:
      return undefined;
  }
}
