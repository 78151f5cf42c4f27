import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import { evolution } from '../../../src/channels/evolution/index.js';
import { validToken } from '../../../src/channels/evolution/verify.js';
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
const voiceKey = { id: '3EB0F4C8B61073946B27', remoteJid: to.jid, fromMe: false };
const voice = { mimeType: 'audio/ogg; codecs=opus', fetch: { via: 'evolution' as const, key: voiceKey } };

runChannelFixtures({
  folder: 'evolution',
  channel: evolution,
  settingsFor: (base, fixture) => {
    const signed = fixture.kind !== 'webhook' || fixture['request'].headers.authorization;
    return signed ? base : { ...base, jwt_key: null };
  },
  vectors: {
    'auth-jwt-vector': (fixture) => {
      const at = fixture.claims.iat + 3_600;
      expect(validToken(fixture.token, fixture.key, at)).toBe(true);
      expect(validToken(fixture.token, fixture.key, at + 1)).toBe(false);
    },
  },
  api: {
    'api-connection-state': async (context) => {
      expect(await evolution.health(context)).toEqual({ status: 'connected', detail: 'open' });
      return { state: 'open' };
    },
    'api-mark-read': (context) => {
      return evolution.showPresence(to, { type: 'markRead', keyIds: ['3EB0181FB974034F5F51'] }, context);
    },
    'api-media-base64': (context) => evolution.fetchMedia(voice, context, 1_000),
    'api-presence': (context) => evolution.showPresence(to, { type: 'typing', state: 'composing' }, context),
    'api-webhook-set': async (context) => void (await evolution.register?.(context)),
    'api-whatsapp-numbers-missing':
      'replies go to the address received, typed numbers to the one the caller gave',
    'api-whatsapp-numbers': 'replies go to the address received, typed numbers to the one the caller gave',
  },
});

function parse(body: Json, settings: Record<string, Json> = {}) {
  return evolution.parse(posted(body), contextWith('evolution', evolution, settings));
}

/** The recorded text message with another `data`. */
function upsert(data: Record<string, Json>, name = 'in-text') {
  const { body } = recorded('evolution', name);
  return parse({ ...body, data: { ...body.data, ...data } });
}

function contentOf(messageType: string, message: Json) {
  const [event] = upsert({ messageType, message }).events;
  return event?.kind === 'message' ? event.content : undefined;
}

describe('Evolution settings', () => {
  it('need address, instance and key; the url secret is made', () => {
    expect(evolution.parseSettings({ base_url: 'ftp://x' })).toEqual({
      ok: false,
      errors: [
        'channel.base_url must be an http or https URL',
        'channel.instance is required',
        'channel.api_key is required',
      ],
    });
    const given = { base_url: 'https://evo.example.com/', instance: 'loja', api_key: 'k' };
    const [one, two] = [evolution.parseSettings(given), evolution.parseSettings(given)];
    if (!one.ok || !two.ok) throw new Error('refused');
    expect(one.settings).toMatchObject({ base_url: 'https://evo.example.com' });
    expect(one.settings.url_secret).toMatch(/^[\w-]{32,}$/);
    expect(one.settings.url_secret).not.toBe(two.settings.url_secret);
  });

  it('let native menus and the 24-hour window be opted into', () => {
    const defaults = contextWith('evolution', evolution).capabilities;
    expect(defaults).toMatchObject({ buttons: 0, list: false, window24h: false });
    const capabilities = { buttons: 9, list: true, window24h: true, cta_url: true };
    expect(contextWith('evolution', evolution, { capabilities }).capabilities).toMatchObject({
      buttons: 3,
      list: true,
      window24h: true,
      ctaUrl: false,
    });
  });
});

describe('Evolution webhook authentication', () => {
  const iat = nowMs / 1_000;
  const token = (changes: Json = {}, key = 'jwt-key', header: Json = { alg: 'HS256', typ: 'JWT' }) => {
    const claims = { iat, exp: iat + 600, app: 'evolution', action: 'webhook', ...changes };
    const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part(header)}.${part(claims)}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  };
  const verify = (headers: Record<string, string>, path: string[] = [secret]) =>
    checked(evolution, posted({}, { headers, path }), contextWith('evolution', evolution));
  const header = { 'x-hook-secret': 'hook-secret' };

  it('takes all three factors together, also with the event name behind the secret', () => {
    const headers = { ...header, authorization: `Bearer ${token()}` };
    expect(verify(headers)).toEqual({ ok: true });
    expect(verify(headers, [secret, 'messages-upsert'])).toEqual({ ok: true });
  });

  it('takes a token that is an hour old, since retries reuse the first one', () => {
    expect(verify({ ...header, authorization: `Bearer ${token({ iat: iat - 3_600 })}` })).toEqual({
      ok: true,
    });
  });

  it.each<[string, Record<string, string>]>([
    ['no token', header],
    ['no header', { authorization: `Bearer ${token()}` }],
    ['a token over an hour old', { ...header, authorization: `Bearer ${token({ iat: iat - 3_601 })}` }],
    ['a token of another app', { ...header, authorization: `Bearer ${token({ app: 'other' })}` }],
    ['a token of another action', { ...header, authorization: `Bearer ${token({ action: 'other' })}` }],
    ['a token without a time', { ...header, authorization: `Bearer ${token({ iat: undefined })}` }],
    ['a token of another key', { ...header, authorization: `Bearer ${token({}, 'other')}` }],
    ['an unsigned token', { ...header, authorization: `Bearer ${token({}, 'jwt-key', { alg: 'none' })}` }],
    ['another algorithm', { ...header, authorization: `Bearer ${token({}, 'jwt-key', { alg: 'HS512' })}` }],
    ['rubbish', { ...header, authorization: 'Bearer a.b.c' }],
  ])('refuses %s with 401', (_name, headers) => {
    expect(verify(headers)).toMatchObject({ ok: false, status: 401, code: 'unauthorized' });
  });

  it.each<[string[]]>([[[]], [['wrong']], [[`${secret}x`]], [[secret, 'a', 'b']]])(
    'answers the path %j like an unknown instance',
    (path) => {
      const headers = { ...header, authorization: `Bearer ${token()}` };
      expect(verify(headers, path)).toEqual({
        ok: false,
        status: 404,
        code: 'not_found',
        message: 'instance not found',
      });
    },
  );
});

describe('Evolution messages', () => {
  const layers = [
    'ephemeralMessage',
    'viewOnceMessage',
    'viewOnceMessageV2',
    'viewOnceMessageV2Extension',
    'documentWithCaptionMessage',
    'editedMessage',
    'associatedChildMessage',
    'groupStatusMessage',
    'groupStatusMessageV2',
  ];
  const wrapped = (names: string[]): Json =>
    names.reduceRight<Json>((message, name) => ({ [name]: { message } }), { conversation: 'dentro' });

  it.each(layers)('are taken out of %s', (layer) => {
    expect(contentOf(layer, wrapped([layer]))).toEqual({ contentType: 'text', text: 'dentro' });
  });

  it('are taken out of five wrappers, not of six', () => {
    expect(contentOf('ephemeralMessage', wrapped(layers.slice(0, 5)))).toMatchObject({ text: 'dentro' });
    expect(contentOf('ephemeralMessage', wrapped(layers.slice(0, 6)))).toMatchObject({
      contentType: 'system',
    });
  });

  it('that people write and no bot can read are unsupported by name', () => {
    expect(contentOf('pollCreationMessageV3', { pollCreationMessageV3: {} })).toEqual({
      contentType: 'unsupported',
      providerType: 'pollCreationMessageV3',
    });
    expect(contentOf('constructor', {})).toMatchObject({ providerType: 'constructor' });
  });

  it('give sizes as text, number or 64-bit halves, and hashes as base64 or bytes', () => {
    const image = (fileLength: Json, fileSha256: Json) =>
      contentOf('imageMessage', { imageMessage: { mimetype: 'image/png', fileLength, fileSha256 } });
    const expected = { media: { size: 10, sha256: 'AQI=' } };
    expect(image('10', 'AQI=')).toMatchObject(expected);
    expect(image(10, { '0': 1, '1': 2 })).toMatchObject(expected);
    expect(image({ low: 10, high: 0, unsigned: true }, { '0': 1, '1': 2 })).toMatchObject(expected);
  });

  it('join every address of the contact, and none of the number’s own', () => {
    const { body } = recorded('evolution', 'in-text');
    const event = (key: Json) =>
      parse({ ...body, data: { ...body.data, key: { id: '3EB0', remoteJid: '1827@lid', ...key } } })
        .events[0];
    const phone = '553188887777@s.whatsapp.net';
    for (const name of ['remoteJidAlt', 'senderPn', 'previousRemoteJid']) {
      expect(event({ [name]: phone })).toMatchObject({ remoteJid: phone, remoteJidAlt: '1827@lid' });
    }
    expect(event({ remoteJid: phone, senderLid: '1827:3@lid' })).toMatchObject({ remoteJidAlt: '1827@lid' });
    const own = event({ fromMe: true, senderPn: '5531999990000@s.whatsapp.net' }) as Json;
    expect(own).toMatchObject({ remoteJid: '1827@lid' });
    expect(own.remoteJidAlt).toBeUndefined();
  });

  it('carry the transcript the provider made, without its mark', () => {
    const message = { audioMessage: { ptt: true }, speechToText: '[audio] bom dia' };
    expect(contentOf('audioMessage', message)).toMatchObject({ contentType: 'audio', transcript: 'bom dia' });
  });

  it('of an answer with broken JSON keep the title only', () => {
    const interactiveResponseMessage = {
      body: { text: 'Sim' },
      nativeFlowResponseMessage: { paramsJson: '{broken' },
    };
    expect(contentOf('interactiveResponseMessage', { interactiveResponseMessage })).toEqual({
      contentType: 'buttonReply',
      title: 'Sim',
    });
  });

  it('of a list answer without a row id keep the title only', () => {
    const listResponseMessage = { title: 'Plano' };
    expect(contentOf('listResponseMessage', { listResponseMessage })).toEqual({
      contentType: 'listReply',
      title: 'Plano',
    });
  });

  it('of a template button behind the Cloud API have no id', () => {
    expect(contentOf('buttonMessage', { conversation: 'Sim' })).toEqual({
      contentType: 'buttonReply',
      title: 'Sim',
    });
  });

  it('of version 2.3.0 find the phone in senderPn', () => {
    const key = { id: 'A', remoteJid: '182736451234567@lid', senderPn: to.jid, fromMe: false };
    expect(upsert({ key }).events).toMatchObject([
      { remoteJid: to.jid, remoteJidAlt: '182736451234567@lid', waId: '553188887777' },
    ]);
  });

  it('without a time take the arrival, never the local date', () => {
    expect(upsert({ messageTimestamp: null }).events).toMatchObject([{ messageTimestamp: nowMs }]);
    expect(upsert({ messageTimestamp: { low: 1_767_225_600, high: 0 } }).events).toMatchObject([
      { messageTimestamp: 1_767_225_600_000 },
    ]);
  });

  it.each(['MESSAGES_UPSERT', 'messages-upsert'])('of the event %s are messages too', (event) => {
    const { body } = recorded('evolution', 'in-text');
    expect(parse({ ...body, event }).events).toHaveLength(1);
  });

  it.each([{ senderPn: '553188887777@s.whatsapp.net' }, { remoteJidAlt: '553188887777@s.whatsapp.net' }])(
    'to a group or as stories stay there, whatever else the key names: %j',
    (more) => {
      const from = (remoteJid: string) =>
        upsert({ key: { id: 'A', remoteJid, participant: '182736451234567@lid', ...more } }).events;
      const participant = '182736451234567@lid';
      expect(from('120363041234567890@g.us')).toMatchObject([
        { remoteJid: '120363041234567890@g.us', isGroup: true, participant },
      ]);
      expect(from('status@broadcast')).toMatchObject([{ remoteJid: 'status@broadcast', isGroup: false }]);
    },
  );

  it('find the quote beside the message where the message has an empty one', () => {
    const { data } = recorded('evolution', 'in-image').body;
    const message = { imageMessage: { ...data.message.imageMessage, contextInfo: { isForwarded: true } } };
    expect(upsert({ message, contextInfo: { stanzaId: 'Q' } }, 'in-image').events).toMatchObject([
      { quoted: { keyId: 'Q' }, forwarded: true },
    ]);
  });

  it('leave the key of the instance behind', () => {
    const { body } = recorded('evolution', 'in-text');
    expect(JSON.stringify(parse(body))).not.toContain(body.apikey);
  });

  it.each<[Json]>([[{ key: null }], [{ key: { id: 'A' } }], [{ key: { id: 'A', remoteJid: 'x@call' } }]])(
    'with %j are malformed',
    (data) => {
      expect(upsert(data).ignored).toEqual([{ reason: 'malformed', count: 1 }]);
    },
  );

  it('in a list fail one by one', () => {
    const { body } = recorded('evolution', 'in-text');
    const noise = { ...body.data, message: { protocolMessage: {} }, messageType: 'protocolMessage' };
    const parsed = parse({ ...body, data: [body.data, 7, body.data, noise, null] });
    expect(parsed.events).toHaveLength(2);
    expect(parsed.ignored).toEqual([
      { reason: 'malformed', count: 2 },
      { reason: 'notAMessage', count: 1 },
    ]);
  });

  it('never throw, however a payload is changed', () => {
    parseMutations('evolution', evolution, contextWith('evolution', evolution));
  });
});

describe('Other Evolution events', () => {
  it('of another instance or number are foreign', () => {
    const { body } = recorded('evolution', 'in-text');
    const foreign = { events: [], ignored: [{ reason: 'foreignChannel', count: 1 }] };
    expect(parse({ ...body, instance: 'other' })).toEqual(foreign);
    expect(parse({ ...body, sender: '5511977776666@s.whatsapp.net' })).toEqual(foreign);
    const unknownOwner = parse({ ...body, sender: '5511977776666@s.whatsapp.net' }, { own_jid: null });
    expect(unknownOwner.events).toHaveLength(1);
  });

  it.each<[string, Json, Json]>([
    ['DELIVERED', true, 'delivered'],
    ['FAILED', false, 'failed'],
    ['SENT', false, 'sent'],
  ])('take the Cloud word %s whatever fromMe says', (status, fromMe, expected) => {
    expect(upsert({ status, fromMe }, 'status-read').events).toMatchObject([{ status: expected }]);
  });

  it('of an update without an id are malformed, without a state nothing', () => {
    expect(upsert({ keyId: null }, 'status-read').ignored).toEqual([{ reason: 'malformed', count: 1 }]);
    expect(upsert({ status: undefined }, 'status-read').ignored).toEqual([
      { reason: 'notAMessage', count: 1 },
    ]);
  });

  it('of an edit without a message are deletes for everyone', () => {
    expect(upsert({ editedMessage: null, type: 0 }, 'event-edited').events).toMatchObject([
      { keyId: '3EB0C00DBBC9DADFBE1E#revoke', content: { contentType: 'revoke' } },
    ]);
  });

  it.each([401, 402, 403, 406])('close with reason %i means logged out', (statusReason) => {
    expect(upsert({ statusReason }, 'connection-close').events).toEqual([
      { kind: 'connection', state: 'loggedOut', reason: statusReason },
    ]);
  });

  it.each(['', '[]', '{"event":7}', 'null'])('that are no envelope are malformed: %j', (body) => {
    expect(parse(body)).toEqual({ events: [], ignored: [{ reason: 'malformed', count: 1 }] });
  });
});

describe('Evolution sends', () => {
  const sent = () => ({ status: 201, json: { key: { id: 'A', remoteJid: to.jid }, status: 'PENDING' } });

  it('go to a LID by its full address', async () => {
    const { server, context } = await liveProvider('evolution', evolution, sent);
    await evolution.send(messageOf(hello.content, { to: { jid: '182736451234567@lid' } }), context);
    expect(server.requests[0]).toMatchObject({
      url: '/message/sendText/loja',
      headers: { apikey: 'TEST_APIKEY' },
    });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ number: '182736451234567@lid' });
  });

  it.each<[OutboundContent, Json]>([
    [
      { type: 'location', latitude: -19.9, longitude: -43.9 },
      { latitude: -19.9, longitude: -43.9, name: '-19.9, -43.9', address: '-19.9, -43.9' },
    ],
    [
      { type: 'list', body: 'Escolha', button: 'Ver', sections: [{ rows: [{ id: '1', title: 'A' }] }] },
      {
        title: '',
        description: 'Escolha',
        buttonText: 'Ver',
        footerText: '',
        sections: [{ title: 'Ver', rows: [{ title: 'A', rowId: '1' }] }],
      },
    ],
  ])('fill in what Evolution requires: %j', async (content, body) => {
    const { server, context } = await liveProvider('evolution', evolution, sent);
    await evolution.send(messageOf(content), context);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ number: '553188887777', ...body });
  });

  it.each<[OutboundContent, string]>([
    [{ type: 'image', media: { url: 'https://c/a.png?x=1' } }, 'image/png'],
    [{ type: 'image', media: { url: 'https://c/a' } }, 'image/jpeg'],
    [{ type: 'image', media: { url: 'https://c/a.png', mimeType: 'image/gif' } }, 'image/gif'],
    [{ type: 'video', media: { url: 'https://c/a' } }, 'video/mp4'],
    [{ type: 'audio', media: { url: 'https://c/a' }, ptt: false }, 'audio/mpeg'],
    [{ type: 'document', media: { url: 'https://c/a' }, fileName: 'b.PDF' }, 'application/pdf'],
    [{ type: 'document', media: { url: 'https://c/a.nobodyknows' } }, 'application/octet-stream'],
  ])('always say the type of a file: %j', async (content, mimetype) => {
    const { server, context } = await liveProvider('evolution', evolution, sent);
    await evolution.send(messageOf(content), context);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ mediatype: content.type, mimetype });
  });

  it('refuse content Evolution has no call for', async () => {
    const content: OutboundContent = { type: 'locationRequest', body: 'x' };
    const failure = await failureOf(evolution.send(messageOf(content), contextWith('evolution', evolution)));
    expect(failure).toEqual({ class: 'Permanent', reason: 'unsupported' });
  });

  const said = (message: Json) => ({ status: 400, error: 'Bad Request', response: { message } });

  it.each<[number, Json, Json]>([
    [400, said([{ exists: false }]), { class: 'Permanent', reason: 'notOnWhatsApp' }],
    [400, said([['requires property "text"']]), { class: 'Permanent', reason: 'invalidContent' }],
    [400, said(['Error: Connection Closed']), { class: 'ChannelDown' }],
    [400, said('Connection Closed'), { class: 'ChannelDown' }],
    [400, said(['Timed Out']), { class: 'UnknownOutcome' }],
    [400, said(['rate-overlimit']), { class: 'Retryable', scope: 'channel' }],
    [400, said(['S3 is full']), { class: 'UnknownOutcome' }],
    [400, 'no JSON object', { class: 'UnknownOutcome' }],
    [401, {}, { class: 'Auth' }],
    [403, {}, { class: 'Auth' }],
    [404, said(['The "loja" instance does not exist']), { class: 'Auth' }],
    [404, said(['Cannot POST']), { class: 'Permanent', reason: 'unknown' }],
    [500, {}, { class: 'Retryable' }],
    [502, {}, { class: 'Retryable' }],
    [503, {}, { class: 'Retryable' }],
    [504, {}, { class: 'Retryable' }],
    [201, {}, { class: 'UnknownOutcome' }],
    [
      201,
      { code: 131_047, message: 'x' },
      { class: 'Permanent', reason: 'windowClosed', providerCode: 131_047 },
    ],
    [201, { code: 190, message: 'x' }, { class: 'Auth', providerCode: 190 }],
    [201, { code: 131_056, message: 'x' }, { class: 'Retryable', scope: 'pair', retryAfterMs: 6_000 }],
  ])('answered %i %j fail as %j', async (status, json, expected) => {
    expect(await failureWith('evolution', evolution, { status, json })).toMatchObject(expected);
  });

  it('answered with a nesting nobody means are read like any other answer', async () => {
    const body = `{"response":{"message":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const { context } = await liveProvider('evolution', evolution, () => ({ status: 400, body }));
    expect(await failureOf(evolution.send(hello, context))).toMatchObject({ class: 'UnknownOutcome' });
  });

  it('that nobody took may be repeated, that nobody answered may have left', async () => {
    const refused = contextWith('evolution', evolution, { base_url: await absentProvider() });
    expect(await failureOf(evolution.send(hello, refused))).toMatchObject({ class: 'Retryable' });
    const silent = { base_url: await deafProvider('silent'), timeout_ms: 1_000 };
    const failure = failureOf(evolution.send(hello, contextWith('evolution', evolution, silent)));
    expect(await failure).toMatchObject({ class: 'UnknownOutcome' });
  });
});

describe('Evolution files', () => {
  it('come inside the webhook, by link, or decrypted by Evolution', async () => {
    const base64 = Buffer.from('bytes').toString('base64');
    const { server, context } = await liveProvider('evolution', evolution, (request) =>
      request.method === 'POST'
        ? { status: 201, json: { base64, mimetype: 'audio/ogg', fileName: 'v.oga' } }
        : { body: 'bytes' },
    );
    const url = `${server.url}/a.ogg`;
    const fetches = [
      { via: 'inline' as const, base64 },
      { via: 'url' as const, url, auth: 'none' as const },
      { via: 'evolution' as const, key: voiceKey },
    ];
    for (const fetch of fetches) {
      const file = await evolution.fetchMedia({ ...voice, fetch }, context, 100);
      expect([Buffer.from(file.bytes).toString(), file.mimeType]).toEqual(['bytes', voice.mimeType]);
    }
    expect(server.requests[0]?.headers).not.toHaveProperty('apikey');
  });

  it.each<[number, Json, Json]>([
    [400, {}, { class: 'Permanent', reason: 'mediaInvalid' }],
    [201, {}, { class: 'Permanent', reason: 'mediaInvalid' }],
    [201, { base64: 'A'.repeat(400) }, { class: 'Permanent', reason: 'mediaInvalid' }],
    [401, {}, { class: 'Auth' }],
    [503, {}, { class: 'Retryable' }],
  ])('answered %i fail as they should', async (status, json, expected) => {
    const { context } = await liveProvider('evolution', evolution, () => ({ status, json }));
    expect(await failureOf(evolution.fetchMedia(voice, context, 100))).toMatchObject(expected);
  });
});

describe('Evolution health and registration', () => {
  it.each<[number, Json, string]>([
    [200, { instance: { state: 'connecting' } }, 'connecting'],
    [200, { instance: { state: 'close' } }, 'disconnected'],
    [200, { instance: { state: 'refused' } }, 'logged_out'],
    [200, {}, 'disconnected'],
    [401, {}, 'auth_failed'],
    [404, {}, 'auth_failed'],
    [500, {}, 'disconnected'],
  ])('answered %i %j is %s', async (status, json, expected) => {
    const { context } = await liveProvider('evolution', evolution, () => ({ status, json }));
    expect(await evolution.health(context)).toMatchObject({ status: expected });
  });

  it('says whether Evolution took the webhook', async () => {
    const taken = await liveProvider('evolution', evolution, () => ({ status: 201, json: {} }));
    expect(await evolution.register?.(taken.context)).toBe(true);
    const refused = await liveProvider('evolution', evolution, () => ({ status: 401, json: {} }));
    expect(await evolution.register?.(refused.context)).toBe(false);
  });

  it('advises address, events and the headers to be added', () => {
    expect(evolution.advice(contextWith('evolution', evolution))).toMatchObject({
      url: `https://parley.example.com/webhooks/instance-1/${secret}`,
      method: 'POST',
      headers: { 'x-hook-secret': 'hook-secret', jwt_key: 'jwt-key' },
      registered: false,
    });
    const plain = contextWith('evolution', evolution, { header_secret: null, jwt_key: null });
    expect(evolution.advice(plain)).not.toHaveProperty('headers');
  });
});
