import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startApi, useApi } from './api.js';

const api = useApi();
const secret = 'an-inbound-secret-of-length';
const notFound = { status: 404, body: { error: { code: 'not_found', message: expect.any(String) } } };

async function sandbox() {
  const tenant = await api().tenant();
  const path = `/webhooks/${tenant.instanceId}`;
  const post = (messages: unknown[], more = '') =>
    api().call('POST', `${path}${more}`, { json: { messages } });
  return { ...tenant, path, post };
}

async function generic() {
  const { key } = await api().tenant();
  const channel = {
    type: 'generic',
    inbound_secrets: [secret],
    outbound_url: 'https://erp.example',
    outbound_secrets: [secret],
  };
  const { id } = (await api().call('POST', '/instances', { key, json: { name: 'ERP', channel } })).body;
  const send = (body: string, headers: Record<string, string> = {}) =>
    api().call('POST', `/webhooks/${id}`, {
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const signed = (events: unknown[]) => {
    const sentAt = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({ version: 1, sentAt, events });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return send(body, { 'x-parley-signature': `sha256=${signature}`, 'x-parley-timestamp': String(sentAt) });
  };
  return { id, key, send, signed };
}

const message = (text: string) => ({ keyId: `k${Math.random()}`, from: { phone: '12025550123' }, text });

describe('a webhook', () => {
  test('is handed over, event by event, and answered when that is done', async () => {
    const { post, instanceId } = await sandbox();
    const before = api().accepted.length;
    expect(await post([message('one'), message('two')])).toMatchObject({ status: 200 });
    const { instance, events } = api().accepted[before] ?? {};
    expect(instance?.id).toBe(instanceId);
    expect(events).toMatchObject([
      { kind: 'message', content: { text: 'one' } },
      { content: { text: 'two' } },
    ]);
  });

  test('with a notice of an unknown type counts it by its name, and one without a name as `other`', async () => {
    const { post } = await sandbox();
    const notice = (contentType: string) => ({ ...message(''), content: { contentType } });
    await post([notice('pinned'), notice('pinned'), notice('two words "x"'), notice('9'.repeat(300))]);
    const { body } = await api().call('GET', '/metrics');
    const sample = (type: string) => `parley_inbound_notices_total{channel="sandbox",type="${type}"} 2`;
    expect(body).toContain(sample('pinned'));
    expect(body).toContain(sample('other'));
    expect(body).not.toContain('two words');
  });

  test('is answered event by event where the channel wants that', async () => {
    const { signed } = await generic();
    const reply = await signed([
      {
        id: 'e1',
        type: 'message',
        message: {
          keyId: 'k',
          contact: { id: 'c' },
          timestamp: 1767225600,
          content: { contentType: 'text', text: 'x' },
        },
      },
      { id: 'e2', type: 'message', message: {} },
    ]);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        results: [
          { id: 'e1', outcome: 'accepted' },
          { id: 'e2', outcome: 'rejected', reason: 'malformed' },
        ],
      },
    });
  });

  test('is refused in one shape, whatever is wrong', async () => {
    const { send, id } = await generic();
    const before = api().accepted.length;
    expect(await send('{}')).toMatchObject({ status: 401, body: { error: { code: 'missing_signature' } } });
    for (const path of [
      `/webhooks/VZ${'0'.repeat(26)}`,
      '/webhooks/x',
      '/webhooks/%00',
      `/webhooks/${id}/a/b/c`,
    ]) {
      expect((await api().call('POST', path, { json: {} })).body).toHaveProperty('error.code');
    }
    expect(await api().call('POST', '/webhooks/nobody', { json: {} })).toMatchObject(notFound);
    expect(await api().call('POST', '/webhooks/%ZZ', { json: {} })).toMatchObject(notFound);
    expect(await api().call('GET', `/webhooks/${id}`)).toMatchObject(notFound);
    expect(await api().call('PUT', `/webhooks/${id}`, { json: {} })).toMatchObject(notFound);
    const signed = {
      'x-parley-signature': 'sha256=0',
      'x-parley-timestamp': String(Math.floor(Date.now() / 1_000)),
    };
    expect(await send('{}', { ...signed, 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(api().accepted.length).toBe(before);
  });

  test('may be 8 MiB and no byte more', async () => {
    const { path } = await sandbox();
    const around = JSON.stringify({ messages: [message('x')], pad: '' });
    const body = (size: number) => around.replace('""', `"${'x'.repeat(size - around.length)}"`);
    const [fits, over] = [body(8_388_608), body(8_388_609)];
    expect([fits.length, over.length]).toEqual([8_388_608, 8_388_609]);
    expect((await api().call('POST', path, { body: fits })).status).toBe(200);
    expect(await api().call('POST', path, { body: over })).toMatchObject({
      status: 413,
      body: { error: { code: 'too_large' } },
    });
    expect(await chunked(path, over)).toMatchObject({ status: 413 });
  });

  test('without its secret, or for no instance, is refused before any byte of its body', async () => {
    const { key } = await api().tenant();
    const make = async (channel: object) =>
      (await api().call('POST', '/instances', { key, json: { name: 'N', channel } })).body;
    const evolution = await make({
      ...{ type: 'evolution', base_url: 'http://127.0.0.1:9', instance: 'i', api_key: 'k' },
      header_secret: { name: 'x-secret', value: 'a-header-secret' },
    });
    const cloud = await make({
      ...{ type: 'cloud-api', phone_number_id: '1', access_token: 'a' },
      ...{ app_secret: 's', verify_token: 'VT' },
    });
    const { id } = await generic();
    expect(await headOnly(`/webhooks/VZ${'0'.repeat(26)}`)).toBe(404);
    expect(await headOnly(`/webhooks/${evolution.id}/wrong`)).toBe(404);
    expect(await headOnly(new URL(evolution.webhook.url).pathname)).toBe(401);
    expect(await headOnly(`/webhooks/${cloud.id}`)).toBe(401);
    expect(await headOnly(`/webhooks/${id}`)).toBe(401);
  });

  test('keeps a message with characters no database can hold, without those', async () => {
    const { post } = await sandbox();
    const before = api().accepted.length;
    expect((await post([message('a\u0000b\ud800c \\u0000 \u{1f600}')])).status).toBe(200);
    expect(api().accepted[before]?.events).toMatchObject([
      { content: { text: 'a\uFFFDb\uFFFDc \\u0000 \u{1f600}' } },
    ]);
  });

  test('loses of a batch only the event with a nesting nobody means', async () => {
    const { signed } = await generic();
    let json: unknown = 0;
    for (let depth = 0; depth < 200; depth += 1) json = [json];
    const content = { contentType: 'flowReply', name: 'x', json };
    const event = (id: string, inside: unknown) => ({
      id,
      type: 'message',
      message: { keyId: id, contact: { id: 'c' }, timestamp: 1767225600, content: inside },
    });
    const text = { contentType: 'text', text: 'oi' };
    const reply = await signed([event('a', text), { id: 'x' }, event('deep', content), event('b', text)]);
    expect(reply.status).toBe(200);
    expect(reply.body.results).toEqual([
      { id: 'a', outcome: 'accepted' },
      { id: 'x', outcome: 'rejected', reason: 'malformed' },
      { id: 'deep', outcome: 'rejected', reason: 'malformed' },
      { id: 'b', outcome: 'accepted' },
    ]);
    const { path } = await sandbox();
    expect((await api().call('POST', path, { body: '['.repeat(100_000) })).status).toBe(400);
  });

  test('hears of new settings at once', async () => {
    const { id, key, signed } = await generic();
    expect((await signed([])).status).not.toBe(401);
    await api().call('PATCH', `/instances/${id}`, {
      key,
      json: { channel: { inbound_secrets: ['another-secret-of-length'] } },
    });
    expect(await signed([])).toMatchObject({ status: 401, body: { error: { code: 'bad_signature' } } });
  });

  test('needs the url secret where the channel has one, and may have one segment more', async () => {
    const { key } = await api().tenant();
    const channel = { type: 'evolution', base_url: 'http://127.0.0.1:9', instance: 'i', api_key: 'k' };
    const made = (await api().call('POST', '/instances', { key, json: { name: 'E', channel } })).body;
    const path = new URL(made.webhook.url).pathname;
    const json = { event: 'connection.update', instance: 'i', data: { state: 'open' } };
    expect((await api().call('POST', path, { json })).status).toBe(200);
    expect((await api().call('POST', `${path}/connection-update`, { json })).status).toBe(200);
    for (const wrong of [`/webhooks/${made.id}`, `/webhooks/${made.id}/x`, `${path}/a/b`]) {
      const reply = await api().call('POST', wrong, { json });
      expect(reply).toMatchObject(notFound);
      expect(reply.body).toEqual((await api().call('POST', `/webhooks/VZ${'0'.repeat(26)}`, { json })).body);
    }
  });

  test('is verified by GET at the Cloud API', async () => {
    const { key } = await api().tenant();
    const channel = {
      type: 'cloud-api',
      phone_number_id: '1',
      access_token: 'a',
      app_secret: 's',
      verify_token: 'VT',
    };
    const { id } = (await api().call('POST', '/instances', { key, json: { name: 'C', channel } })).body;
    const ask = (token: string) =>
      api().call('GET', `/webhooks/${id}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`);
    expect(await ask('VT')).toMatchObject({ status: 200, body: '42' });
    expect((await ask('no')).status).toBe(403);
  });

  test('leaves neither text nor path in the log', async () => {
    const { post } = await sandbox();
    await post([message('my secret words')], '');
    const log = api().logLines.join('');
    expect(log).not.toContain('my secret words');
    expect(log).not.toContain('12025550123');
  });
});

test('without PostgreSQL a webhook is 503 with Retry-After, and so is every other route', async () => {
  const down = await startApi({ databaseUrl: 'postgres://nobody@127.0.0.1:9/none' });
  try {
    const webhook = await down.call('POST', `/webhooks/VZ${'A'.repeat(26)}`, { json: {} });
    expect(webhook).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
    expect(Number(webhook.headers.get('retry-after'))).toBeGreaterThan(0);
    const list = await down.call('GET', '/instances', { key: 'x' });
    expect(list).toMatchObject({
      status: 503,
      body: { code: 503, success: false, error: 'service unavailable' },
    });
    expect(list.headers.get('retry-after')).toBeTruthy();
    expect(await down.call('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', database: 'down' },
    });
    expect((await down.call('GET', '/healthz')).status).toBe(200);
    const metrics = await down.call('GET', '/metrics');
    expect(metrics.status).toBe(200);
    expect(metrics.body).not.toMatch(/^parley_messages_waiting \d/m);
  } finally {
    await down.close();
  }
});

describe('a callback', () => {
  test('takes any JSON for a flow that waits, without a key', async () => {
    for (const json of [{ a: 1 }, [1], 'text', 7, null]) {
      expect(await api().call('POST', '/callbacks/waiting', { json })).toMatchObject({
        status: 202,
        body: { status: 'ok' },
      });
      expect(api().callbacks.at(-1)).toEqual({ token: 'waiting', json });
    }
    expect((await api().call('POST', '/callbacks/waiting')).status).toBe(202);
  });

  test('is not found when nothing waits, and 400 when it is no JSON', async () => {
    expect(await api().call('POST', '/callbacks/nothing', { json: {} })).toMatchObject({
      status: 404,
      body: { code: 404, success: false },
    });
    const reply = await api().call('POST', '/callbacks/waiting', {
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(reply).toMatchObject({ status: 400, body: { error: 'malformed JSON' } });
  });
});

/** The status that a request gets of which no byte of the announced body is ever sent. */
function headOnly(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': 8_388_608 };
    const request = httpRequest(`${api().url}${path}`, { method: 'POST', headers }, (response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    request.on('error', reject);
    request.flushHeaders();
  });
}

/** Sends a body without saying how long it is. */
function chunked(path: string, body: string): Promise<{ status: number | undefined }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${api().url}${path}`, { method: 'POST' }, (response) => {
      response.resume();
      resolve({ status: response.statusCode });
    });
    request.on('error', reject);
    request.write(body);
    request.end();
  });
}
