import { describe, expect, it } from 'vitest';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import { vzaps } from '../../../src/channels/vzaps/index.js';
import { checked, loadFixtures, mismatches, runChannelFixtures, type Json } from '../fixtures.js';
import {
  absentProvider,
  contextWith,
  deafProvider,
  failureOf,
  failureWith,
  hello,
  liveProvider,
  messageOf,
  parseMutations,
  posted,
  recorded,
} from '../provider-checks.js';

const secret = 's3cr3t-path-0123456789abcdef012345';

runChannelFixtures({ folder: 'vzaps', channel: vzaps });

function parse(body: Json) {
  return vzaps.parse(posted(body), contextWith('vzaps', vzaps));
}

describe('VZaps settings', () => {
  it('need instance and both tokens; the address has a default', () => {
    expect(vzaps.parseSettings({})).toEqual({
      ok: false,
      errors: [
        'channel.instance_id is required',
        'channel.instance_token is required',
        'channel.client_token is required',
      ],
    });
    const given = { instance_id: 'I', instance_token: 'T', client_token: 'C' };
    expect(vzaps.parseSettings(given)).toMatchObject({
      ok: true,
      settings: { base_url: 'https://api.vzaps.com' },
    });
  });
});

describe('VZaps webhooks', () => {
  it('with a wrong url secret are those of an unknown instance', () => {
    const context = contextWith('vzaps', vzaps);
    expect(checked(vzaps, posted({}, { path: [secret] }), context)).toEqual({ ok: true });
    expect(checked(vzaps, posted({}, { path: ['wrong'] }), context)).toMatchObject({ status: 404 });
  });

  it('of messages are read when their inner names are the expected ones', () => {
    for (const name of ['in-text', 'in-image']) {
      const fixture = loadFixtures('vzaps').find((one) => one.case === name);
      const expected = fixture?.['expect'].events;
      expect(mismatches(parse(recorded('vzaps', name).body).events, expected)).toEqual([]);
    }
  });

  it.each<[Json, string]>([
    [{ type: 'Message', event: { anything: true } }, 'malformed'],
    [{ type: 'Message', event: { info: { id: 'A', chat: '1@s.whatsapp.net' }, message: {} } }, 'malformed'],
    [{ type: 'ReadReceipt', event: {} }, 'unknownEvent'],
    [{ type: 'HistorySync', event: {} }, 'unknownEvent'],
    [{ event: {} }, 'malformed'],
    ['nothing', 'malformed'],
  ])('%j are ignored as %s', (body, reason) => {
    expect(parse(body)).toEqual({ events: [], ignored: [{ reason, count: 1 }] });
  });

  const pascal = (value: Json): Json => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    const words: Record<string, string> = { id: 'ID', media_url: 'MediaURL' };
    const name = (key: string) =>
      words[key] ?? key.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [name(key), pascal(inner)]));
  };

  it.each(['in-text', 'in-image'])('of %s are read in Go’s names too', (name) => {
    const { body } = recorded('vzaps', name);
    expect(parse(pascal(body)).events).toEqual(parse(body).events);
    expect(parse({ ...body, event: pascal(body.event) }).events).toEqual(parse(body).events);
  });

  it('of Go join phone and hidden id, and tell receipts', () => {
    const Info = {
      ID: '3EB0',
      Chat: '1827@lid',
      Sender: '1827:2@lid',
      SenderAlt: '5531988887777:2@s.whatsapp.net',
    };
    const event = { Info, Message: { extendedTextMessage: { text: 'Oi', contextInfo: { stanzaID: 'Q' } } } };
    expect(parse({ type: 'Message', event }).events).toMatchObject([
      { remoteJidAlt: '1827@lid', waId: '5531988887777', content: { text: 'Oi' }, quoted: { keyId: 'Q' } },
    ]);
    const receipt = { Chat: '5531988887777@s.whatsapp.net', MessageIDs: ['A', 'B'], Type: 'read' };
    expect(parse({ type: 'ReadReceipt', event: receipt }).events).toMatchObject([
      { kind: 'status', keyId: 'A', status: 'read' },
      { keyId: 'B', status: 'read' },
    ]);
    const self = { type: 'ReadReceipt', event: { message_ids: ['A'], type: 'read-self' } };
    expect(parse(self).ignored).toEqual([{ reason: 'notAMessage', count: 1 }]);
  });

  it('of own messages have an unknown origin', () => {
    const { body } = recorded('vzaps', 'in-text');
    body.event.info.is_from_me = true;
    expect(parse(body).events).toMatchObject([{ fromMe: true, origin: 'unknown' }]);
  });

  it('never throw, however a payload is changed', () => {
    parseMutations('vzaps', vzaps, contextWith('vzaps', vzaps));
  });
});

describe('VZaps sends', () => {
  it.each<[OutboundContent, string, Json]>([
    [
      { type: 'video', media: { url: 'https://c/a.mp4' }, caption: 'x' },
      'video',
      { video: 'https://c/a.mp4', caption: 'x' },
    ],
    [{ type: 'sticker', media: { url: 'https://c/a.webp' } }, 'sticker', { sticker: 'https://c/a.webp' }],
    [
      { type: 'location', latitude: 1, longitude: 2, name: 'L' },
      'location',
      { latitude: 1, longitude: 2, name: 'L' },
    ],
    [
      { type: 'contacts', contacts: [{ name: 'Carla', phone: '+55 31 9' }] },
      'contact',
      { contact_name: 'Carla', contact_phone: '55319' },
    ],
  ])('%j go to the right operation', async (content, operation, body) => {
    const { server, context } = await liveProvider('vzaps', vzaps, () => ({ json: { data: { id: 'M' } } }));
    expect(await vzaps.send(messageOf(content), context)).toEqual({ keyId: 'M' });
    const [request] = server.requests;
    expect(request).toMatchObject({
      url: `/instances/VZ001/chat/send/${operation}`,
      headers: { 'x-instance-token': 'TEST_INSTANCE_TOKEN', 'x-client-token': 'TEST_CLIENT_TOKEN' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({ phone: '553188887777', ...body });
  });

  it('answered in an unknown shape have left, without an id', async () => {
    const { context } = await liveProvider('vzaps', vzaps, () => ({ body: 'ok' }));
    expect(await vzaps.send(hello, context)).toEqual({});
  });

  it.each([
    [401, 'Auth'],
    [404, 'Auth'],
    [403, 'Auth'],
    [408, 'Retryable'],
    [429, 'Retryable'],
    [503, 'Retryable'],
    [400, 'Permanent'],
  ])('answered %i fail as %s', async (status, kind) => {
    expect(await failureWith('vzaps', vzaps, { status })).toMatchObject({ class: kind, httpStatus: status });
  });

  it('that nobody took may be repeated, that nobody answered may have left', async () => {
    const refused = contextWith('vzaps', vzaps, { base_url: await absentProvider() });
    expect(await failureOf(vzaps.send(hello, refused))).toMatchObject({ class: 'Retryable' });
    const reset = contextWith('vzaps', vzaps, { base_url: await deafProvider('hangsUp') });
    expect(await failureOf(vzaps.send(hello, reset))).toMatchObject({ class: 'UnknownOutcome' });
  });
});

describe('VZaps signals and health', () => {
  it('show typing and mark as read', async () => {
    const { server, context } = await liveProvider('vzaps', vzaps, () => ({}));
    const to = { jid: '553188887777@s.whatsapp.net' };
    await vzaps.showPresence(to, { type: 'typing', state: 'recording' }, context);
    await vzaps.showPresence(to, { type: 'markRead', keyIds: ['A'] }, context);
    expect(server.requests.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
      ['/instances/VZ001/chat/presence', { phone: '553188887777', state: 'composing', media: 'audio' }],
      ['/instances/VZ001/chat/markread', { id: ['A'], chat: to.jid }],
    ]);
  });

  it.each([
    [true, 'connected'],
    [false, 'disconnected'],
  ])('connected %s is %s', async (connected, status) => {
    const { context } = await liveProvider('vzaps', vzaps, () => ({ json: { data: { connected } } }));
    expect(await vzaps.health(context)).toMatchObject({ status });
  });
});
