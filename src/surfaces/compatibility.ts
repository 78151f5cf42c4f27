import type { Conversations } from '../conversations/api.js';
import type { Auth } from '../http/auth.js';
import { parseWith } from '../http/schema.js';
import type { Surface } from '../http/surface.js';
import type { Db } from '../store/db.js';
import type { Locale, TypebotSettings } from '../store/rows.js';
import { botpressSurface } from './botpress/routes.js';
import { codechatSurface } from './codechat/routes.js';
import { newConfigurationSchema } from './native/typebots/schema.js';
import { fromConfiguration } from './native/typebots/translate.js';
import { yourgptSurface } from './yourgpt/routes.js';

/** What the compatibility surfaces work with. */
export interface CompatibilityDeps {
  auth: Auth;
  db: Db;
  conversations: Conversations;
  /** PARLEY_DEFAULT_LOCALE and PARLEY_DEFAULT_TIME_ZONE. */
  defaults: { locale: Locale; timeZone: string };
  /** A signed address of a stored file, valid for 24 h (contract 4.5). */
  mediaUrl(mediaId: string): string;
  /** How long YourGPT's `sendMessage` waits for the bot: 20,000 (surfaces 5.7). */
  replyTimeoutMs: number;
}

/** CodeChat, YourGPT and Botpress over the one session model (surfaces 3, 5 and 6). */
export function compatibilitySurfaces(deps: CompatibilityDeps): Surface[] {
  const typebotDefaults = defaultSettings(deps.defaults);
  return [codechatSurface({ ...deps, typebotDefaults }), yourgptSurface(deps), botpressSurface(deps)];
}

// CodeChat's integration has the same defaults as a configuration made on the native surface (surfaces 3.2).
function defaultSettings(defaults: CompatibilityDeps['defaults']): TypebotSettings {
  const least = { typebot_url: 'https://typebot.io', public_id: 'flow', trigger_type: 'all' };
  const configuration = parseWith(newConfigurationSchema(defaults), least);
  if (!configuration.ok) throw new Error('the smallest configuration is not valid');
  return fromConfiguration(configuration.value).settings;
}
