import type { Typebot } from '../../api/wire.js';

/** The members of a typebot that can be edited here. The token is write-only: no answer contains it. */
export type Settings = { typebot_api_token: string } & Omit<
  Typebot,
  | 'typebot_id'
  | 'instance_id'
  | 'last_error'
  | 'created_at'
  | 'updated_at'
  | 'declared_tags'
  | 'open_tags'
  | 'priority'
  | 'typebot_api_token_set'
>;
/** Name of a setting, as in the API. */
export type FieldName = keyof Settings;

/** How a member is edited. `max`: highest number, or longest text in characters. */
export type Field = { name: FieldName } & (
  | { kind: 'text'; max: number; required?: true }
  | { kind: 'lines'; max: number }
  | { kind: 'secret'; max: number }
  | { kind: 'switch' }
  | { kind: 'number'; max: number; unit: 'ms' | 'minutes' | 'times' }
  | { kind: 'choice'; options: readonly string[] }
);

/** The API's types of triggers. */
export const TRIGGERS = ['all', 'keyword', 'contains', 'starts_with', 'regex', 'advanced', 'none'] as const;
/** How an advanced trigger compares. */
export const OPERATORS = ['equals', 'contains', 'starts_with', 'regex'] as const;

/** All fields of the form by group. */
export const GROUPS: Record<
  'flow' | 'trigger' | 'answer' | 'person' | 'end' | 'language' | 'builder',
  Field[]
> = {
  flow: [
    { name: 'description', kind: 'text', max: 255 },
    { name: 'typebot_url', kind: 'text', max: 500, required: true },
    { name: 'public_id', kind: 'text', max: 200 },
    { name: 'enabled', kind: 'switch' },
  ],
  trigger: [
    { name: 'trigger_type', kind: 'choice', options: TRIGGERS },
    { name: 'trigger_operator', kind: 'choice', options: OPERATORS },
    { name: 'trigger_value', kind: 'text', max: 500 },
    { name: 'interrupts', kind: 'switch' },
    { name: 'ignore_groups', kind: 'switch' },
    { name: 'listen_from_me', kind: 'switch' },
  ],
  answer: [
    { name: 'debounce_ms', kind: 'number', max: 60_000, unit: 'ms' },
    { name: 'default_delay_ms', kind: 'number', max: 60_000, unit: 'ms' },
    { name: 'typing_emulation', kind: 'switch' },
    { name: 'input_hints', kind: 'switch' },
    { name: 'transcribe_audio', kind: 'switch' },
    { name: 'unknown_message', kind: 'lines', max: 1_000 },
    { name: 'max_turns_per_minute', kind: 'number', max: 1_000, unit: 'times' },
  ],
  person: [
    { name: 'stop_bot_from_me', kind: 'switch' },
    { name: 'takeover_quiet_minutes', kind: 'number', max: 525_600, unit: 'minutes' },
    { name: 'pause_word', kind: 'text', max: 100 },
    { name: 'resume_word', kind: 'text', max: 100 },
    { name: 'max_invalid_replies', kind: 'number', max: 20, unit: 'times' },
    { name: 'handoff_on_chatwoot', kind: 'switch' },
  ],
  end: [
    { name: 'expire_in_minutes', kind: 'number', max: 525_600, unit: 'minutes' },
    { name: 'keyword_finish', kind: 'text', max: 100 },
    { name: 'keep_open', kind: 'switch' },
    { name: 'cooldown_minutes', kind: 'number', max: 525_600, unit: 'minutes' },
  ],
  language: [
    { name: 'locale', kind: 'choice', options: ['pt-BR', 'en', 'es'] },
    { name: 'time_zone', kind: 'text', max: 100, required: true },
  ],
  builder: [
    { name: 'typebot_api_url', kind: 'text', max: 500 },
    { name: 'typebot_api_token', kind: 'secret', max: 500 },
  ],
};

/** Whether a field applies to this type of trigger. */
export function isAsked(name: FieldName, trigger: Settings['trigger_type']): boolean {
  if (name === 'trigger_operator') return trigger === 'advanced';
  if (name === 'trigger_value') return trigger !== 'all' && trigger !== 'none';
  return name !== 'interrupts' || trigger !== 'all';
}

const names = Object.values(GROUPS).flatMap((fields) => fields.map(({ name }) => name));

/** The values of the form for a typebot. */
export function settingsOf(typebot: Typebot): Settings {
  const known: Partial<Settings> = typebot;
  return {
    ...Object.fromEntries(names.map((name) => [name, known[name]])),
    typebot_api_token: '',
  } as unknown as Settings;
}

/** Initial values for a new typebot; members that are missing start empty, off or 0. */
export const NEW_TYPEBOT: Partial<Settings> = {
  enabled: true,
  description: '',
  typebot_url: '',
  trigger_type: 'all',
  trigger_value: '',
  ignore_groups: true,
  input_hints: true,
  stop_bot_from_me: true,
  keep_open: true,
  debounce_ms: 3_000,
  default_delay_ms: 800,
  expire_in_minutes: 60,
  max_turns_per_minute: 20,
};

/** Changes for the API, which has `null` for an empty field. */
export type Changes = { [Name in FieldName]?: Settings[Name] | null };

/** The settings that differ. Removing the builder's address also removes its token. */
export function changesOf(before: Partial<Settings>, after: Settings): Changes {
  const changed = names.filter((name) => (after[name] ?? '') !== (before[name] ?? ''));
  const changes: Changes = Object.fromEntries(changed.map((name) => [name, after[name]]));
  if (changes.typebot_api_url !== '') return changes;
  return { ...changes, typebot_api_url: null, typebot_api_token: null };
}

/** What the type of a trigger decides about other settings, which the form does not show then. */
export function fitted(changes: Changes): Changes {
  return { ...operatorOf(changes), ...(changes.trigger_type === 'all' && { interrupts: false }) };
}

/** Only an advanced trigger has an operator; without a choice it is the first one, which the select shows. */
export function operatorOf({ trigger_type: type, trigger_operator: operator }: Changes): Changes {
  if (type === undefined) return {};
  return { trigger_operator: type === 'advanced' ? (operator ?? 'equals') : null };
}
