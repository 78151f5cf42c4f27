import { parseWith } from '../../../http/input/schema.js';
import type { Locale, TypebotSettings } from '../../../store/rows.js';
import { newConfigurationSchema } from './schema.js';
import { fromConfiguration } from './translate.js';

/** The defaults of a configuration, for surfaces that have no fields for its other settings. */
export function typebotDefaults(defaults: { locale: Locale; timeZone: string }): TypebotSettings {
  const least = { typebot_url: 'https://typebot.io', public_id: 'flow', trigger_type: 'all' } as const;
  const configuration = parseWith(newConfigurationSchema(defaults), least);
  if (!configuration.ok) throw new Error('the smallest configuration is not valid');
  return fromConfiguration({ ...configuration.value, ...least }).settings;
}
