import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { newPhone, useWorld, type Json, type Tenant } from './world.js';

const world = useWorld();
const ROUNDS = 60;

/** A generator that gives the same numbers every time, so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const strange: unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'x'.repeat(5_000),
  '😀'.repeat(300),
  '2026-13-45',
  '0000-01-01',
  '9999-12-31',
  '+275760-09-13T00:00:00.000Z',
  '%',
  "'; DROP TABLE sessions; --",
  [],
  {},
  [[[[]]]],
  { constructor: 1 },
  '17680464000001506',
  '5511999999999',
];

describe.each(['codechat', 'yourgpt', 'botpress'])('requests made from the document of %s', (surface) => {
  let tenant: Tenant;
  let headers: Record<string, string>;
  let known: string[];
  let hints: Record<string, string>;

  beforeAll(async () => {
    tenant = await world.tenant();
    const typebot = await world.typebot(tenant.instance, { open_tags: true });
    headers = { 'api-key': tenant.key, 'x-bot-id': typebot.id };
    const started = await world.conversations.start({ typebot, phone: newPhone(), refuseMuted: false });
    if (!started.ok) throw new Error(started.reason);
    const { id, sessionUid } = started.session;
    known = [id, sessionUid, typebot.id, tenant.instance.id];
    hints = {
      session_uid: sessionUid,
      widget_uid: typebot.id,
      project_uid: tenant.workspaceId,
      conversationId: id,
      message: 'hello',
    };
  });

  test('never get an answer above 499, and every answer is documented', async () => {
    const document = (await world.call('GET', `/docs/${surface}/openapi.json`)).body;
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const succeeded = new Set<string>();
    const random = seeded(surface.length);
    const pick = <Item>(items: readonly Item[]): Item | undefined =>
      items[Math.floor(random() * items.length)];

    const value = (schema: Json | undefined, depth = 0): unknown => {
      if (random() < 0.15) return pick(strange);
      if (random() < 0.1) return pick(known);
      const options = [schema?.anyOf, schema?.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
      if (options.length > 0) return value(pick(options), depth + 1);
      if (Array.isArray(schema?.enum)) return pick(schema.enum);
      if (schema?.const !== undefined) return schema.const;
      switch (String(schema?.type)) {
        case 'object':
          return objectOf(schema, depth);
        case 'array':
          return depth > 4 ? [] : [value(schema?.items, depth + 1), value(schema?.items, depth + 1)];
        case 'integer':
        case 'number':
          return Math.floor(random() * 200) - 20;
        case 'boolean':
          return random() < 0.5;
        case 'null':
          return null;
        default:
          return pick([
            'text',
            'https://x.test/a',
            '2026-01-01',
            '2026-01-01T00:00:00.000Z',
            ...known,
            newPhone(),
          ]);
      }
    };
    const objectOf = (schema: Json | undefined, depth: number): Record<string, unknown> => {
      const required: unknown[] = Array.isArray(schema?.required) ? schema.required : [];
      const members = Object.entries(schema?.properties ?? {})
        .filter(([name]) => required.includes(name) || random() < 0.5)
        .filter(() => random() > 0.05)
        .map(([name, inner]) => [
          name,
          random() < 0.7 && hints[name] ? hints[name] : value(inner, depth + 1),
        ]);
      if (typeof schema?.additionalProperties === 'object')
        members.push(['key', value(schema.additionalProperties)]);
      if (random() < 0.05) members.push([pick(['__proto__', 'extra', 'a:b']), 1]);
      return Object.fromEntries(members);
    };

    for (const [path, methods] of Object.entries(document.paths ?? {})) {
      for (const [method, operation] of Object.entries(methods)) {
        for (let round = 0; round < ROUNDS; round += 1) {
          const parameters: Json[] = Array.isArray(operation.parameters) ? operation.parameters : [];
          const query = new URLSearchParams();
          for (const parameter of parameters) {
            if (String(parameter.in) === 'query' && random() < 0.4)
              query.append(String(parameter.name), String(value(parameter.schema)));
          }
          const filled = path.replace(/\{instanceId\}/, () =>
            random() < 0.9 ? tenant.instance.id : 'VZ%00',
          );
          const target = filled.replace(/\{\w+\}/g, () =>
            encodeURIComponent(
              random() < 0.8 ? (known[0] ?? '') : String(pick(['x', '\u0000', '%', '..', known[1]])),
            ),
          );
          const schema = operation.requestBody?.content?.['application/json']?.schema;
          const body = schema === undefined ? undefined : value(schema);
          const reply = await world.call(method.toUpperCase(), `${target}?${query}`, { body, headers });
          const what = `${method} ${target}?${query} ${JSON.stringify(body)?.slice(0, 300)} -> ${reply.status}`;
          expect(reply.status, what).toBeLessThan(500);
          expect(Object.keys(operation.responses ?? {}), what).toContain(String(reply.status));
          const promised = operation.responses?.[String(reply.status)]?.content?.['application/json']?.schema;
          const fits = ajv.compile(promised ?? {})(reply.body);
          expect(fits, `${what} ${JSON.stringify(reply.body)} ${ajv.errorsText()}`).toBe(true);
          if (reply.status < 300) succeeded.add(`${method} ${path}`);
        }
      }
    }
    // Not only refusals were looked at.
    expect(succeeded.size).toBeGreaterThan(3);
  });

  test('the page and the document are there without a credential', async () => {
    expect((await fetch(`${world.url}/docs/${surface}`)).status).toBe(200);
    expect(await world.call('GET', `/docs/${surface}/openapi.json`)).toMatchObject({
      status: 200,
      body: { openapi: '3.1.0' },
    });
  });
});
