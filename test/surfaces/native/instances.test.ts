import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { useApi, without } from '../../http/api.js';
import type { CallOptions, Json } from '../../http/api.js';

const api = useApi();
const cloud = {
  type: 'cloud-api',
  phone_number_id: '1',
  access_token: 'AT',
  app_secret: 'AS',
  verify_token: 'VT',
};

async function owner() {
  const tenant = await api().tenant();
  const call = (method: string, path: string, options: CallOptions = {}) =>
    api().call(method, path, { key: tenant.key, ...options });
  return {
    tenant,
    call,
    make: (json: Record<string, unknown>) => call('POST', '/instances', { json: { name: 'Shop', ...json } }),
  };
}

/** A provider that answers every request the same way and remembers what it was asked. */
async function provider(status: number, body: unknown) {
  const seen: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      seen.push({ path: request.url ?? '', body: text });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe('an instance', () => {
  test('is a sandbox when no channel is named, and its token is shown once', async () => {
    const { call, make } = await owner();
    const made = await make({ name: 'Support', phone: '+55 (11) 98888-7777' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^VZ[A-Z0-9]{26}$/),
      name: 'Support',
      phone: '5511988887777',
      status: 'connected',
      integration_id: expect.any(Number),
      silenced_at: null,
      alarm_after_hours: 0,
      channel: { type: 'sandbox' },
      webhook: {
        url: `http://parley.test/webhooks/${made.body.id}`,
        method: 'POST',
        events: expect.any(Array),
        registered: false,
      },
      created_at: expect.any(String),
      updated_at: made.body.created_at,
      token: expect.any(String),
    });
    expect(made.body.integration_id).toBeGreaterThanOrEqual(100);
    const { webhook, ...rest } = made.body;
    const shown = without(rest, 'token');
    const seen = { ...shown, webhook: { url: webhook.url } };
    expect((await call('GET', `/instances/${shown.id}`)).body).toEqual(seen);
    expect((await call('GET', '/instances')).body[0]).toEqual(seen);
  });

  test('shows its webhook secret in the answer that made it and never again, and stores secrets encrypted', async () => {
    const { call, make } = await owner();
    const given = { type: 'zapi', instance_id: 'I', token: 'super-secret-token', client_token: 'C' };
    const made = await make({ channel: given });
    expect(made.status).toBe(201);
    const secret = made.body.webhook.url.split('/').at(-1);
    expect(secret.length).toBeGreaterThanOrEqual(32);
    for (const path of [`/instances/${made.body.id}`, '/instances']) {
      const text = JSON.stringify((await call('GET', path)).body);
      expect(text).toContain(`/webhooks/${made.body.id}/***`);
      expect(text).not.toContain(secret);
      expect(text).not.toContain('super-secret-token');
    }
    const { rows } = await api().db.query<{ row: string }>(
      `SELECT i::text AS row FROM instances i WHERE id = $1`,
      [made.body.id],
    );
    expect(rows[0]?.row).not.toContain('super-secret-token');
    expect(rows[0]?.row).not.toContain(Buffer.from('super-secret-token').toString('hex'));
  });

  test('tells what to set at the Cloud API, verify token included', async () => {
    const { make } = await owner();
    const made = await make({ channel: cloud });
    expect(made.body.webhook).toMatchObject({ verify_token: 'VT', registered: false });
    expect(made.body.status).toBe('connected');
  });

  test('shows the public address that Twilio calls, which holds no secret', async () => {
    const public_url = 'https://hooks.example.com/a/long/way/behind/a/proxy/to/the/webhook/of/this/number';
    const channel = { type: 'twilio', account_sid: 'AC1', auth_token: 't', from: 'whatsapp:+5531999990000' };
    const { call, make } = await owner();
    const made = (await make({ channel: { ...channel, public_url } })).body;
    expect(made.webhook.url).toBe(public_url);
    expect((await call('GET', `/instances/${made.id}`)).body.webhook.url).toBe(public_url);
  });

  test('says whether Parley could set the webhook at the provider', async () => {
    const evolution = (base_url: string) => ({ type: 'evolution', base_url, instance: 'i', api_key: 'k' });
    const { make } = await owner();
    const good = await provider(200, { ok: true });
    const made = await make({ channel: evolution(good.url) });
    expect(made.body).toMatchObject({ status: 'connecting', webhook: { registered: true } });
    expect(good.seen.map(({ path }) => path)).toContain('/webhook/set/i');
    const bad = await provider(500, {});
    expect((await make({ channel: evolution(bad.url) })).body.webhook.registered).toBe(false);
    expect((await make({ channel: evolution('http://127.0.0.1:9') })).body.webhook.registered).toBe(false);
  });

  test.each([
    [{ name: undefined }, 'name is required'],
    [{ name: '' }, 'name must be a string of 1 to 200 characters'],
    [{ name: 'x'.repeat(201) }, 'name must be a string of 1 to 200 characters'],
    [{ phone: '123' }, 'phone must have 8 to 15 digits'],
    [{ channel: 'waha' }, 'channel must be an object'],
    [{ channel: {} }, 'channel.type is required'],
    [
      { channel: { type: 'telegram' } },
      'channel.type must be one of cloud-api, evolution, waha, codechat, generic, sandbox, zapi, vzaps, twilio',
    ],
    [
      { channel: { type: 7 } },
      'channel.type must be one of cloud-api, evolution, waha, codechat, generic, sandbox, zapi, vzaps, twilio',
    ],
    [{ channel: { ...cloud, access_token: undefined } }, 'channel.access_token is required'],
    [
      { channel: { ...cloud, timeout_ms: 1 } },
      'channel.timeout_ms must be an integer between 1000 and 60000',
    ],
    [{ transcription: {} }, 'transcription.base_url is required'],
    [{ transcription: { base_url: 'x', model: 'm' } }, 'transcription.base_url must be an http or https URL'],
    [
      { transcription: { base_url: 'https://x.example', model: 'm', fallback: 'cry' } },
      'transcription.fallback must be one of send_url, ask_to_type, ignore',
    ],
  ])('is refused with %j', async (fields, error) => {
    const { make } = await owner();
    expect(await make(fields)).toMatchObject({ status: 400, body: { code: 400, success: false, error } });
  });

  test('is not made by a key that is limited to another one', async () => {
    const { tenant } = await owner();
    const reply = await api().call('POST', '/instances', { key: tenant.token, json: {} });
    expect(reply).toMatchObject({ status: 403, body: { code: 403, success: false, error: 'forbidden' } });
    expect((await api().call('GET', '/instances', { key: tenant.token })).body).toHaveLength(1);
  });

  test('is changed member by member; null takes a member back, another type is refused', async () => {
    const { call, make } = await owner();
    const { id } = (await make({ channel: { ...cloud, timeout_ms: 20_000 } })).body;
    const patch = (json: unknown) => call('PATCH', `/instances/${id}`, { json });
    const before = (await call('GET', `/instances/${id}`)).body;
    expect(await patch({})).toMatchObject({ status: 200, body: before });
    expect((await patch({ name: 'New', phone: null })).body).toMatchObject({ name: 'New', phone: null });
    expect((await patch({ channel: { access_token: 'NEW' } })).status).toBe(200);
    const settings = async () =>
      (await api().db.query<{ s: Json }>('SELECT channel_settings AS s FROM instances WHERE id = $1', [id]))
        .rows[0]?.s;
    expect(await settings()).toMatchObject({ phone_number_id: '1', timeout_ms: 20_000 });
    expect((await patch({ channel: { type: 'cloud-api', timeout_ms: null } })).status).toBe(200);
    expect(await settings()).toMatchObject({ timeout_ms: 10_000 });
    expect(await patch({ channel: { type: 'waha' } })).toMatchObject({
      status: 400,
      body: { error: 'channel.type must be cloud-api: it cannot change' },
    });
    expect(await patch({ channel: { access_token: null } })).toMatchObject({
      status: 400,
      body: { error: 'channel.access_token is required' },
    });
    expect(await patch({ channel: { timeout_ms: 'fast' } })).toMatchObject({ status: 400 });
    expect(await patch({ name: null })).toMatchObject({ status: 400 });
  });

  test('takes transcription settings, merged and taken away again', async () => {
    const { call, make } = await owner();
    const given = { base_url: 'https://stt.example/v1/', api_key: 'stt-secret', model: 'whisper-1' };
    const { id } = (await make({ transcription: given })).body;
    const patch = (json: unknown) => call('PATCH', `/instances/${id}`, { json });
    const stored = async () =>
      (await api().db.query<{ t: Json }>('SELECT transcription AS t FROM instances WHERE id = $1', [id]))
        .rows[0]?.t;
    const defaults = { max_seconds: 300, max_bytes: 26_214_400, timeout_ms: 30_000, fallback: 'send_url' };
    expect(await stored()).toEqual({ base_url: 'https://stt.example/v1', model: 'whisper-1', ...defaults });
    await patch({ transcription: { language: 'pt', max_seconds: 10 } });
    expect(await stored()).toMatchObject({ language: 'pt', max_seconds: 10, model: 'whisper-1' });
    await patch({ transcription: { max_seconds: null } });
    expect(await stored()).toMatchObject({ language: 'pt', max_seconds: 300 });
    const elsewhere = { base_url: 'https://stt.example:8443/v1' };
    expect((await patch({ transcription: elsewhere })).body).toMatchObject({
      error: 'transcription.base_url has another origin: transcription.api_key must be given again',
    });
    expect((await patch({ transcription: { ...elsewhere, api_key: 'other' } })).status).toBe(200);
    await patch({ transcription: null });
    expect(await stored()).toBeNull();
  });

  test('is gone with everything in it after DELETE', async () => {
    const { call, make, tenant } = await owner();
    const made = (await make({})).body;
    await call('POST', `/instances/${made.id}/typebots`, {
      json: { typebot_url: 'https://b.example', public_id: 'f', trigger_type: 'all' },
    });
    expect(await call('DELETE', `/instances/${made.id}`)).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    const gone = { status: 404, body: { code: 404, success: false, error: 'instance not found' } };
    expect(await call('DELETE', `/instances/${made.id}`)).toMatchObject(gone);
    expect(await call('GET', `/instances/${made.id}`)).toMatchObject(gone);
    expect(await call('GET', `/instances/${made.id}/typebots`)).toMatchObject(gone);
    expect((await api().call('GET', '/instances', { key: made.token })).status).toBe(401);
    expect((await call('GET', '/instances')).body.map((row: Json) => row.id)).toEqual([tenant.instanceId]);
  });
});

describe('the health of an instance', () => {
  test('is what the provider says now, and stays as its status', async () => {
    const { call, make } = await owner();
    const open = await provider(200, { instance: { instanceName: 'i', state: 'open' } });
    const { id } = (
      await make({ channel: { type: 'evolution', base_url: open.url, instance: 'i', api_key: 'k' } })
    ).body;
    const typebot = (
      await call('POST', `/instances/${id}/typebots`, {
        json: { typebot_url: 'https://b.example', public_id: 'f', trigger_type: 'all' },
      })
    ).body;
    const health = await call('GET', `/instances/${id}/health`);
    expect(health.status).toBe(200);
    expect(health.body).toEqual({
      status: 'connected',
      checked_at: expect.stringMatching(/\.\d{3}Z$/),
      detail: expect.any(String),
      last_inbound_at: null,
      last_send_at: null,
      webhook: null,
      quiet: false,
      pending_messages: 0,
      typebots: [{ typebot_id: typebot.typebot_id, last_error: null }],
    });
    expect((await call('GET', `/instances/${id}`)).body.status).toBe('connected');
    const refused = await provider(401, {});
    await call('PATCH', `/instances/${id}`, {
      json: { channel: { base_url: refused.url, api_key: 'wrong' } },
    });
    expect((await call('GET', `/instances/${id}/health`)).body.status).toBe('auth_failed');
    expect((await call('GET', `/instances/${id}`)).body.status).toBe('auth_failed');
    await call('PATCH', `/instances/${id}`, { json: { name: 'still refused' } });
    expect((await call('GET', `/instances/${id}`)).body.status).toBe('auth_failed');
    await call('PATCH', `/instances/${id}`, { json: { channel: { api_key: 'new' } } });
    expect((await call('GET', `/instances/${id}`)).body.status).toBe('connecting');
    await call('PATCH', `/instances/${id}`, {
      json: { channel: { base_url: 'http://127.0.0.1:9', api_key: 'new' } },
    });
    expect((await call('GET', `/instances/${id}/health`)).body).toMatchObject({ status: 'disconnected' });
  });

  test('never goes to another server with a stored secret', async () => {
    const { call, make } = await owner();
    const [own, stranger] = [await provider(200, {}), await provider(200, {})];
    const channel = { type: 'evolution', base_url: `${own.url}/v1`, instance: 'shop', api_key: 'SECRET' };
    const { id, token } = (await make({ channel })).body;
    const patch = (members: object) =>
      call('PATCH', `/instances/${id}`, { key: token, json: { channel: members } });
    expect(await patch({ base_url: stranger.url })).toMatchObject({
      status: 400,
      body: { code: 400, error: 'channel.base_url has another origin: channel.api_key must be given again' },
    });
    await call('GET', `/instances/${id}/health`);
    expect(stranger.seen).toEqual([]);
    expect((await patch({ base_url: `${own.url}/v2` })).status).toBe(200);
    expect((await patch({ base_url: stranger.url, api_key: 'another' })).status).toBe(200);
    await call('GET', `/instances/${id}/health`);
    expect(stranger.seen.length).toBeGreaterThan(0);
  });

  test('says that a number is quiet once no event has come for the hours of its alarm', async () => {
    const { call, tenant } = await owner();
    const base = `/instances/${tenant.instanceId}`;
    const quiet = async () => (await call('GET', `${base}/health`)).body.quiet;
    const changed = await call('PATCH', base, { json: { alarm_after_hours: 12 } });
    expect(changed.body.alarm_after_hours).toBe(12);
    expect(await quiet()).toBe(false);
    const set = (column: string) =>
      api().db.query(`UPDATE instances SET ${column} = now() - interval '12 hours 1 second' WHERE id = $1`, [
        tenant.instanceId,
      ]);
    await set('created_at');
    expect(await quiet()).toBe(true);
    await api().db.query('UPDATE instances SET last_inbound_at = now() WHERE id = $1', [tenant.instanceId]);
    expect(await quiet()).toBe(false);
    await set('last_inbound_at');
    expect(await quiet()).toBe(true);
    await call('PATCH', base, { json: { alarm_after_hours: 0 } });
    expect(await quiet()).toBe(false);
    expect((await call('PATCH', base, { json: { alarm_after_hours: 721 } })).body.error).toBe(
      'alarm_after_hours must be an integer between 0 and 720',
    );
  });

  test('counts the messages that wait', async () => {
    const { call, tenant } = await owner();
    const base = `/instances/${tenant.instanceId}`;
    await call('POST', `${base}/typebots`, {
      json: { typebot_url: 'https://b.example', public_id: 'f', trigger_type: 'none' },
    });
    await call('POST', `${base}/typebots/sessions/start`, {
      json: { public_id: 'f', phone: '12025550000', message: 'hi' },
    });
    const [session] = (await call('GET', `${base}/typebots/sessions`)).body;
    await call('POST', `${base}/typebots/sessions/${session.id}/messages`, {
      json: { message: 'wait for it' },
    });
    expect((await call('GET', `${base}/health`)).body).toMatchObject({
      status: 'connected',
      pending_messages: 1,
    });
  });
});

test('the bots of a number are silenced and may speak again, by nobody of another workspace', async () => {
  const { call, tenant } = await owner();
  const base = `/instances/${tenant.instanceId}`;
  const silenced = await call('POST', `${base}/silence`, { json: {} });
  expect(silenced).toMatchObject({ status: 200, body: { status: 'ok', silenced_at: expect.any(String) } });
  // Pressed twice, the first time counts.
  expect((await call('POST', `${base}/silence`, { json: {} })).body).toEqual(silenced.body);
  expect((await call('GET', base)).body.silenced_at).toBe(silenced.body.silenced_at);
  const stranger = await api().tenant();
  for (const method of ['POST', 'DELETE'])
    expect((await api().call(method, `${base}/silence`, { key: stranger.key, json: {} })).status).toBe(403);
  expect((await call('GET', base)).body.silenced_at).toBe(silenced.body.silenced_at);
  expect((await call('DELETE', `${base}/silence`)).body).toEqual({ status: 'ok', silenced_at: null });
  expect((await call('GET', base)).body.silenced_at).toBeNull();
});

test('no secret of a channel reaches the log', async () => {
  const { make } = await owner();
  const secret = randomBytes(16).toString('hex');
  await make({ channel: { ...cloud, access_token: secret, timeout_ms: 'x' } });
  await make({ channel: { ...cloud, access_token: secret } });
  expect(api().logLines.join('')).not.toContain(secret);
});

describe('a misspelt setting', () => {
  const evolution = { type: 'evolution', base_url: 'https://e.example', instance: 'shop', api_key: 'k' };

  test.each([
    [{ channel: { ...evolution, api_kye: 'k' } }, 'channel.api_kye is not a member: did you mean api_key?'],
    [
      { channel: { ...evolution, timeoutMs: 1_000 } },
      'channel.timeoutMs is not a member: did you mean timeout_ms?',
    ],
    [
      { channel: { ...evolution, capabilities: { buttns: 0 } } },
      'channel.capabilities.buttns is not a member: did you mean buttons?',
    ],
    [
      { transcription: { base_url: 'https://s.example', modle: 'w' } },
      'transcription.modle is not a member: did you mean model?',
    ],
    [{ chanel: evolution }, 'chanel is not a member: did you mean channel?'],
  ])('is refused with the right one, and nothing is made: %j', async (given, error) => {
    const tenant = await api().tenant();
    const list = async () => (await api().call('GET', '/instances', { key: tenant.key })).body.length;
    const before = await list();
    const reply = await api().call('POST', '/instances', {
      key: tenant.key,
      json: { name: 'Shop', ...given },
    });
    expect(reply).toMatchObject({ status: 400, body: { error } });
    expect(await list()).toBe(before);
  });
});
