import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { useApi } from '../http/api.js';
import type { Tenant } from '../http/api.js';
import { until } from '../support/parley.js';

const api = useApi();

async function owner() {
  const tenant = await api().tenant();
  const keys = `/workspaces/${tenant.workspaceId}/keys`;
  const call = (method: string, path: string, json?: unknown) =>
    api().call(method, path, { key: tenant.key, json });
  const made = (await call('POST', keys, { name: 'program', instance_id: tenant.instanceId })).body;
  const opens = async (key: string) => (await api().call('GET', '/instances', { key })).status === 200;
  return { tenant, keys, call, made, opens };
}

const usedOf = async ({ workspaceId, key }: Tenant, id: string) => {
  const { body } = await api().call('GET', `/workspaces/${workspaceId}/keys`, { key });
  return body.find((one: { id: string }) => one.id === id).last_used_at;
};

test('a key says when it was last used, to the minute', async () => {
  const { tenant, made, opens } = await owner();
  expect(made.last_used_at).toBeNull();
  await opens(made.key);
  const first = await until(async () => {
    const used = await usedOf(tenant, made.id);
    expect(used).not.toBeNull();
    return used;
  });
  await opens(made.key);
  await opens(made.key);
  expect(await usedOf(tenant, made.id)).toBe(first);
  await api().db.query(`UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [
    made.id,
  ]);
  await opens(made.key);
  await until(async () => {
    const used = Date.parse(await usedOf(tenant, made.id));
    expect(used).toBeGreaterThanOrEqual(Date.parse(first));
  });
});

test('a rotated key opens with its new value alone, and stays what it was', async () => {
  const { keys, call, made, opens } = await owner();
  const rotated = await call('POST', `${keys}/${made.id}/rotate`, {});
  expect(rotated.status).toBe(200);
  expect(rotated.body).toMatchObject({ id: made.id, name: 'program', instance_id: made.instance_id });
  expect(rotated.body.key).not.toBe(made.key);
  expect([await opens(made.key), await opens(rotated.body.key)]).toEqual([false, true]);
});

test('the value that a key had may open for some minutes more', async () => {
  const { keys, call, made, opens } = await owner();
  const { body } = await call('POST', `${keys}/${made.id}/rotate`, { keep_minutes: 60 });
  expect([await opens(made.key), await opens(body.key)]).toEqual([true, true]);
  await api().db.query('UPDATE api_keys SET previous_until = now() WHERE id = $1', [made.id]);
  expect([await opens(made.key), await opens(body.key)]).toEqual([false, true]);
  // Of two rotations only the value before the last one is kept.
  const second = (await call('POST', `${keys}/${made.id}/rotate`, { keep_minutes: 60 })).body;
  const third = (await call('POST', `${keys}/${made.id}/rotate`, { keep_minutes: 60 })).body;
  expect([await opens(body.key), await opens(second.key), await opens(third.key)]).toEqual([
    ...[false, true, true],
  ]);
  expect((await call('POST', `${keys}/${made.id}/rotate`, { keep_minutes: 10_081 })).status).toBe(400);
});

test('nobody rotates a key of another workspace, an instance token, or with a key of one instance', async () => {
  const { tenant, keys, call, made } = await owner();
  const stranger = await api().tenant();
  const rotate = (key: string, id: string) => api().call('POST', `${keys}/${id}/rotate`, { key, json: {} });
  expect((await rotate(stranger.key, made.id)).status).toBe(403);
  expect((await rotate(tenant.token, made.id)).status).toBe(403);
  const { rows } = await api().db.query<{ id: string }>(
    `SELECT id FROM api_keys WHERE instance_id = $1 AND kind = 'instance_token'`,
    [tenant.instanceId],
  );
  expect((await call('POST', `${keys}/${rows[0]?.id}/rotate`, {})).status).toBe(404);
  expect((await call('POST', `${keys}/nobody/rotate`, {})).status).toBe(404);
});

test('browsers that a key signed in to the console are signed out when it is rotated', async () => {
  const { keys, call, made, opens } = await owner();
  const own = { 'x-parley-console': '1' };
  const signedIn = await api().call('POST', '/console/api/session', {
    headers: own,
    json: { api_key: made.key },
  });
  expect(signedIn.status).toBe(201);
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const who = () => api().call('GET', '/console/api/session', { headers: { ...own, cookie } });
  expect((await who()).body).not.toBeNull();
  await call('POST', `${keys}/${made.id}/rotate`, { keep_minutes: 60 });
  expect((await who()).body).toBeNull();
  expect(await opens(made.key)).toBe(true);
});

test('the value that a key had can be ended before its time, and only by who manages its workspace', async () => {
  const { tenant, keys, call, made, opens } = await owner();
  const { body } = await call('POST', `${keys}/${made.id}/rotate`, { keep_minutes: 60 });
  const path = `${keys}/${made.id}/previous`;
  for (const { key } of [await api().tenant(), { key: tenant.token }])
    expect((await api().call('DELETE', path, { key })).status).toBe(403);
  expect([await opens(made.key), await opens(body.key)]).toEqual([true, true]);
  for (const status of [200, 200]) expect((await call('DELETE', path)).status).toBe(status);
  expect([await opens(made.key), await opens(body.key)]).toEqual([false, true]);
  for (const id of ['nobody', randomUUID()])
    expect((await call('DELETE', `${keys}/${id}/previous`)).status).toBe(404);
});

test('the token of an instance is rotated like a key, by nobody who is limited to the instance', async () => {
  const { tenant, call, made, opens } = await owner();
  const path = `/instances/${tenant.instanceId}/token`;
  const stranger = await api().tenant();
  for (const key of [tenant.token, made.key, stranger.key]) {
    expect((await api().call('POST', `${path}/rotate`, { key, json: {} })).status).toBe(403);
    expect((await api().call('DELETE', `${path}/previous`, { key })).status).toBe(403);
  }
  const first = (await call('POST', `${path}/rotate`, { keep_minutes: 60 })).body;
  expect(first).toEqual({ instance_id: tenant.instanceId, token: expect.stringMatching(/^it_/) });
  expect([await opens(tenant.token), await opens(first.token)]).toEqual([true, true]);
  expect((await call('DELETE', `${path}/previous`)).body).toEqual({ status: 'ok' });
  expect([await opens(tenant.token), await opens(first.token)]).toEqual([false, true]);
  const second = (await call('POST', `${path}/rotate`, {})).body;
  expect([await opens(first.token), await opens(second.token)]).toEqual([false, true]);
  const pair = { 'x-instance-token': second.token, 'x-client-token': tenant.clientToken };
  expect((await api().call('GET', '/instances', { headers: pair })).status).toBe(200);
  // Other keys of the instance are not touched.
  expect(await opens(made.key)).toBe(true);
  const nobody = `/instances/VZ${'0'.repeat(26)}/token`;
  expect((await call('POST', `${nobody}/rotate`, {})).status).toBe(404);
});
