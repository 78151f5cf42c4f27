import type { TypebotSettings } from '../rows.js';

/**
 * What a setting is when nobody has set it: in a new configuration, and in a stored one that is older than the setting.
 * Where the process has its own locale and time zone, a new configuration gets those.
 */
export const TYPEBOT_DEFAULTS: Readonly<Omit<TypebotSettings, 'typebot_url' | 'trigger_type'>> = {
  description: '',
  typebot_api_url: null,
  trigger_operator: null,
  trigger_value: '',
  expire_in_minutes: 0,
  keyword_finish: '',
  default_delay_ms: 0,
  unknown_message: '',
  transcribe_audio: false,
  listen_from_me: false,
  stop_bot_from_me: false,
  keep_open: false,
  debounce_ms: 0,
  ignore_groups: true,
  declared_tags: [],
  open_tags: false,
  cooldown_minutes: 0,
  takeover_quiet_minutes: 0,
  locale: 'pt-BR',
  time_zone: 'UTC',
  input_hints: true,
  typing_emulation: false,
  handoff_on_chatwoot: false,
  max_invalid_replies: 0,
  max_turns_per_minute: 20,
  interrupts: false,
  pause_word: '',
  resume_word: '',
};

/**
 * SQL for the complete settings of a stored configuration. Every statement reads them through this or `durationOf`, so
 * that a row of an older version has every member. `column` is SQL.
 */
export const settingsOf = (column: string): string =>
  `('${JSON.stringify(TYPEBOT_DEFAULTS)}'::jsonb || ${column})`;

/** SQL for one setting that is a duration, cheaper than all of them. */
export const durationOf = (column: string, member: 'expire_in_minutes' | 'debounce_ms'): string =>
  `coalesce((${column}->>'${member}')::int, ${TYPEBOT_DEFAULTS[member]})`;
