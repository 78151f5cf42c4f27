import { randomUUID } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { ADMIN_KEY, newPhone, useApi } from './api.js';
import type { Tenant, Json } from './api.js';

const api = useApi();

interface Operation {
  method: string;
  path: string;
  spec: Json;
}

async function operations(document = '/openapi.json'): Promise<Operation[]> {
  const { body } = await api().call('GET', document);
  components = body.components.schemas;
  return Object.entries<Json>(body.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, spec]) => ({ method: method.toUpperCase(), path, spec })),
  );
}

describe('the OpenAPI document', () => {
  test('is 3.1, has every route once, and each surface has its own part of it', async () => {
    const whole = await api().call('GET', '/openapi.json');
    expect(whole).toMatchObject({
      status: 200,
      body: { openapi: '3.1.0', servers: [{ url: 'http://parley.test' }] },
    });
    const all = await operations();
    const ids = all.map(({ spec }) => spec.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const paths = all.map(({ method, path }) => `${method} ${path}`);
    expect(paths).toContain('POST /instances/{id}/typebots/sessions/{session}/pause');
    expect(paths).toContain('POST /webhooks/{instanceId}');
    expect(paths).toContain('GET /readyz');
    expect(paths).toContain('POST /chatbot/v1/updateSession');
    let parts = 0;
    for (const name of ['native', 'codechat', 'yourgpt', 'botpress']) {
      const own = await operations(`/docs/${name}/openapi.json`);
      expect(own.length).toBeGreaterThan(0);
      parts += own.length;
      for (const { method, path } of own) expect(paths).toContain(`${method} ${path}`);
    }
    expect(parts).toBeLessThanOrEqual(all.length);
  });

  test('documents answers of every route, and who may call it', async () => {
    for (const { method, path, spec } of await operations()) {
      const name = `${method} ${path}`;
      expect(Object.keys(spec.responses).length, name).toBeGreaterThan(0);
      expect(spec.summary, name).toBeTruthy();
      const named = spec.parameters
        .filter((parameter: Json) => parameter.in === 'path')
        .map((parameter: Json) => `{${parameter.name}}`);
      expect(path.match(/\{\w+\}/g) ?? [], name).toEqual(named);
    }
  });

  test('has a page, the native surface first', async () => {
    const page = await api().call('GET', '/docs');
    expect(page.status).toBe(200);
    const titles = [...String(page.body).matchAll(/href="\/docs\/(\w+)"/g)].map(([, name]) => name);
    expect(titles[0]).toBe('native');
  });
});

describe('every member of a body, a parameter and an answer', () => {
  test('is described, with an example', async () => {
    const { body } = await api().call('GET', '/openapi.json');
    expect([...new Set(bare(body))]).toEqual([]);
    expect(JSON.stringify(body)).not.toMatch(/"examples":\[-\d{9}/);
    for (const { method, path, spec } of await operations()) {
      for (const { name, description } of spec.parameters)
        expect(description, `${method} ${path} ${name}`).toBeTruthy();
    }
  });

  test('of the settings of a typebot has an example that the schema takes', async () => {
    const { body } = await api().call('GET', '/openapi.json');
    const settings =
      body.paths['/instances/{id}/typebots'].post.requestBody.content['application/json'].schema;
    const others = Object.entries<Json>(body.components.schemas).filter(([name]) => name !== 'Channel');
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const schema of [settings, ...others.map(([, other]) => other)]) {
      for (const [name, member] of Object.entries<Json>(schema.properties)) {
        for (const example of member.examples ?? [])
          expect(ajv.validate(member, example), `${name} ${JSON.stringify(member)}`).toBe(true);
      }
    }
  });

  test('of a channel belongs to the schema of its type', async () => {
    const { body } = await api().call('GET', '/openapi.json');
    const { Channel } = body.components.schemas;
    const { channel } =
      body.paths['/instances'].post.requestBody.content['application/json'].schema.properties;
    expect(channel.$ref).toBe('#/components/schemas/Channel');
    expect(Channel.discriminator.propertyName).toBe('type');
    expect(Channel.oneOf.map(({ $ref }: Json) => $ref)).toEqual(Object.values(Channel.discriminator.mapping));
    for (const [type, ref] of Object.entries<string>(Channel.discriminator.mapping)) {
      const schema = body.components.schemas[ref.replace('#/components/schemas/', '')];
      expect(schema.properties.type.const).toBe(type);
      expect(schema.properties).toHaveProperty('timeout_ms');
    }
    expect(Object.keys(Channel.discriminator.mapping)).toContain('evolution');
    expect(JSON.stringify(body)).toBe(JSON.stringify((await api().call('GET', '/openapi.json')).body));
  });
});

/** Members without a description or an example; one that has members of its own needs no example. */
function bare(node: Json, at = ''): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries<Json>(node).flatMap(([key, value]) => {
    if (key === 'examples' || key === 'default') return [];
    if (key !== 'properties')
      return bare(value, /^\/|^(get|put|post|patch|delete)$/.test(key) ? `${at} ${key}` : at);
    return Object.entries<Json>(value).flatMap(([name, member]) => {
      const holdsMembers = member.$ref !== undefined || JSON.stringify(member).includes('"properties"');
      const isDescribed = member.description && (holdsMembers || member.examples?.length > 0);
      return [...(isDescribed ? [] : [`${at} ${name}`]), ...bare(member, `${at} ${name}`)];
    });
  });
}

describe('every documented route', () => {
  test('is closed to nobody, to an unknown key and, but for provisioning, to the admin key', async () => {
    const tenant = await api().tenant();
    for (const { method, path, spec } of await operations()) {
      if (spec.security.length === 0) continue;
      const isProvisioning = JSON.stringify(spec.security).includes('admin');
      const url = fill(path, tenant);
      for (const key of [undefined, 'nobody', ...(isProvisioning ? [] : [ADMIN_KEY])]) {
        const reply = await api().call(method, url, { key, headers: { 'x-bot-id': randomUUID() } });
        expect(reply.status, `${method} ${path}`).toBe(401);
      }
    }
  });

  test('gives nothing of one tenant to another', async () => {
    const mine = await furnished();
    const strangers = [(await api().tenant()).key, (await api().tenant()).token];
    for (const { method, path, spec } of await operations()) {
      if (spec.security.length === 0 || !path.includes('{')) continue;
      for (const key of strangers) {
        const reply = await api().call(method, fill(path, mine), {
          key,
          headers: { 'x-bot-id': mine.typebotId ?? '' },
          json: method === 'GET' ? undefined : valid(spec, mine),
        });
        expect([400, 401, 403, 404], `${method} ${path} ${JSON.stringify(reply.body)}`).toContain(
          reply.status,
        );
        expect(JSON.stringify(reply.body)).not.toContain(mine.sessionId);
      }
    }
    expect((await api().call('GET', `/instances/${mine.instanceId}`, { key: mine.key })).status).toBe(200);
  });

  test('below an instance is 403 for strangers, 404 without the instance, and reads its body only after that', async () => {
    const [mine, other] = [await furnished(), await api().tenant()];
    const sibling = (await api().call('POST', '/instances', { key: mine.key, json: { name: 'two' } })).body;
    const nowhere = { ...mine, instanceId: `VZ${'Z'.repeat(26)}` };
    for (const { method, path, spec } of await operations('/docs/native/openapi.json')) {
      if (!path.startsWith('/instances/{id}')) continue;
      const ask = async (target: string, key: string, body?: string) => {
        const headers = { 'content-type': 'application/json' };
        return (await api().call(method, target, { key, headers, body: method === 'GET' ? undefined : body }))
          .status;
      };
      const name = `${method} ${path}`;
      for (const key of [other.key, other.token, sibling.token])
        expect(await ask(fill(path, mine), key, '{'), name).toBe(403);
      expect(await ask(fill(path, nowhere), mine.key, '{'), name).toBe(404);
      if (spec.requestBody === undefined) continue;
      expect(await ask(fill(path, mine), mine.key, '{'), name).toBe(400);
      expect(await ask(fill(path, mine), mine.key, `"${'x'.repeat(2_000_000)}"`), name).toBe(413);
    }
  });

  test('answers no nonsense with a 5xx', async () => {
    const mine = await furnished();
    const bodies: (string | undefined)[] = [
      undefined,
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '7',
      '{"":""}',
      '{"a":{"b":[{}]}}',
      '\u0000',
      '{"name":"\\u0000","message":"\\ud800"}',
      '['.repeat(10_000),
    ];
    const ids = ['%00', '%ED%A0%80', '%F0%9F%98%80', '9'.repeat(400), '-1', '..%2F..', "'%3B--", '%ZZ'];
    for (const { method, path, spec } of await operations()) {
      if (isEndless(path)) continue;
      const key = JSON.stringify(spec.security).includes('admin') ? ADMIN_KEY : mine.key;
      const ask = async (url: string, body?: string, type = 'application/json') => {
        const headers: Record<string, string> = {
          'x-bot-id': mine.typebotId ?? '',
          ...(body === undefined ? {} : { 'content-type': type }),
        };
        const reply = await api().call(method, url, {
          key,
          headers,
          body: method === 'GET' ? undefined : body,
        });
        expect(reply.status, `${method} ${url.slice(0, 200)} ${body?.slice(0, 200)}`).toBeLessThan(500);
      };
      const missing = fill(path, {
        ...mine,
        instanceId: mine.instanceId,
        sessionId: randomUUID(),
        typebotId: randomUUID(),
      });
      for (const body of bodies) await ask(missing, body);
      for (const body of spoiled(spec, mine)) await ask(missing, JSON.stringify(body));
      await ask(missing, '<x/>', 'application/xml');
      for (const id of ids) await ask(path.replace(/\{\w+\}/g, id), '{}');
      for (const query of [
        'limit=%00',
        'limit=9e99',
        'cursor=%FF',
        'before=%00',
        'status[]=x',
        'phone=%F0',
        'page=-1',
        'nextToken=x',
        '&&=&',
        'keyRemoteJid=%00',
      ]) {
        await ask(`${missing}?${query}`);
      }
    }
  });
});

type Furnished = Tenant & { typebotId: string; sessionId: string; phone: string };

/** A tenant with a typebot and a session. */
async function furnished(): Promise<Furnished> {
  const tenant = await api().tenant();
  const base = `/instances/${tenant.instanceId}/typebots`;
  const json = { typebot_url: 'https://b.example', public_id: 'flow', trigger_type: 'none', keep_open: true };
  const typebot = (await api().call('POST', base, { key: tenant.key, json })).body;
  const phone = newPhone();
  await api().call('POST', `${base}/sessions/start`, {
    key: tenant.key,
    json: { public_id: 'flow', phone, message: 'x' },
  });
  const [session] = (await api().call('GET', `${base}/sessions`, { key: tenant.key })).body;
  return { ...tenant, typebotId: typebot.typebot_id, sessionId: session.id, phone };
}

function fill(path: string, tenant: Tenant & Partial<Furnished>): string {
  const isWorkspace = path.startsWith('/workspaces');
  const isSession = /conversations|sessions/.test(path);
  const values: Record<string, string | undefined> = {
    id: isWorkspace
      ? tenant.workspaceId
      : isSession && path.startsWith('/v1')
        ? tenant.sessionId
        : tenant.instanceId,
    instanceId: tenant.instanceId,
    typebotId: tenant.typebotId,
    session: tenant.sessionId,
    sessionId: tenant.sessionId,
    phone: tenant.phone,
  };
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => values[name] ?? randomUUID());
}

/** Schemas that the document refers to by name; filled by `operations`. */
let components: Json = {};

function resolved(schema: Json): Json {
  const name = String(schema.$ref ?? '').replace('#/components/schemas/', '');
  return name === '' ? schema : components[name];
}

/** A body that fits the schema, as far as types go. */
function valid(spec: Json, tenant: Partial<Furnished>): unknown {
  const schema = spec.requestBody?.content?.['application/json']?.schema;
  return schema === undefined ? {} : sample(schema, tenant);
}

function sample(given: Json, tenant: Partial<Furnished>, name = ''): unknown {
  const schema = resolved(given);
  const known: Record<string, unknown> = {
    phone: tenant.phone,
    widget_uid: tenant.typebotId,
    session_uid: '17680464000001506',
  };
  if (known[name] !== undefined) return known[name];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (first !== undefined) return sample(first, tenant, name);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries<Json>(schema.properties ?? {})
          .filter(([key]) => (schema.required ?? []).includes(key))
          .map(([key, inner]) => [key, sample(inner, tenant, key)]),
      );
    case 'array':
      return [sample(schema.items ?? {}, tenant)];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return true;
    default:
      return 'https://x.example'.padEnd(Math.min(schema.minLength ?? 0, 100), 'x');
  }
}

/** A fitting body with one member after the other replaced by something strange. */
function spoiled(spec: Json, tenant: Partial<Furnished>): unknown[] {
  const body = valid(spec, tenant);
  if (typeof body !== 'object' || body === null) return [];
  const schema = spec.requestBody?.content?.['application/json']?.schema ?? {};
  const names = Object.keys(schema.properties ?? {});
  const strange = [
    null,
    '',
    'x'.repeat(70_000),
    -1,
    1e308,
    9_007_199_254_740_993,
    [],
    {},
    [null],
    { type: 'text' },
    true,
  ];
  return [body, ...names.flatMap((name) => strange.map((value) => ({ ...body, [name]: value })))];
}

/** A stream that ends only with its reader. */
function isEndless(path: string): boolean {
  return path === '/events';
}
