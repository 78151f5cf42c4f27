import { z } from 'zod';
import { about, boolean, httpUrl, integer, oneOf, text, words } from '../../../schema-fields.js';
import { isTimeZone } from '../../../setting-rules.js';

/** What may start a session. */
export const TRIGGER_TYPES = [
  'all',
  'keyword',
  'contains',
  'starts_with',
  'regex',
  'advanced',
  'none',
] as const;
/** How a trigger of type `advanced` compares. */
export const TRIGGER_OPERATORS = ['equals', 'contains', 'starts_with', 'regex'] as const;
const LOCALES = ['pt-BR', 'en', 'es'] as const;

const tags = words('an array of tag keys');
const tag = words('a tag key: 1 to 200 characters, no colon, not userPhone');
const zone = words('an IANA time zone');

/**
 * Every member of a configuration, with its rule, its meaning and an example. None is optional here; `schema.ts` holds
 * the defaults.
 */
export const fields = {
  enabled: about(boolean(), 'Whether its trigger may start sessions. Running sessions go on.', true),
  description: about(text(0, 255), 'A note for yourself; nobody else sees it.', 'Greets new customers'),
  typebot_url: about(
    httpUrl(500),
    'Root of the Typebot viewer, or the whole public link of the flow. A root below a path ends with a slash.',
    'https://typebot.co',
  ),
  public_id: about(
    text(1, 200),
    'Which flow: the last part of its public link. Can be left out if `typebot_url` is the whole link.',
    'lead-gen-7k2',
  ),
  typebot_api_url: about(
    httpUrl(500).nullable(),
    "Root of Typebot's builder. With `typebot_api_token`, an answer that was lost with a worker is read again from Typebot's transcript; null: it is not.",
    'https://app.typebot.io',
  ),
  trigger_type: about(
    oneOf(TRIGGER_TYPES),
    'What starts a session: every message (`all`), the whole text (`keyword`), a part of it (`contains`), its beginning (`starts_with`), a pattern (`regex`), a comparison by `trigger_operator` (`advanced`), or only a manual start (`none`). Case and accents do not matter.',
    'keyword',
  ),
  trigger_operator: about(
    oneOf(TRIGGER_OPERATORS).nullable(),
    'How `trigger_value` is compared when `trigger_type` is `advanced`.',
    'contains',
  ),
  trigger_value: about(
    text(0, 500),
    'The text or pattern (RE2 syntax) of the trigger; empty for `all` and `none`.',
    'menu',
  ),
  priority: about(
    integer(-1_000_000, 1_000_000),
    'Typebots are tried from the highest priority down, oldest first if equal. The first that matches starts.',
    10,
  ),
  expire_in_minutes: about(
    integer(0, 525_600),
    'The session closes after this many minutes without a message from anyone; 0 = never.',
    60,
  ),
  keyword_finish: about(
    text(0, 100),
    'A message that is exactly this word ends the session at once; empty = none.',
    'exit',
  ),
  default_delay_ms: about(
    integer(0, 60_000),
    'Pause before each message of an answer except the first, in milliseconds.',
    800,
  ),
  unknown_message: about(
    text(0, 1_000),
    'Sent when the bot cannot read a message (sticker, poll) or Typebot stays unreachable; empty = nothing is sent.',
    'Sorry, I did not get that.',
  ),
  transcribe_audio: about(
    boolean(),
    'Turn voice messages into text, where the instance or the server has a transcription service.',
    true,
  ),
  listen_from_me: about(
    boolean(),
    'The bot also reads messages that a person sends from the number itself.',
    false,
  ),
  stop_bot_from_me: about(
    boolean(),
    'A person who sends a message from the number itself takes over: the bot is silent.',
    true,
  ),
  keep_open: about(boolean(), 'Keep session and transcript after the end. `false` deletes both.', true),
  debounce_ms: about(
    integer(0, 60_000),
    'How long to wait for another message before the bot reads them all as one, in milliseconds; 0 = each is read at once.',
    3000,
  ),
  ignore_groups: about(boolean(), 'Do not answer in groups. `false`: one session for each group.', true),
  declared_tags: about(
    z.array(z.string(tag).min(1, tag).max(200, tag).refine(isTagKey, tag), tags),
    'Keys of the tags that the Botpress dialect may set on conversations.',
    ['plan', 'source'],
  ),
  open_tags: about(boolean(), 'Let the Botpress dialect set any tag, declared or not.', false),
  cooldown_minutes: about(
    integer(0, 525_600),
    'For how many minutes after the end of the flow nothing starts for this contact, so that a "thanks" does not start it again.',
    5,
  ),
  takeover_quiet_minutes: about(
    integer(0, 525_600),
    'For how many minutes no trigger starts after a person wrote to a contact without a session. Needs `stop_bot_from_me`.',
    30,
  ),
  locale: about(
    oneOf(LOCALES),
    "Language of hints and of Parley's own messages. Default: PARLEY_DEFAULT_LOCALE.",
    'en',
  ),
  time_zone: about(
    z.string(zone).refine(isTimeZone, zone),
    'IANA time zone for dates and times that people write. Default: PARLEY_DEFAULT_TIME_ZONE.',
    'America/Sao_Paulo',
  ),
  input_hints: about(boolean(), 'Adds to a question what it expects (`For example name@example.com`).', true),
  typing_emulation: about(
    boolean(),
    'Before each message, wait according to the typing speed set in the flow.',
    false,
  ),
  handoff_on_chatwoot: about(
    boolean(),
    'A Chatwoot block of the flow hands the conversation to a person.',
    true,
  ),
  max_invalid_replies: about(
    integer(0, 20),
    'After how many refused replies in a row to one question a person is asked for; 0 = never.',
    3,
  ),
  max_turns_per_minute: about(
    integer(0, 1_000),
    'More turns of one contact within a minute mean that two bots answer each other: the session is paused (`flood`). 0 = no limit.',
    20,
  ),
  interrupts: about(
    boolean(),
    'Its trigger is also checked during sessions of other typebots, and replaces them: for a "menu" word that works everywhere.',
    true,
  ),
  pause_word: about(
    text(0, 100),
    'A message from the number itself that is exactly this word pauses the bot; empty = none.',
    '#pause',
  ),
  resume_word: about(
    text(0, 100),
    'A message from the number itself that is exactly this word hands the conversation back to the bot; empty = none.',
    '#bot',
  ),
};

/** Write-only: no answer shows it. */
export const apiToken = about(
  text(1, 500).nullable(),
  "An API token of Typebot's builder, of a user who may read the flow. Stored encrypted and never shown again; needed again if `typebot_api_url` gets another origin; null removes it.",
  'sk-typebot-1f9c',
);

function isTagKey(key: string): boolean {
  return !key.includes(':') && key !== 'userPhone';
}
