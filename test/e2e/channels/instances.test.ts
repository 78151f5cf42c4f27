import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until, useParley } from '../../support/parley.js';
import { startProvider } from '../../support/providers/index.js';
import type { Json, Provider } from '../../support/providers/provider.js';
import { openShop } from '../../support/providers/shop.js';

const parley = useParley();

const create = (channel: Json) => parley.call('POST', '/instances', { name: 'Shop', channel });
const patch = (id: string, channel: Json) => parley.call('PATCH', `/instances/${id}`, { channel });

/** One wrong member after the other: the settings given, and what the 400 says. */
const refused: [string, Json, string][] = [
  ['cloud-api', {}, 'channel.phone_number_id is required'],
  ['cloud-api', { phone_number_id: '1' }, 'channel.access_token is required'],
  [
    'cloud-api',
    { phone_number_id: '1', access_token: 'a', verify_token: 'v' },
    'channel.app_secret is required',
  ],
  ['evolution', { instance: 'i', api_key: 'k' }, 'channel.base_url is required'],
  ['evolution', { base_url: 'https://e.example.com', api_key: 'k' }, 'channel.instance is required'],
  ['waha', { base_url: 'https://w.example.com', hmac_key: 'h' }, 'channel.api_key is required'],
  ['waha', { base_url: 'https://w.example.com', api_key: 'k' }, 'channel.hmac_key is required'],
  ['codechat', { base_url: 'https://c.example.com', instance: 'i' }, 'channel.api_key is required'],
  [
    'codechat',
    { base_url: 'https://c.example.com', instance: 'i', flavour: 'go' },
    'channel.instance_token is required',
  ],
  [
    'generic',
    { outbound_url: 'https://g.example.com', outbound_secrets: ['s'] },
    'channel.inbound_secrets is required',
  ],
  [
    'generic',
    { inbound_secrets: ['0123456789abcdef'], outbound_secrets: ['s'] },
    'channel.outbound_url is required',
  ],
  ['zapi', { token: 't', client_token: 'c' }, 'channel.instance_id is required'],
  ['vzaps', { instance_id: 'i', client_token: 'c' }, 'channel.instance_token is required'],
  ['twilio', { auth_token: 't', from: 'whatsapp:+5531999990000' }, 'channel.account_sid is required'],
];

test.each(refused)('%s with %j is refused', async (type, members, message) => {
  expect(await create({ type, ...members })).toMatchObject({ status: 400, body: { error: message } });
});

test('members of every type have their bounds, and a type must be one that exists', async () => {
  const wrong = [
    [{ timeout_ms: 999 }, 'channel.timeout_ms'],
    [{ timeout_ms: 60_001 }, 'channel.timeout_ms'],
    [{ reconcile_seconds: 301 }, 'channel.reconcile_seconds'],
    [{ message_ttl_seconds: 9 }, 'channel.message_ttl_seconds'],
    [{ echo_hold_ms: 30_001 }, 'channel.echo_hold_ms'],
    [{ foreign_api_sends: 'humanAgent' }, 'channel.foreign_api_sends'],
    [{ ignore_status: 'yes' }, 'channel.ignore_status'],
  ] as const;
  for (const [members, name] of wrong) {
    const answer = await create({ type: 'sandbox', ...members });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(name);
  }
  expect((await create({ type: 'meta' })).status).toBe(400);
  expect((await create({})).body.error).toBe('channel.type is required');
});

const providers: [string, { registered: boolean; secretPath: boolean; status: string; auth: Json }][] = [
  ['cloud-api', { registered: false, secretPath: false, status: 'connected', auth: { access_token: 'x' } }],
  ['evolution', { registered: true, secretPath: true, status: 'connecting', auth: { api_key: 'x' } }],
  ['waha', { registered: true, secretPath: false, status: 'connecting', auth: { api_key: 'x' } }],
  ['codechat v1', { registered: true, secretPath: true, status: 'connecting', auth: { api_key: 'x' } }],
  [
    'codechat go',
    { registered: true, secretPath: true, status: 'connecting', auth: { instance_token: 'x' } },
  ],
  ['zapi', { registered: true, secretPath: true, status: 'connecting', auth: { client_token: 'x' } }],
  ['vzaps', { registered: false, secretPath: true, status: 'connecting', auth: { client_token: 'x' } }],
  ['twilio', { registered: false, secretPath: false, status: 'connected', auth: { auth_token: 'x' } }],
  [
    'generic',
    { registered: false, secretPath: false, status: 'connected', auth: { outbound_secrets: ['xxxx'] } },
  ],
];

describe.each(providers)('an instance on %s', (name, expected) => {
  let provider: Provider;
  beforeAll(async () => {
    provider = await startProvider(name);
  });
  afterAll(() => provider.server.close());

  test('says once what to set at the provider, and registers itself where the provider has a call for that', async () => {
    const shop = await openShop(parley, provider);
    const { webhook, status } = shop.made;
    expect(status).toBe(expected.status);
    expect(webhook).toMatchObject({ method: 'POST', registered: expected.registered });
    const path = new URL(webhook.url).pathname;
    const secret = expected.secretPath ? '/s3cr3t-path-0123456789abcdef012345' : '';
    expect(path).toBe(`/webhooks/${shop.id}${secret}`);
    if (expected.registered) {
      expect(
        provider.server.requests.some(({ body }) => JSON.stringify(body ?? '').includes(webhook.url)),
      ).toBe(true);
    }
    const shown = await parley.call('GET', `/instances/${shop.id}`);
    expect(shown.body.channel).toEqual({ type: provider.channel.type });
    expect(shown.body.webhook.url.endsWith(`/${shop.id}${secret && '/***'}`)).toBe(true);
    for (const value of Object.values(provider.channel)) {
      if (typeof value === 'string' && /TEST|secret|s3cr3t/i.test(value)) {
        expect(JSON.stringify(shown.body)).not.toContain(value);
      }
    }
  });

  test('with a wrong or missing secret in the path is as unknown as any other address', async () => {
    const shop = await openShop(parley, provider);
    const webhook = shop.guest().says('oi');
    const unknown = await parley.call(
      'POST',
      '/webhooks/VZ00000000000000000000000000',
      webhook.body,
      webhook.headers,
    );
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    const twoMore = { ...webhook, suffix: `${webhook.suffix}/one/more` };
    expect(await shop.send(twoMore)).toEqual(unknown);
    if (expected.secretPath) {
      expect(await shop.send({ ...webhook, suffix: '' })).toEqual(unknown);
      const other = { ...webhook, suffix: '/another-path-0123456789abcdef012345' };
      expect(await shop.send(other)).toEqual(unknown);
      expect((await shop.send({ ...webhook, suffix: `${webhook.suffix}/messages-upsert` })).status).toBe(200);
    }
  });

  test('tells the health that the provider tells', async () => {
    const shop = await openShop(parley, provider);
    const health = await shop.health();
    expect(health).toMatchObject({
      status: 'connected',
      pending_messages: 0,
      last_inbound_at: null,
      last_send_at: null,
      typebots: [{ typebot_id: shop.typebotId, last_error: null }],
    });
    if (name === 'generic') return;
    await patch(shop.id, expected.auth);
    expect((await shop.health()).status).toBe('auth_failed');
    const base = provider.channel.base_url;
    // Another origin is given its secrets again.
    const moved = await patch(shop.id, {
      ...provider.channel,
      ...expected.auth,
      base_url: 'http://127.0.0.1:9',
    });
    expect(moved.status, JSON.stringify(moved.body)).toBe(200);
    expect((await shop.health()).status).toBe('disconnected');
    expect(base).toBe(provider.server.url);
  });

  test('merges a change member by member, null takes a member back, another type is refused', async () => {
    const shop = await openShop(parley, provider, {
      channel: { timeout_ms: 20_000, capabilities: { max_text: 100 } },
    });
    const stored = async () => {
      const { rows } = await parley.db.query<Json>('SELECT channel_settings FROM instances WHERE id = $1', [
        shop.id,
      ]);
      return rows[0].channel_settings;
    };
    expect(await stored()).toMatchObject({ timeout_ms: 20_000, capabilities: { max_text: 100 } });
    expect((await patch(shop.id, { timeout_ms: null, capabilities: { max_rows: 5 } })).status).toBe(200);
    expect(await stored()).toMatchObject({ timeout_ms: 10_000, capabilities: { max_rows: 5 } });
    expect((await stored()).capabilities.max_text).toBeUndefined();
    expect((await patch(shop.id, { type: provider.channel.type })).status).toBe(200);
    expect((await patch(shop.id, { type: 'sandbox' })).status).toBe(400);
    const [member] = Object.keys(expected.auth);
    if (member !== undefined) {
      expect(await patch(shop.id, { [member]: null })).toMatchObject({
        status: 400,
        body: { error: `channel.${member} is required` },
      });
    }
  });

  test('follows the connection that the provider reports', async () => {
    const { connection } = provider;
    if (connection === undefined) return;
    const shop = await openShop(parley, provider);
    const status = async () => (await parley.call('GET', `/instances/${shop.id}`)).body.status;
    await shop.post(connection('close'));
    expect(await status()).toBe('disconnected');
    await shop.post(connection('open'));
    expect(await status()).toBe('connected');
    if (name === 'zapi' || name === 'vzaps') return;
    await shop.post(connection('loggedOut'));
    expect(await status()).toBe('logged_out');
    await shop.post(connection('open'));
    expect(await status()).toBe('connected');
  });
});

test('WAHA keeps the other webhooks of a session that exists', async () => {
  const provider = await startProvider('waha');
  const shop = await openShop(parley, provider);
  const put = provider.server.requests.find(({ method }) => method === 'PUT');
  expect(put?.body.config).toMatchObject({
    debug: true,
    webhooks: [
      { url: 'https://other.example.com' },
      { url: shop.made.webhook.url, hmac: { key: 'my-secret-key' } },
    ],
  });
  await provider.server.close();
});

test.each<[string, Json]>([
  ['codechat go', { statusCode: 404, messages: ['instance not found'] }],
  ['waha', { statusCode: 404, message: 'Session "default" does not exist' }],
])(
  'an instance that %s did not know sends again when it is there and the settings are saved',
  async (name, json) => {
    const provider = await startProvider(name);
    const shop = await openShop(parley, provider);
    const ana = shop.guest();
    provider.server.failAll({ answer: { status: 404, json } });
    await shop.post(ana.says('oi'));
    const status = async () => (await parley.call('GET', `/instances/${shop.id}`)).body.status;
    await until(async () => expect(await status()).toBe('auth_failed'));
    provider.server.failAll();
    expect((await patch(shop.id, { timeout_ms: 9_000 })).status).toBe(200);
    await until(() => expect(ana.heard()).toHaveLength(1));
    await until(async () => expect(await status()).toBe('connected'));
    await provider.server.close();
  },
  60_000,
);

test('a connection that is down holds the answer until it is up again', async () => {
  const provider = await startProvider('evolution');
  const shop = await openShop(parley, provider);
  const ana = shop.guest();
  const closed = { status: 400, error: 'Bad Request', response: { message: ['Error: Connection Closed'] } };
  provider.server.failAll({ answer: { status: 400, json: closed } });
  await shop.post(ana.says('oi'));
  const status = async () => (await parley.call('GET', `/instances/${shop.id}`)).body.status;
  await until(async () => expect(await status()).toBe('disconnected'));
  provider.server.failAll();
  if (provider.connection === undefined) throw new Error('no connection events');
  await shop.post(provider.connection('open'));
  expect(await status()).toBe('connected');
  await until(() => expect(ana.heard()).toHaveLength(1));
  await provider.server.close();
});
