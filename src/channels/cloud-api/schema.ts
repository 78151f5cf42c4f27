import { z } from 'zod';
import type { SettingsResult } from '../channel.js';
import { givenUrlSecret, settingsParser } from '../provider/schema.js';
import {
  baseUrl,
  headerSecret,
  integer,
  objectOf,
  oneOf,
  secretText,
  text,
} from '../provider/setting-fields.js';

const graphBaseUrl = 'https://graph.facebook.com';
const dialogBaseUrl = 'https://waba-v2.360dialog.io';

const shared = {
  phone_number_id: text(64),
  access_token: secretText(),
  verify_token: secretText(),
  display_phone_number: text(32).optional(),
  api_version: text(16)
    .regex(/^v\d{1,3}\.\d{1,2}$/, 'must be a Graph version such as v23.0')
    .default('v23.0'),
  messages_per_second: integer(1, 1_000).optional(),
  header_secret: headerSecret().optional(),
  url_secret: givenUrlSecret().optional(),
  reopen_template: objectOf({
    name: text(),
    language: text(16),
    components: z.array(z.unknown(), { error: 'must be an array' }).optional(),
  }).optional(),
};

const metaSchema = z.object({
  ...shared,
  flavour: oneOf(['meta', '360dialog']).default('meta'),
  base_url: baseUrl().default(graphBaseUrl),
  app_secret: secretText(),
});

const dialogSchema = z.object({
  ...shared,
  flavour: oneOf(['360dialog']),
  base_url: baseUrl().default(dialogBaseUrl),
  app_secret: secretText().optional(),
});

/** Settings of the Cloud API, at Meta or behind 360dialog. */
export type CloudApiSettings = Omit<z.output<typeof metaSchema>, 'app_secret'> & { app_secret?: string };

const parseMeta = settingsParser<CloudApiSettings>(metaSchema);
const parseDialog = settingsParser<CloudApiSettings>(dialogSchema);

/** Reads the settings; 360dialog signs where it is told to, else it needs a secret header or a secret in the URL. */
export function parseCloudApiSettings(input: Record<string, unknown>): SettingsResult<CloudApiSettings> {
  if (input['flavour'] !== '360dialog') return parseMeta(input);
  const result = parseDialog(input);
  const secrets = [input['header_secret'], input['url_secret'], input['app_secret']];
  if (secrets.some((secret) => secret != null)) return result;
  const missing = 'channel.header_secret, channel.url_secret or channel.app_secret is required';
  return { ok: false, errors: result.ok ? [missing] : [...result.errors, missing] };
}
