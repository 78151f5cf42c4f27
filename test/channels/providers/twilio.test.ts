import { describe, expect, it } from 'vitest';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import { twilio } from '../../../src/channels/twilio/index.js';
import { twilioSignature } from '../../../src/channels/twilio/verify.js';
import { checked, loadFixtures, runChannelFixtures, type Json } from '../fixtures.js';
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
} from '../provider-checks.js';

const account = 'AC00000000000000000000000000000001';
const basic = `Basic ${Buffer.from(`${account}:12345`).toString('base64')}`;

runChannelFixtures({
  folder: 'twilio',
  channel: twilio,
  vectors: {
    'auth-vector': (fixture) => {
      const entries: [string, string][] = Object.entries(fixture.form);
      const signature = twilioSignature(fixture.authToken, fixture.url, entries);
      expect(signature).toBe(fixture.headers['x-twilio-signature']);
    },
  },
});

function formOf(name: string): Record<string, string> {
  return { ...loadFixtures('twilio').find((fixture) => fixture.case === name)?.['request'].form };
}

function parse(changes: Record<string, string>, name = 'in-text') {
  const body = new URLSearchParams({ ...formOf(name), ...changes }).toString();
  return twilio.parse(posted(body), contextWith('twilio', twilio));
}

describe('Twilio settings', () => {
  it('need account, token and number', () => {
    expect(twilio.parseSettings({})).toEqual({
      ok: false,
      errors: [
        'channel.account_sid is required',
        'channel.auth_token is required',
        'channel.from is required',
      ],
    });
    expect(twilio.parseSettings({ account_sid: 'AC', auth_token: 't', from: '+5531' })).toEqual({
      ok: false,
      errors: ['channel.from must be whatsapp:+digits'],
    });
  });
});

describe('Twilio webhook authentication', () => {
  const body = 'Body=Ol%C3%A1+mundo&AccountSid=AC1';
  const fields: [string, string][] = [
    ['AccountSid', 'AC1'],
    ['Body', 'Olá mundo'],
  ];
  const verify = (signature: string | undefined, query: string, changes: Record<string, Json> = {}) =>
    checked(
      twilio,
      posted(body, { query, headers: { 'x-twilio-signature': signature } }),
      contextWith('twilio', twilio, changes),
    );

  it.each([
    ['larger than any message', `Body=${'+'.repeat(262_144)}`],
    ['of more fields than anybody means', 'a=1&'.repeat(1_001)],
  ])('refuses a form %s before it is decoded', (_, large) => {
    const request = posted(large, { headers: { 'x-twilio-signature': 'x' } });
    expect(checked(twilio, request, contextWith('twilio', twilio))).toMatchObject({ status: 413 });
  });

  it('covers the public address, its query and the decoded fields', () => {
    const publicUrl = 'https://parley.example.com/hooks/twilio/ch_twilio';
    expect(verify(twilioSignature('12345', `${publicUrl}?a=1`, fields), 'a=1')).toEqual({ ok: true });
    expect(verify(twilioSignature('12345', publicUrl, fields), 'a=1')).toMatchObject({ status: 401 });
    expect(verify(undefined, '')).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  it('refuses a body of more fields than Twilio ever sends before it decodes one', () => {
    const request = posted('a&'.repeat(1_001), { headers: { 'x-twilio-signature': 'x' } });
    expect(checked(twilio, request, contextWith('twilio', twilio))).toMatchObject({ status: 413 });
  });

  it('takes a query of the public address once', () => {
    const public_url = 'https://hooks.example.com/twilio?shop=1';
    const signature = twilioSignature('12345', public_url, fields);
    expect(verify(signature, 'shop=1', { public_url })).toEqual({ ok: true });
    expect(verify(signature, '', { public_url })).toEqual({ ok: true });
  });

  it('without public_url takes Parley’s own address', () => {
    const own = 'https://parley.example.com/webhooks/instance-1';
    expect(verify(twilioSignature('12345', own, fields), '', { public_url: null })).toEqual({ ok: true });
  });
});

describe('Twilio webhooks', () => {
  it('of another account or to another number are foreign', () => {
    const foreign = { events: [], ignored: [{ reason: 'foreignChannel', count: 1 }] };
    expect(parse({ AccountSid: 'AC9' })).toEqual(foreign);
    expect(parse({ To: 'whatsapp:+5511977776666' })).toEqual(foreign);
  });

  it.each(['queued', 'sending', 'accepted'])('with status %s say nothing', (MessageStatus) => {
    expect(parse({ MessageStatus }, 'status-delivered').ignored).toEqual([
      { reason: 'notAMessage', count: 1 },
    ]);
  });

  it('of a failed message carry the meaning of its code', () => {
    const failed = (ErrorCode: string) =>
      parse({ MessageStatus: 'undelivered', ErrorCode }, 'status-failed-63016');
    expect(failed('63024').events).toMatchObject([
      {
        status: 'failed',
        at: nowMs,
        error: { class: 'Permanent', reason: 'notOnWhatsApp', providerCode: 63024 },
      },
    ]);
    expect(failed('99999').events).toMatchObject([{ error: { class: 'Permanent', reason: 'unknown' } }]);
  });

  it('with a forwarded file of any type are documents', () => {
    const changes = { MediaContentType0: 'application/pdf', Forwarded: 'true', Body: '' };
    expect(parse(changes, 'in-image').events).toMatchObject([
      { forwarded: true, content: { contentType: 'document', media: { mimeType: 'application/pdf' } } },
    ]);
  });

  it('take only digits for a WhatsApp id, and no more of them than a phone has', () => {
    for (const WaId of ['not a number', '5'.repeat(16)]) {
      expect(parse({ WaId }).events[0]).not.toHaveProperty('waId');
    }
    expect(parse({ WaId: '553188887777' }).events).toMatchObject([{ waId: '553188887777' }]);
  });

  it('without sender or id are malformed', () => {
    expect(parse({ From: 'x' }).ignored).toEqual([{ reason: 'malformed', count: 1 }]);
    expect(parse({ MessageSid: '' }).ignored).toEqual([{ reason: 'malformed', count: 1 }]);
  });

  it('never throw, however a payload is changed', () => {
    parseMutations('twilio', twilio, contextWith('twilio', twilio));
  });
});

describe('Twilio sends', () => {
  it('are a form with basic authentication', async () => {
    const { server, context } = await liveProvider('twilio', twilio, () => ({
      status: 201,
      json: { sid: 'SM1', status: 'queued' },
    }));
    const content: OutboundContent = { type: 'location', latitude: -19.9, longitude: -43.9, name: 'Loja' };
    expect(await twilio.send(messageOf(content), context)).toEqual({
      keyId: 'SM1',
      providerStatus: 'queued',
    });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      url: `/2010-04-01/Accounts/${account}/Messages.json`,
      headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      From: 'whatsapp:+5531999990000',
      To: 'whatsapp:+553188887777',
      Body: 'Loja',
      PersistentAction: 'geo:-19.9,-43.9|Loja',
      StatusCallback: 'https://parley.example.com/hooks/twilio/ch_twilio',
    });
  });

  it.each<[number, number, Json]>([
    [400, 63016, { class: 'Permanent', reason: 'windowClosed' }],
    [400, 63003, { class: 'Permanent', reason: 'notOnWhatsApp' }],
    [400, 63024, { class: 'Permanent', reason: 'notOnWhatsApp' }],
    [400, 21610, { class: 'Permanent', reason: 'optedOut' }],
    [400, 63018, { class: 'Retryable', scope: 'channel' }],
    [400, 63012, { class: 'Retryable' }],
    [400, 63021, { class: 'Retryable' }],
    [400, 20003, { class: 'Auth' }],
    [400, 21211, { class: 'Permanent', reason: 'unknown' }],
    [429, 20429, { class: 'Retryable', scope: 'channel', retryAfterMs: 7_000 }],
    [401, 1, { class: 'Auth' }],
    [404, 20_404, { class: 'Auth' }],
    [503, 1, { class: 'Retryable' }],
  ])('answered %i with code %i fail as %j', async (status, code, expected) => {
    const headers = { 'retry-after': '7' };
    const failure = await failureWith('twilio', twilio, { status, json: { code }, headers });
    expect(failure).toMatchObject({ ...expected, providerCode: code });
  });

  it('answered without a message id may have left', async () => {
    expect(await failureWith('twilio', twilio, { status: 201, json: {} })).toMatchObject({
      class: 'UnknownOutcome',
    });
  });

  it('that nobody took may be repeated, that nobody answered may have left', async () => {
    const refused = contextWith('twilio', twilio, { base_url: await absentProvider() });
    expect(await failureOf(twilio.send(hello, refused))).toMatchObject({ class: 'Retryable' });
    const reset = contextWith('twilio', twilio, { base_url: await deafProvider('hangsUp') });
    expect(await failureOf(twilio.send(hello, reset))).toMatchObject({ class: 'UnknownOutcome' });
  });

  it('refuse what has no form and who has no phone', async () => {
    const context = contextWith('twilio', twilio);
    const list: OutboundContent = { type: 'list', body: 'x', button: 'y', sections: [] };
    expect(await failureOf(twilio.send(messageOf(list), context))).toMatchObject({ reason: 'unsupported' });
    const lid = messageOf(hello.content, { to: { jid: '182736451234567@lid' } });
    expect(await failureOf(twilio.send(lid, context))).toMatchObject({ reason: 'invalidContent' });
  });
});

describe('Twilio files and health', () => {
  it('drop the credentials when the file lies on another host', async () => {
    const storage = await liveProvider('twilio', twilio, () => ({ body: 'bytes' }));
    const { server, context } = await liveProvider('twilio', twilio, () => ({
      status: 307,
      headers: { location: `${storage.server.url}/file` },
    }));
    const fetch = { via: 'url' as const, url: `${server.url}/Media/ME1`, auth: 'twilioBasic' as const };
    const file = await twilio.fetchMedia({ mimeType: 'image/jpeg', fetch }, context, 100);
    expect(Buffer.from(file.bytes).toString()).toBe('bytes');
    expect(server.requests[0]?.headers).toMatchObject({ authorization: basic });
    expect(storage.server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each<[number, Json, string]>([
    [200, { status: 'active' }, 'connected'],
    [200, { status: 'suspended' }, 'auth_failed'],
    [401, {}, 'auth_failed'],
    [503, {}, 'disconnected'],
  ])('an account answered %i %j is %s', async (status, json, expected) => {
    const { server, context } = await liveProvider('twilio', twilio, () => ({ status, json }));
    expect(await twilio.health(context)).toMatchObject({ status: expected });
    expect(server.requests[0]?.url).toBe(`/2010-04-01/Accounts/${account}.json`);
  });
});
