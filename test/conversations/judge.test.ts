import { expect, test } from 'vitest';
import { chosen, judge } from '../../src/conversations/sessions/candidates.js';
import type { TriggerInput } from '../../src/conversations/sessions/candidates.js';
import type { TypebotRow, TypebotSettings } from '../../src/store/rows.js';

const now = 1_800_000_000_000;

function bot(id: string, settings: Partial<TypebotSettings>, enabled = true): TypebotRow {
  const usual = {
    ...{ trigger_type: 'all', trigger_operator: null, trigger_value: '', ignore_groups: true },
    ...{ listen_from_me: false, stop_bot_from_me: false, takeover_quiet_minutes: 30 },
  };
  return { id, enabled, settings: { ...usual, ...settings } } as TypebotRow;
}

function outcomes(bots: TypebotRow[], input: Partial<TriggerInput> = {}): string[] {
  const whole = { text: 'hello', isGroup: false, fromMe: false, quietSinceMs: null, nowMs: now, ...input };
  return judge(bots, whole).map(({ outcome }) => outcome);
}

test('the first that matches starts, and those behind it are not looked at', () => {
  const bots = [
    bot('a', { trigger_type: 'keyword', trigger_operator: 'equals', trigger_value: 'bye' }),
    bot('b', {}),
    bot('c', {}),
  ];
  expect(outcomes(bots)).toEqual(['not_matched', 'matched', 'not_reached']);
  const input = { text: 'hello', isGroup: false, fromMe: false, quietSinceMs: null, nowMs: now };
  expect(chosen(judge(bots, input))?.id).toBe('b');
  expect(chosen(judge([], input))).toBeUndefined();
});

test.each<[string, TypebotRow, Partial<TriggerInput>, string]>([
  ['a disabled one', bot('a', {}, false), {}, 'disabled'],
  ['one that is only started by hand', bot('a', { trigger_type: 'none' }), {}, 'manual_only'],
  ['a group', bot('a', {}), { isGroup: true }, 'group_ignored'],
  ['a group that is listened to', bot('a', { ignore_groups: false }), { isGroup: true }, 'matched'],
  ['a message from the number itself', bot('a', {}), { fromMe: true }, 'from_me_ignored'],
  ['one that is listened to', bot('a', { listen_from_me: true }), { fromMe: true }, 'matched'],
])('%s', (_what, typebot, input, outcome) => {
  expect(outcomes([typebot], input)).toEqual([outcome]);
});

test('after a person wrote, the bot keeps quiet for the minutes set, where a person silences it at all', () => {
  const quiet = bot('a', { stop_bot_from_me: true });
  const minutes = (count: number) => ({ quietSinceMs: now - count * 60_000 });
  expect(outcomes([quiet], minutes(29))).toEqual(['not_matched']);
  expect(outcomes([quiet], minutes(30))).toEqual(['matched']);
  expect(outcomes([bot('a', {})], minutes(29))).toEqual(['matched']);
});
