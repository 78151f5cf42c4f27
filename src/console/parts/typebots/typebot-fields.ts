import type { Typebot } from '../../api/wire.js';

/** The members of a typebot that a person edits here. The token is only ever written: no answer holds it. */
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
export type FieldName = keyof Settings;

/** How a member is edited; numbers within their bounds, texts up to their length. */
export type Field = { name: FieldName } & (
  | { kind: 'text'; max: number; required?: true }
  | { kind: 'lines'; max: number }
  | { kind: 'secret'; max: number }
  | { kind: 'switch' }
  | { kind: 'number'; max: number; unit: 'ms' | 'minutes' | 'times' }
  | { kind: 'choice'; options: readonly string[] }
);

export const TRIGGERS = ['all', 'keyword', 'contains', 'starts_with', 'regex', 'advanced', 'none'] as const;
export const OPERATORS = ['equals', 'contains', 'starts_with', 'regex'] as const;

/** Every setting in the groups in which a person looks for it. */
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

/** Whether a field says anything with these values: a value needs a trigger that compares, an operator an advanced one. */
export function isAsked(name: FieldName, trigger: Settings['trigger_type']): boolean {
  if (name === 'trigger_operator') return trigger === 'advanced';
  if (name === 'trigger_value') return trigger !== 'all' && trigger !== 'none';
  return name !== 'interrupts' || trigger !== 'all';
}

const names = Object.values(GROUPS).flatMap((fields) => fields.map(({ name }) => name));

/** What of a configuration is edited. */
export function settingsOf(typebot: Typebot): Settings {
  const known: Partial<Settings> = typebot;
  return {
    ...Object.fromEntries(names.map((name) => [name, known[name]])),
    typebot_api_token: '',
  } as unknown as Settings;
}

/** The values that a new one begins with, where they differ from nothing. */
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

/** What goes to the API: a member that is `null` there is an empty field here. */
export type Changes = { [Name in FieldName]?: Settings[Name] | null };

/** Only what was changed. A token goes with the address that it is for. */
export function changesOf(before: Partial<Settings>, after: Settings): Changes {
  const changed = names.filter((name) => (after[name] ?? '') !== (before[name] ?? ''));
  const changes: Changes = Object.fromEntries(changed.map((name) => [name, after[name]]));
  if (changes.typebot_api_url !== '') return changes;
  return { ...changes, typebot_api_url: null, typebot_api_token: null };
}

/** An operator belongs to an advanced trigger alone; there the first one is what the select shows. */
export function operatorOf({ trigger_type: type, trigger_operator: operator }: Changes): Changes {
  if (type === undefined) return {};
  return { trigger_operator: type === 'advanced' ? (operator ?? 'equals') : null };
}
