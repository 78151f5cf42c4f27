import { expect, test } from 'vitest';
import { channelFor, channels } from '../../src/channels/index.js';
import { CHANNELS, channelOf, firstValues } from '../../src/console/parts/numbers/channels.js';
import type { ChannelField, ChannelName } from '../../src/console/parts/numbers/channels.js';

/** Where any words do not do. */
const typed: Record<string, string> = {
  base_url: 'https://provider.example',
  outbound_url: 'https://gateway.example/parley',
  from: 'whatsapp:+14155238886',
};
const names = Object.keys(CHANNELS) as ChannelName[];
const fieldsOf = (name: ChannelName): readonly ChannelField[] => CHANNELS[name];

test('the wizard knows every channel', () => {
  expect([...names].sort()).toEqual(Object.keys(channels).sort());
});

test.each(names)('what it asks for %s is what the channel needs, no more', (name) => {
  const made = firstValues(name);
  const values = Object.fromEntries(
    fieldsOf(name).map((field) => [field.name, typed[field.name] ?? (made[field.name] || 'any words')]),
  );
  const parse = (given: Record<string, unknown>) => {
    const { type, ...members } = given;
    const channel = channelFor(String(type));
    if (channel === undefined) throw new Error(`no channel ${String(type)}`);
    return channel.parseSettings(members);
  };
  const whole = channelOf(name, values);
  expect(parse(whole)).toMatchObject({ ok: true });
  for (const { name: member, first } of fieldsOf(name)) {
    const less = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== member));
    // One that is filled in already may have a default.
    if (first === undefined) expect(parse(less), member).toMatchObject({ ok: false });
  }
});

test('a secret that any words would do for is made, another one each time', () => {
  const [one, other] = [firstValues('cloud-api'), firstValues('cloud-api')];
  expect(one['verify_token']).toMatch(/^[\w-]{32}$/);
  expect(one['verify_token']).not.toBe(other['verify_token']);
});
