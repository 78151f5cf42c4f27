import { z } from 'zod';
import { object, phone } from '../../../http/input/schema.js';
import { about, boolean, text, words } from '../../../schema-fields.js';
import { TYPEBOT_DEFAULTS } from '../../../store/accounts/typebot-settings.js';
import type { Locale } from '../../../store/rows.js';
import { lastErrorSchema } from '../sessions/schema.js';
import { MAX_PATTERN_SIZE, patternFault } from '../../../foreign/pattern.js';
import { apiToken, fields, TRIGGER_OPERATORS, TRIGGER_TYPES } from './fields.js';

const completeConfiguration = z.object(fields, words('an object')).superRefine(checkTrigger);

/** A configuration with every member. */
export type Configuration = z.output<typeof completeConfiguration>;

/** A whole configuration, such as a stored one with changes merged in. */
export const configurationSchema = completeConfiguration;

/** Body of `POST …/typebots`: every member that has a default may be left out. `readFlow` finds the flow. */
export function newConfigurationSchema(defaults: { locale: Locale; timeZone: string }) {
  const given = TYPEBOT_DEFAULTS;
  return object({
    ...fields,
    public_id: fields.public_id.optional(),
    typebot_api_url: fields.typebot_api_url.default(given.typebot_api_url),
    typebot_api_token: apiToken.optional(),
    enabled: fields.enabled.default(true),
    description: fields.description.default(given.description),
    trigger_operator: fields.trigger_operator.default(given.trigger_operator),
    trigger_value: fields.trigger_value.default(given.trigger_value),
    priority: fields.priority.default(0),
    expire_in_minutes: fields.expire_in_minutes.default(given.expire_in_minutes),
    keyword_finish: fields.keyword_finish.default(given.keyword_finish),
    default_delay_ms: fields.default_delay_ms.default(given.default_delay_ms),
    unknown_message: fields.unknown_message.default(given.unknown_message),
    transcribe_audio: fields.transcribe_audio.default(given.transcribe_audio),
    listen_from_me: fields.listen_from_me.default(given.listen_from_me),
    stop_bot_from_me: fields.stop_bot_from_me.default(given.stop_bot_from_me),
    keep_open: fields.keep_open.default(given.keep_open),
    debounce_ms: fields.debounce_ms.default(given.debounce_ms),
    ignore_groups: fields.ignore_groups.default(given.ignore_groups),
    declared_tags: fields.declared_tags.default([...given.declared_tags]),
    open_tags: fields.open_tags.default(given.open_tags),
    cooldown_minutes: fields.cooldown_minutes.default(given.cooldown_minutes),
    takeover_quiet_minutes: fields.takeover_quiet_minutes.default(given.takeover_quiet_minutes),
    locale: fields.locale.default(defaults.locale),
    time_zone: fields.time_zone.default(defaults.timeZone),
    input_hints: fields.input_hints.default(given.input_hints),
    typing_emulation: fields.typing_emulation.default(given.typing_emulation),
    handoff_on_chatwoot: fields.handoff_on_chatwoot.default(given.handoff_on_chatwoot),
    max_invalid_replies: fields.max_invalid_replies.default(given.max_invalid_replies),
    max_turns_per_minute: fields.max_turns_per_minute.default(given.max_turns_per_minute),
    interrupts: fields.interrupts.default(given.interrupts),
    pause_word: fields.pause_word.default(given.pause_word),
    resume_word: fields.resume_word.default(given.resume_word),
  }).superRefine(checkTrigger);
}

/** Any subset of a configuration. Rules between members are checked after merging. */
export const configurationChangeSchema = object({ ...fields, typebot_api_token: apiToken }).partial();

/** Body of `PATCH …/typebots/{typebotId}`. */
export type ConfigurationChange = z.output<typeof configurationChangeSchema>;

const timestamp = z.iso.datetime();

/** The configuration in every answer. */
export const configurationViewSchema = z.object({
  typebot_id: z.uuid(),
  instance_id: z.string(),
  ...fields,
  typebot_url: z.string(),
  typebot_api_token_set: z.boolean(),
  last_error: lastErrorSchema.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
});

/** Configurations in evaluation order. */
export const configurationListSchema = z.array(configurationViewSchema);

/** The answer to PATCH. */
export const changedConfigurationSchema = configurationViewSchema.extend({ status: z.literal('ok') });

/** `POST …/typebots/evaluate`. */
export const evaluateSchema = object({
  text: text(0, 4_096),
  phone: phone().optional(),
  from_me: boolean().default(false),
  is_group: boolean().default(false),
});

const brief = z.object({ typebot_id: z.uuid(), public_id: z.string(), priority: z.int() });

/** The answer to a trial of the triggers. */
export const evaluationSchema = z.object({
  would_start: brief.nullable(),
  reason: z.enum([
    ...['no_typebots', 'number_silenced', 'contact_muted', 'active_session'],
    ...['trigger_matched', 'no_trigger_matched'],
  ] as const),
  session: z.object({ id: z.uuid(), status: z.enum(['opened', 'paused']) }).nullable(),
  candidates: z.array(
    brief.extend({
      enabled: z.boolean(),
      trigger_type: z.enum(TRIGGER_TYPES),
      trigger_operator: z.enum(TRIGGER_OPERATORS).nullable(),
      trigger_value: z.string(),
      outcome: z.enum([
        'matched',
        'not_matched',
        'pattern_refused',
        'disabled',
        'manual_only',
        'group_ignored',
        'from_me_ignored',
        'not_reached',
      ]),
    }),
  ),
});

/**
 * The body of `POST …/typebots/xray`: what decides whether it starts, as it would become. Absent members stay as they
 * are.
 */
export const xrayRequestSchema = object({
  typebot_id: about(
    z.uuid(words('the id of a configuration')).nullish(),
    'The configuration to change; null or absent = a new one.',
    '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10',
  ),
  enabled: fields.enabled.optional(),
  priority: fields.priority.optional(),
  trigger_type: fields.trigger_type.optional(),
  trigger_operator: fields.trigger_operator.optional(),
  trigger_value: fields.trigger_value.optional(),
  ignore_groups: fields.ignore_groups.optional(),
  listen_from_me: fields.listen_from_me.optional(),
});

const starts = (description: string) =>
  about(
    z
      .object({
        typebot_id: about(
          z.uuid().nullable(),
          'The configuration; null = the new one.',
          '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10',
        ),
        public_id: z.string(),
      })
      .nullable(),
    description,
    null,
  );

/** How the change would have affected recent first messages. */
export const xraySchema = z.object({
  messages: about(
    z.int(),
    'How many messages were examined: those that began the newest 1,000 conversations.',
    412,
  ),
  changed: about(z.int(), 'How many of them would start something else.', 12),
  changes: about(
    z.array(
      z.object({
        text: about(z.string(), 'The message, cut to 200 characters.', 'hello'),
        count: z.int(),
        was: starts('What it starts now; null = nothing.'),
        becomes: starts('What it would start; null = nothing.'),
      }),
    ),
    'The messages that would start something else, most frequent first; at most fifty.',
    [],
  ),
});

/** The body of `POST …/typebots/try`: a flow's address, written as in a configuration. */
export const trialRequestSchema = object({
  typebot_url: fields.typebot_url,
  public_id: fields.public_id.optional(),
});

/** The viewer's answer. */
export const trialSchema = z.object({
  typebot_url: about(z.string(), 'Root URL of the viewer, as Parley understood it.', 'https://typebot.co'),
  public_id: z.string(),
  outcome: about(
    z.enum(['found', 'not_found', 'closed', 'refused', 'not_typebot', 'unreachable']),
    '`closed`: the flow exists but takes no visitors; `not_typebot`: what answers is not a viewer.',
    'found',
  ),
  detail: about(
    z.string(),
    "The viewer's own message or the network error; empty when there is nothing to add.",
    '',
  ),
  took_ms: about(z.int(), 'How long the viewer took, in milliseconds.', 120),
});

interface Trigger {
  trigger_type: (typeof TRIGGER_TYPES)[number];
  trigger_operator: (typeof TRIGGER_OPERATORS)[number] | null;
  trigger_value: string;
  interrupts: boolean;
}

function checkTrigger(trigger: Trigger, check: z.RefinementCtx): void {
  const { trigger_type: type, trigger_operator: operator, trigger_value: value, interrupts } = trigger;
  const fault = (path: keyof Trigger, message: string) =>
    check.addIssue({ code: 'custom', path: [path], message });
  if (type === 'advanced' && operator === null) {
    fault('trigger_operator', 'is required for trigger_type advanced');
  }
  if (type === 'all' && interrupts) fault('interrupts', 'needs a trigger that asks for words');
  if (type === 'all' || type === 'none') return;
  if (value.trim() === '') fault('trigger_value', `is required for trigger_type ${type}`);
  const isPattern = type === 'regex' || (type === 'advanced' && operator === 'regex');
  if (isPattern) checkPattern(value, (message) => fault('trigger_value', message));
}

function checkPattern(pattern: string, fault: (message: string) => void): void {
  switch (patternFault(pattern)) {
    case 'invalid':
      return fault('must be a valid regular expression (RE2 syntax)');
    case 'too_large':
      return fault(
        `is too large a regular expression: more than ${MAX_PATTERN_SIZE} steps with its repetitions`,
      );
    case undefined:
  }
}
