import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type OutboundContent, type OutboundMessage } from '../../../activities/ports/messages.js';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import type { ChannelContext } from '../../../src/channels/channel.js';
import { cloudErrorInfo, statusErrorInfo } from '../../../src/channels/provider/graph-errors.js';
import { cloudApi } from '../../../src/channels/cloud-api/index.js';
import { locateMedia, uploadMedia } from '../../../src/channels/cloud-api/media.js';
import type { CloudApiSettings } from '../../../src/channels/cloud-api/schema.js';
import { hmacHex } from '../../../src/channels/provider/signatures.js';
import { createHttpClient } from '../../../src/guarded-http/client.js';
import type { HttpResponse } from '../../../src/guarded-http/http.js';
import {
  channelSettings,
  contextOf,
  loadFixtures,
  receive,
  runChannelFixtures,
  webhookRequest,
  type Fixture,
  type Json,
} from '../fixtures.js';
import { localServer, type Answer, type SeenRequest } from '../local-server.js';

const provider = {
  folder: 'meta',
  channel: cloudApi,
  sign: (rawBody: string) => ({
    'x-hub-signature-256': `sha256=${hmacHex('sha256', 'app-secret', rawBody)}`,
  }),
};
const to = { jid: '553188887777@s.whatsapp.net' };
const wamid = 'wamid.HRgMNTUzMTg4ODg3Nzc3FQIAEhgUM0VCMDM4RTlCRTY0MDFFNjJGN0QA';

runChannelFixtures({
  ...provider,
  errorRow: (row) => statusErrorInfo({ code: row.code }),
  api: {
    'api-mark-read': (context) =>
      cloudApi.showPresence(to, { type: 'markRead', keyIds: ['older', wamid] }, context),
    'api-read-typing': (context) =>
      cloudApi.showPresence(to, { type: 'typing', state: 'composing', inReplyTo: wamid }, context),
    'api-media-get': async (context) => ({ media: await locateMedia('1003383421387259', context) }),
    'api-media-download': 'the second step of a fetch, see below',
    'api-media-upload': async (context) => ({
      mediaId: await uploadMedia({ bytes: new Uint8Array(3), mimeType: 'image/jpeg' }, 'a.jpg', context),
    }),
  },
});

function fixtureOf(name: string): Fixture {
  const found = loadFixtures('meta').find((fixture) => fixture.case === name);
  if (!found) throw new Error(`no case ${name}`);
  return found;
}

function contextWith(settings: Record<string, Json> = {}): ChannelContext<CloudApiSettings> {
  const settingsFor = (base: Record<string, Json>) => ({ ...base, ...settings });
  return contextOf({ ...provider, settingsFor }, fixtureOf('in-text')).context;
}

function errorsOf(input: Record<string, unknown>) {
  const result = cloudApi.parseSettings(input);
  return result.ok ? [] : result.errors;
}

describe('cloud-api settings', () => {
  it('name what is missing, the app secret only at Meta', () => {
    expect(errorsOf({})).toEqual([
      'channel.phone_number_id is required',
      'channel.access_token is required',
      'channel.verify_token is required',
      'channel.app_secret is required',
    ]);
    expect(errorsOf({ flavour: '360dialog' })).toEqual([
      'channel.phone_number_id is required',
      'channel.access_token is required',
      'channel.verify_token is required',
      'channel.header_secret, channel.url_secret or channel.app_secret is required',
    ]);
  });

  it('have their defaults and keep a path prefix without its slash', () => {
    const { settings } = contextWith({ base_url: 'https://proxy.example/graph/', api_version: undefined });
    expect(settings).toMatchObject({
      base_url: 'https://proxy.example/graph',
      api_version: 'v23.0',
      flavour: 'meta',
    });
  });

  it.each([
    [{ flavour: 'x' }, 'channel.flavour must be one of meta, 360dialog'],
    [{ url_secret: 'short' }, 'channel.url_secret must be 32 to 256 URL-safe characters'],
    [{ header_secret: { name: 'x' } }, 'channel.header_secret.value is required'],
    [{ reopen_template: { name: 'n' } }, 'channel.reopen_template.language is required'],
    [{ base_url: 'graph' }, 'channel.base_url must be an http or https URL'],
  ])('refuse %j', (wrong, error) => {
    expect(errorsOf({ ...channelSettings('meta'), ...wrong })).toEqual([error]);
  });

  it('let capabilities narrow and never widen', () => {
    const capabilities = { buttons: 10, list: false, max_text: 100 };
    expect(contextWith({ capabilities }).capabilities).toMatchObject({
      buttons: 3,
      list: false,
      maxText: 100,
    });
  });

  it('advise the address, the events and the token', () => {
    expect(cloudApi.advice(contextWith())).toEqual({
      url: 'https://parley.example.com/hooks/meta/ch_meta',
      method: 'POST',
      events: ['messages', 'smb_message_echoes'],
      verify_token: 'verify-me',
      registered: false,
    });
  });
});

describe('cloud-api webhooks', () => {
  const dialog = {
    flavour: '360dialog',
    app_secret: undefined,
    base_url: undefined,
    header_secret: { name: 'X-Secret', value: 'hush' },
    url_secret: 'u'.repeat(32),
  };
  const posted = (headers: Record<string, string>, path: string[], settings: Record<string, Json>) => {
    const request = { ...webhookRequest({ request: fixtureOf('in-text')['request'] }, headers), path };
    return receive(cloudApi, request, contextWith(settings)).status;
  };

  it('of 360dialog need every configured factor', () => {
    const secret = 'u'.repeat(32);
    expect(posted({ 'x-secret': 'hush' }, [secret], dialog)).toBe(200);
    expect(posted({ 'x-secret': 'loud' }, [secret], dialog)).toBe(401);
    expect(posted({}, [secret], dialog)).toBe(401);
    expect(posted({ 'x-secret': 'hush' }, ['v'.repeat(32)], dialog)).toBe(404);
    expect(posted({ 'x-secret': 'hush' }, [], dialog)).toBe(404);
  });

  it('of 360dialog need its signature where a secret for it is set', () => {
    const signed = { ...dialog, header_secret: undefined, url_secret: undefined, app_secret: 'agreed' };
    const body = JSON.stringify(fixtureOf('in-text').request.body);
    const digest = createHmac('sha256', 'agreed').update(body).digest('hex');
    const name = 'x-360dialog-signature';
    expect(posted({ [name]: digest }, [], signed)).toBe(200);
    expect(posted({ [name]: `sha256=${digest}` }, [], signed)).toBe(200);
    expect(posted({ [name]: digest.replace(/.$/, 'x') }, [], signed)).toBe(401);
    expect(posted({ 'x-hub-signature-256': `sha256=${digest}` }, [], signed)).toBe(401);
    expect(posted({}, [], signed)).toBe(401);
    const both = { ...signed, url_secret: 'u'.repeat(32) };
    expect(posted({ [name]: digest }, [], both)).toBe(404);
    expect(posted({}, ['u'.repeat(32)], both)).toBe(401);
  });

  it('of Meta need the signature in lower-case hex', () => {
    const body = JSON.stringify(fixtureOf('in-text').request.body);
    const signature = provider.sign(body)['x-hub-signature-256'];
    expect(posted({ 'x-hub-signature-256': signature }, [], {})).toBe(200);
    expect(posted({ 'x-hub-signature-256': signature.slice(0, -1) }, [], {})).toBe(401);
    expect(posted({ 'x-hub-signature-256': signature.replace('sha256=', '') }, [], {})).toBe(401);
    expect(posted({}, [], {})).toBe(401);
  });

  const parsed = (value: Record<string, unknown>, field = 'messages') => {
    const metadata = { phone_number_id: '310000000000002' };
    const body = { object: 'x', entry: [{ changes: [{ field, value: { metadata, ...value } }] }] };
    return cloudApi.parse(webhookRequest({ request: { method: 'POST', path: '', body } }), contextWith());
  };
  const inbound = (message: Record<string, unknown>, contacts: unknown[] = []) =>
    parsed({
      contacts,
      messages: [{ from: '553188887777', id: 'wamid.X', timestamp: '1767225600', ...message }],
    });

  it('lose one bad message, never its neighbours', () => {
    const text = { from: '1', id: 'wamid.A', timestamp: '1767225600', type: 'text' };
    const result = parsed({ messages: [text, 7, { ...text, text: { body: 'oi' } }] });
    expect(result.events).toHaveLength(1);
    expect(result.ignored).toEqual([{ reason: 'malformed', count: 2 }]);
  });

  it('count what is unreadable at every level, and read what is beside it', () => {
    const message = { from: '553188887777', id: 'wamid.A', type: 'text', text: { body: 'oi' } };
    const value = { metadata: { phone_number_id: '310000000000002' }, messages: [message] };
    const change = { field: 'messages', value };
    const body = { object: 'x', entry: [null, { id: '1' }, { changes: [7, { value }, change] }] };
    const result = cloudApi.parse(
      webhookRequest({ request: { method: 'POST', path: '', body } }),
      contextWith(),
    );
    expect(result.events).toHaveLength(1);
    expect(result.ignored).toEqual([{ reason: 'malformed', count: 4 }]);
  });

  it('with an id or an address longer than any index takes are malformed', () => {
    const text = { type: 'text', text: { body: 'oi' } };
    for (const wrong of [
      { id: 'w'.repeat(513) },
      { from: '5'.repeat(16) },
      { group_id: 'g'.repeat(129) },
      { group_id: 'g@g.us' },
    ]) {
      expect(inbound({ ...text, ...wrong })).toEqual({
        events: [],
        ignored: [{ reason: 'malformed', count: 1 }],
      });
    }
  });

  it('keep the status of a message to a group, without an address that is none', () => {
    const status = { id: 'wamid.X', status: 'read', recipient_type: 'group' };
    const toGroup = (recipient_id?: string) => parsed({ statuses: [{ ...status, recipient_id }] }).events;
    expect(toGroup('120363')).toMatchObject([{ kind: 'status', remoteJid: '120363@g.us' }]);
    for (const wrong of ['g'.repeat(129), 'g@h', undefined]) {
      expect(toGroup(wrong)).toMatchObject([{ kind: 'status', keyId: 'wamid.X' }]);
      expect(toGroup(wrong)[0]).not.toHaveProperty('remoteJid');
    }
  });

  it('take the contact by id, never by position', () => {
    const contacts = [{ wa_id: '999', profile: { name: 'Other' } }];
    const [event] = inbound({ type: 'text', text: { body: 'oi' } }, contacts).events;
    expect(event).not.toHaveProperty('pushName');
  });

  it('keep a flow reply whose JSON is broken as a string', () => {
    const nfm_reply = { name: 'flow', response_json: '{oops' };
    expect(
      inbound({ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply } }).events[0],
    ).toMatchObject({
      content: { contentType: 'flowReply', json: '{oops' },
    });
  });

  it('read a removed reaction, numeric strings and an unknown type', () => {
    const reaction = inbound({ type: 'reaction', reaction: { message_id: 'w', emoji: '' } }).events[0];
    expect(reaction).toMatchObject({ content: { emoji: null } });
    const location = { latitude: '-19.9', longitude: '-43.9' };
    expect(inbound({ type: 'location', location }).events[0]).toMatchObject({
      content: { latitude: -19.9, longitude: -43.9 },
    });
    expect(inbound({ type: 'hologram' }).events[0]).toMatchObject({
      content: { contentType: 'system', systemType: 'other', providerType: 'hologram' },
    });
  });

  it('read a changed user id under the previous one', () => {
    const system = { type: 'user_changed_user_id', user_id: 'BR.2', previous_user_id: 'BR.1' };
    for (const from_user_id of [undefined, 'BR.1', 'BR.2']) {
      const notice = { from: undefined, from_user_id, type: 'system', system };
      expect(inbound(notice).events[0]).toMatchObject({
        remoteJid: 'BR.1@bsuid',
        content: { systemType: 'userIdChanged', newBsuid: 'BR.2' },
      });
    }
  });

  it('take of a changed number or user id only what is one', () => {
    const changed = (system: object) => inbound({ type: 'system', system }).events[0];
    const number = changed({ type: 'user_changed_number', wa_id: '+55 31 77770000', user_id: 'BR.2' });
    expect(number).toMatchObject({ content: { newWaId: '553177770000', newBsuid: 'BR.2' } });
    const nothing = changed({ type: 'user_changed_number', wa_id: '5'.repeat(16), user_id: 'x'.repeat(200) });
    expect(nothing).toMatchObject({ content: { systemType: 'numberChanged' } });
    expect(JSON.stringify(nothing)).not.toMatch(/newWaId|newBsuid/);
  });

  it('read revokes among the echoes of the phone app', () => {
    const echo = { from: '5531999990000', to: '553188887777', id: 'wamid.E', timestamp: '1767225600' };
    const revoke = { ...echo, type: 'revoke', revoke: { original_message_id: 'wamid.T' } };
    expect(parsed({ message_echoes: [revoke] }, 'smb_message_echoes').events[0]).toMatchObject({
      fromMe: true,
      origin: 'humanAgent',
      remoteJid: '553188887777@s.whatsapp.net',
      content: { contentType: 'revoke', targetKeyId: 'wamid.T' },
    });
  });
});

describe('cloud-api errors', () => {
  const answer = (status: number, headers = {}): HttpResponse => {
    return { status, headers, body: new Uint8Array(), url: '' };
  };
  const info = (error: object, { status = 400, attempt = 1, headers = {} } = {}) =>
    cloudErrorInfo({ error }, answer(status, headers), attempt);

  it('wait longer at each pair limit', () => {
    const delays = [1, 2, 3].map((attempt) => info({ code: 131056 }, { attempt }).retryAfterMs);
    expect(delays).toEqual([6_000, 16_000, 64_000]);
  });

  it('repeat a refused file once', () => {
    expect(info({ code: 131053 })).toMatchObject({ class: 'Retryable' });
    expect(info({ code: 131053 }, { attempt: 2 })).toMatchObject({
      class: 'Permanent',
      reason: 'mediaInvalid',
    });
  });

  it('are known by a code written as text too', () => {
    expect(info({ code: '131047' })).toMatchObject({ class: 'Permanent', reason: 'windowClosed' });
  });

  it('of an unknown code go by the status', () => {
    expect(info({ code: 999, is_transient: true })).toMatchObject({ class: 'Retryable' });
    expect(info({ code: 999 })).toMatchObject({ class: 'Permanent', reason: 'unknown' });
    expect(info({ code: 999 }, { status: 403 })).toMatchObject({ class: 'Auth' });
    expect(info({ code: 999 }, { status: 429, headers: { 'retry-after': '9' } })).toMatchObject({
      class: 'Retryable',
      retryAfterMs: 9_000,
    });
    expect(statusErrorInfo({ code: 999 })).toMatchObject({ class: 'Permanent', reason: 'unknown' });
  });

  it('are read without the member around them too', () => {
    expect(cloudErrorInfo({ code: 131047, message: 'x' }, answer(201))).toMatchObject({
      reason: 'windowClosed',
    });
  });
});

describe('cloud-api over HTTP', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function graph(answer: (request: SeenRequest) => Answer, settings: Record<string, Json> = {}) {
    const server = await localServer(answer);
    const http = createHttpClient({ allowPrivate: ['127.0.0.1'] });
    closers.push(() => http.close(), server.close);
    // The guard keeps flows from private addresses, which is where these tests live.
    const reach: typeof http = Object.assign(
      (request: Parameters<typeof http>[0]) => http({ ...request, source: 'operator' }),
      { close: http.close },
    );
    return { server, context: { ...contextWith({ base_url: server.url, ...settings }), http: reach } };
  }

  const json = (body: object, status = 200): Answer => ({ status, body: JSON.stringify(body) });
  const sent = json({ messages: [{ id: 'wamid.S' }] });
  const outbound = (content: OutboundContent): OutboundMessage => ({
    outboundId: 'out_1',
    attempt: 1,
    to,
    content,
  });

  it('sends through 360dialog with its key and its path', async () => {
    const { server, context } = await graph(() => sent, {
      flavour: '360dialog',
      app_secret: undefined,
      url_secret: 'u'.repeat(32),
    });
    await cloudApi.send(outbound({ type: 'text', text: 'oi' }), context);
    expect(server.requests[0]).toMatchObject({
      url: '/messages',
      headers: { 'd360-api-key': 'TEST_TOKEN' },
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('takes a 200 without a message id for an unknown outcome', async () => {
    const { context } = await graph(() => json({ messages: [] }));
    await expect(cloudApi.send(outbound({ type: 'text', text: 'oi' }), context)).rejects.toMatchObject({
      info: { class: 'UnknownOutcome' },
    });
  });

  it('never writes into a group', async () => {
    const { server, context } = await graph(() => sent);
    const message = { ...outbound({ type: 'text', text: 'oi' }), to: { jid: '1203@g.us' } };
    await expect(cloudApi.send(message, context)).rejects.toBeInstanceOf(ChannelError);
    expect(server.requests).toEqual([]);
  });

  it('stays silent for a typing signal that is over or answers nothing', async () => {
    const { server, context } = await graph(() => sent);
    await cloudApi.showPresence(to, { type: 'typing', state: 'paused', inReplyTo: 'w' }, context);
    await cloudApi.showPresence(to, { type: 'typing', state: 'composing' }, context);
    expect(server.requests).toEqual([]);
  });

  const media = (server: { url: string }, path = '/a.png'): OutboundContent => ({
    type: 'image',
    media: { url: `${server.url}${path}` },
    caption: 'Veja',
  });
  const file: Answer = { body: 'bytes', headers: { 'content-type': 'image/png' } };

  it('uploads a file before it is sent', async () => {
    const { server, context } = await graph(({ url }) => (url === '/a.png' ? file : json({ id: '42' })));
    expect(await cloudApi.prepare?.(outbound(media(server)), context)).toEqual({
      type: 'image',
      media: { providerMediaId: '42' },
      caption: 'Veja',
    });
    expect(server.requests[1]?.url).toBe('/v23.0/310000000000002/media');
    expect(server.requests[1]?.body).toContain('filename="a.png"');
  });

  it('sends by link what it cannot read or Meta does not take', async () => {
    const refusing = await graph(({ url }) => (url === '/a.png' ? file : json({}, 400)));
    const content = media(refusing.server);
    expect(await cloudApi.prepare?.(outbound(content), refusing.context)).toEqual(content);
    const missing = await graph(() => ({ status: 404 }));
    expect(await cloudApi.prepare?.(outbound(media(missing.server)), missing.context)).toMatchObject({
      media: { url: `${missing.server.url}/a.png` },
    });
    expect(missing.server.requests).toHaveLength(1);
  });

  it('writes the link of an image over 5 MB', async () => {
    const { server, context } = await graph(() => ({ ...file, body: new Uint8Array(5 * 1024 * 1024 + 1) }));
    expect(await cloudApi.prepare?.(outbound(media(server)), context)).toEqual({
      type: 'text',
      text: `Veja\n${server.url}/a.png`,
    });
  });

  it('makes a voice note of ogg only', async () => {
    const { server, context } = await graph(({ url }) =>
      url === '/v23.0/310000000000002/media'
        ? json({ id: '7' })
        : { body: 'x', headers: { 'content-type': url === '/a.ogg' ? 'audio/ogg' : 'audio/mpeg' } },
    );
    const voice = (path: string): OutboundMessage =>
      outbound({ type: 'audio', media: { url: `${server.url}${path}` }, ptt: true });
    expect(await cloudApi.prepare?.(voice('/a.ogg'), context)).toMatchObject({ ptt: true });
    expect(await cloudApi.prepare?.(voice('/a.mp3'), context)).toMatchObject({ ptt: false });
  });

  it('fetches an inbound file in two steps, the token never going on to another host', async () => {
    const storage = await localServer(() => ({ body: 'voice', headers: { 'content-type': 'audio/ogg' } }));
    closers.push(storage.close);
    const { server, context } = await graph(({ url }) => {
      if (url.startsWith('/v23.0/m1')) return json({ url: `${server.url}/file` });
      return { status: 302, headers: { location: `${storage.url}/real` } };
    });
    const inbound = { mimeType: 'audio/ogg', fetch: { via: 'meta', mediaId: 'm1' } } as const;
    const fetched = await cloudApi.fetchMedia(inbound, context, 1_000);
    expect(Buffer.from(fetched.bytes).toString()).toBe('voice');
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer TEST_TOKEN',
      'Bearer TEST_TOKEN',
    ]);
    expect(storage.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(storage.requests[0]?.headers).toMatchObject({ 'user-agent': 'Parley/1' });
  });

  it('keeps a file of 360dialog on its own host', async () => {
    const { server, context } = await graph(
      ({ url }) =>
        url === '/m1' ? json({ url: 'https://lookaside.example/whatsapp?mid=1' }) : { body: 'x' },
      { flavour: '360dialog', app_secret: undefined, url_secret: 'u'.repeat(32) },
    );
    await cloudApi.fetchMedia({ mimeType: 'image/png', fetch: { via: 'meta', mediaId: 'm1' } }, context, 100);
    expect(server.requests.map(({ url }) => url)).toEqual(['/m1', '/whatsapp?mid=1']);
  });

  it.each<[Answer, string]>([
    [json({ display_phone_number: '+55 31 99999-0000', quality_rating: 'GREEN' }), 'connected'],
    [json({ error: { code: 190 } }, 401), 'auth_failed'],
    [{ status: 500 }, 'disconnected'],
  ])('answers %j to a health check with %s', async (answer, status) => {
    const { context } = await graph(() => answer);
    expect(await cloudApi.health(context)).toMatchObject({ status });
  });
});
