import { describe, expect, it } from 'vitest';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import { hmacHex } from '../../../src/channels/provider/signatures.js';
import { waha } from '../../../src/channels/waha/index.js';
import { checked, channelSettings, runChannelFixtures, type Json } from '../fixtures.js';
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
const readId = 'false_553188887777@c.us_3EB06832AF3064D2AC9D';

runChannelFixtures({
  folder: 'waha',
  channel: waha,
  sign: (rawBody) => ({
    'x-webhook-hmac': hmacHex('sha512', 'my-secret-key', rawBody),
    'x-webhook-hmac-algorithm': 'sha512',
  }),
  vectors: {
    'auth-hmac-vector': (fixture) => {
      const signed = posted(fixture.rawBody, { headers: fixture.headers });
      expect(checked(waha, signed, contextWith('waha', waha))).toEqual({ ok: true });
    },
  },
  api: {
    'api-check-exists': 'replies go to the address received, typed numbers to the one the caller gave',
    'api-lid-lookup': 'a LID is replied to as it is',
    'api-new-message-id': async (context) => ({
      id: await waha.clientMessageId?.(context, { type: 'text', text: 'Olá' }),
    }),
    'api-reaction': (context) => {
      const content = { type: 'reaction' as const, targetKeyId: '3EB06832AF3064D2AC9D', emoji: '👍' };
      return waha.send(messageOf(content), context);
    },
    'api-send-seen': (context) => waha.showPresence(to, { type: 'markRead', keyIds: [readId] }, context),
    'api-session-config': async (context) => {
      const prefix = 'https://parley.example.com/hooks/waha/ch_waha';
      await waha.register?.({ ...context, webhookUrl: prefix });
    },
    'api-start-typing': (context) => waha.showPresence(to, { type: 'typing', state: 'composing' }, context),
    'api-stop-typing': (context) => waha.showPresence(to, { type: 'typing', state: 'paused' }, context),
  },
});

function parse(body: Json) {
  return waha.parse(posted(body), contextWith('waha', waha));
}

function withPayload(changes: Record<string, Json>, name = 'in-text') {
  const { body } = recorded('waha', name);
  return { ...body, payload: { ...body.payload, ...changes } };
}

describe('WAHA settings', () => {
  it('need address, key and HMAC key, and default the session', () => {
    expect(waha.parseSettings({})).toEqual({
      ok: false,
      errors: ['channel.base_url is required', 'channel.api_key is required', 'channel.hmac_key is required'],
    });
    const parsed = waha.parseSettings({
      base_url: 'https://w.example.com/waha/',
      api_key: 'a',
      hmac_key: 'b',
    });
    expect(parsed).toMatchObject({
      ok: true,
      settings: { session: 'default', base_url: 'https://w.example.com/waha', timeout_ms: 10_000 },
    });
  });

  it('keep the path prefix of the address in every call', async () => {
    const { server, context } = await liveProvider('waha', waha, () => ({ status: 201, json: { id: 'X' } }));
    context.settings.base_url += '/prefix';
    await waha.send(hello, context);
    expect(server.requests[0]?.url).toBe('/prefix/api/sendText');
  });

  it('let a list be opted into, never buttons', () => {
    const wishes = { capabilities: { list: true, buttons: 3 } };
    expect(contextWith('waha', waha).capabilities).toMatchObject({ list: false, buttons: 0 });
    expect(contextWith('waha', waha, wishes).capabilities).toMatchObject({ list: true, buttons: 0 });
  });
});

describe('WAHA webhook authentication', () => {
  const body = '{"event":"message"}';
  const good = hmacHex('sha512', 'my-secret-key', body);
  const verify = (headers: Record<string, string>, path: string[] = []) =>
    checked(waha, posted(body, { headers, path }), contextWith('waha', waha));

  it('takes the HMAC in either case of its hex digits', () => {
    expect(verify({ 'x-webhook-hmac': good.toUpperCase() })).toEqual({ ok: true });
  });

  it.each([
    ['no signature', {}],
    ['a short signature', { 'x-webhook-hmac': good.slice(2) }],
    ['another algorithm', { 'x-webhook-hmac': good, 'x-webhook-hmac-algorithm': 'sha256' }],
    ['a SHA-256 signature', { 'x-webhook-hmac': hmacHex('sha256', 'my-secret-key', body) }],
  ])('refuses %s with 401', (_name, headers) => {
    expect(verify(headers)).toMatchObject({ ok: false, status: 401, code: 'unauthorized' });
  });
});

describe('WAHA webhooks', () => {
  it('from another session or another number are foreign', () => {
    const { body } = recorded('waha', 'in-text');
    expect(parse({ ...body, session: 'other' }).ignored).toEqual([{ reason: 'foreignChannel', count: 1 }]);
    const other = { ...body, me: { id: '5511977776666@c.us' } };
    expect(parse(other).ignored).toEqual([{ reason: 'foreignChannel', count: 1 }]);
  });

  it.each(['state.change', 'presence.update', 'engine.event', 'constructor'])(
    'of kind %s are ignored',
    (event) => {
      const { body } = recorded('waha', 'in-text');
      expect(parse({ ...body, event })).toEqual({
        events: [],
        ignored: [{ reason: 'unknownEvent', count: 1 }],
      });
    },
  );

  it.each(['', 'null', '[]', '{', '"x"'])('that are no envelope are malformed: %j', (body) => {
    expect(parse(body)).toEqual({ events: [], ignored: [{ reason: 'malformed', count: 1 }] });
  });

  it('round fractional seconds to milliseconds', () => {
    expect(parse(withPayload({ timestamp: 1767225600.853 })).events).toMatchObject([
      { messageTimestamp: 1_767_225_600_853 },
    ]);
  });

  it('without a time take the arrival', () => {
    expect(parse(withPayload({ timestamp: null })).events).toMatchObject([{ messageTimestamp: nowMs }]);
  });

  it('take chat and participant from the id, whatever from and to say', () => {
    const id = 'true_120363041234567890@g.us_3EB0_5531999990000@c.us';
    const parsed = parse(withPayload({ id, from: '1@c.us', to: '2@c.us', fromMe: false }));
    expect(parsed.events).toMatchObject([
      {
        remoteJid: '120363041234567890@g.us',
        participant: '5531999990000@s.whatsapp.net',
        fromMe: true,
        isGroup: true,
        keyId: '3EB0',
      },
    ]);
  });

  it.each([`true_${'@'.repeat(1_000_000)}`, 'A'.repeat(513)])('with an endless id are malformed', (id) => {
    expect(parse(withPayload({ id })).ignored).toEqual([{ reason: 'malformed', count: 1 }]);
  });

  it('of an own message without source have an unknown origin', () => {
    const payload = { id: 'true_553188887777@c.us_3EB0', source: undefined };
    expect(parse(withPayload(payload)).events).toMatchObject([{ origin: 'unknown' }]);
  });

  it('join phone and LID when the engine knows both', () => {
    const payload = {
      id: 'false_182736451234567@lid_3EB0',
      _data: { key: { remoteJid: '182736451234567@lid', remoteJidAlt: '553188887777@s.whatsapp.net' } },
    };
    expect(parse(withPayload(payload)).events).toMatchObject([
      { remoteJid: '553188887777@s.whatsapp.net', remoteJidAlt: '182736451234567@lid', waId: '553188887777' },
    ]);
  });

  it('of an edit or delete named after its target get a mark of their own', () => {
    const id = 'false_553188887777@c.us_3EB024D4C68C0F446764';
    const edited = parse(withPayload({ id }, 'event-edited'));
    expect(edited.events).toMatchObject([{ keyId: expect.stringMatching(/^3EB024D4C68C0F446764#edit-/) }]);
    const { body } = recorded('waha', 'event-revoked');
    const deleted = parse({ ...body, payload: { ...body.payload, after: { id } } });
    expect(deleted.events).toMatchObject([{ keyId: '3EB024D4C68C0F446764#revoke' }]);
  });

  it('say that a reaction was taken back', () => {
    const reaction = { text: '', messageId: 'true_553188887777@c.us_3EB012C1F293BB9FEFAE' };
    expect(parse(withPayload({ reaction }, 'in-reaction')).events).toMatchObject([
      { content: { contentType: 'reaction', emoji: null } },
    ]);
  });

  it('keep no key of the file server in a link', () => {
    const media = { url: 'https://waha.example.com/f/1.jpg?x-api-key=secret&a=1', mimetype: 'image/jpeg' };
    const parsed = parse(withPayload({ media }, 'in-image'));
    expect(JSON.stringify(parsed)).not.toContain('secret');
    expect(parsed.events).toMatchObject([
      { content: { media: { fetch: { url: 'https://waha.example.com/f/1.jpg?a=1' } } } },
    ]);
  });

  it.each(['127.0.0.1:3000', '0.0.0.0', '[::1]:3000'])('replace the loopback host %s', (host) => {
    const media = { url: `http://${host}/api/files/1.jpg`, mimetype: 'image/jpeg' };
    expect(parse(withPayload({ media }, 'in-image')).events).toMatchObject([
      { content: { media: { fetch: { url: 'https://waha.example.com/api/files/1.jpg' } } } },
    ]);
  });

  it('fetch by message id when the download failed', () => {
    const media = { url: 'https://waha.example.com/1.jpg', mimetype: 'image/jpeg', error: { message: 'no' } };
    expect(parse(withPayload({ media }, 'in-image')).events).toMatchObject([
      { content: { media: { fetch: { via: 'waha', chatId: '553188887777@c.us' } } } },
    ]);
  });

  const ad = { title: 'Sale', body: 'Half', sourceType: 'ad', sourceId: '12', ctwaClid: 'c' };
  const go = { Title: 'Sale', Body: 'Half', SourceType: 'ad', SourceID: '12', CtwaClid: 'c' };
  it.each<[string, Json]>([
    ['NOWEB', { message: { extendedTextMessage: { text: 'oi', contextInfo: { externalAdReply: ad } } } }],
    ['NOWEB image', { message: { imageMessage: { contextInfo: { externalAdReply: ad } } } }],
    ['GOWS', { Message: { extendedTextMessage: { contextInfo: { externalAdReply: ad } } } }],
    ['GOWS in Go’s names', { Message: { ExtendedTextMessage: { ContextInfo: { ExternalAdReply: go } } } }],
    [
      'WEBJS',
      { type: 'chat', ctwaContext: { title: 'Sale', description: 'Half', sourceId: '12', ctwaClid: 'c' } },
    ],
  ])('of %s tell the advertisement', (_, _data) => {
    const { referral } = parse(withPayload({ _data })).events[0] as Json;
    expect(referral).toMatchObject({ headline: 'Sale', body: 'Half', sourceId: '12', ctwaClid: 'c' });
  });

  const goInfo = (Info: Json, more: Json = {}) =>
    parse(
      withPayload({ id: 'false_1111111111@lid_3EB0AA', from: '1111111111@lid', _data: { Info, ...more } }),
    );

  it('of GOWS join the phone and the hidden id of a contact, never the number’s own', () => {
    const alt = goInfo({ SenderAlt: '5531988887777:12@s.whatsapp.net', PushName: 'Ana' }).events[0];
    expect(alt).toMatchObject({
      ...{ remoteJid: '5531988887777@s.whatsapp.net', remoteJidAlt: '1111111111@lid', waId: '5531988887777' },
      pushName: 'Ana',
    });
    expect(goInfo({ Sender: '5531988887777.0:3@s.whatsapp.net' }).events[0]).toMatchObject({
      waId: '5531988887777',
    });
    const own = parse(
      withPayload({
        ...{ id: 'true_1111111111@lid_3EB0AB', fromMe: true, source: 'app', to: '1111111111@lid' },
        _data: {
          Info: { SenderAlt: '5531999990000@s.whatsapp.net', RecipientAlt: '5531988887777@s.whatsapp.net' },
        },
      }),
    ).events[0];
    expect(own).toMatchObject({ waId: '5531988887777', remoteJidAlt: '1111111111@lid' });
    const echo = goInfo({ SenderAlt: '5531999990000:2@s.whatsapp.net' }).events[0] as Json;
    expect(echo).toMatchObject({ remoteJid: '1111111111@lid' });
    expect(echo.remoteJidAlt).toBeUndefined();
  });

  it('of GOWS read files, list answers and quotes in Go’s names', () => {
    const voice = {
      Message: { audioMessage: { PTT: true, seconds: 7, fileLength: 900, mimetype: 'audio/ogg' } },
    };
    const media = { url: 'https://waha.example.com/1.oga', mimetype: 'audio/ogg; codecs=opus' };
    const audio = parse(withPayload({ hasMedia: true, media, _data: voice })).events[0];
    expect(audio).toMatchObject({
      content: { contentType: 'audio', media: { ptt: true, seconds: 7, size: 900 } },
    });
    const listResponseMessage = { title: 'Sales', singleSelectReply: { selectedRowID: 'r1' } };
    const list = parse(withPayload({ body: 'Sales', _data: { Message: { listResponseMessage } } })).events[0];
    expect(list).toMatchObject({ content: { contentType: 'listReply', id: 'r1', title: 'Sales' } });
    const buttonsResponseMessage = { selectedButtonID: 'b1', selectedDisplayText: 'Yes' };
    const button = parse(withPayload({ body: 'Yes', _data: { Message: { buttonsResponseMessage } } }))
      .events[0];
    expect(button).toMatchObject({ content: { contentType: 'buttonReply', id: 'b1', title: 'Yes' } });
    const contextInfo = { stanzaID: '3EB0QQ', isForwarded: true };
    const quote = { Message: { extendedTextMessage: { text: 'oi', contextInfo } } };
    expect(parse(withPayload({ _data: quote })).events[0]).toMatchObject({
      ...{ quoted: { keyId: '3EB0QQ' }, forwarded: true },
    });
  });

  it.each([
    'true_120363041234567890@g.us_3EB0AA_5531988887777@c.us',
    'true_120363041234567890@g.us_3EB0AA_182736451234567@lid',
    'true_120363041234567890@g.us_3EB0AA_5531988887777_1:2@s.whatsapp.net',
    '3EB0AA_5531988887777@c.us',
    '3EB0AA_182736451234567:4@lid',
    '3EB0AA',
  ])('of acks in groups name the message, not the participant: %s', (id) => {
    const ack = { id, from: '120363041234567890@g.us', to: '120363041234567890@g.us', fromMe: true };
    const { body } = recorded('waha', 'status-read');
    for (const event of ['message.ack', 'message.ack.group']) {
      const payload = { ...body.payload, ...ack };
      expect(parse({ ...body, event, payload }).events[0]).toMatchObject({ kind: 'status', keyId: '3EB0AA' });
    }
  });

  it('of protocol noise carry no message', () => {
    const noise = { body: null, _data: { message: { protocolMessage: {} } } };
    expect(parse(withPayload(noise)).ignored).toEqual([{ reason: 'notAMessage', count: 1 }]);
    const poll = { body: '', _data: { message: { pollCreationMessage: {} } } };
    expect(parse(withPayload(poll)).events).toMatchObject([
      { content: { contentType: 'unsupported', providerType: 'pollCreationMessage' } },
    ]);
  });

  it.each([
    ['PASSKEY_REQUIRED', 'loggedOut'],
    ['SCAN_QR_CODE', 'loggedOut'],
    ['STOPPED', 'close'],
  ])('with session status %s mean %s', (status, state) => {
    const parsed = parse(withPayload({ status }, 'connection-working'));
    expect(parsed.events).toMatchObject([{ kind: 'connection', state, reason: status }]);
  });

  it('never throw, however a payload is changed', () => {
    parseMutations('waha', waha, contextWith('waha', waha));
  });
});

describe('WAHA sends', () => {
  it('go to a LID or a group as it is', async () => {
    const { server, context } = await liveProvider('waha', waha, () => ({ status: 201, json: {} }));
    await waha.send(messageOf(hello.content, { to: { jid: '182736451234567@lid' } }), context);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ chatId: '182736451234567@lid' });
    expect(server.requests[0]?.headers['x-api-key']).toBe('TEST_WAHA_KEY');
  });

  it('quote a stored key id by its full id', async () => {
    const { server, context } = await liveProvider('waha', waha, () => ({ status: 201, json: {} }));
    await waha.send({ ...hello, replyTo: '3EB06832AF3064D2AC9D' }, context);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ reply_to: readId });
  });

  it.each<[string, Json, string | undefined]>([
    ['NOWEB', { key: { id: 'A' } }, 'A'],
    ['WEBJS', { id: { _serialized: 'true_553188887777@c.us_B' } }, 'B'],
    ['GOWS', { id: 'true_553188887777@c.us_C' }, 'C'],
    ['GOWS, bare', { id: 'D' }, 'D'],
    ['none', {}, 'CLIENT'],
  ])('read the id of %s', async (_engine, json, keyId) => {
    const { context } = await liveProvider('waha', waha, () => ({ status: 201, json }));
    expect(await waha.send({ ...hello, clientMessageId: 'CLIENT' }, context)).toMatchObject({ keyId });
  });

  it.each<[string, OutboundContent, string]>([
    ['an audio file', { type: 'audio', media: { url: 'https://c/a.mp3' }, ptt: false }, '/api/sendFile'],
    [
      'contacts',
      { type: 'contacts', contacts: [{ name: 'Carla', phone: '+55 31 9' }] },
      '/api/sendContactVcard',
    ],
  ])('have a call for %s', async (_name, content, path) => {
    const { server, context } = await liveProvider('waha', waha, () => ({ status: 201, json: {} }));
    await waha.send(messageOf(content), context);
    expect(server.requests[0]?.url).toBe(path);
  });

  it('refuse a list in a group', async () => {
    const sections = [{ rows: [{ id: '1', title: 'A' }] }];
    const content: OutboundContent = { type: 'list', body: 'x', button: 'Ver', sections };
    const toGroup = messageOf(content, { to: { jid: '120363041234567890@g.us' } });
    expect(await failureOf(waha.send(toGroup, contextWith('waha', waha)))).toEqual({
      class: 'Permanent',
      reason: 'unsupported',
    });
  });

  it('say the type of a file by the ending of its link', async () => {
    const { server, context } = await liveProvider('waha', waha, () => ({ status: 201, json: {} }));
    await waha.send(messageOf({ type: 'image', media: { url: 'https://c/a.png' } }), context);
    expect(JSON.parse(server.requests[0]?.body ?? '').file.mimetype).toBe('image/png');
  });

  it('refuse content WAHA has no call for', async () => {
    const content: OutboundContent = { type: 'buttons', body: 'x', buttons: [{ id: '1', title: 'A' }] };
    expect(await failureOf(waha.send(messageOf(content), contextWith('waha', waha)))).toEqual({
      class: 'Permanent',
      reason: 'unsupported',
    });
  });

  it.each<[number, Json, Json]>([
    [401, {}, { class: 'Auth' }],
    [403, {}, { class: 'Auth' }],
    [404, { message: 'Session "default" does not exist' }, { class: 'Auth' }],
    [404, { message: 'Cannot POST' }, { class: 'Permanent', reason: 'unknown' }],
    [422, { error: 'Session status is not as expected' }, { class: 'ChannelDown' }],
    [422, { message: 'not implemented by the engine' }, { class: 'Permanent', reason: 'unsupported' }],
    [422, { message: 'chatId is wrong' }, { class: 'Permanent', reason: 'invalidContent' }],
    [501, {}, { class: 'Permanent', reason: 'unsupported' }],
    [500, {}, { class: 'Retryable' }],
    [429, {}, { class: 'Retryable' }],
  ])('answered %i %j fail as %j', async (status, json, expected) => {
    expect(await failureWith('waha', waha, { status, json })).toMatchObject({
      ...expected,
      httpStatus: status,
    });
  });

  it('that nobody took may be repeated, that nobody answered may have left', async () => {
    const context = async (base_url: string) => contextWith('waha', waha, { base_url, timeout_ms: 1_000 });
    const refused = await context(await absentProvider());
    expect(await failureOf(waha.send(hello, refused))).toMatchObject({ class: 'Retryable' });
    const reset = await context(await deafProvider('hangsUp'));
    expect(await failureOf(waha.send(hello, reset))).toMatchObject({ class: 'UnknownOutcome' });
    const silent = await context(await deafProvider('silent'));
    expect(await failureOf(waha.send(hello, silent))).toMatchObject({ class: 'UnknownOutcome' });
  });

  it('take an id beforehand for text only, and none where the engine gives none', async () => {
    const { context } = await liveProvider('waha', waha, () => ({ status: 501 }));
    expect(await waha.clientMessageId?.(context, hello.content)).toBeUndefined();
    const image = { type: 'image' as const, media: { url: 'https://c/a.jpg' } };
    expect(await waha.clientMessageId?.(context, image)).toBeUndefined();
  });
});

describe('WAHA files', () => {
  const jpeg = {
    mimeType: 'image/jpeg',
    fetch: { via: 'waha' as const, chatId: '1@c.us', messageId: readId },
  };

  it('are looked up by message and downloaded with the key', async () => {
    const { server, context } = await liveProvider('waha', waha, (request) =>
      request.url.startsWith('/api/default/chats')
        ? { json: { media: { url: 'http://localhost:3000/files/1.jpg' } } }
        : { body: 'bytes', headers: { 'content-type': 'image/png' } },
    );
    const file = await waha.fetchMedia(jpeg, context, 100);
    expect(Buffer.from(file.bytes).toString()).toBe('bytes');
    expect(file.mimeType).toBe('image/jpeg');
    const [look, get] = server.requests;
    expect(look?.url).toBe(
      `/api/default/chats/1%40c.us/messages/${encodeURIComponent(readId)}?downloadMedia=true`,
    );
    expect(get).toMatchObject({ url: '/files/1.jpg', headers: { 'x-api-key': 'TEST_WAHA_KEY' } });
  });

  it('on another host are fetched without the key', async () => {
    const { server } = await liveProvider('waha', waha, () => ({ body: 'bytes' }));
    const fetch = { via: 'url' as const, url: `${server.url}/1.jpg`, auth: 'waha' as const };
    await waha.fetchMedia({ ...jpeg, fetch }, contextWith('waha', waha), 100);
    expect(server.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it.each<[number, string]>([
    [404, 'Permanent'],
    [401, 'Auth'],
    [500, 'Retryable'],
  ])('answered %i fail as %s', async (status, kind) => {
    const { context } = await liveProvider('waha', waha, () => ({ status }));
    expect((await failureOf(waha.fetchMedia(jpeg, context, 100))).class).toBe(kind);
  });

  it('over the limit are refused while they stream', async () => {
    const { server, context } = await liveProvider('waha', waha, () => ({ body: 'x'.repeat(200) }));
    const fetch = { via: 'url' as const, url: `${server.url}/1.jpg`, auth: 'waha' as const };
    const failure = await failureOf(waha.fetchMedia({ ...jpeg, fetch }, context, 100));
    expect(failure).toMatchObject({ class: 'Permanent', reason: 'mediaInvalid' });
  });
});

describe('WAHA health and registration', () => {
  it.each([
    ['WORKING', 'connected'],
    ['STARTING', 'connecting'],
    ['FAILED', 'disconnected'],
    ['SCAN_QR_CODE', 'logged_out'],
  ])('%s is %s', async (status, expected) => {
    const { server, context } = await liveProvider('waha', waha, () => ({ json: { status } }));
    expect(await waha.health(context)).toEqual({ status: expected, detail: status });
    expect(server.requests[0]?.url).toBe('/api/sessions/default');
  });

  it('tells wrong credentials from an absent provider', async () => {
    const { context } = await liveProvider('waha', waha, () => ({ status: 401 }));
    expect(await waha.health(context)).toMatchObject({ status: 'auth_failed' });
    const nobody = contextWith('waha', waha, { base_url: await absentProvider() });
    expect(await waha.health(nobody)).toMatchObject({ status: 'disconnected' });
  });

  it('adds the webhook to a session that exists and keeps the others', async () => {
    const config = { debug: true, webhooks: [{ url: 'https://other.example.com' }] };
    const { server, context } = await liveProvider('waha', waha, (request) => {
      if (request.method === 'POST') return { status: 422, json: { message: 'already exists' } };
      return { json: { status: 'WORKING', config } };
    });
    expect(await waha.register?.(context)).toBe(true);
    const put = server.requests.find((request) => request.method === 'PUT');
    expect(JSON.parse(put?.body ?? '').config).toMatchObject({
      debug: true,
      webhooks: [
        { url: 'https://other.example.com' },
        { url: 'https://parley.example.com/webhooks/instance-1', hmac: { key: 'my-secret-key' } },
      ],
    });
  });

  it('says so when it could not', async () => {
    const { context } = await liveProvider('waha', waha, () => ({ status: 401 }));
    expect(await waha.register?.(context)).toBe(false);
    expect(waha.advice(context)).toMatchObject({
      url: 'https://parley.example.com/webhooks/instance-1',
      registered: false,
    });
    expect(JSON.stringify(waha.advice(context))).not.toContain('my-secret-key');
  });

  it('never fails for a typing signal', async () => {
    const nobody = contextWith('waha', waha, { base_url: await absentProvider() });
    await waha.showPresence(to, { type: 'typing', state: 'composing' }, nobody);
  });

  it('takes every recorded setting', () => {
    expect(waha.parseSettings(channelSettings('waha')).ok).toBe(true);
  });
});
