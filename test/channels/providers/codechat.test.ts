import { describe, expect, it } from 'vitest';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import { codechat } from '../../../src/channels/codechat/index.js';
import { checked, runChannelFixtures, type Json } from '../fixtures.js';
import {
  absentProvider,
  contextWith,
  deafProvider,
  failureOf,
  failureWith,
  hello,
  liveProvider,
  messageOf,
  nowMs,
  parseMutations,
  posted,
  recorded,
} from '../provider-checks.js';

const to = { jid: '553188887777@s.whatsapp.net' };
const secret = 's3cr3t-path-0123456789abcdef012345';
const voice = (keyId: string) => ({ mimeType: 'audio/ogg', fetch: { via: 'codechat' as const, keyId } });

runChannelFixtures({
  folder: 'codechat',
  channel: codechat,
  settingsFor: (base, fixture) => {
    if (fixture.kind === 'webhook') return base;
    return { ...base, flavour: fixture.case.startsWith('go-') ? 'go' : 'v1' };
  },
  api: {
    'go-api-media-data': (context) => codechat.fetchMedia(voice('3EB0BE336D26BD323E74'), context, 1_000),
    'v1-api-media-data': (context) => codechat.fetchMedia(voice('3EB0B59B541A00B7DA93'), context, 1_000),
    'go-api-webhook-set': async (context) => void (await codechat.register?.(context)),
    'v1-api-webhook-set': async (context) => void (await codechat.register?.(context)),
  },
});

function parse(body: Json, headers: Record<string, string> = {}) {
  return codechat.parse(posted(body, { headers }), contextWith('codechat', codechat));
}

function changed(name: string, data: Record<string, Json>) {
  const { body, headers } = recorded('codechat', name);
  return parse({ ...body, data: { ...body.data, ...data } }, headers);
}

describe('CodeChat settings', () => {
  const needed = { base_url: 'https://cc.example.com', instance: 'loja' };

  it.each<[Json, string[]]>([
    [{}, ['channel.base_url is required', 'channel.instance is required']],
    [needed, ['channel.api_key is required']],
    [{ ...needed, flavour: 'v1', instance_token: 't' }, ['channel.api_key is required']],
    [{ ...needed, flavour: 'go', api_key: 'k' }, ['channel.instance_token is required']],
    [{ ...needed, flavour: 'v2', api_key: 'k' }, ['channel.flavour must be one of auto, v1, go']],
  ])('%j lack something', (settings, errors) => {
    expect(codechat.parseSettings(settings)).toEqual({ ok: false, errors });
  });

  it('make a url secret and go by the credential', async () => {
    const parsed = codechat.parseSettings({ ...needed, instance_token: 't' });
    if (!parsed.ok) throw new Error('refused');
    expect(parsed.settings.url_secret).toMatch(/^[\w-]{32,}$/);
    expect(codechat.capabilities(parsed.settings)).toMatchObject({ clientMessageId: false });
    const v1 = contextWith('codechat', codechat, { instance_token: null });
    expect(v1.capabilities).toMatchObject({ clientMessageId: true });
    expect(await codechat.clientMessageId?.(v1, hello.content)).toMatch(/^[0-9A-Z]{26}$/);
  });
});

describe('CodeChat webhook authentication', () => {
  it.each<[string[], number | undefined]>([
    [[secret], undefined],
    [[secret, 'messages-upsert'], undefined],
    [[], 404],
    [['wrong'], 404],
    [[secret, 'a', 'b'], 404],
  ])('answers %j with %s', (path, status) => {
    const verdict = checked(codechat, posted({}, { path }), contextWith('codechat', codechat));
    expect(verdict).toMatchObject(status ? { status, code: 'not_found' } : { ok: true });
  });
});

describe('CodeChat webhooks', () => {
  it('take a bare string as the text, as send.message sends it', () => {
    expect(changed('v1-echo-send-message', { content: 'Olá' }).events).toMatchObject([
      {
        content: { contentType: 'text', text: 'Olá' },
        origin: 'api',
        outboundId: 'out_01JGFJJZ00TESTOUTBOUND0001',
      },
    ]);
  });

  it('are taken out of their wrappers', () => {
    const wrapped = (messageType: string, message: Json) =>
      changed('v1-in-text', { messageType, content: { message } }).events;
    expect(wrapped('ephemeralMessage', { extendedTextMessage: { text: 'oi' } })).toMatchObject([
      { content: { contentType: 'text', text: 'oi' } },
    ]);
    expect(wrapped('viewOnceMessageV2', { imageMessage: { caption: 'olha' } })).toMatchObject([
      { content: { contentType: 'image', caption: 'olha' } },
    ]);
  });

  it('fetch a stored file by its link', () => {
    const content = { mimetype: 'image/jpeg', mediaUrl: 'https://s3.example.com/a.jpg' };
    expect(changed('v1-in-image', { content }).events).toMatchObject([
      { content: { media: { fetch: { via: 'url', url: 'https://s3.example.com/a.jpg', auth: 'none' } } } },
    ]);
  });

  it('of another instance or owner are foreign', () => {
    const { body } = recorded('codechat', 'v1-in-text');
    const foreign = [{ reason: 'foreignChannel', count: 1 }];
    expect(parse({ ...body, instance: { name: 'other' } }).ignored).toEqual(foreign);
    const owner = { name: 'codechat', ownerJid: '5511977776666@s.whatsapp.net' };
    expect(parse({ ...body, instance: owner }).ignored).toEqual(foreign);
  });

  it('of the Go server name a status by the database id', () => {
    const { body, headers } = recorded('codechat', 'go-status-read');
    const status = (word: string) =>
      parse({ ...body, data: { messageId: 2048, status: word, dateTime: '2026-01-01T00:00:05Z' } }, headers);
    expect(status('read').events).toEqual([
      { kind: 'status', dbId: 2048, status: 'read', at: 1_767_225_605_000 },
    ]);
    expect(status('server_error').events).toMatchObject([{ status: 'failed' }]);
    expect(status('retry').ignored).toEqual([{ reason: 'notAMessage', count: 1 }]);
    expect(status('unknown').ignored).toEqual([{ reason: 'notAMessage', count: 1 }]);
  });

  it('of Go with an id that no database has are malformed', () => {
    for (const messageId of [1e21, 1.5, '99999999999999999999']) {
      expect(changed('go-status-read', { messageId }).ignored).toEqual([{ reason: 'malformed', count: 1 }]);
    }
  });

  it('of v1 without a time of their own take the arrival', () => {
    expect(changed('v1-status-read', { dateTime: null }).events).toMatchObject([{ at: nowMs }]);
    expect(changed('v1-status-read', { id: null }).ignored).toEqual([{ reason: 'malformed', count: 1 }]);
  });

  it.each(['close', 'replaced', 'timeout'])('of the Go server with type %s mean close', (type) => {
    const { body, headers } = recorded('codechat', 'go-connection-open');
    expect(parse({ ...body, data: { type, connection: 'close' } }, headers).events).toEqual([
      { kind: 'connection', state: 'close', reason: type },
    ]);
  });

  it('that nobody consumes are ignored', () => {
    const { body } = recorded('codechat', 'v1-in-text');
    expect(parse({ ...body, event: 'presence.updated' }).ignored).toEqual([
      { reason: 'unknownEvent', count: 1 },
    ]);
    expect(parse('{').ignored).toEqual([{ reason: 'malformed', count: 1 }]);
  });

  it('that came twice in one body give two events with one id', () => {
    const { body } = recorded('codechat', 'v1-in-text');
    const ids = parse({ ...body, data: [body.data, body.data, 'x'] });
    expect(ids.events.map((event) => event.kind === 'message' && event.keyId)).toEqual([
      body.data.keyId,
      body.data.keyId,
    ]);
    expect(ids.ignored).toEqual([{ reason: 'malformed', count: 1 }]);
  });

  it('never throw, however a payload is changed', () => {
    parseMutations('codechat', codechat, contextWith('codechat', codechat));
  });
});

describe('CodeChat sends', () => {
  it('of Go quote by WhatsApp id and name no message id', async () => {
    const { server, context } = await liveProvider(
      'codechat',
      codechat,
      () => ({ json: { keyId: 'A', id: 7 } }),
      {
        flavour: 'go',
      },
    );
    const receipt = await codechat.send({ ...hello, replyTo: '3EB0Q', clientMessageId: 'X' }, context);
    expect(receipt).toEqual({ keyId: 'A', dbId: 7 });
    expect(JSON.parse(server.requests[0]?.body ?? '').options).toEqual({
      quotedMessageId: '3EB0Q',
      externalAttributes: { out: 'out_01JGFJJZ00TESTOUTBOUND0001' },
    });
  });

  it.each<[OutboundContent, string, string]>([
    [
      { type: 'contacts', contacts: [{ name: 'C', phone: '+5531999' }] },
      'message/sendContact',
      'send/contact',
    ],
    [{ type: 'reaction', targetKeyId: '3EB0', emoji: '👍' }, 'message/sendReaction', 'send/reaction'],
    [{ type: 'audio', media: { url: 'https://c/a.mp3' }, ptt: false }, 'message/sendMedia', 'send/media'],
    [{ type: 'location', latitude: 1, longitude: 2 }, 'message/sendLocation', 'send/location'],
  ])('have a call for %j', async (content, v1Path, goPath) => {
    const answer = () => ({ status: 201, json: { keyId: 'A' } });
    const v1 = await liveProvider('codechat', codechat, answer, { flavour: 'v1' });
    await codechat.send(messageOf(content), v1.context);
    expect(v1.server.requests[0]?.url).toBe(`/${v1Path}/codechat`);
    const go = await liveProvider('codechat', codechat, answer, { flavour: 'go' });
    await codechat.send(messageOf(content), go.context);
    expect(go.server.requests[0]?.url).toBe(`/instance/codechat/${goPath}`);
  });

  it('refuse content CodeChat has no call for', async () => {
    const content: OutboundContent = { type: 'sticker', media: { url: 'https://c/a.webp' } };
    const failure = await failureOf(codechat.send(messageOf(content), contextWith('codechat', codechat)));
    expect(failure).toEqual({ class: 'Permanent', reason: 'unsupported' });
  });

  it.each<[number, Json, Json]>([
    [400, { message: [{ exists: false }] }, { class: 'Permanent', reason: 'notOnWhatsApp' }],
    [400, { message: ['Error: Connection Closed'] }, { class: 'ChannelDown' }],
    [400, { message: ['database'] }, { class: 'UnknownOutcome' }],
    [401, {}, { class: 'Auth' }],
    [500, {}, { class: 'Retryable' }],
  ])('to v1 answered %i %j fail as %j', async (status, json, expected) => {
    expect(await failureWith('codechat', codechat, { status, json }, { flavour: 'v1' })).toMatchObject(
      expected,
    );
  });

  it.each<[number, Json, Json]>([
    [401, {}, { class: 'Auth' }],
    [403, {}, { class: 'Auth' }],
    [404, { messages: ['instance not found'] }, { class: 'Auth' }],
    [404, { messages: ['chat not found'] }, { class: 'Permanent', reason: 'invalidContent' }],
    [408, {}, { class: 'UnknownOutcome' }],
    [413, {}, { class: 'Permanent', reason: 'mediaInvalid' }],
    [415, {}, { class: 'Permanent', reason: 'mediaInvalid' }],
    [400, { messages: ['bad'] }, { class: 'Permanent', reason: 'invalidContent' }],
    [422, { messages: ['number is not on WhatsApp'] }, { class: 'Permanent', reason: 'notOnWhatsApp' }],
    [503, {}, { class: 'ChannelDown' }],
    [500, {}, { class: 'Retryable' }],
  ])('to Go answered %i %j fail as %j', async (status, json, expected) => {
    expect(await failureWith('codechat', codechat, { status, json }, { flavour: 'go' })).toMatchObject(
      expected,
    );
  });

  it.each([
    [202, 'processing'],
    [406, 'notStored'],
  ])('to Go answered %i have left: %s', async (status, providerStatus) => {
    const json = { statusCode: status, status: 'processing' };
    const { context } = await liveProvider('codechat', codechat, () => ({ status, json }), { flavour: 'go' });
    expect(await codechat.send(hello, context)).toEqual({ providerStatus });
  });

  it('that nobody took may be repeated, that nobody answered may have left', async () => {
    const refused = contextWith('codechat', codechat, { base_url: await absentProvider() });
    expect(await failureOf(codechat.send(hello, refused))).toMatchObject({ class: 'Retryable' });
    const reset = contextWith('codechat', codechat, { base_url: await deafProvider('hangsUp') });
    expect(await failureOf(codechat.send(hello, reset))).toMatchObject({ class: 'UnknownOutcome' });
  });
});

describe('CodeChat signals, files and health', () => {
  it('go to the routes of v1', async () => {
    const { server, context } = await liveProvider('codechat', codechat, () => ({}), { flavour: 'v1' });
    await codechat.showPresence(to, { type: 'typing', state: 'composing' }, context);
    await codechat.showPresence(to, { type: 'markRead', keyIds: ['3EB0'] }, context);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PATCH /chat/updatePresence/codechat',
      'PATCH /chat/readMessages/codechat',
    ]);
  });

  it('go to the routes of Go, which cannot show typing by itself', async () => {
    const { server, context } = await liveProvider('codechat', codechat, () => ({}), { flavour: 'go' });
    await codechat.showPresence(to, { type: 'typing', state: 'composing' }, context);
    await codechat.showPresence(to, { type: 'markRead', keyIds: ['3EB0'] }, context);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PATCH /instance/codechat/chat/read-message',
    ]);
  });

  it('say that an expired file is gone', async () => {
    const { context } = await liveProvider('codechat', codechat, () => ({ status: 400 }));
    const failure = await failureOf(codechat.fetchMedia(voice('3EB0'), context, 100));
    expect(failure).toMatchObject({ class: 'Permanent', reason: 'mediaInvalid' });
  });

  it.each<[string, string, Json, string]>([
    ['v1', '/instance/connectionState/codechat', { state: 'open' }, 'connected'],
    ['v1', '/instance/connectionState/codechat', { state: 'close' }, 'disconnected'],
    ['go', '/instance/codechat/connection/status', { state: 'connecting' }, 'connecting'],
    ['go', '/instance/codechat/connection/status', { connectionStatus: 'LOGGED_OUT' }, 'logged_out'],
  ])('of %s ask %s', async (flavour, url, json, status) => {
    const { server, context } = await liveProvider('codechat', codechat, () => ({ json }), { flavour });
    expect(await codechat.health(context)).toMatchObject({ status });
    expect(server.requests[0]?.url).toBe(url);
  });

  it('advise the address with its secret', () => {
    expect(codechat.advice(contextWith('codechat', codechat))).toEqual({
      url: `https://parley.example.com/webhooks/instance-1/${secret}`,
      method: 'POST',
      events: ['messagesUpsert', 'sendMessage', 'messagesUpdated', 'connectionUpdated'],
      registered: false,
    });
  });
});
