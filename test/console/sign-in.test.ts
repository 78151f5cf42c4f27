import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { useParley } from '../support/parley.js';

const parley = useParley({ startWorker: false });
const own = { 'x-parley-console': '1' };
const base = () => `http://127.0.0.1:${parley.api.port}`;

/** Signs in, and returns the cookie as a browser would send it. */
async function signIn(credentials: object): Promise<{ status: number; cookie: string; setCookie: string }> {
  const response = await fetch(`${base()}/console/api/session`, {
    method: 'POST',
    headers: { ...own, 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  const setCookie = response.headers.get('set-cookie') ?? '';
  return { status: response.status, cookie: setCookie.split(';')[0] ?? '', setCookie };
}

const as = (cookie: string, more: Record<string, string> = {}) => ({ ...own, cookie, ...more });
const list = (headers: Record<string, string>) =>
  parley.call('GET', '/console/api/instances', undefined, headers);
const admin = () => ({ authorization: `Bearer ${parley.settings.secrets.adminKey}` });

async function makeKey(instanceId?: string) {
  const path = `/workspaces/${parley.workspaceId}/keys`;
  const made = await parley.call('POST', path, { name: 'console', instance_id: instanceId }, admin());
  return { id: String(made.body.id), key: String(made.body.key) };
}

test('a key signs in: the cookie is for the console alone, out of reach of scripts and of other sites', async () => {
  const { status, cookie, setCookie } = await signIn({ api_key: parley.key });
  expect(status).toBe(201);
  expect(setCookie).toMatch(/; Path=\/console\/api; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  expect(setCookie).not.toContain(parley.key);
  expect((await list(as(cookie))).status).toBe(200);
  const who = await parley.call('GET', '/console/api/session', undefined, as(cookie));
  expect(who.body).toMatchObject({ workspace: { id: parley.workspaceId }, instance_id: null });
});

test('client token and secret sign in; a wrong secret, key or code does not', async () => {
  const made = await parley.call('POST', '/workspaces', { name: 'Other' }, admin());
  const { client_token, client_secret } = made.body;
  const right = await signIn({ client_token, client_secret });
  const who = await parley.call('GET', '/console/api/session', undefined, as(right.cookie));
  expect(who.body.workspace).toEqual({ id: made.body.id, name: 'Other' });
  for (const wrong of [
    { client_token, client_secret: 'cs_wrong' },
    { api_key: 'pk_wrong' },
    { code: 'oc_wrong' },
  ]) {
    const refused = await signIn(wrong);
    expect(refused).toMatchObject({ status: 401, setCookie: '' });
  }
  expect((await signIn({ api_key: 'a', code: 'b' })).status).toBe(400);
});

test('a link signs in one browser, once', async () => {
  const made = await parley.call('POST', '/console/sign-in-links', { minutes: 5 });
  expect(made.status).toBe(201);
  const url = new URL(made.body.url);
  expect(url.search).toBe('');
  const code = new URLSearchParams(url.hash.slice(1)).get('code');
  expect(made.body.url).not.toContain(parley.key);
  expect((await signIn({ code })).status).toBe(201);
  expect((await signIn({ code })).status).toBe(401);
});

test('an old link opens nothing', async () => {
  const made = await parley.call('POST', '/console/sign-in-links', {});
  await parley.db.query(`UPDATE console_sessions SET expires_at = now() - interval '1 second'`);
  const code = new URLSearchParams(new URL(made.body.url).hash.slice(1)).get('code');
  expect((await signIn({ code })).status).toBe(401);
});

test('whoever signs in with the key of an instance sees that instance and may not make another', async () => {
  const [shop, other] = [await parley.instance(), await parley.instance()];
  const { key } = await makeKey(shop.id);
  const { cookie } = await signIn({ api_key: key });
  expect((await list(as(cookie))).body.map(({ id }: { id: string }) => id)).toEqual([shop.id]);
  const seen = await parley.call('GET', `/console/api/instances/${other.id}`, undefined, as(cookie));
  expect(seen.status).toBe(403);
  expect((await parley.call('POST', '/console/api/instances', { name: 'x' }, as(cookie))).status).toBe(403);
  const sessions = await parley.call('GET', '/console/api/sessions', undefined, as(cookie));
  expect(sessions.body).toEqual({ sessions: [], next_cursor: null });
});

test('revoking the key, signing out and the end of its time close the session at once', async () => {
  const { id, key } = await makeKey();
  const revoked = await signIn({ api_key: key });
  await parley.call('DELETE', `/workspaces/${parley.workspaceId}/keys/${id}`, undefined, admin());
  expect((await list(as(revoked.cookie))).status).toBe(401);

  const left = await signIn({ api_key: parley.key });
  await parley.call('DELETE', '/console/api/session', undefined, as(left.cookie));
  expect((await list(as(left.cookie))).status).toBe(401);

  const old = await signIn({ api_key: parley.key });
  await parley.db.query(`UPDATE console_sessions SET expires_at = now() - interval '1 second'`);
  expect((await list(as(old.cookie))).status).toBe(401);
  const who = await parley.call('GET', '/console/api/session', undefined, as(old.cookie));
  expect(who).toEqual({ status: 200, body: 'null' });
});

test('a stream that was opened from the console ends with its session', async () => {
  const { cookie } = await signIn({ api_key: parley.key });
  const token = await parley.call('POST', '/console/api/events/token', undefined, as(cookie));
  expect(token.status).toBe(200);
  await parley.call('DELETE', '/console/api/session', undefined, as(cookie));
  const opened = await parley.call('GET', `/events?access_token=${token.body.access_token}`, undefined, {});
  expect(opened.status).toBe(401);
});

test('another page of the same browser can neither read nor change anything', async () => {
  const { cookie } = await signIn({ api_key: parley.key });
  const foreign = [
    { cookie },
    as(cookie, { origin: 'https://evil.example' }),
    as(cookie, { origin: 'null' }),
    as(cookie, { 'sec-fetch-site': 'same-site' }),
    as(cookie, { 'sec-fetch-site': 'cross-site' }),
  ];
  for (const headers of foreign) expect((await list(headers)).status).toBe(403);
  const signsIn = await fetch(`${base()}/console/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: parley.key }),
  });
  expect(signsIn.status).toBe(403);
  const same = as(cookie, { origin: base(), 'sec-fetch-site': 'same-origin' });
  expect((await list(same)).status).toBe(200);
});

test('the cookie opens nothing of the API itself, and a key nothing of the console', async () => {
  const { cookie } = await signIn({ api_key: parley.key });
  expect((await parley.call('GET', '/instances', undefined, as(cookie))).status).toBe(401);
  expect((await list({ ...own, 'api-key': parley.key })).status).toBe(401);
  expect((await list({ ...own, ...admin() })).status).toBe(401);
  expect((await parley.call('GET', '/console/api/workspaces', undefined, as(cookie))).status).toBe(403);
  for (const path of ['/token', '/callbacks/x', '/console/sign-in-links']) {
    const answer = await parley.call('POST', `/console/api${path}`, {}, as(cookie));
    expect(answer.status).toBe(404);
  }
});

test('no secret of a session is stored', async () => {
  const { cookie } = await signIn({ api_key: parley.key });
  const { rows } = await parley.db.query('SELECT row_to_json(s)::text AS line FROM console_sessions s');
  const secret = cookie.split('=')[1] ?? '';
  expect(secret.length).toBeGreaterThan(40);
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test('the bare address leads to the console; a page of it is no file, and its own page has a policy', async () => {
  const bare = await fetch(base(), { redirect: 'manual' });
  expect([bare.status, bare.headers.get('location')]).toEqual([302, '/console']);
  for (const path of ['/console', '/console/', `/console/conversations/VZ1/${randomUUID()}`]) {
    const page = await fetch(base() + path);
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(await page.text()).toContain('<div id="root">');
  }
  const html = await (await fetch(`${base()}/console`)).text();
  const [, script = ''] = /src="([^"]+\.js)"/.exec(html) ?? [];
  const file = await fetch(base() + script);
  expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await fetch(`${base()}/console/assets/none.js`)).status).toBe(404);
  expect((await fetch(`${base()}/console/api/none`)).headers.get('content-type')).toContain('json');
});

/** Signs a browser in by a link and returns its cookie. */
async function byLink(options: object) {
  const made = await parley.call('POST', '/console/sign-in-links', options);
  const code = new URLSearchParams(new URL(made.body.url).hash.slice(1)).get('code');
  return (await signIn({ code })).cookie;
}

test('whoever comes by a link may use what is there, and leaves no access behind', async () => {
  const shop = await parley.instance();
  const cookie = await byLink({});
  const ask = (method: string, path: string, json?: object) =>
    parley.call(method, `/console/api${path}`, json, as(cookie));
  const who = (await ask('GET', '/session')).body as { may_manage: boolean; refused_changes: string[] };
  expect(who.may_manage).toBe(false);
  expect(who.refused_changes).toEqual(expect.arrayContaining(['key.created', 'subscription.changed']));
  expect(who.refused_changes).not.toContain('typebot.changed');
  const { id } = await makeKey();
  const hook = { url: 'https://example.com/', events: ['message.sent'] };
  const subscription = await parley.call('POST', '/subscriptions', hook);
  const keys = `/workspaces/${parley.workspaceId}/keys`;
  const client = `/workspaces/${parley.workspaceId}/client`;
  const refused: [string, string, object?][] = [
    ['POST', keys, { name: 'mine' }],
    ['POST', `${keys}/${id}/rotate`, {}],
    ['DELETE', `${keys}/${id}/previous`],
    ['DELETE', `${keys}/${id}`],
    ['POST', `${client}/rotate`, {}],
    ['DELETE', `${client}/previous`],
    ['POST', '/subscriptions', hook],
    [
      'PATCH',
      `/subscriptions/${subscription.body.id}`,
      { url: 'https://example.org/', secret: 'x'.repeat(20) },
    ],
    ['DELETE', `/subscriptions/${subscription.body.id}`],
    ['POST', `/instances/${shop.id}/token/rotate`, {}],
    ['DELETE', `/instances/${shop.id}/token/previous`],
    ['POST', '/instances', { name: 'Mine' }],
    ['DELETE', `/instances/${shop.id}`],
  ];
  const count = async () => {
    const { rows } = await parley.db.query(
      `SELECT (SELECT count(*) FROM api_keys) AS keys, (SELECT count(*) FROM subscriptions) AS hooks,
         (SELECT count(*) FROM instances) AS instances, (SELECT sum(client_value_no) FROM workspaces) AS secrets`,
    );
    return rows[0];
  };
  const before = await count();
  for (const [method, path, json] of refused) {
    const answer = await ask(method, path, json);
    expect([method, path, answer.status]).toEqual([method, path, 403]);
    expect(answer.body.error).toBe('signed in by a link that may not manage access');
  }
  expect(await count()).toEqual(before);

  const flow = { typebot_url: 'https://bot.example/', public_id: 'flow', trigger_type: 'none' };
  expect((await ask('POST', `/instances/${shop.id}/typebots`, flow)).status).toBe(201);
  expect((await ask('PATCH', `/instances/${shop.id}`, { name: 'Renamed' })).status).toBe(200);
  for (const method of ['POST', 'DELETE'])
    expect((await ask(method, `/instances/${shop.id}/silence`, {})).status).toBe(200);
});

test('a link says so when it lets somebody manage access, as the one of `npm start` does', async () => {
  const cookie = await byLink({ may_manage: true });
  const who = await parley.call('GET', '/console/api/session', undefined, as(cookie));
  expect(who.body).toMatchObject({ may_manage: true, refused_changes: [] });
  const path = `/console/api/workspaces/${parley.workspaceId}/keys`;
  expect((await parley.call('POST', path, { name: 'mine' }, as(cookie))).status).toBe(201);
  expect((await parley.call('POST', '/console/sign-in-links', { may_manage: 'yes' })).status).toBe(400);
  const byKey = await signIn({ api_key: parley.key });
  const whoByKey = await parley.call('GET', '/console/api/session', undefined, as(byKey.cookie));
  expect(whoByKey.body).toMatchObject({ may_manage: true });
});

test('with a key of one number, what the API refuses for it is named, and refused', async () => {
  const shop = await parley.instance();
  const keys = `/workspaces/${parley.workspaceId}/keys`;
  const made = await parley.call('POST', keys, { name: 'one', instance_id: shop.id });
  const { cookie } = await signIn({ api_key: String(made.body.key) });
  const ask = (method: string, path: string, json?: object) =>
    parley.call(method, `/console/api${path}`, json, as(cookie));
  const { body } = await ask('GET', '/session');
  const named = ['instance.created', 'key.created', 'key.revoked', 'token.rotated', 'client.rotated'];
  expect(body.refused_changes).toEqual(expect.arrayContaining(named));
  expect(body.refused_changes).not.toContain('subscription.created');
  const refused = [
    await ask('POST', '/instances', { name: 'Mine' }),
    await ask('POST', keys, { name: 'mine' }),
    await ask('POST', `/instances/${shop.id}/token/rotate`, {}),
  ];
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
  const hook = { url: 'https://example.com/', events: ['message.sent'] };
  expect((await ask('POST', '/subscriptions', hook)).status).toBe(201);
});
