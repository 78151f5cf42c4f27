import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnv } from '../../../src/config.js';
import { channelSettings, loadFixtures, rawBodyOf } from '../../channels/fixtures.js';
import { hmacHex } from '../../../src/channels/provider/signatures.js';
import { startParley, until, type Parley, type TestInstance } from '../../support/parley.js';
import { anything, fitting, mutated, spoiling, type Json, type Sent } from './hostile.js';
import { describe, shootAll, type Hit, type Shot } from './wire.js';

/**
 * Every operation of the OpenAPI document and every recorded webhook, spoiled in ways that nobody means, against the
 * whole product. PARLEY_FUZZ_ROUNDS and PARLEY_FUZZ_SEED make the run longer and another one.
 */
const env = readEnv();
const ROUNDS = Number(env.PARLEY_FUZZ_ROUNDS ?? 2);
const SEED = Number(env.PARLEY_FUZZ_SEED ?? 1);
/** What a refusal may be long, and what any other answer. */
const [MOST_OF_A_REFUSAL, MOST_OF_AN_ANSWER] = [16_384, 4_194_304];

let parley: Parley;
let stop: () => Promise<void>;
let shop: TestInstance;
let sandboxId: string;
let document: Json;
/** What paths and bodies may name, of the tenant that is shot at. */
let known: Record<string, string>;

beforeAll(async () => {
  ({ parley, stop } = await startParley({ env: { PARLEY_MAX_INSTANCES: '0' } }));
  shop = await parley.instance();
  document = (await parley.call('GET', '/openapi.json')).body;
  known = await furnished();
});
afterAll(() => stop());

/** A sandbox with a typebot and a session, a subscription, and everything's ids. */
async function furnished(): Promise<Record<string, string>> {
  const { body: instance } = await parley.call('POST', '/instances', { name: 'Victim' });
  sandboxId = instance.id;
  const base = `/instances/${sandboxId}/typebots`;
  const flow = {
    typebot_url: parley.typebot.url,
    public_id: 'branch-pub',
    trigger_type: 'all',
    keep_open: true,
  };
  const { body: typebot } = await parley.call('POST', base, flow);
  const phone = '5531988887777';
  await parley.call('POST', `${base}/sessions/start`, { public_id: 'branch-pub', phone, message: 'hi' });
  const [session] = (await parley.call('GET', `${base}/sessions`)).body;
  const { body: subscription } = await parley.call('POST', '/subscriptions', {
    url: 'http://127.0.0.1:9/hook',
    events: ['message.sent'],
  });
  return {
    ...{ instanceId: sandboxId, typebotId: typebot.typebot_id, phone, session: session.id },
    ...{ sessionId: session.id, session_uid: session.session_uid, conversationId: session.id },
    ...{ workspace: parley.workspaceId, subscription: subscription.id, project_uid: parley.workspaceId },
  };
}

/** The id that stands in a path where it is a real one. */
function rightOne(path: string, name: string): string {
  if (name !== 'id') return known[name] ?? known.session ?? '';
  const noun = path.split('/')[1];
  return (
    { workspaces: known.workspace, subscriptions: known.subscription, v1: known.session }[noun ?? ''] ??
    sandboxId
  );
}

const WRONG_PARTS = [
  '%00',
  '%',
  '%ED%A0%80',
  '..',
  '%2e%2e%2f',
  '__proto__',
  'x'.repeat(3_000),
  '-1',
  "'%3B--",
  '%F0%9F%98%80',
];
const LOOSE_QUERIES = [
  ...[
    'limit=%00',
    'limit=1&limit=2',
    'limit=9e99',
    '__proto__=1&constructor=2',
    'before=%FF&after=%ED%A0%80',
    '&&=&',
  ],
  ...[
    'cursor=%00',
    'x'.repeat(9_000),
    Array(1_200).fill('a=1').join('&'),
    'phone[]=1&phone[a]=2',
    'status=&status=closed',
  ],
];

function operationShots(): Shot[] {
  return Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).flatMap(([method, operation]) =>
      fc.sample(operationShot(path, method, operation), { numRuns: ROUNDS * 2, seed: SEED }),
    ),
  );
}

function operationShot(path: string, method: string, operation: Json): fc.Arbitrary<Shot> {
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const body = schema === undefined ? anything : fitting(document, schema, Object.values(known));
  return fc
    .record({
      kind: fc.constant(operation.tags[0]),
      method: fc.constant(method.toUpperCase()),
      path: fc.tuple(pathOf(path, method), queryOf(operation)).map(([filled, query]) => filled + query),
      sent:
        method === 'get'
          ? fc.constant({})
          : fc.tuple(body, spoiling).map(([value, spoil]) => spoil(JSON.stringify(value) ?? '')),
      credential: credentials(),
      extra: extraHeaders(),
    })
    .map(({ sent, credential, extra, ...shot }) => {
      const { headers, ...rest }: Partial<Sent> = sent;
      return {
        ...shot,
        ...rest,
        headers: { 'x-bot-id': known.typebotId ?? '', ...headers, ...credential, ...extra },
      };
    });
}

/** Nothing that the other shots need is deleted. */
function pathOf(path: string, method: string): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const wrong = fc.constantFrom(
    ...WRONG_PARTS,
    ...Object.values(known),
    '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10',
  );
  const spared = fc.constantFrom(...WRONG_PARTS, '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10');
  const parts = names.map((name) =>
    method === 'delete'
      ? spared
      : fc.oneof(
          { weight: 5, arbitrary: fc.constant(rightOne(path, name)) },
          { weight: 1, arbitrary: wrong },
        ),
  );
  return fc.tuple(...parts).map((values) => {
    let next = 0;
    return path.replace(/\{\w+\}/g, () => values[next++] ?? '');
  });
}

function queryOf(operation: Json): fc.Arbitrary<string> {
  const parameters: Json[] = (operation.parameters ?? []).filter((one: Json) => one.in === 'query');
  const one = (parameter: Json) =>
    fc
      .option(fitting(document, parameter.schema, Object.values(known)))
      .map((value) =>
        value === null
          ? []
          : [
              `${parameter.name}=${encodeURIComponent(String(JSON.stringify(value) ?? '').replaceAll('"', ''))}`,
            ],
      );
  const good = fc.tuple(...parameters.map(one)).map((pairs) => pairs.flat().join('&'));
  return fc
    .oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...LOOSE_QUERIES) })
    .map((query) => (query === '' ? '' : `?${query}`));
}

function credentials(): fc.Arbitrary<Record<string, string>> {
  const forms: Record<string, string>[] = [
    {},
    { 'api-key': 'wrong' },
    { authorization: 'Bearer ' },
    { authorization: `Bearer ${'x'.repeat(4_000)}` },
    { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.' },
    { apikey: '__proto__' },
    { 'x-instance-token': shop.token },
    { 'x-instance-token': '\u00ff', 'x-client-token': '\u00ff' },
    { authorization: `Bearer ${shop.token}` },
  ];
  const admin = { authorization: `Bearer ${parley.settings.secrets.adminKey}` };
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant({ 'api-key': parley.key }) },
    { weight: 1, arbitrary: fc.constant(admin) },
    { weight: 2, arbitrary: fc.constantFrom(...forms) },
  );
}

function extraHeaders(): fc.Arbitrary<Record<string, string>> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant({}) },
    fc.constantFrom<Record<string, string>>(
      { 'idempotency-key': 'k'.repeat(300) },
      { 'idempotency-key': '\u00ff' },
      { 'idempotency-key': 'the same' },
      { 'last-event-id': '9'.repeat(90) },
      { 'x-user-key': '__proto__', 'transfer-encoding': 'chunked' },
      { expect: 'nothing', 'accept-encoding': 'gzip' },
    ),
  );
}

const TYPES: Record<string, string> = { meta: 'cloud-api' };
const PROVIDERS = ['meta', 'evolution', 'waha', 'codechat', 'generic', 'zapi', 'vzaps', 'twilio'];

async function connected(provider: string): Promise<{ provider: string; instance: Json }> {
  const settings = channelSettings(provider);
  // The address that Twilio signs is this server's; Evolution signs nothing where it has no key.
  for (const name of ['public_url', 'jwt_key']) delete settings[name];
  const type = TYPES[provider] ?? provider;
  const channel = { type, ...settings, ...(type !== 'generic' && { base_url: 'http://127.0.0.1:9' }) };
  const made = await parley.call('POST', '/instances', { name: provider, channel });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return { provider, instance: made.body };
}

/** The recorded webhooks of a provider, each spoiled and, but for some, signed as it is then. */
function webhookShots({ provider, instance }: { provider: string; instance: Json }): Shot[] {
  const recorded = loadFixtures(provider).filter(({ kind }) => kind === 'webhook');
  return recorded.flatMap(({ request }, index) =>
    fc.sample(webhookShot(provider, instance, request), { numRuns: ROUNDS, seed: SEED + index }),
  );
}

function webhookShot(provider: string, instance: Json, request: Json): fc.Arbitrary<Shot> {
  const address = new URL(instance.webhook.url).pathname;
  const query = String(request.path).split('?')[1];
  return fc
    .record({
      choices: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
      replacement: fc.option(anything, { nil: undefined }),
      mutates: fc.boolean(),
      spoil: spoiling,
      signs: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
    })
    .map(({ choices, replacement, mutates, spoil, signs }) => {
      const raw = mutates ? mutatedBody(bodyOf(request), choices, replacement) : bodyOf(request);
      const sent = spoil(raw);
      const type = request.headers?.['content-type'];
      const headers = {
        ...request.headers,
        ...sent.headers,
        ...(type && sent.body.toString() === raw && { 'content-type': type }),
      };
      const signature = signs ? signatureOf(provider, sent.body, instance.webhook.url) : {};
      return {
        ...sent,
        kind: `webhook ${provider}`,
        method: request.method,
        path: query === undefined ? address : `${address}?${query}`,
        headers: { ...headers, ...signature },
      };
    });
}

/** As recorded, but sent now. */
function bodyOf(request: Json): string {
  return rawBodyOf(request).replace(/"sentAt":\s*\d+/, `"sentAt":${Math.floor(Date.now() / 1_000)}`);
}

function mutatedBody(raw: string, choices: readonly number[], replacement: unknown): string {
  try {
    return JSON.stringify(mutated(JSON.parse(raw), choices, replacement)) ?? '';
  } catch {
    const fields = mutated(
      Object.fromEntries(new URLSearchParams(raw)),
      choices,
      JSON.stringify(replacement) ?? '',
    );
    return new URLSearchParams(fields).toString();
  }
}

function signatureOf(provider: string, body: Buffer, url: string): Record<string, string> {
  const now = String(Math.floor(Date.now() / 1_000));
  switch (provider) {
    case 'meta':
      return {
        'x-hub-signature-256': `sha256=${hmacHex('sha256', channelSettings(provider).app_secret, body)}`,
      };
    case 'waha':
      return {
        'x-webhook-hmac': hmacHex('sha512', channelSettings(provider).hmac_key, body),
        'x-webhook-hmac-algorithm': 'sha512',
      };
    case 'generic':
      return {
        'x-parley-timestamp': now,
        'x-parley-signature': `sha256=${hmacHex('sha256', channelSettings(provider).inbound_secrets[0], body)}`,
      };
    case 'twilio':
      return {
        'x-twilio-signature': twilioSignature(channelSettings(provider).auth_token, url, body.toString()),
      };
    default:
      return {};
  }
}

function twilioSignature(token: string, url: string, body: string): string {
  const fields = [...new URLSearchParams(body)].sort(([one], [other]) => (one < other ? -1 : 1));
  const text = url + fields.map(([name, value]) => name + value).join('');
  return createHmac('sha1', token).update(text).digest('base64');
}

function sandboxShots(): Shot[] {
  const message = {
    keyId: 'k',
    from: { phone: '5531988887777', name: 'Ana' },
    timestamp: 1,
    text: 'oi',
    quotedKeyId: 'q',
  };
  const body = {
    messages: [
      message,
      { ...message, keyId: 'l', content: { contentType: 'buttonReply', id: 'a', title: 'Sim' } },
    ],
  };
  const shot = webhookShot(
    'sandbox',
    { webhook: { url: `http://x/webhooks/${sandboxId}` } },
    { method: 'POST', path: '', body },
  );
  return fc.sample(shot, { numRuns: ROUNDS * 20, seed: SEED });
}

test(
  'nothing that is sent to a route or a webhook is answered by a 5xx or without a bound, and everybody else is answered after it',
  async () => {
    // Made before anything is thought up, which holds this process, and with it the product, for a while.
    const instances = await Promise.all(PROVIDERS.map(connected));
    const counts = new Map<string, Map<number, number>>();
    const faults: string[] = [];
    const look = (shot: Shot, hit: Hit) => {
      const kind = counts.get(shot.kind) ?? new Map<number, number>();
      counts.set(shot.kind, kind.set(hit.status, (kind.get(hit.status) ?? 0) + 1));
      const most = hit.status >= 400 ? MOST_OF_A_REFUSAL : MOST_OF_AN_ANSWER;
      if (hit.status >= 500 || hit.bytes > most)
        faults.push(`${hit.status}, ${hit.bytes} bytes: ${describe(shot)} ${hit.text.slice(0, 300)}`);
    };
    const shots = [...operationShots(), ...instances.flatMap(webhookShots), ...sandboxShots()];
    await shootAll(parley.api.port, shots, look);
    tell(counts);
    expect(faults).toEqual([]);
    for (const [kind, statuses] of counts)
      expect(
        [...statuses.keys()].some((status) => status < 300 && status > 0),
        kind,
      ).toBe(true);
    await expectFewSeries();
    // One of the shots silenced the number, which holds what is written to it.
    await parley.call('DELETE', `/instances/${sandboxId}/silence`);
    await expectNobodyWaits();
    const ana = shop.contact();
    expect((await ana.says('hello')).status).toBe(200);
    expect(await ana.hears(1)).not.toEqual([]);
  },
  120_000 + ROUNDS * 60_000,
);

/** What strangers send must not make series: routes are those of the document, other labels come from lists. */
async function expectFewSeries(): Promise<void> {
  const lines = String((await parley.call('GET', '/metrics')).body).split('\n');
  const routes = new Set(lines.flatMap((line) => /[{,]route="([^"]*)"/.exec(line)?.[1] ?? []));
  const documented = Object.keys(document.paths);
  const others = ['stranger', 'unknown', '/docs', '/openapi.json', '/media', '/sandbox'];
  expect([...routes].filter((route) => ![...documented, ...others].includes(route))).toEqual([]);
  const notices = lines.filter((line) => line.startsWith('parley_inbound_notices_total{'));
  expect(notices.length).toBeLessThanOrEqual(9 * 101);
}

/** Shots come in any order, so that a pause or a mute may be the last word of a conversation: what it holds may wait. */
async function expectNobodyWaits(): Promise<void> {
  await until(async () => {
    const { rows } = await parley.db.query<Json>(
      `SELECT (SELECT count(*)::int FROM inbox i JOIN contacts c ON c.id = i.contact_id LEFT JOIN sessions s ON s.id = i.session_id
                WHERE fate = 'waiting' AND coalesce(s.status = 'opened' AND s.chat_mode = 'bot' AND s.resolution <> 'closed', true)
                  AND coalesce(c.muted_until <= now(), true)) AS waiting,
         (SELECT count(*)::int FROM turns WHERE state = 'begun') AS begun`,
    );
    expect(rows).toEqual([{ waiting: 0, begun: 0 }]);
  });
}

/** The counts of a long run, for whoever started it. */
function tell(counts: ReadonlyMap<string, ReadonlyMap<number, number>>): void {
  if (env.PARLEY_FUZZ_ROUNDS === undefined) return;
  for (const [kind, statuses] of counts) {
    const all = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    const each = [...statuses]
      .sort(([one], [other]) => one - other)
      .map(([status, count]) => `${status}: ${count}`);
    process.stdout.write(`${kind}: ${all} (${each.join(', ')})\n`);
  }
}
