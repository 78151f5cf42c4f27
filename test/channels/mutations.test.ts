import { describe, expect, it } from 'vitest';
import type { Channel, ChannelContext } from '../../src/channels/channel.js';
import { channels } from '../../src/channels/index.js';
import { contextOf, loadFixtures, rawBodyOf, webhookRequest, type Fixture, type Json } from './fixtures.js';
import { randomFrom, type Random } from './random.js';

const folders: Record<string, Channel> = {
  meta: channels['cloud-api'],
  generic: channels.generic,
  evolution: channels.evolution,
  waha: channels.waha,
  codechat: channels.codechat,
  zapi: channels.zapi,
  vzaps: channels.vzaps,
  twilio: channels.twilio,
};

const oddities: readonly Json[] = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  true,
  [],
  {},
  [null],
  { a: {} },
  '\u0000',
  '9'.repeat(400),
  '@',
  '@@@',
  'hasOwnProperty',
];

/** The value with one of its members, at any depth, made odd or taken away. */
function mutated(value: Json, random: Random): Json {
  if (typeof value !== 'object' || value === null || random.below(6) === 0) return random.pick(oddities);
  const names = Object.keys(value);
  if (names.length === 0) return random.pick(oddities);
  const name = random.pick(names);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (random.below(8) === 0) Reflect.deleteProperty(copy, name);
  else copy[name] = mutated(value[name], random);
  return copy;
}

/** A broken body: one member changed, or bytes cut or overwritten. */
function brokenBody(fixture: Fixture, random: Random): string {
  const body = rawBodyOf(fixture['request']);
  const way = random.below(4);
  if (way === 0) return body.slice(0, random.below(body.length + 1));
  const at = random.below(body.length + 1);
  if (way === 1) return `${body.slice(0, at)}\u0000${body.slice(at + 1)}`;
  try {
    return JSON.stringify(mutated(JSON.parse(body), random)) ?? '';
  } catch {
    const fields = [...new URLSearchParams(body)].filter(() => random.below(5) > 0);
    return new URLSearchParams(
      fields.map(([name, value]) => [name, random.below(5) ? value : 'x']),
    ).toString();
  }
}

function check(channel: Channel, context: ChannelContext, fixture: Fixture, random: Random) {
  const rawBody = brokenBody(fixture, random);
  const request = webhookRequest({ request: { ...fixture['request'], rawBody } });
  const parsed = channel.parse(request, context);
  for (const event of parsed.events) {
    if (event.kind !== 'message') continue;
    expect(event.keyId, rawBody).toEqual(expect.stringMatching(/./s));
    expect(event.remoteJid, rawBody).toContain('@');
    expect(Number.isFinite(event.messageTimestamp), rawBody).toBe(true);
  }
}

describe('parsers never throw, whatever arrives', () => {
  it.each(Object.entries(folders))('from %s', (folder, channel) => {
    const fixtures = loadFixtures(folder).filter(({ kind }) => kind === 'webhook');
    for (const [index, fixture] of fixtures.entries()) {
      const { context } = contextOf({ folder, channel }, fixture);
      for (let round = 0; round < 40; round += 1) {
        check(channel, context, fixture, randomFrom(index * 1_000 + round));
      }
    }
  });

  it('from the sandbox phone', () => {
    const content = { contentType: 'location', latitude: 1, longitude: 2 };
    const from = { phone: '5531988887777', name: 'Ana' };
    const body = { messages: [{ keyId: 'k', from, timestamp: 1, content, quotedKeyId: 'q', text: 'oi' }] };
    const fixture: Fixture = {
      case: 'sandbox',
      shows: '',
      confidence: 'computed',
      kind: 'webhook',
      request: { method: 'POST', path: '/webhooks/i', body },
    };
    const { context } = contextOf(
      { folder: 'generic', channel: channels.sandbox, settingsFor: () => ({}) },
      fixture,
    );
    for (let round = 0; round < 400; round += 1) check(channels.sandbox, context, fixture, randomFrom(round));
  });
});
