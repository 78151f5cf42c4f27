import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { CommonChannelSettings, SettingsParser, SettingsResult } from '../channel.js';
import { capabilitiesSchema } from './capabilities-schema.js';
import { objectOf, secretText, settingText } from './setting-fields.js';
import { about, boolean, integer, oneOf } from '../../schema-fields.js';
import type { SettingsSchema } from './setting-fields.js';

const urlSecretPattern = /^[A-Za-z0-9._~-]{32,256}$/;

const commonSchema = z.object({
  capabilities: about(
    capabilitiesSchema.optional(),
    'What the channel can show, where it is less than the type can; see docs/channels.md.',
    { buttons: 0, list: false },
  ),
  timeout_ms: about(
    integer(1_000, 60_000).default(10_000),
    "Longest wait for the provider's answer, in milliseconds.",
    10000,
  ),
  reconcile_seconds: about(
    integer(1, 300).default(45),
    'How long to wait for an echo or status when it is not known whether a message arrived, in seconds.',
    45,
  ),
  message_ttl_seconds: about(
    integer(10, 86_400).default(600),
    'A message that could not be sent for this long fails with reason `expired`.',
    600,
  ),
  max_inbound_age_seconds: about(
    integer(0, 604_800).default(900),
    'A message older than this starts no flow; it is only recorded.',
    900,
  ),
  echo_hold_ms: about(
    integer(0, 30_000).default(5_000),
    'How long a message from the number itself with an unknown id is held back while a message to the contact is being sent, in milliseconds.',
    5000,
  ),
  foreign_api_sends: about(
    oneOf(['ignore', 'takeover']).default('ignore'),
    'How a message that another program sends through the same number counts: not at all (`ignore`), or as a person who takes over (`takeover`).',
    'ignore',
  ),
  ignore_status: about(boolean().default(true), 'Stories do not reach the typebots.', true),
  ignore_newsletters: about(boolean().default(true), 'WhatsApp channels do not reach the typebots.', true),
  open_list_label: about(
    settingText().optional(),
    "Label of the button that opens a list. Default: by the typebot's locale.",
    'See options',
  ),
  choice_prompt: about(
    settingText(1_024).optional(),
    "Text above choices that have none. Default: by the typebot's locale.",
    'Please choose:',
  ),
});

/** A new secret for the path of a webhook: 256 random bits as 43 URL-safe characters. */
export function newUrlSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** `url_secret` of a channel whose provider does not sign; generated when left out. */
export function urlSecret() {
  // `about` comes before the transform: the OpenAPI document would otherwise lack the example.
  return about(
    givenUrlSecret().optional(),
    "Last part of the webhook's address: 32 to 256 URL-safe characters. Default: made by Parley.",
    '4vV1hX7Jt2pQmB6sZyN8wKcRf0uLdGaE',
  ).transform((given) => given ?? newUrlSecret());
}

/** A `url_secret` given by the operator: 32 to 256 URL-safe characters. */
export function givenUrlSecret() {
  return secretText().regex(urlSecretPattern, 'must be 32 to 256 URL-safe characters');
}

/**
 * Builds `parseSettings` of a channel from the schema of its own settings; those of every channel are added. `null`
 * counts as left out. All wrong members are reported at once, as `channel.<member> is required` or
 * `channel.<member> must be …`.
 */
export function settingsParser<Own>(
  ownSchema: z.ZodType<Own> & { shape: z.ZodRawShape },
): SettingsParser<Own> {
  const parse = (input: Record<string, unknown>): SettingsResult<Own> => {
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
    const own = ownSchema.safeParse(given);
    const common: z.ZodSafeParseResult<CommonChannelSettings> = commonSchema.safeParse(given);
    if (own.success && common.success) return { ok: true, settings: { ...own.data, ...common.data } };
    return { ok: false, errors: [...problems(own), ...problems(common)] };
  };
  return Object.assign(parse, { schema: describedSettings(ownSchema.shape) });
}

/** A channel's own settings and those of every channel as one schema, for the OpenAPI document. */
export function describedSettings(own: z.ZodRawShape): SettingsSchema {
  return objectOf({ ...own, ...commonSchema.shape });
}

function problems(result: z.ZodSafeParseResult<unknown>): string[] {
  const issues = result.success ? [] : result.error.issues;
  return [...new Set(issues.map((issue) => `channel.${issue.path.join('.')} ${issue.message}`))];
}
