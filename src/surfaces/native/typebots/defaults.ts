import type { Locale, TypebotSettings } from '../../../store/rows.js';
import { newConfigurationSchema } from './schema.js';

/** The defaults of a configuration (surfaces 4.3, contract 2), for surfaces that do not name its other settings. */
export function typebotDefaults(defaults: {
  locale: Locale;
  timeZone: string;
}): Omit<TypebotSettings, 'typebot_url' | 'trigger_type' | 'keep_open'> {
  const { public_id: _id, enabled: _enabled, priority: _priority, ...settings } = newConfigurationSchema(defaults).parse({
    typebot_url: 'https://typebot.io',
    public_id: 'x',
    trigger_type: 'all',
  });
  return settings;
}
