import { beforeAll, describe, expect, test } from 'vitest';
import { useApi, type Tenant } from './api.js';

const MOST = 3;
const names = ['KEYS', 'INSTANCES', 'TYPEBOTS', 'SUBSCRIPTIONS'];
const api = useApi({ env: Object.fromEntries(names.map((name) => [`PARLEY_MAX_${name}`, String(MOST)])) });

const typebot = { typebot_url: 'https://b.example', public_id: 'f', trigger_type: 'none' };
const subscription = { url: 'https://example.test/hook', events: ['message.sent'] };

interface Kind {
  name: string;
  path(tenant: Tenant): string;
  body: unknown;
  /** What `tenant()` has made already. */
  had: number;
}

const kinds: Kind[] = [
  { name: 'keys', path: ({ workspaceId }) => `/workspaces/${workspaceId}/keys`, body: { name: 'x' }, had: 1 },
  { name: 'instances', path: () => '/instances', body: { name: 'x' }, had: 1 },
  { name: 'typebots', path: ({ instanceId }) => `/instances/${instanceId}/typebots`, body: typebot, had: 0 },
  { name: 'subscriptions', path: () => '/subscriptions', body: subscription, had: 0 },
];

describe.each(kinds)('a workspace may have so many $name', ({ name, path, body, had }) => {
  test('and no more, however many are asked for at once; one that is deleted makes room', async () => {
    const tenant = await api().tenant();
    const make = () => api().call('POST', path(tenant), { key: tenant.key, json: body });
    const replies = await Promise.all(Array.from({ length: 8 }, make));
    const made = replies.filter(({ status }) => status === 201);
    expect(made).toHaveLength(MOST - had);
    const refused = replies.filter(({ status }) => status !== 201);
    for (const reply of refused) {
      expect(reply).toMatchObject({
        status: 409,
        body: { code: 409, success: false, error: `a workspace may have 3 ${name}, and this one has them` },
      });
    }
    const gone = await api().call(
      'DELETE',
      `${path(tenant)}/${made[0]?.body.id ?? made[0]?.body.typebot_id}`,
      { key: tenant.key },
    );
    expect(gone.status).toBe(200);
    expect((await make()).status).toBe(201);
    expect((await make()).status).toBe(409);
  });
});

describe('the numbers', () => {
  let one: Tenant;

  beforeAll(async () => {
    one = await api().tenant();
    await Promise.all(
      kinds.map(async (kind) => {
        for (let times = kind.had; times < MOST; times += 1)
          await api().call('POST', kind.path(one), { key: one.key, json: kind.body });
      }),
    );
  });

  test('are of one workspace: another is not touched by them', async () => {
    const other = await api().tenant();
    for (const { path, body } of kinds)
      expect((await api().call('POST', path(other), { key: other.key, json: body })).status).toBe(201);
  });

  test('count what another dialect makes, and are said in its words', async () => {
    const integration = { enabled: true, typebotURL: 'https://b.example', publicId: 'flow' };
    expect(
      await api().call('POST', `/api/v2/instance/${one.instanceId}/typebot-integration`, {
        key: one.key,
        json: integration,
      }),
    ).toMatchObject({
      status: 409,
      body: { statusCode: 409, error: 'Conflict', message: [expect.stringContaining('3 typebots')] },
    });
  });
});

test('an instance has one CodeChat integration, however many are asked for at once', async () => {
  const { key, instanceId } = await api().tenant();
  const json = { enabled: true, typebotURL: 'https://b.example', publicId: 'flow' };
  const path = `/api/v2/instance/${instanceId}/typebot-integration`;
  const replies = await Promise.all(Array.from({ length: 5 }, () => api().call('POST', path, { key, json })));
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400]);
});
