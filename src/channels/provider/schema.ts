import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { CommonChannelSettings, SettingsResult } from '../channel.js';
import { capabilitiesSchema } from './capabilities-schema.js';
import { boolean, integer, oneOf, secretText, text } from './setting-fields.js';

const urlSecretPattern = /^[A-Za-z0-9._~-]{32,256}$/;

const commonSchema = z.object({
  capabilities: capabilitiesSchema.optional(),
  timeout_ms: integer(1_000, 60_000).default(10_000),
  reconcile_seconds: integer(1, 300).default(45),
  message_ttl_seconds: integer(10, 86_400).default(600),
  max_inbound_age_seconds: integer(0, 604_800).default(900),
  echo_hold_ms: integer(0, 30_000).default(5_000),
  foreign_api_sends: oneOf(['ignore', 'takeover']).default('ignore'),
  ignore_status: boolean().default(true),
  ignore_newsletters: boolean().default(true),
  open_list_label: text().optional(),
  choice_prompt: text(1_024).optional(),
});

/** A path secret made by Parley: 43 URL-safe characters, 256 random bits. */
export function newUrlSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** `url_secret` of a channel that cannot sign: at least 32 URL-safe characters, made when left out. */
export function urlSecret() {
  return givenUrlSecret().default(newUrlSecret);
}

/** `url_secret` where it is optional: never made by itself. */
export function givenUrlSecret() {
  return secretText().regex(urlSecretPattern, 'must be 32 to 256 URL-safe characters');
}

/**
 * Builds `parseSettings` of a channel from the schema of its own members; the members of every type come with it.
 * `null` counts as left out. Errors read `channel.<member> is required` or `channel.<member> must be …`, one per
 * wrong member, all at once.
 */
export function settingsParser<Own>(
  ownSchema: z.ZodType<Own>,
): (input: Record<string, unknown>) => SettingsResult<Own> {
  return (input) => {
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
    const own = ownSchema.safeParse(given);
    const common: z.ZodSafeParseResult<CommonChannelSettings> = commonSchema.safeParse(given);
    if (own.success && common.success) return { ok: true, settings: { ...own.data, ...common.data } };
    return { ok: false, errors: [...problems(own), ...problems(common)] };
  };
}

function problems(result: z.ZodSafeParseResult<unknown>): string[] {
  const issues = result.success ? [] : result.error.issues;
  return [...new Set(issues.map((issue) => `channel.${issue.path.join('.')} ${issue.message}`))];
}
