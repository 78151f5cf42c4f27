import { expect, test } from 'vitest';
import { ADMIN_KEY, useApi } from '../http/api.js';
import type { Json } from '../http/api.js';

const api = useApi();
const own = { 'x-parley-console': '1' };

async function owner() {
  const tenant = await api().tenant();
  const client = `/workspaces/${tenant.workspaceId}/client`;
  const call = (method: string, path: string, json?: Json, key = tenant.key) =>
    api().call(method, path, { key, json });
  const token = async (secret: string) => {
    const json = { client_token: tenant.clientToken, client_secret: secret };
    return api().call('POST', '/token', { json });
  };
  const opens = async (key: string) => (await api().call('GET', '/instances', { key })).status === 200;
  return { tenant, client, call, token, opens };
}

type Owner = Awaited<ReturnType<typeof owner>>;

async function bearerOf({ token }: Owner, secret: string): Promise<string> {
  const answer = await token(secret);
  expect(answer.status).toBe(200);
  return answer.body.access_token;
}

/** Signs a browser in with the client; says whether it still is. */
async function browserOf({ tenant }: Owner, secret: string) {
  const json = { client_token: tenant.clientToken, client_secret: secret };
  const signedIn = await api().call('POST', '/console/api/session', { headers: own, json });
  expect(signedIn.status).toBe(201);
  const headers = { ...own, cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const isIn = async () => (await api().call('GET', '/console/api/session', { headers })).body !== null;
  return { headers, isIn };
}

test('a rotated client has its token and one new secret; the old one and its bearers open nothing', async () => {
  const at = await owner();
  const old = at.tenant.clientSecret;
  const bearer = await bearerOf(at, old);
  expect(await at.opens(bearer)).toBe(true);
  const rotated = await at.call('POST', `${at.client}/rotate`, {});
  expect(rotated.status).toBe(200);
  expect(rotated.body).toMatchObject({ id: at.tenant.workspaceId, client_token: at.tenant.clientToken });
  const { client_secret: fresh } = rotated.body;
  expect(fresh).not.toBe(old);
  expect((await at.token(old)).status).toBe(401);
  expect(await at.opens(bearer)).toBe(false);
  expect(await at.opens(await bearerOf(at, fresh))).toBe(true);
  const pair = { 'x-instance-token': at.tenant.token, 'x-client-token': at.tenant.clientToken };
  expect((await api().call('GET', '/instances', { headers: pair })).status).toBe(200);
});

test('the secret that a client had may open for some minutes more, with its bearers', async () => {
  const at = await owner();
  const old = at.tenant.clientSecret;
  const before = await bearerOf(at, old);
  const { client_secret: fresh } = (await at.call('POST', `${at.client}/rotate`, { keep_minutes: 60 })).body;
  const within = await bearerOf(at, old);
  const after = await bearerOf(at, fresh);
  const all = async () => [await at.opens(before), await at.opens(within), await at.opens(after)];
  expect(await all()).toEqual([true, true, true]);
  await api().db.query('UPDATE workspaces SET client_previous_until = now() WHERE id = $1', [
    at.tenant.workspaceId,
  ]);
  expect(await all()).toEqual([false, false, true]);
  expect((await at.token(old)).status).toBe(401);
  // Of two rotations only the secret before the last one is kept.
  const second = (await at.call('POST', `${at.client}/rotate`, { keep_minutes: 60 })).body.client_secret;
  await at.call('POST', `${at.client}/rotate`, { keep_minutes: 60 });
  expect([(await at.token(fresh)).status, (await at.token(second)).status]).toEqual([401, 200]);
  for (const keep_minutes of [-1, 10_081, 'soon'])
    expect((await at.call('POST', `${at.client}/rotate`, { keep_minutes })).status).toBe(400);
});

test('the secret that a client had can be ended before its time', async () => {
  const at = await owner();
  const old = at.tenant.clientSecret;
  const bearer = await bearerOf(at, old);
  const { client_secret: fresh } = (await at.call('POST', `${at.client}/rotate`, { keep_minutes: 60 })).body;
  expect(await at.opens(bearer)).toBe(true);
  for (const status of [200, 200])
    expect((await at.call('DELETE', `${at.client}/previous`)).status).toBe(status);
  expect(await at.opens(bearer)).toBe(false);
  expect([(await at.token(old)).status, (await at.token(fresh)).status]).toEqual([401, 200]);
});

test('the administrator and a key of the workspace rotate it, nobody else', async () => {
  const at = await owner();
  const stranger = await api().tenant();
  const rotate = (key: string) => at.call('POST', `${at.client}/rotate`, {}, key);
  const end = (key: string) => at.call('DELETE', `${at.client}/previous`, undefined, key);
  for (const key of [stranger.key, at.tenant.token]) {
    expect((await rotate(key)).status).toBe(403);
    expect((await end(key)).status).toBe(403);
  }
  expect((await bearerOf(at, at.tenant.clientSecret)).length).toBeGreaterThan(0);
  expect((await rotate(ADMIN_KEY)).status).toBe(200);
  expect((await end(ADMIN_KEY)).status).toBe(200);
  const nobody = '/workspaces/00000000-0000-4000-8000-000000000000/client';
  for (const path of [nobody, '/workspaces/nobody/client'])
    expect((await at.call('POST', `${path}/rotate`, {}, ADMIN_KEY)).status).toBe(404);
});

test('browsers that the client signed in are signed out, except the one that rotates; those of keys stay', async () => {
  const at = await owner();
  const [asking, other] = [
    await browserOf(at, at.tenant.clientSecret),
    await browserOf(at, at.tenant.clientSecret),
  ];
  const ofKey = await api().call('POST', '/console/api/session', {
    headers: own,
    json: { api_key: at.tenant.key },
  });
  const keyHeaders = { ...own, cookie: ofKey.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const rotated = await api().call('POST', `/console/api${at.client}/rotate`, {
    headers: asking.headers,
    json: { keep_minutes: 60 },
  });
  expect(rotated.status).toBe(200);
  expect([await asking.isIn(), await other.isIn()]).toEqual([true, false]);
  expect((await api().call('GET', '/console/api/session', { headers: keyHeaders })).body).not.toBeNull();
  await api().call('POST', `${at.client}/rotate`, { key: at.tenant.key, json: {} });
  expect(await asking.isIn()).toBe(false);
});

test('a browser that an old secret signed in stays for as long as that secret is left', async () => {
  const at = await owner();
  await at.call('POST', `${at.client}/rotate`, { keep_minutes: 60 });
  const browser = await browserOf(at, at.tenant.clientSecret);
  expect(await browser.isIn()).toBe(true);
  await at.call('DELETE', `${at.client}/previous`);
  expect(await browser.isIn()).toBe(false);
});

test('a link that a bearer of the client made ends with its secret', async () => {
  const at = await owner();
  const bearer = await bearerOf(at, at.tenant.clientSecret);
  const link = async () => {
    const made = await at.call('POST', '/console/sign-in-links', {}, bearer);
    return new URLSearchParams(new URL(made.body.url).hash.slice(1)).get('code');
  };
  const signIn = (code: string | null) =>
    api().call('POST', '/console/api/session', { headers: own, json: { code } });
  const [used, unused] = [await link(), await link()];
  const signedIn = await signIn(used);
  const headers = { ...own, cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  await at.call('POST', `${at.client}/rotate`, {});
  expect((await api().call('GET', '/console/api/session', { headers })).body).toBeNull();
  expect((await signIn(unused)).status).toBe(401);
});
