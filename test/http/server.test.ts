import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { recordEvent } from '../../src/store/events/session-events.js';
import { startApi, useApi } from './api.js';

const api = useApi();

describe('a request', () => {
  test('to an unknown path, or by an unknown method, is 404 in the words of the surface it is under', async () => {
    const native = { status: 404, body: { code: 404, success: false, error: 'not found' } };
    for (const path of ['/nowhere', '/INSTANCES', '/instances/x/y/z', '/v1/chatty', '/instances/%ZZ', '//']) {
      expect(await api().call('GET', path)).toMatchObject(native);
    }
    expect(await api().call('PUT', '/instances')).toMatchObject(native);
    expect(await api().call('DELETE', '/token')).toMatchObject(native);
    expect(await api().call('GET', '/chatbot/v1/nowhere')).toMatchObject({
      status: 404,
      body: { type: 'RXERROR' },
    });
    expect(await api().call('POST', '/chatbot/v1/%ZZ')).toMatchObject({
      status: 404,
      body: { type: 'RXERROR' },
    });
    expect(await api().call('GET', '/api/v2/instance/x/typebot-integration/nowhere')).toMatchObject({
      status: 404,
      body: { statusCode: 404 },
    });
    expect(await api().call('GET', '/v1/chat/nowhere')).toMatchObject({
      status: 404,
      body: { type: 'ResourceNotFound' },
    });
    expect(await api().call('PATCH', '/v1/chat/conversations')).toMatchObject({
      status: 405,
      body: { type: 'MethodNotFound' },
    });
  });

  test('gets an id and leaves one line in the log, without the path it asked for', async () => {
    const tenant = await api().tenant();
    const before = api().logLines.length;
    const reply = await api().call('POST', `/instances/${tenant.instanceId}/contacts/12025559999/mute`, {
      key: tenant.key,
      json: { minutes: 0 },
    });
    const requestId = reply.headers.get('x-request-id');
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    const [line] = api()
      .logLines.slice(before)
      .map((text) => JSON.parse(text))
      .filter((entry) => entry.requestId === requestId);
    expect(line).toMatchObject({
      msg: 'request',
      method: 'POST',
      route: '/instances/{id}/contacts/{phone}/mute',
      status: 200,
    });
    expect(JSON.stringify(line)).not.toContain('12025559999');
    expect(api().logLines.join('')).not.toContain(tenant.key);
  });

  test('that is refused says in its line why, by a code of ours and nothing of the request', async () => {
    const { key } = await api().tenant();
    const type = { 'content-type': 'application/json' };
    const refused = {
      invalid_body: { key, json: { name: 'x', marker_of_a_caller: 1 } },
      malformed_json: { key, body: '{"marker_of_a_caller":', headers: type },
      too_large: { key, body: ' '.repeat(1_048_577), headers: type },
      unauthorized: { json: { name: 'marker_of_a_caller' } },
    };
    for (const [code, options] of Object.entries(refused)) {
      const reply = await api().call('POST', '/instances', options);
      const requestId = reply.headers.get('x-request-id');
      const line = api().logLines.find((text) => text.includes(String(requestId)));
      expect(JSON.parse(line ?? '{}')).toMatchObject({ msg: 'request', status: reply.status, refused: code });
    }
    const { headers } = await api().call('GET', '/instances', { key });
    const accepted = api().logLines.find((text) => text.includes(String(headers.get('x-request-id'))));
    expect(JSON.parse(accepted ?? '{}')).not.toHaveProperty('refused');
    expect(api().logLines.join('')).not.toContain('marker_of_a_caller');
  });

  test('has a body of at most 1 MiB, in JSON, in UTF-8', async () => {
    const { key } = await api().tenant();
    const type = { 'content-type': 'application/json' };
    const post = (body: string | Uint8Array, headers: Record<string, string> = type) =>
      api().call('POST', '/instances', { key, body, headers });
    const fits = `{"name":"x"${' '.repeat(1_048_576 - 12)}}`;
    expect(fits.length).toBe(1_048_576);
    expect((await post(fits)).status).toBe(201);
    expect(await post(`${fits} `)).toMatchObject({
      status: 413,
      body: { code: 413, success: false, error: 'payload too large' },
    });
    expect(await post('{"name":')).toMatchObject({
      status: 400,
      body: { code: 400, success: false, error: 'malformed JSON' },
    });
    expect(await post(Buffer.from('{"name":"\xff"}', 'latin1'))).toMatchObject({
      status: 400,
      body: { error: 'malformed JSON' },
    });
    expect(await post('name=x', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 400,
    });
    expect(await post('{"name":"x"}', { 'content-type': 'text/plain' })).toMatchObject({ status: 400 });
    expect(await post('{"name":"x"}', { 'content-type': 'application/json; charset=latin1' })).toMatchObject({
      status: 400,
    });
    expect((await post('{"name":"x"}', { 'content-type': 'Application/JSON; charset=UTF-8' })).status).toBe(
      201,
    );
    expect(await post('[]')).toMatchObject({ status: 400, body: { error: 'body must be an object' } });
    expect(await post('null')).toMatchObject({ status: 400 });
    expect(await post('{"name":"a\\u0000"}')).toMatchObject({
      status: 400,
      body: { error: 'body has characters that cannot be stored' },
    });
    expect(await post('{"name":"a\\ud800"}')).toMatchObject({ status: 400 });
    expect(await post('['.repeat(50_000))).toMatchObject({ status: 400 });
    // More values than are counted: nobody parses it to see whether it is JSON.
    expect(await post('['.repeat(500_000))).toMatchObject({ status: 413 });
    expect(await post(`{"channel":${'['.repeat(5_000)}${']'.repeat(5_000)}}`)).toMatchObject({ status: 400 });
    expect(await post('{"__proto__":{"name":"x"}}')).toMatchObject({
      status: 400,
      body: { error: 'name is required' },
    });
  });
});

describe('the rate limit', () => {
  test('counts by workspace, whatever its keys, lets a burst of twice the rate pass, and says when to come again', async () => {
    const limited = await startApi({ rateLimitPerSecond: 3 });
    try {
      const [one, other] = [await limited.tenant(), await limited.tenant()];
      const replies = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          limited.call('GET', '/instances', { key: index % 2 ? one.token : one.key }),
        ),
      );
      const refused = replies.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(3);
      // What made the tenant counts too.
      expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(4);
      expect(refused[0]?.body).toEqual({ code: 429, success: false, error: 'too many requests' });
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await limited.call('GET', '/instances', { key: other.token })).status).toBe(200);
      const path = `/webhooks/${one.instanceId}`;
      const webhooks = await Promise.all(
        Array.from({ length: 12 }, () =>
          limited.call('POST', path, {
            json: { messages: [{ keyId: 'k', from: { phone: '12025550123' }, text: 'x' }] },
          }),
        ),
      );
      expect(webhooks.every(({ status }) => status === 200)).toBe(true);
      await expect
        .poll(async () => (await limited.call('GET', '/instances', { key: one.token })).status, {
          interval: 200,
        })
        .toBe(200);
    } finally {
      await limited.close();
    }
  });

  test('is off with 0', async () => {
    const { key } = await api().tenant();
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => api().call('GET', '/instances', { key })),
    );
    expect(replies.every(({ status }) => status === 200)).toBe(true);
  });
});

describe('health', () => {
  test('is ready with the database, degraded without Temporal, and asks Temporal at most once in five seconds', async () => {
    expect(await api().call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await api().call('GET', '/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ok', database: 'up', temporal: 'up' },
    });
    let asked = 0;
    const lonely = await startApi({
      temporalState: async () => {
        asked += 1;
        throw new Error('nobody there');
      },
    });
    try {
      for (let i = 0; i < 3; i += 1) {
        expect(await lonely.call('GET', '/readyz')).toMatchObject({
          status: 200,
          body: { status: 'degraded', temporal: 'down' },
        });
      }
      expect(asked).toBe(1);
    } finally {
      await lonely.close();
    }
  });

  test('is measured', async () => {
    await api().call('GET', '/healthz');
    const reply = await api().call('GET', '/metrics');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toContain('text/plain');
    expect(reply.body).toContain('parley_http_request_seconds_count');
    expect(reply.body).toMatch(/^parley_instances\{status="connected"\} [1-9]/m);
    expect(reply.body).toMatch(/^parley_messages_waiting 0$/m);
    const { instanceId, key } = await api().tenant();
    const base = `/instances/${instanceId}/typebots`;
    const typebot = { typebot_url: 'https://b.example', public_id: 'f', trigger_type: 'none' };
    await api().call('POST', base, { key, json: typebot });
    const start = { public_id: 'f', phone: '12025550001', message: 'hi' };
    await api().call('POST', `${base}/sessions/start`, { key, json: start });
    expect((await api().call('GET', '/metrics')).body).toMatch(/^parley_messages_waiting 1$/m);
  });

  test('measures health routes, webhooks by channel and callers by route, each apart', async () => {
    const { instanceId, key } = await api().tenant();
    await api().call('GET', '/readyz');
    await api().call('GET', '/docs');
    await api().call('GET', `/instances/${instanceId}`, { key });
    await api().call('POST', `/webhooks/${instanceId}`, {
      json: { events: [] },
      headers: { 'x-api-key': key },
    });
    const counted = (labels: string) =>
      expect(routes).toMatch(new RegExp(`request_seconds_count\\{${labels},status="\\d+"\\} `));
    const routes = (await api().call('GET', '/metrics')).body;
    counted('method="GET",route="/readyz",channel=""');
    counted('method="GET",route="/docs",channel=""');
    counted('method="GET",route="/instances/\\{id\\}",channel=""');
    counted('method="POST",route="/webhooks/\\{instanceId\\}",channel="sandbox"');
  });

  test('gives strangers one name, however many paths and methods they try', async () => {
    const { instanceId } = await api().tenant();
    const namesOfOthers = async () => {
      const { body } = await api().call('GET', '/metrics');
      const names = String(body).match(/^parley_http_request_seconds_count\{[^}]*\}/gm) ?? [];
      expect(names.some((name) => name.includes(STRANGER))).toBe(true);
      return names.filter((name) => !name.includes(STRANGER));
    };
    const STRANGER = 'method="any",route="stranger"';
    const paths = ['/instances', `/instances/${instanceId}`, `/webhooks/${instanceId}`, `/x${randomUUID()}`];
    await api().call('GET', '/instances');
    const before = await namesOfOthers();
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      for (const path of paths) await fetch(`${api().url}${path}`, { method });
    }
    expect(await namesOfOthers()).toEqual(before);
  });

  test('tells what failed within the last hour', async () => {
    const { instanceId, workspaceId } = await api().tenant();
    const place = { workspaceId, instanceId, sessionId: randomUUID() };
    for (const type of ['turn.failed', 'message.failed', 'message.failed', 'turn.completed'] as const) {
      await api().db.transaction((tx) => recordEvent(tx, { ...place, type }));
    }
    await api().db.query(`UPDATE session_events SET at = at - interval '61 minutes'
      WHERE id = (SELECT max(id) FROM session_events WHERE type = 'message.failed')`);
    const { body } = await api().call('GET', '/metrics');
    expect(body).toMatch(/^parley_turns_failed_last_hour 1$/m);
    expect(body).toMatch(/^parley_messages_failed_last_hour 1$/m);
  });
});

test('the server stops although a connection idles', async () => {
  const own = await startApi();
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await own.close();
  await closed;
  await expect(fetch(`${own.url}/healthz`)).rejects.toThrow();
});
