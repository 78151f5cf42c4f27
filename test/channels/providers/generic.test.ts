import { afterEach, describe, expect, it } from 'vitest';
import { type OutboundMessage } from '../../../activities/ports/messages.js';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import type { ChannelContext, WebhookRequest } from '../../../src/channels/channel.js';
import { generic } from '../../../src/channels/generic/index.js';
import { presenceBody, signedHeaders } from '../../../src/channels/generic/outbound.js';
import type { GenericSettings } from '../../../src/channels/generic/schema.js';
import { hmacHex } from '../../../src/channels/provider/signatures.js';
import { createHttpClient } from '../../../src/guarded-http/client.js';
import { checked, contextOf, loadFixtures, receive, runChannelFixtures, type Json } from '../fixtures.js';
import { localServer, type Answer, type SeenRequest } from '../local-server.js';

const provider = { folder: 'generic', channel: generic };

runChannelFixtures({
  ...provider,
  vectors: {
    'auth-vector': (fixture) => {
      const signature = `sha256=${hmacHex('sha256', fixture.key, fixture.rawBody)}`;
      expect(signature).toBe(fixture.headers['x-parley-signature']);
    },
  },
  api: { 'signal-typing': 'its id is random, see below' },
});

function contextWith(settings: Record<string, Json> = {}): ChannelContext<GenericSettings> {
  const fixture = { case: '', shows: '', confidence: 'computed' as const, kind: '' };
  return contextOf({ ...provider, settingsFor: (base) => ({ ...base, ...settings }) }, fixture).context;
}

const nowMs = 1_767_225_602_000;

function signed(body: unknown, secret = 'parley-test-secret'): WebhookRequest {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-parley-timestamp': String(nowMs / 1_000),
      'x-parley-signature': `sha256=${hmacHex('sha256', secret, rawBody)}`,
    },
    rawBody,
    query: '',
    path: [],
    receivedAt: nowMs,
  };
}

function envelope(...events: unknown[]) {
  return { version: 1, sentAt: nowMs / 1_000, events };
}

function text(message: Record<string, unknown> = {}) {
  return {
    id: 'evt_1',
    type: 'message',
    message: {
      keyId: 'm-1',
      contact: { id: '5531988887777' },
      timestamp: 1_767_225_600,
      content: { contentType: 'text', text: 'oi' },
      ...message,
    },
  };
}

function received(body: unknown) {
  return receive(generic, signed(body), contextWith());
}

describe('generic settings', () => {
  const required = {
    inbound_secrets: ['0123456789abcdef'],
    outbound_url: 'https://erp.example.com/parley',
    outbound_secrets: ['x'],
  };

  it('fill in the defaults', () => {
    expect(generic.parseSettings(required)).toEqual({
      ok: true,
      settings: {
        ...required,
        idempotent: true,
        signals: false,
        tolerance_seconds: 300,
        timeout_ms: 10_000,
        reconcile_seconds: 45,
        message_ttl_seconds: 600,
        max_inbound_age_seconds: 900,
        echo_hold_ms: 5_000,
        foreign_api_sends: 'ignore',
        ignore_status: true,
        ignore_newsletters: true,
      },
    });
  });

  it('name every missing member at once, null being missing too', () => {
    expect(generic.parseSettings({ inbound_secrets: null })).toEqual({
      ok: false,
      errors: [
        'channel.inbound_secrets is required',
        'channel.outbound_url is required',
        'channel.outbound_secrets is required',
      ],
    });
  });

  it.each([
    [{ inbound_secrets: ['short'] }, 'channel.inbound_secrets.0 must be a string of 16 to 4096 characters'],
    [{ inbound_secrets: [] }, 'channel.inbound_secrets must be an array of one or two secrets'],
    [
      { outbound_secrets: ['a', 'b', 'c'] },
      'channel.outbound_secrets must be an array of one or two secrets',
    ],
    [{ outbound_url: 'ftp://x' }, 'channel.outbound_url must be an http or https URL'],
    [{ tolerance_seconds: 9 }, 'channel.tolerance_seconds must be an integer between 10 and 3600'],
    [{ timeout_ms: '10000' }, 'channel.timeout_ms must be an integer between 1000 and 60000'],
    [{ signals: 1 }, 'channel.signals must be true or false'],
    [{ foreign_api_sends: 'x' }, 'channel.foreign_api_sends must be one of ignore, takeover'],
    [
      { capabilities: { max_text: 0 } },
      'channel.capabilities.max_text must be an integer between 20 and 65536',
    ],
  ])('refuse %j', (wrong, error) => {
    const result = generic.parseSettings({ ...required, ...wrong });
    expect(result).toEqual({ ok: false, errors: [error] });
  });

  it('let capabilities say anything, and signals decide about typing', () => {
    const { capabilities } = contextWith({
      capabilities: { cta_url: true, max_text: 9_000 },
      signals: false,
    });
    expect(capabilities).toMatchObject({ ctaUrl: true, maxText: 9_000, typing: false, markRead: false });
  });
});

describe('generic webhook authentication', () => {
  const verdict = (request: WebhookRequest, settings = {}) =>
    checked(generic, request, contextWith(settings));

  it('accepts either secret during a rotation, and either of two signatures', () => {
    const secrets = { inbound_secrets: ['the-new-secret-of-all', 'parley-test-secret'] };
    const request = signed(envelope(text()));
    expect(verdict(request, secrets)).toEqual({ ok: true });
    const both = `sha256=${'0'.repeat(64)}, ${request.headers['x-parley-signature']}`;
    expect(verdict({ ...request, headers: { ...request.headers, 'x-parley-signature': both } })).toEqual({
      ok: true,
    });
  });

  it('reads four signatures and no fifth one', () => {
    const request = signed(envelope(text()));
    const wrong = Array(4)
      .fill(`sha256=${'0'.repeat(64)}`)
      .join(', ');
    const headers = {
      ...request.headers,
      'x-parley-signature': `${wrong}, ${request.headers['x-parley-signature']}`,
    };
    expect(verdict({ ...request, headers })).toMatchObject({ ok: false, code: 'bad_signature' });
  });

  it('refuses upper-case hex', () => {
    const request = signed(envelope(text()));
    const upper = request.headers['x-parley-signature']?.toUpperCase().replace('SHA256', 'sha256');
    expect(
      verdict({ ...request, headers: { ...request.headers, 'x-parley-signature': upper } }),
    ).toMatchObject({
      code: 'bad_signature',
    });
  });

  it.each([
    ['12x', 'missing_timestamp'],
    ['1767225602.5', 'missing_timestamp'],
    ['1767225301', 'stale_timestamp'],
    ['1767225903', 'stale_timestamp'],
    ['1767225302', 'ok'],
  ])('timestamp %s is %s', (value, code) => {
    const request = signed(envelope(text()));
    const result = verdict({ ...request, headers: { ...request.headers, 'x-parley-timestamp': value } });
    expect(result.ok ? 'ok' : result.code).toBe(code);
  });

  it('answers 415 to another content type and 413 to a body over 8 MiB', () => {
    const request = signed(envelope(text()));
    const plain = { ...request, headers: { ...request.headers, 'content-type': 'text/plain' } };
    expect(verdict(plain)).toMatchObject({ status: 415 });
    expect(verdict(signed('x'.repeat(8 * 1024 * 1024 + 1)))).toMatchObject({
      status: 413,
      code: 'too_large',
    });
  });
});

describe('generic inbound', () => {
  it('takes an id of 8 to 15 digits for a phone and any other for itself', () => {
    const jid = (id: string) => received(envelope(text({ contact: { id } }))).parsed.events[0];
    expect(jid('5531988887777')).toMatchObject({
      remoteJid: '5531988887777@s.whatsapp.net',
      waId: '5531988887777',
    });
    expect(jid('1234567')).toMatchObject({ remoteJid: '1234567@generic' });
    expect(jid('+5531988887777')).toMatchObject({ remoteJid: '+5531988887777@generic' });
  });

  it('reads a group message as the group with its sender', () => {
    const group = { id: '120363041234567890' };
    const [event] = received(envelope(text({ group }))).parsed.events;
    expect(event).toMatchObject({
      remoteJid: '120363041234567890@g.us',
      participant: '5531988887777@s.whatsapp.net',
      isGroup: true,
    });
  });

  it('counts an own message without origin as a person', () => {
    expect(received(envelope(text({ fromMe: true }))).parsed.events[0]).toMatchObject({
      origin: 'humanAgent',
    });
    expect(received(envelope(text({ fromMe: true, origin: 'api' }))).parsed.events[0]).toMatchObject({
      origin: 'api',
    });
  });

  it('answers one result per event in order, whatever became of each', () => {
    const events = [
      text(),
      { id: 'evt_bad', type: 'message', message: { keyId: 'm' } },
      'nonsense',
      { id: 'evt_future', type: 'poll' },
      { ...text(), id: 'evt_again' },
    ];
    const parsed = received(envelope(...events)).parsed;
    const answer = generic.answer?.(parsed, ['accepted', 'duplicate']);
    expect(JSON.parse(answer?.body ?? '')).toEqual({
      results: [
        { id: 'evt_1', outcome: 'accepted' },
        { id: 'evt_bad', outcome: 'rejected', reason: 'malformed' },
        { id: '', outcome: 'rejected', reason: 'malformed' },
        { id: 'evt_future', outcome: 'ignored', reason: 'unknown_type' },
        { id: 'evt_again', outcome: 'duplicate' },
      ],
    });
    expect(parsed.ignored).toEqual([
      { reason: 'malformed', count: 2 },
      { reason: 'unknownEvent', count: 1 },
    ]);
  });

  it('takes a content type without a form as unsupported and a broken known one as malformed', () => {
    const content = (value: unknown) => received(envelope(text({ content: value }))).parsed;
    expect(content({ contentType: 'poll' }).events[0]).toMatchObject({
      content: { contentType: 'unsupported', providerType: 'poll' },
    });
    expect(content({ contentType: 'image' }).ignored).toEqual([{ reason: 'malformed', count: 1 }]);
    expect(content({}).ignored).toEqual([{ reason: 'malformed', count: 1 }]);
  });

  it('refuses inline media over 5 MiB', () => {
    const image = (bytes: number) => ({
      contentType: 'image',
      media: { base64: Buffer.alloc(bytes).toString('base64'), mimeType: 'image/png' },
    });
    const limit = 5 * 1024 * 1024;
    expect(received(envelope(text({ content: image(limit) }))).parsed.events).toHaveLength(1);
    expect(received(envelope(text({ content: image(limit + 1) }))).parsed.events).toHaveLength(0);
  });

  it.each([
    ['[]', 400, 'invalid_envelope'],
    ['{"version":1}', 400, 'invalid_envelope'],
    [JSON.stringify(envelope()), 400, 'invalid_envelope'],
    [JSON.stringify(envelope(...Array(101).fill(text()))), 400, 'invalid_envelope'],
    ['{"version":"1"}', 400, 'unsupported_version'],
    ['\u0000', 400, 'invalid_json'],
  ])('answers %.40s with %i %s', (body, status, code) => {
    const answer = received(body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code } });
  });
});

describe('generic sends', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  const message: OutboundMessage = {
    outboundId: 'out_1',
    attempt: 2,
    to: { jid: '5531988887777@s.whatsapp.net' },
    content: { type: 'text', text: 'Olá' },
  };

  async function receiver(answer: (request: SeenRequest) => Answer, settings: Record<string, Json> = {}) {
    const server = await localServer(answer);
    const http = createHttpClient({ allowPrivate: ['127.0.0.1'] });
    closers.push(() => http.close(), server.close);
    const context = { ...contextWith({ ...settings, outbound_url: `${server.url}/in` }), http };
    return { server, context };
  }

  async function errorOf(answer: Answer, settings = {}) {
    const { context } = await receiver(() => answer, settings);
    const outcome = await generic.send(message, context).catch((error: unknown) => error);
    if (outcome instanceof ChannelError) return outcome.info;
    throw new Error('the send did not fail');
  }

  it('are signed with every secret over the exact bytes', async () => {
    const secrets = ['first-secret', 'second-secret'];
    const { server, context } = await receiver(() => ({ body: '{"keyId":"k"}' }), {
      outbound_secrets: secrets,
    });
    expect(await generic.send(message, context)).toEqual({ keyId: 'k' });
    const [request] = server.requests;
    expect(request?.headers['x-parley-signature']).toBe(
      secrets.map((secret) => `sha256=${hmacHex('sha256', secret, request?.body ?? '')}`).join(', '),
    );
    expect(request?.headers).toMatchObject({
      'idempotency-key': 'out_1',
      'x-parley-channel': 'ch_gen',
      'user-agent': 'Parley/1',
      'content-type': 'application/json',
    });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      sentAt: Number(request?.headers['x-parley-timestamp']),
      attempt: 2,
      to: { contactId: '5531988887777', phone: '+5531988887777' },
    });
  });

  it.each<[Answer, object]>([
    [{ status: 409 }, { class: 'Retryable', retryAfterMs: 2_000 }],
    [
      { status: 409, headers: { 'retry-after': '5' } },
      { class: 'Retryable', retryAfterMs: 5_000 },
    ],
    [
      { status: 302, headers: { location: '/x' } },
      { class: 'Permanent', reason: 'accountConfig' },
    ],
    [{ status: 415 }, { class: 'Permanent', reason: 'mediaInvalid' }],
    [{ status: 403 }, { class: 'Auth' }],
    [{ status: 404 }, { class: 'Permanent', reason: 'invalidContent' }],
    [
      { status: 400, body: '{"error":{"reason":"whatever"}}' },
      { class: 'Permanent', reason: 'unknown' },
    ],
    [{ status: 408 }, { class: 'Retryable' }],
    [{ status: 425 }, { class: 'Retryable' }],
    [
      { status: 503, headers: { 'retry-after': '7' } },
      { class: 'Retryable', retryAfterMs: 7_000 },
    ],
  ])('answered %j are %j', async (answer, expected) => {
    expect(await errorOf(answer)).toMatchObject(expected);
  });

  it('without a readable answer are safe to repeat only where the receiver is idempotent', async () => {
    const tooLong = { body: 'x'.repeat(1024 * 1024 + 1) };
    expect(await errorOf(tooLong)).toMatchObject({ class: 'UnknownOutcome', resendSafe: true });
    expect(await errorOf(tooLong, { idempotent: false })).not.toHaveProperty('resendSafe');
  });

  it('of a form that the receiver does not have are refused here', async () => {
    const { server, context } = await receiver(() => ({}));
    const content = { type: 'template', name: 'n', language: 'en' } as const;
    await expect(generic.send({ ...message, content }, context)).rejects.toMatchObject({
      info: { class: 'Permanent', reason: 'unsupported' },
    });
    expect(server.requests).toEqual([]);
  });

  it('signals go out only when they are on, and never fail', async () => {
    const typing = { type: 'typing', state: 'composing' } as const;
    const on = await receiver(() => ({ status: 500 }), { signals: true });
    await generic.showPresence(message.to, typing, on.context);
    expect(on.server.requests).toHaveLength(1);
    const off = await receiver(() => ({}), { signals: false });
    await generic.showPresence(message.to, typing, off.context);
    expect(off.server.requests).toHaveLength(0);
  });

  it('a signal has the recorded body and signature', () => {
    const fixture = loadFixtures('generic').find((candidate) => candidate.case === 'signal-typing');
    const to = { jid: 'cust-42@generic', waId: '5531988887777' };
    const id = 'sig_01JGFJJZ00TESTSIGNAL00001';
    const body = JSON.stringify(presenceBody({ id, to, presence: fixture?.['signal'] }, 1_767_225_602));
    expect(body).toBe(fixture?.['request'].rawBody);
    expect(signedHeaders({ id, sentAt: 1_767_225_602, body }, contextWith())).toEqual(
      fixture?.['request'].headers,
    );
  });

  it('media are fetched by url or read from the webhook', async () => {
    const { server, context } = await receiver(() => ({
      body: 'bytes',
      headers: { 'content-type': 'image/png' },
    }));
    const url = `${server.url}/f.png`;
    const media = { mimeType: 'image/png', fetch: { via: 'url', url, auth: 'none' } } as const;
    const fetched = await generic.fetchMedia(media, context, 100);
    expect(Buffer.from(fetched.bytes).toString()).toBe('bytes');
    await expect(generic.fetchMedia(media, context, 3)).rejects.toMatchObject({
      info: { class: 'Permanent', reason: 'mediaInvalid' },
    });
    const inline = { mimeType: 'text/plain', fetch: { via: 'inline', base64: 'b2k=' } } as const;
    expect(Buffer.from((await generic.fetchMedia(inline, context, 100)).bytes).toString()).toBe('oi');
  });
});
