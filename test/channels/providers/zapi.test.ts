import { describe, expect, it } from 'vitest';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import { zapi } from '../../../src/channels/zapi/index.js';
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

const secret = 's3cr3t-path-0123456789abcdef012345';
const root = '/instances/INST001/token/TOK001';

runChannelFixtures({ folder: 'zapi', channel: zapi });

function parse(changes: Record<string, Json>, name = 'in-text') {
  const body = { ...recorded('zapi', name).body, ...changes };
  return zapi.parse(posted(body), contextWith('zapi', zapi));
}

describe('Z-API settings', () => {
  it('need instance, token and client token; the address has a default', () => {
    expect(zapi.parseSettings({})).toEqual({
      ok: false,
      errors: [
        'channel.instance_id is required',
        'channel.token is required',
        'channel.client_token is required',
      ],
    });
    const given = { instance_id: 'I', token: 'T', client_token: 'C' };
    expect(zapi.parseSettings(given)).toMatchObject({
      ok: true,
      settings: { base_url: 'https://api.z-api.io' },
    });
  });

  it('refuse a short url secret', () => {
    const given = { instance_id: 'I', token: 'T', client_token: 'C', url_secret: 'short' };
    expect(zapi.parseSettings(given)).toMatchObject({ ok: false });
  });
});

describe('Z-API webhooks', () => {
  it('with a missing or wrong url secret are those of an unknown instance', () => {
    const context = contextWith('zapi', zapi);
    expect(checked(zapi, posted({}, { path: [secret] }), context)).toEqual({ ok: true });
    expect(checked(zapi, posted({}), context)).toMatchObject({ status: 404 });
    expect(checked(zapi, posted({}, { path: ['wrong'] }), context)).toMatchObject({ status: 404 });
  });

  it.each([
    ['120363041234567890-group', '120363041234567890@g.us'],
    ['5531999990000-1600000000', '5531999990000-1600000000@g.us'],
    ['120363041234567890', '120363041234567890@g.us'],
    ['182736451234567@lid', '182736451234567@lid'],
    ['120363000000000001@newsletter', '120363000000000001@newsletter'],
    ['status@broadcast', 'status@broadcast'],
  ])('from %s come from %s', (phone, remoteJid) => {
    expect(parse({ phone, chatLid: null }).events).toMatchObject([{ remoteJid }]);
  });

  it('know the LID of older shapes', () => {
    expect(parse({ chatLid: undefined, senderLid: '182736451234567@lid' }).events).toMatchObject([
      { remoteJidAlt: '182736451234567@lid' },
    ]);
  });

  it('with a time in seconds are as old as with one in milliseconds', () => {
    expect(parse({ momment: 1_767_225_600 }).events).toMatchObject([{ messageTimestamp: 1_767_225_600_000 }]);
    expect(parse({ momment: null }).events).toMatchObject([{ messageTimestamp: nowMs }]);
  });

  it('of an own message without fromApi have an unknown origin', () => {
    expect(parse({ fromApi: undefined }, 'echo-api-send').events).toMatchObject([{ origin: 'unknown' }]);
  });

  it.each<[Json, string]>([
    [{ waitingMessage: true }, 'undecryptable'],
    [{ notification: 'GROUP_PARTICIPANT_ADD' }, 'notAMessage'],
    [{ instanceId: 'OTHER' }, 'foreignChannel'],
    [{ type: 'PresenceChatCallback' }, 'unknownEvent'],
    [{ messageId: null }, 'malformed'],
    [{ phone: 'x', chatLid: null }, 'malformed'],
  ])('%j are ignored as %s', (changes, reason) => {
    expect(parse(changes)).toEqual({ events: [], ignored: [{ reason, count: 1 }] });
  });

  it('of an edit name the message they change', () => {
    const { messageId } = recorded('zapi', 'in-text').body;
    expect(parse({ isEdit: true, text: { message: 'novo' } }).events).toMatchObject([
      {
        keyId: expect.stringContaining(`${messageId}#edit-`),
        content: { contentType: 'edit', targetKeyId: messageId, text: 'novo' },
      },
    ]);
  });

  it.each([
    ['Phone number does not exist', 'notOnWhatsApp'],
    ['This number is not on WhatsApp', 'notOnWhatsApp'],
    ['media download failed', 'unknown'],
  ])('of a delivery that failed (%s) fail the message with the reason', (error, reason) => {
    expect(parse({ error }, 'event-delivery').events).toMatchObject([
      { kind: 'status', status: 'failed', error: { class: 'Permanent', reason, providerMessage: error } },
    ]);
    expect(parse({}, 'event-delivery').events).toMatchObject([{ status: 'sent' }]);
  });

  it('that the own phone read say nothing', () => {
    expect(parse({ status: 'READ_BY_ME' }, 'status-read-two').ignored).toEqual([
      { reason: 'notAMessage', count: 2 },
    ]);
    expect(parse({ status: 'PLAYED' }, 'status-sent').events).toMatchObject([{ status: 'played' }]);
  });

  it('of content no bot can read are unsupported', () => {
    expect(parse({ text: undefined, poll: {} }).events).toMatchObject([
      { content: { contentType: 'unsupported' } },
    ]);
  });

  it('never throw, however a payload is changed', () => {
    parseMutations('zapi', zapi, contextWith('zapi', zapi));
  });
});

describe('Z-API sends', () => {
  const sent = () => ({ json: { zaapId: 'Z', messageId: 'M', id: 'M' } });

  it.each<[OutboundContent, string, Json]>([
    [
      { type: 'contacts', contacts: [{ name: 'Carla', phone: '+55 31 99999-0000' }] },
      'send-contact',
      { contactName: 'Carla', contactPhone: '5531999990000' },
    ],
    [
      { type: 'reaction', targetKeyId: '3A', emoji: '👍' },
      'send-reaction',
      { reaction: '👍', messageId: '3A' },
    ],
    [
      { type: 'document', media: { base64: 'AAAA', mimeType: 'application/pdf' } },
      'send-document/pdf',
      { document: 'data:application/pdf;base64,AAAA' },
    ],
    [
      { type: 'document', media: { url: 'https://c.example.com/a.XLSX?x=1' } },
      'send-document/xlsx',
      { document: 'https://c.example.com/a.XLSX?x=1' },
    ],
    [
      { type: 'location', latitude: 1.5, longitude: -2 },
      'send-location',
      { title: '1.5, -2', address: '1.5, -2', latitude: '1.5', longitude: '-2' },
    ],
    [
      {
        type: 'buttons',
        header: { type: 'text', text: 'Pedido' },
        body: 'Ok?',
        footer: 'Loja',
        buttons: [{ id: '1', title: 'Sim' }],
      },
      'send-button-list',
      { message: '*Pedido*\n\nOk?\n\nLoja', buttonList: { buttons: [{ id: '1', label: 'Sim' }] } },
    ],
  ])('%j go to the right operation', async (content, operation, body) => {
    const { server, context } = await liveProvider('zapi', zapi, sent);
    expect(await zapi.send(messageOf(content), context)).toEqual({ keyId: 'M' });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      url: `${root}/${operation}`,
      headers: { 'client-token': 'TEST_CLIENT_TOKEN' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({ phone: '553188887777', ...body });
  });

  it('go to a group in Z-API’s spelling', async () => {
    const { server, context } = await liveProvider('zapi', zapi, sent);
    const jids = ['120363041234567890@g.us', '5531999990000-1600000000@g.us'];
    for (const jid of jids) await zapi.send(messageOf(hello.content, { to: { jid } }), context);
    expect(server.requests.map((request) => JSON.parse(request.body).phone)).toEqual([
      '120363041234567890-group',
      '5531999990000-1600000000',
    ]);
  });

  it.each<[number, Json, Json]>([
    [403, { error: 'null not allowed' }, { class: 'Auth' }],
    [400, { error: 'null not allowed' }, { class: 'Auth' }],
    [401, {}, { class: 'Auth' }],
    [404, { error: 'Instance not found' }, { class: 'Auth' }],
    [405, {}, { class: 'Permanent', reason: 'invalidContent' }],
    [415, {}, { class: 'Permanent', reason: 'invalidContent' }],
    [400, {}, { class: 'Permanent', reason: 'unknown' }],
    [429, {}, { class: 'Retryable' }],
    [500, {}, { class: 'Retryable' }],
    [200, {}, { class: 'UnknownOutcome' }],
  ])('answered %i %j fail as %j', async (status, json, expected) => {
    expect(await failureWith('zapi', zapi, { status, json })).toMatchObject(expected);
  });

  it('that nobody took may be repeated, that nobody answered may have left', async () => {
    const refused = contextWith('zapi', zapi, { base_url: await absentProvider() });
    expect(await failureOf(zapi.send(hello, refused))).toMatchObject({ class: 'Retryable' });
    const reset = contextWith('zapi', zapi, { base_url: await deafProvider('hangsUp') });
    expect(await failureOf(zapi.send(hello, reset))).toMatchObject({ class: 'UnknownOutcome' });
  });

  it('refuse a list in a group', async () => {
    const sections = [{ rows: [{ id: '1', title: 'A' }] }];
    const content: OutboundContent = { type: 'list', body: 'x', button: 'Ver', sections };
    const toGroup = messageOf(content, { to: { jid: '120363041234567890@g.us' } });
    expect(await failureOf(zapi.send(toGroup, contextWith('zapi', zapi)))).toEqual({
      class: 'Permanent',
      reason: 'unsupported',
    });
  });

  it('refuse content Z-API has no call for', async () => {
    const content: OutboundContent = { type: 'template', name: 'x', language: 'pt_BR' };
    expect(await failureOf(zapi.send(messageOf(content), contextWith('zapi', zapi)))).toEqual({
      class: 'Permanent',
      reason: 'unsupported',
    });
  });
});

describe('Z-API signals, files, health and registration', () => {
  it('mark each message as read and never type', async () => {
    const { server, context } = await liveProvider('zapi', zapi, () => ({}));
    const to = { jid: '553188887777@s.whatsapp.net' };
    await zapi.showPresence(to, { type: 'typing', state: 'composing' }, context);
    await zapi.showPresence(to, { type: 'markRead', keyIds: ['A', 'B'] }, context);
    expect(server.requests.map((request) => request.url)).toEqual([
      `${root}/read-message`,
      `${root}/read-message`,
    ]);
    expect(server.requests.map((request) => JSON.parse(request.body).messageId).sort()).toEqual(['A', 'B']);
  });

  it('download a file without credentials', async () => {
    const { server, context } = await liveProvider('zapi', zapi, () => ({ body: 'bytes' }));
    const fetch = { via: 'url' as const, url: `${server.url}/a.ogg`, auth: 'none' as const };
    const file = await zapi.fetchMedia({ mimeType: 'audio/ogg', fetch }, context, 100);
    expect(Buffer.from(file.bytes).toString()).toBe('bytes');
    expect(server.requests[0]?.headers).not.toHaveProperty('client-token');
  });

  it.each([
    [true, 'connected'],
    [false, 'disconnected'],
  ])('connected %s is %s', async (connected, status) => {
    const { server, context } = await liveProvider('zapi', zapi, () => ({ json: { connected } }));
    expect(await zapi.health(context)).toMatchObject({ status });
    expect(server.requests[0]?.url).toBe(`${root}/status`);
  });

  it('set all webhooks at once, own messages too', async () => {
    const { server, context } = await liveProvider('zapi', zapi, () => ({ json: { value: true } }));
    expect(await zapi.register?.(context)).toBe(true);
    expect(server.requests[0]).toMatchObject({ method: 'PUT', url: `${root}/update-every-webhooks` });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      value: `https://parley.example.com/webhooks/instance-1/${secret}`,
      notifySentByMe: true,
    });
  });
});
