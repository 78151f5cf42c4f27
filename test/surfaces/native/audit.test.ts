import { describe, expect, test } from 'vitest';
import { ADMIN_KEY, newPhone, useApi } from '../../http/api.js';
import type { Json, Tenant } from '../../http/api.js';

const api = useApi();
const flow = { typebot_url: 'https://bot.example/', public_id: 'flow', trigger_type: 'all', keep_open: true };

async function owner() {
  const tenant = await api().tenant();
  const call = (method: string, path: string, json?: Json, key = tenant.key) =>
    api().call(method, path, { key, json });
  const audit = async (query = '', key = tenant.key) => {
    const answer = await api().call('GET', `/audit${query}`, { key });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  return { tenant, call, audit };
}

const newest = async ({ audit }: Awaited<ReturnType<typeof owner>>) => (await audit('?limit=1')).entries[0];

/** Every change that is no control of a session: how it is asked for, and what is noted of it. */
const changes: [action: string, ask: (at: Asking) => Promise<Json>, target: 'made' | 'named' | null][] = [
  ['instance.created', ({ call }) => call('POST', '/instances', { name: 'Two' }), null],
  ['instance.changed', ({ call, base }) => call('PATCH', base, { name: 'Three' }), null],
  ['number.silenced', ({ call, base }) => call('POST', `${base}/silence`, {}), null],
  ['number.unsilenced', ({ call, base }) => call('DELETE', `${base}/silence`), null],
  ['typebot.created', ({ call, base }) => call('POST', `${base}/typebots`, flow), 'made'],
  [
    'typebot.changed',
    ({ call, base, typebot }) => call('PATCH', `${base}/typebots/${typebot}`, { debounce_ms: 5 }),
    'named',
  ],
  ['typebot.deleted', ({ call, base, typebot }) => call('DELETE', `${base}/typebots/${typebot}`), 'named'],
  [
    'contact.muted',
    ({ call, base }) => call('POST', `${base}/contacts/${newPhone()}/mute`, { minutes: 1 }),
    'named',
  ],
  ['key.created', ({ call, keys }) => call('POST', keys, { name: 'new' }), 'made'],
  ['key.rotated', ({ call, keys, key }) => call('POST', `${keys}/${key}/rotate`, {}), 'named'],
  ['key.previous_ended', ({ call, keys, key }) => call('DELETE', `${keys}/${key}/previous`), 'named'],
  ['token.rotated', ({ call, base }) => call('POST', `${base}/token/rotate`, {}), null],
  ['token.previous_ended', ({ call, base }) => call('DELETE', `${base}/token/previous`), null],
  ['client.rotated', ({ call, client }) => call('POST', `${client}/rotate`, {}), 'named'],
  ['client.previous_ended', ({ call, client }) => call('DELETE', `${client}/previous`), 'named'],
  ['key.revoked', ({ call, keys, key }) => call('DELETE', `${keys}/${key}`), 'named'],
  [
    'subscription.created',
    ({ call }) => call('POST', '/subscriptions', { url: 'https://e.example', events: ['message.sent'] }),
    'made',
  ],
  [
    'subscription.changed',
    ({ call, subscription }) => call('PATCH', `/subscriptions/${subscription}`, { enabled: false }),
    'named',
  ],
  [
    'subscription.deleted',
    ({ call, subscription }) => call('DELETE', `/subscriptions/${subscription}`),
    'named',
  ],
  ['console_link.created', ({ call }) => call('POST', '/console/sign-in-links', {}), null],
  ['instance.deleted', ({ call, base }) => call('DELETE', base), null],
];

interface Asking {
  call: Awaited<ReturnType<typeof owner>>['call'];
  base: string;
  keys: string;
  client: string;
  workspace: string;
  typebot: string;
  key: string;
  subscription: string;
}

async function asking({ tenant, call }: Awaited<ReturnType<typeof owner>>): Promise<Asking> {
  const base = `/instances/${tenant.instanceId}`;
  const workspace = tenant.workspaceId;
  const keys = `/workspaces/${workspace}/keys`;
  const client = `/workspaces/${workspace}/client`;
  const made = async (path: string, json: Json) => (await call('POST', path, json)).body;
  const hook = { url: 'https://e.example', events: ['message.sent'] };
  return {
    ...{ call, base, keys, client, workspace },
    typebot: (await made(`${base}/typebots`, flow)).typebot_id,
    key: (await made(keys, { name: 'other' })).id,
    subscription: (await made('/subscriptions', hook)).id,
  };
}

test.each(changes)('%s is noted with who asked for it', async (action, ask, target) => {
  const at = await owner();
  const asked = await asking(at);
  const { status, body } = await ask(asked);
  expect(status).toBeLessThan(300);
  const entry = await newest(at);
  expect(entry).toMatchObject({
    ...{ action, session_id: null, surface: 'native', by: 'key', key_name: 'main' },
  });
  const named = [asked.typebot, asked.key, asked.subscription, asked.workspace];
  if (target === null) expect(entry.target_id).toBeNull();
  if (target === 'made') expect(entry.target_id).toBe(body.typebot_id ?? body.id);
  if (target === 'named' && action !== 'contact.muted') expect(named).toContain(entry.target_id);
  const isOfInstance = /^(instance|number|typebot|contact|token)/.test(action);
  const instance = action === 'instance.created' ? body.id : at.tenant.instanceId;
  expect(entry.instance_id).toBe(isOfInstance ? instance : null);
});

test('what is refused is not noted', async () => {
  const at = await owner();
  const before = (await at.audit()).entries.length;
  const base = `/instances/${at.tenant.instanceId}`;
  expect((await at.call('POST', `${base}/typebots`, { ...flow, trigger_type: 'magic' })).status).toBe(400);
  expect((await at.call('PATCH', '/subscriptions/nobody', { enabled: true })).status).toBe(404);
  expect((await at.audit()).entries).toHaveLength(before);
});

describe('the audit', () => {
  async function paused(tenant: Tenant, call: Asking['call']) {
    const base = `/instances/${tenant.instanceId}/typebots`;
    await call('POST', base, flow);
    const phone = newPhone();
    await call('POST', `${base}/sessions/start`, { public_id: 'flow', phone, message: 'hi' });
    const [session] = (await call('GET', `${base}/sessions?phone=${phone}`)).body;
    await call('POST', `${base}/sessions/${session.id}/pause`, {}, tenant.token);
    return String(session.id);
  }

  test('holds the controls of sessions among the changes, page by page, each line once', async () => {
    const { tenant, call, audit } = await owner();
    const session = await paused(tenant, call);
    await call('PATCH', `/instances/${tenant.instanceId}`, { name: 'Renamed' });
    const whole = await audit();
    expect(whole.entries.map(({ action }: Json) => action)).toEqual([
      ...['instance.changed', 'session.paused', 'typebot.created', 'instance.created', 'key.created'],
    ]);
    expect(whole.entries[1]).toMatchObject({
      ...{ session_id: session, instance_id: tenant.instanceId, key_name: 'instance token' },
    });
    expect(whole.entries.at(-1)).toMatchObject({ by: 'admin', key_id: null });
    const pages: Json[] = [];
    for (let cursor = ''; ;) {
      const page = await audit(`?limit=2${cursor}`);
      pages.push(...page.entries);
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(pages).toEqual(whole.entries);
  });

  test('shows a key of one instance that instance alone, and nobody another workspace', async () => {
    const { tenant, call, audit } = await owner();
    await call('POST', '/instances', { name: 'Other' });
    await call('POST', `/workspaces/${tenant.workspaceId}/keys`, { name: 'x' });
    const own = await audit('', tenant.token);
    expect(new Set(own.entries.map(({ instance_id: id }: Json) => id))).toEqual(new Set([tenant.instanceId]));
    expect(own).toEqual(await audit(`?instance_id=${tenant.instanceId}`));
    const stranger = await owner();
    expect(JSON.stringify(await stranger.audit())).not.toContain(tenant.instanceId);
    const asked = await api().call('GET', `/audit?instance_id=${tenant.instanceId}`, {
      key: stranger.tenant.key,
    });
    expect(asked.status).toBe(403);
  });

  test('names a key that was revoked no more, but keeps its id, and tells the client from a key', async () => {
    const { tenant, call, audit } = await owner();
    const keys = `/workspaces/${tenant.workspaceId}/keys`;
    const made = (await call('POST', keys, { name: 'short-lived' })).body;
    await call('PATCH', `/instances/${tenant.instanceId}`, { name: 'A' }, made.key);
    await call('DELETE', `${keys}/${made.id}`);
    const { access_token: token } = (
      await api().call('POST', '/token', {
        json: { client_token: tenant.clientToken, client_secret: tenant.clientSecret },
      })
    ).body;
    await call('PATCH', `/instances/${tenant.instanceId}`, { name: 'B' }, token);
    const { entries } = await audit();
    expect(entries[0]).toMatchObject({ by: 'client', key_id: null, key_name: null });
    expect(entries[2]).toMatchObject({ by: 'key', key_id: made.id, key_name: null });
  });

  test('counts an administrator under the workspace that was changed', async () => {
    const { tenant, audit } = await owner();
    await api().call('POST', `/workspaces/${tenant.workspaceId}/keys`, {
      key: ADMIN_KEY,
      json: { name: 'by admin' },
    });
    expect((await audit('?limit=1')).entries[0]).toMatchObject({ action: 'key.created', by: 'admin' });
  });
});
