import { z } from 'zod';
import type { SettingsParser, SettingsResult } from '../channel.js';
import { describedSettings, givenUrlSecret, settingsParser } from '../provider/schema.js';
import { headerSecret, objectOf, secretText, settingText } from '../provider/setting-fields.js';
import { baseUrl } from '../../schema-fields.js';
import { about, integer, oneOf } from '../../schema-fields.js';

const graphBaseUrl = 'https://graph.facebook.com';
const dialogBaseUrl = 'https://waba-v2.360dialog.io';

const shared = {
  phone_number_id: about(
    settingText(64),
    "The number's id in Meta's app dashboard, under WhatsApp > API setup.",
    '106540352242922',
  ),
  access_token: about(
    secretText(),
    "A system user's token with `whatsapp_business_messaging`; at 360dialog the API key.",
    'EAAJZC…',
  ),
  verify_token: about(
    secretText(),
    'Any words of yours; Meta repeats them when you set the webhook.',
    'any words of yours',
  ),
  display_phone_number: about(
    settingText(32).optional(),
    'The number as people see it: its country is that of numbers in national form.',
    '5511999990000',
  ),
  api_version: about(
    settingText(16)
      .regex(/^v\d{1,3}\.\d{1,2}$/, 'must be a Graph version such as v23.0')
      .default('v23.0'),
    'Version of the Graph API.',
    'v23.0',
  ),
  messages_per_second: about(
    integer(1, 1_000).optional(),
    "Pace of the number. Default 80; 20 for a number that is also in the phone app, 1000 after Meta's upgrade.",
    80,
  ),
  header_secret: about(
    headerSecret().optional(),
    'A header that the provider adds to every webhook; 360dialog needs this or `url_secret`.',
    { name: 'x-secret', value: 'any words of yours' },
  ),
  url_secret: about(
    givenUrlSecret().optional(),
    "Last part of the webhook's address: 32 to 256 URL-safe characters.",
    '4vV1hX7Jt2pQmB6sZyN8wKcRf0uLdGaE',
  ),
  reopen_template: about(
    objectOf({
      name: settingText(),
      language: settingText(16),
      components: z.array(z.unknown(), { error: 'must be an array' }).optional(),
    }).optional(),
    'An approved template that is sent once when the 24-hour window is closed.',
    { name: 'come_back', language: 'en' },
  ),
};

const metaSchema = z.object({
  ...shared,
  flavour: about(
    oneOf(['meta', '360dialog']).default('meta'),
    'Who serves the API: `meta`, or `360dialog`.',
    'meta',
  ),
  base_url: about(
    baseUrl().default(graphBaseUrl),
    'The root of the Graph API.',
    'https://graph.facebook.com',
  ),
  app_secret: about(
    secretText(),
    "The app's secret, under Settings > Basic: it signs the webhooks. At 360dialog only where it signs.",
    '5f2c…',
  ),
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

/**
 * Parses the settings. Meta always signs its webhooks; behind 360dialog, one of a secret header, a secret in the URL
 * and a signature secret is required.
 */
export const parseCloudApiSettings: SettingsParser<CloudApiSettings> = Object.assign(parseEither, {
  schema: describedSettings({ ...metaSchema.shape, app_secret: metaSchema.shape.app_secret.optional() }),
});

function parseEither(input: Record<string, unknown>): SettingsResult<CloudApiSettings> {
  if (input['flavour'] !== '360dialog') return parseMeta(input);
  const result = parseDialog(input);
  const secrets = [input['header_secret'], input['url_secret'], input['app_secret']];
  if (secrets.some((secret) => secret != null)) return result;
  const missing = 'channel.header_secret, channel.url_secret or channel.app_secret is required';
  return { ok: false, errors: result.ok ? [missing] : [...result.errors, missing] };
}
