import { expect, test } from 'vitest';
import type { z } from 'zod';
import { faultOf } from '../../src/console/parts/typebots/typebot-faults.js';
import { changesOf, fitted, GROUPS } from '../../src/console/parts/typebots/typebot-fields.js';
import type { Changes, Field, Settings } from '../../src/console/parts/typebots/typebot-fields.js';
import { apiToken, fields } from '../../src/surfaces/native/typebots/fields.js';
import { readFlow } from '../../src/surfaces/native/typebots/public-link.js';
import { configurationChangeSchema, configurationSchema } from '../../src/surfaces/native/typebots/schema.js';

const rules: Record<string, z.ZodType> = { ...fields, typebot_api_token: apiToken };
const form: readonly Field[] = Object.values(GROUPS).flat();
const TYPES = fields.trigger_type.options;

/** A configuration that the API takes. */
const whole: Settings = {
  ...{ enabled: true, description: '', typebot_url: 'https://typebot.co/', public_id: 'flow' },
  ...{ typebot_api_url: null, typebot_api_token: '', trigger_type: 'keyword', trigger_operator: 'contains' },
  ...{ trigger_value: 'menu', expire_in_minutes: 60, keyword_finish: '', default_delay_ms: 0 },
  ...{ unknown_message: '', transcribe_audio: true, listen_from_me: false, stop_bot_from_me: true },
  ...{ keep_open: true, debounce_ms: 0, ignore_groups: true, cooldown_minutes: 0, takeover_quiet_minutes: 0 },
  ...{ locale: 'en', time_zone: 'America/Sao_Paulo', input_hints: true, typing_emulation: false },
  ...{ handoff_on_chatwoot: true, max_invalid_replies: 3, max_turns_per_minute: 20, interrupts: false },
  ...{ pause_word: '', resume_word: '' },
};
const elsewhere = { priority: 0, declared_tags: [], open_tags: false };

/** Whether the API takes it when the form of a typebot that is stored as `whole` is saved with these settings. */
function takes(settings: Settings): boolean {
  const changes = changesOf(whole, settings);
  const sent = { ...elsewhere, ...whole, ...changes, ...fitted(changes) };
  const { typebot_api_token: token = null, ...configuration } = sent;
  if (!configurationChangeSchema.safeParse({ typebot_api_token: token || null }).success) return false;
  const parsed = configurationSchema.safeParse(configuration);
  if (!parsed.success) return false;
  try {
    return readFlow(parsed.data) !== undefined;
  } catch {
    return false;
  }
}

const textOf = (kind: Field['kind']) => kind === 'text' || kind === 'lines' || kind === 'secret';

test('the form has every member that can be set, but for those that are set elsewhere', () => {
  const shown = [...form.map(({ name }) => name), ...Object.keys(elsewhere)];
  expect(shown.sort()).toEqual(Object.keys(rules).sort());
  expect(takes(whole)).toBe(true);
});

test.each(form)('the form lets $name be as long, high and many as the API does, no more', (field) => {
  const accepts = (value: unknown) => rules[field.name]?.safeParse(value).success;
  switch (field.kind) {
    case 'switch':
      return expect([accepts(true), accepts(false)]).toEqual([true, true]);
    case 'number':
      return expect([-1, 0, field.max, field.max + 1].map(accepts)).toEqual([false, true, true, false]);
    case 'choice': {
      const options = JSON.stringify(rules[field.name]?.toJSONSchema());
      for (const option of field.options) expect(accepts(option), option).toBe(true);
      const known = [...options.matchAll(/"enum":\[([^\]]*)\]/g)].flatMap(([, list = '']) => list.split(','));
      return expect(known.map((word) => word.replaceAll('"', ''))).toEqual(field.options);
    }
    default: {
      // Fields whose words are not free are padded with a path that is.
      if (field.name === 'time_zone') return expect(accepts('America/Argentina/ComodRivadavia')).toBe(true);
      const start = accepts('https://a.example/') && !accepts('x') ? 'https://a.example/' : '';
      expect(accepts(start.padEnd(field.max, 'x'))).toBe(true);
      expect(accepts(start.padEnd(field.max + 1, 'x'))).toBe(false);
    }
  }
});

const PROBES = [
  ...['', ' ', 'menu', '#pause', 'https://', 'http://', 'ftp://a.example/', 'javascript:alert(1)'],
  ...['https://a.example/', 'HTTPS://A.example/', ' https://a.example/ ', 'http://127.0.0.1:3001/'],
  ...['https://ana:secret@a.example/', 'https://ana@a.example/', 'https://[::1', 'https://a b.example/'],
  ...['https://app.typebot.io/typebots/ck1/edit', 'https://app.typebot.io/', 'https://APP.typebot.io/'],
  ...['https://bots.example/typebots/ck1/theme?x=1', 'https://bots.example/typebots/ck1/'],
  ...['https://bots.example/typebots/ck1/edit/more/', 'https://bots.example/app.typebot.io/'],
  ...['America/Sao_Paulo', 'america/sao_paulo', 'UTC', '+03:00', 'America/Sao_Paolo', 'Etc/GMT+3', ' UTC'],
];

test.each(form.filter(({ kind }) => textOf(kind)))(
  'what is written into $name is a fault while it is typed exactly if the API refuses it',
  ({ name }) => {
    const disagree = PROBES.filter((value) => {
      const settings: Settings = { ...whole, [name]: value };
      // Which flow is meant by another link is found out from its last part, by the trial beside the field.
      if (name === 'public_id') return false;
      return (faultOf(name, settings) === undefined) !== takes(settings);
    });
    expect(disagree).toEqual([]);
  },
);

test('whatever a trigger was, with any other type the form sends what the API takes', () => {
  for (const from of TYPES)
    for (const to of TYPES) {
      const stored: Settings = {
        ...whole,
        trigger_type: from,
        trigger_value: 'menu',
        interrupts: from !== 'all',
      };
      const before: Settings = { ...stored, trigger_operator: from === 'advanced' ? 'equals' : null };
      const changes = changesOf(before, { ...before, trigger_type: to });
      const merged: Changes = { ...elsewhere, ...before, ...changes, ...fitted(changes) };
      delete merged.typebot_api_token;
      expect(configurationSchema.safeParse(merged).error?.issues ?? [], `${from} to ${to}`).toEqual([]);
    }
});
