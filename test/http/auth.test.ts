import { randomUUID } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { ADMIN_KEY, startApi, useApi, without } from './api.js';
import type { Json } from './api.js';

const api = useApi();
const unauthorized = { status: 401, body: { code: 401, success: false, error: 'unauthorized' } };
const forbidden = { status: 403, body: { code: 403, success: false, error: 'forbidden' } };

const list = (headers: Record<string, string>) => api().call('GET', '/instances', { headers });

describe('a credential', () => {
  test('is accepted in every form, on every surface', async () => {
    const { key, token, clientToken, clientSecret, instanceId } = await api().tenant();
    const { access_token } = (
      await api().call('POST', '/token', { json: { client_token: clientToken, client_secret: clientSecret } })
    ).body;
    const forms: Record<string, string>[] = [
      { 'api-key': key },
      { 'api-key': token },
      { authorization: `Bearer ${key}` },
      { authorization: `bEaReR ${token}` },
      { authorization: `Bearer ${access_token}` },
      { apikey: key },
      { apikey: token },
      { 'x-instance-token': token, 'x-client-token': clientToken },
    ];
    for (const headers of forms) {
      expect((await list(headers)).status).toBe(200);
      const path = `/api/v2/instance/${instanceId}/typebot-integration`;
      expect((await api().call('GET', path, { headers })).status).toBe(404);
      expect(
        (await api().call('POST', '/chatbot/v1/getSessions', { headers, json: { from: '2026-01-01' } }))
          .status,
      ).toBe(200);
    }
  });

  test('is 401 when it is missing, malformed, unknown or only half', async () => {
    const { key, token, clientToken } = await api().tenant();
    const forms: Record<string, string>[] = [
      {},
      { 'api-key': 'nobody' },
      { 'api-key': '' },
      { authorization: key },
      { authorization: 'Bearer' },
      { authorization: `Bearer  ${key}` },
      { authorization: `Basic ${key}` },
      { authorization: 'Bearer a.b.c' },
      { apikey: 'nobody' },
      { 'x-instance-token': token },
      { 'x-client-token': clientToken },
      { 'x-instance-token': 'nobody', 'x-client-token': clientToken },
      { 'x-instance-token': token, 'x-client-token': 'nobody' },
      { 'x-instance-token': key, 'x-client-token': clientToken },
      { authorization: `Bearer ${ADMIN_KEY}` },
    ];
    for (const headers of forms) expect(await list(headers)).toMatchObject(unauthorized);
  });

  test('is judged by the first form that is present, even when that one is invalid', async () => {
    const { key, token, clientToken } = await api().tenant();
    expect(await list({ 'api-key': 'nobody', authorization: `Bearer ${key}` })).toMatchObject(unauthorized);
    expect(await list({ authorization: 'Bearer nobody', apikey: key })).toMatchObject(unauthorized);
    const pair = { 'x-instance-token': token, 'x-client-token': clientToken };
    expect(await list({ apikey: 'nobody', ...pair })).toMatchObject(unauthorized);
    expect((await list({ 'api-key': key, authorization: 'Bearer nobody' })).status).toBe(200);
  });

  test('of two valid tokens that do not belong together is 403', async () => {
    const [one, other] = [await api().tenant(), await api().tenant()];
    const headers = { 'x-instance-token': one.token, 'x-client-token': other.clientToken };
    expect(await list(headers)).toMatchObject(forbidden);
  });

  test('is 403 for an instance of another workspace or outside the key, 404 for one that does not exist', async () => {
    const [mine, other] = [await api().tenant(), await api().tenant()];
    const second = (await api().call('POST', '/instances', { key: mine.key, json: { name: 'two' } })).body;
    const at = (instanceId: string, key: string) =>
      api().call('GET', `/instances/${instanceId}/typebots`, { key });
    expect(await at(other.instanceId, mine.key)).toMatchObject(forbidden);
    expect(await at(second.id, mine.token)).toMatchObject(forbidden);
    for (const id of [`VZ${'0'.repeat(26)}`, 'x', '%00', '%F0%9F%98%80']) {
      const notFound = { status: 404, body: { code: 404, success: false, error: 'instance not found' } };
      expect(await at(id, mine.key)).toMatchObject(notFound);
      expect(await at(id, mine.token)).toMatchObject(notFound);
    }
  });

  test('comes before the body, and an unknown path before any credential', async () => {
    expect((await api().call('POST', '/instances', { body: 'not json' })).status).toBe(401);
    expect((await api().call('GET', '/nowhere')).status).toBe(404);
    expect((await api().call('GET', '/instances?x=%00')).status).toBe(401);
  });
});

describe('POST /token', () => {
  test('gives a bearer token for the workspace, with its life in seconds', async () => {
    const { clientToken, clientSecret, workspaceId } = await api().tenant();
    const json = { client_token: clientToken, client_secret: clientSecret };
    const reply = await api().call('POST', '/token', { json });
    expect(reply).toMatchObject({ status: 200, body: { expires_in: 3600 } });
    const claims = decodeJwt(reply.body.access_token);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    expect(claims.sub).toBe(workspaceId);
  });

  test('refuses a wrong pair with 401 and a missing field with 400', async () => {
    const { clientToken, clientSecret } = await api().tenant();
    const ask = (json: unknown) => api().call('POST', '/token', { json });
    const wrong = { status: 401, body: { code: 401, success: false, error: 'invalid client credentials' } };
    expect(await ask({ client_token: clientToken, client_secret: 'x' })).toMatchObject(wrong);
    expect(await ask({ client_token: 'x', client_secret: clientSecret })).toMatchObject(wrong);
    expect(await ask({ client_token: clientToken })).toMatchObject({
      status: 400,
      body: { error: 'client_secret is required' },
    });
    expect(await ask({})).toMatchObject({ status: 400, body: { error: 'client_token is required' } });
  });

  test('gives tokens that live as long as the setting says', async () => {
    const short = await startApi({ tokenTtlSeconds: 1 });
    try {
      const { clientToken, clientSecret } = await short.tenant();
      const json = { client_token: clientToken, client_secret: clientSecret };
      const { access_token, expires_in } = (await short.call('POST', '/token', { json })).body;
      expect(expires_in).toBe(1);
      const status = async () => (await short.call('GET', '/instances', { key: access_token })).status;
      await expect.poll(status, { interval: 100 }).toBe(401);
    } finally {
      await short.close();
    }
  });

  test('gives tokens that nobody else can make', async () => {
    const { workspaceId } = await api().tenant();
    const forged = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('parley')
      .setSubject(workspaceId)
      .setExpirationTime('1h')
      .sign(new Uint8Array(32));
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged.split('.')[1]}.`;
    expect(await list({ authorization: `Bearer ${forged}` })).toMatchObject(unauthorized);
    expect(await list({ authorization: `Bearer ${unsigned}` })).toMatchObject(unauthorized);
  });
});

describe('provisioning', () => {
  const admin = (method: string, path: string, json?: unknown) =>
    api().call(method, path, { key: ADMIN_KEY, json });

  test('makes, shows and deletes workspaces; the secret is shown once', async () => {
    const made = await admin('POST', '/workspaces', { name: 'Acme' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      project_id: expect.any(Number),
      name: 'Acme',
      client_token: expect.any(String),
      client_secret: expect.any(String),
      created_at: expect.stringMatching(/\.\d{3}Z$/),
    });
    const shown = without(made.body, 'client_secret');
    expect(await admin('GET', `/workspaces/${shown.id}`)).toMatchObject({ status: 200, body: shown });
    const all = await admin('GET', '/workspaces');
    expect(all.body[0]).toEqual(shown);
    expect(JSON.stringify(all.body)).not.toContain('client_secret');
    expect(await admin('DELETE', `/workspaces/${shown.id}`)).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    for (const id of [shown.id, randomUUID(), 'x', '%00']) {
      const gone = { status: 404, body: { code: 404, success: false, error: 'workspace not found' } };
      expect(await admin('GET', `/workspaces/${id}`)).toMatchObject(gone);
      expect(await admin('DELETE', `/workspaces/${id}`)).toMatchObject(gone);
      expect(await admin('GET', `/workspaces/${id}/keys`)).toMatchObject(gone);
      expect(await admin('POST', `/workspaces/${id}/keys`, { name: 'x' })).toMatchObject(gone);
    }
    expect(await admin('POST', '/workspaces', {})).toMatchObject({
      status: 400,
      body: { error: 'name is required' },
    });
    expect(await admin('POST', '/workspaces', { name: '' })).toMatchObject({ status: 400 });
  });

  test('shuts every door of a deleted workspace at once', async () => {
    const { workspaceId, key, token, clientToken, clientSecret, instanceId } = await api().tenant();
    const json = { client_token: clientToken, client_secret: clientSecret };
    const { access_token } = (await api().call('POST', '/token', { json })).body;
    await admin('DELETE', `/workspaces/${workspaceId}`);
    for (const dead of [key, token, access_token])
      expect(await list({ authorization: `Bearer ${dead}` })).toMatchObject(unauthorized);
    expect((await api().call('POST', '/token', { json })).status).toBe(401);
    expect((await api().call('POST', `/webhooks/${instanceId}`, { json: { messages: [] } })).status).toBe(
      404,
    );
  });

  test('makes keys that are shown once, listed without themselves, and refused from the revocation on', async () => {
    const { workspaceId, instanceId } = await api().tenant();
    const path = `/workspaces/${workspaceId}/keys`;
    const made = await admin('POST', path, { name: 'shop only', instance_id: instanceId });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      name: 'shop only',
      instance_id: instanceId,
      key: expect.any(String),
      created_at: expect.any(String),
      last_used_at: null,
    });
    const { key, ...shown } = made.body;
    expect((await admin('GET', path)).body).toContainEqual(shown);
    expect(JSON.stringify((await admin('GET', path)).body)).not.toContain(key);
    expect((await list({ 'api-key': key })).body.map((row: Json) => row.id)).toEqual([instanceId]);
    expect(await admin('DELETE', `${path}/${shown.id}`)).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    expect(await list({ 'api-key': key })).toMatchObject(unauthorized);
    for (const id of [shown.id, randomUUID(), 'x']) {
      expect(await admin('DELETE', `${path}/${id}`)).toMatchObject({
        status: 404,
        body: { error: 'key not found' },
      });
    }
    expect(await admin('POST', path, { name: 'x', instance_id: 'VZ' })).toMatchObject({ status: 404 });
    expect(await admin('POST', path, {})).toMatchObject({ status: 400, body: { error: 'name is required' } });
  });

  test('lets an unlimited workspace key manage the keys of its own workspace and nothing else', async () => {
    const [mine, other] = [await api().tenant(), await api().tenant()];
    const as = (key: string, method: string, path: string, json?: unknown) =>
      api().call(method, path, { key, json });
    const own = `/workspaces/${mine.workspaceId}/keys`;
    const made = await as(mine.key, 'POST', own, { name: 'second' });
    expect(made.status).toBe(201);
    expect((await as(mine.key, 'GET', own)).status).toBe(200);
    expect(await as(mine.key, 'POST', own, { name: 'x', instance_id: other.instanceId })).toMatchObject(
      forbidden,
    );
    expect((await as(made.body.key, 'DELETE', `${own}/${made.body.id}`)).status).toBe(200);
    for (const path of [`/workspaces/${other.workspaceId}/keys`, `/workspaces/${randomUUID()}/keys`]) {
      expect(await as(mine.key, 'GET', path)).toMatchObject(forbidden);
      expect(await as(mine.key, 'POST', path, { name: 'x' })).toMatchObject(forbidden);
    }
    expect(await as(mine.token, 'GET', own)).toMatchObject(forbidden);
    expect(await as(mine.key, 'POST', '/workspaces', { name: 'x' })).toMatchObject(forbidden);
    expect(await as(mine.key, 'GET', '/workspaces')).toMatchObject(forbidden);
    expect(await as(mine.key, 'DELETE', `/workspaces/${mine.workspaceId}`)).toMatchObject(forbidden);
    expect(await api().call('GET', '/workspaces')).toMatchObject(unauthorized);
    expect(await api().call('GET', '/workspaces', { key: 'nobody' })).toMatchObject(unauthorized);
    expect(await api().call('GET', '/workspaces', { headers: { 'api-key': ADMIN_KEY } })).toMatchObject(
      unauthorized,
    );
  });
});
