import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_KEY, useApi, type Json, type Tenant } from './api.js';

const api = useApi();
let tenant: Tenant;
let stranger: Tenant;

const typebot = { typebot_url: 'https://b.example', public_id: 'f', trigger_type: 'none' };
const subscription = { url: 'https://example.test/hook', events: ['message.sent'] };

interface List {
  name: string;
  path(tenant: Tenant): string;
  body(index: number): unknown;
  parameter: 'before' | 'after';
  key?: string;
}

const lists: List[] = [
  {
    name: 'workspaces',
    path: () => '/workspaces',
    body: () => ({ name: 'x' }),
    parameter: 'before',
    key: ADMIN_KEY,
  },
  {
    name: 'keys',
    path: ({ workspaceId }) => `/workspaces/${workspaceId}/keys`,
    body: () => ({ name: 'x' }),
    parameter: 'after',
  },
  { name: 'instances', path: () => '/instances', body: () => ({ name: 'x' }), parameter: 'before' },
  {
    name: 'typebots',
    path: ({ instanceId }) => `/instances/${instanceId}/typebots`,
    body: (index) => ({ ...typebot, priority: index % 2 }),
    parameter: 'after',
  },
  { name: 'subscriptions', path: () => '/subscriptions', body: () => subscription, parameter: 'before' },
];

const idOf = ({ id, typebot_id }: Json): string => id ?? typebot_id;

beforeAll(async () => {
  [tenant, stranger] = [await api().tenant(), await api().tenant()];
});

describe.each(lists)('the list of $name', ({ path, body, parameter, key }) => {
  const read = (query: string, who = tenant) =>
    api().call('GET', `${path(who)}${query}`, { key: key ?? who.key });

  beforeAll(async () => {
    for (let index = 0; index < 6; index += 1)
      await api().call('POST', path(tenant), { key: key ?? tenant.key, json: body(index) });
    await api().call('POST', path(stranger), { key: key ?? stranger.key, json: body(0) });
  });

  test('is read page by page, each one once and in the order of the whole', async () => {
    const idsOf = (list: Json): string[] => list.map(idOf);
    const whole = idsOf((await read('')).body);
    expect(whole.length).toBeGreaterThanOrEqual(6);
    const seen: string[] = [];
    for (let place = ''; ; place = `&${parameter}=${seen.at(-1)}`) {
      const page = idsOf((await read(`?limit=2${place}`)).body);
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(2);
      seen.push(...page);
    }
    expect(seen).toEqual(whole);
  });

  test('refuses a limit out of bounds and a place that is not in it', async () => {
    for (const limit of ['0', '1001', '-1', 'x', '9'.repeat(40)]) {
      expect(await read(`?limit=${limit}`)).toMatchObject({
        status: 400,
        body: { error: 'limit must be an integer between 1 and 1000' },
      });
    }
    const foreign = key === undefined ? idOf((await read('', stranger)).body[0]) : randomUUID();
    for (const place of [foreign, 'x', '%00', randomUUID()]) {
      expect(await read(`?${parameter}=${place}`), place).toMatchObject({ status: 400 });
    }
    expect(await read(`?${parameter}=${foreign}`)).toMatchObject({
      body: { error: `${parameter} must be the id of one of this list` },
    });
  });
});

test('no list of the API is without a bound', async () => {
  const { paths } = (await api().call('GET', '/docs/native/openapi.json')).body;
  const unbounded = Object.entries<Json>(paths).filter(([, { get }]) => {
    const answer = get?.responses['200']?.content?.['application/json']?.schema;
    const members = Object.values<Json>(answer?.properties ?? {});
    const isList =
      answer?.type === 'array' || ('next_cursor' in (answer?.properties ?? {}) && members.length > 0);
    return isList && !get.parameters.some(({ name }: Json) => name === 'limit');
  });
  expect(unbounded.map(([path]) => path)).toEqual([]);
});
