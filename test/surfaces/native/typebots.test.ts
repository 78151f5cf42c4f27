import { describe, expect, test } from 'vitest';
import { newPhone, startApi, useApi } from '../../http/api.js';
import type { Tenant, Json } from '../../http/api.js';

const api = useApi();
const least = { typebot_url: 'https://bot.example/', public_id: 'flow', trigger_type: 'all' };

async function make(tenant: Tenant, fields: Record<string, unknown> = {}) {
  const reply = await api().call('POST', `/instances/${tenant.instanceId}/typebots`, {
    key: tenant.key,
    json: { ...least, ...fields },
  });
  expect(reply.status).toBe(201);
  return reply.body;
}

describe('a typebot configuration', () => {
  test('is made with the defaults of the contract and without the trailing slash of its viewer', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant);
    expect(made).toEqual({
      typebot_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      instance_id: tenant.instanceId,
      enabled: true,
      description: '',
      typebot_url: 'https://bot.example',
      public_id: 'flow',
      typebot_api_url: null,
      typebot_api_token_set: false,
      trigger_type: 'all',
      trigger_operator: null,
      trigger_value: '',
      priority: 0,
      expire_in_minutes: 0,
      keyword_finish: '',
      default_delay_ms: 0,
      unknown_message: '',
      transcribe_audio: false,
      listen_from_me: false,
      stop_bot_from_me: false,
      keep_open: false,
      debounce_ms: 0,
      ignore_groups: true,
      declared_tags: [],
      open_tags: false,
      cooldown_minutes: 0,
      takeover_quiet_minutes: 0,
      locale: 'pt-BR',
      time_zone: 'UTC',
      input_hints: true,
      typing_emulation: false,
      handoff_on_chatwoot: false,
      max_invalid_replies: 0,
      max_turns_per_minute: 20,
      interrupts: false,
      pause_word: '',
      resume_word: '',
      last_error: null,
      created_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      updated_at: made.created_at,
    });
  });

  test('of an older version shows the defaults of the settings it lacks, and can be changed', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant, { debounce_ms: 70 });
    const lacking = ['pause_word', 'max_turns_per_minute', 'input_hints', 'declared_tags', 'locale'];
    await api().db.query('UPDATE typebots SET settings = settings - $2::text[] WHERE id = $1', [
      ...[made.typebot_id, lacking],
    ]);
    const list = `/instances/${tenant.instanceId}/typebots`;
    expect((await api().call('GET', list, { key: tenant.key })).body).toEqual([made]);
    const change = { key: tenant.key, json: { description: 'new' } };
    const changed = await api().call('PATCH', `${list}/${made.typebot_id}`, change);
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ ...made, description: 'new', updated_at: changed.body.updated_at });
  });

  test('is listed in evaluation order: higher priority first, then the older one', async () => {
    const tenant = await api().tenant();
    const low = await make(tenant, { priority: -1 });
    const old = await make(tenant);
    const young = await make(tenant);
    const high = await make(tenant, { priority: 7 });
    const list = await api().call('GET', `/instances/${tenant.instanceId}/typebots`, { key: tenant.key });
    expect(list.status).toBe(200);
    expect(list.body.map((row: Json) => row.typebot_id)).toEqual(
      [high, old, young, low].map((row) => row.typebot_id),
    );
  });

  const faults: [string, Record<string, unknown>, string][] = [
    ['no viewer', { typebot_url: undefined }, 'typebot_url is required'],
    [
      'a viewer that is no URL',
      { typebot_url: 'ftp://bot.example' },
      'typebot_url must be an http or https URL',
    ],
    [
      'a viewer that is too long',
      { typebot_url: `https://bot.example/${'x'.repeat(500)}` },
      'typebot_url must be an http or https URL of at most 500 characters',
    ],
    ['no public id', { public_id: undefined }, 'public_id is required'],
    ['an empty public id', { public_id: '' }, 'public_id must be a string of 1 to 200 characters'],
    ['no trigger type', { trigger_type: undefined }, 'trigger_type is required'],
    [
      'an unknown trigger type',
      { trigger_type: 'magic' },
      'trigger_type must be one of all, keyword, contains, starts_with, regex, advanced, none',
    ],
    [
      'a keyword without a word',
      { trigger_type: 'keyword' },
      'trigger_value is required for trigger_type keyword',
    ],
    [
      'a keyword of blanks',
      { trigger_type: 'keyword', trigger_value: '  ' },
      'trigger_value is required for trigger_type keyword',
    ],
    [
      'an advanced trigger without operator',
      { trigger_type: 'advanced', trigger_value: 'x' },
      'trigger_operator is required for trigger_type advanced',
    ],
    [
      'an unknown operator',
      { trigger_operator: 'ends_with' },
      'trigger_operator must be one of equals, contains, starts_with, regex',
    ],
    [
      'a pattern that does not compile',
      { trigger_type: 'regex', trigger_value: '[' },
      'trigger_value must be a valid regular expression (RE2 syntax)',
    ],
    [
      'a pattern with look-ahead',
      { trigger_type: 'regex', trigger_value: '(?=a)' },
      'trigger_value must be a valid regular expression (RE2 syntax)',
    ],
    ...['(((a?){0,9}){0,9}){0,9}b', 'x{501}', '(\\pL{1,20}){1,30}', 'x{10}'.repeat(51)].map(
      (pattern): [string, Record<string, unknown>, string] => [
        `a pattern as large as ${pattern.slice(0, 24)}`,
        { trigger_type: 'regex', trigger_value: pattern },
        'trigger_value is too large a regular expression: more than 500 steps with its repetitions',
      ],
    ),
    [
      'a bad pattern of an advanced trigger',
      { trigger_type: 'advanced', trigger_operator: 'regex', trigger_value: '(' },
      'trigger_value must be a valid regular expression (RE2 syntax)',
    ],
    ['a text for a flag', { enabled: 'yes' }, 'enabled must be true or false'],
    ['null for a text', { description: null }, 'description must be a string of at most 255 characters'],
    [
      'a description that is too long',
      { description: 'x'.repeat(256) },
      'description must be a string of at most 255 characters',
    ],
    ['a fraction', { priority: 1.5 }, 'priority must be an integer between -1000000 and 1000000'],
    ['a number as text', { priority: '1' }, 'priority must be an integer between -1000000 and 1000000'],
    [
      'a huge number',
      { expire_in_minutes: 1e300 },
      'expire_in_minutes must be an integer between 0 and 525600',
    ],
    [
      'a delay over a minute',
      { default_delay_ms: 60_001 },
      'default_delay_ms must be an integer between 0 and 60000',
    ],
    ['a debounce below zero', { debounce_ms: -1 }, 'debounce_ms must be an integer between 0 and 60000'],
    [
      'a finish word that is too long',
      { keyword_finish: 'x'.repeat(101) },
      'keyword_finish must be a string of at most 100 characters',
    ],
    [
      'an unknown message that is too long',
      { unknown_message: 'x'.repeat(1001) },
      'unknown_message must be a string of at most 1000 characters',
    ],
    [
      'a tag with a colon',
      { declared_tags: ['a:b'] },
      'declared_tags.0 must be a tag key: 1 to 200 characters, no colon, not userPhone',
    ],
    [
      'the tag userPhone',
      { declared_tags: ['userPhone'] },
      'declared_tags.0 must be a tag key: 1 to 200 characters, no colon, not userPhone',
    ],
    [
      'a cooldown over a year',
      { cooldown_minutes: 525_601 },
      'cooldown_minutes must be an integer between 0 and 525600',
    ],
    [
      'a quiet time over a year',
      { takeover_quiet_minutes: 525_601 },
      'takeover_quiet_minutes must be an integer between 0 and 525600',
    ],
    ['an unknown locale', { locale: 'fr' }, 'locale must be one of pt-BR, en, es'],
    ['an unknown time zone', { time_zone: 'Mars/Olympus' }, 'time_zone must be an IANA time zone'],
    [
      'too many refusals',
      { max_invalid_replies: 21 },
      'max_invalid_replies must be an integer between 0 and 20',
    ],
    [
      'a trigger for everything that interrupts',
      { interrupts: true },
      'interrupts needs a trigger that asks for words',
    ],
    [
      'too many turns a minute',
      { max_turns_per_minute: 1_001 },
      'max_turns_per_minute must be an integer between 0 and 1000',
    ],
  ];

  test.each(faults)('is refused with %s', async (_name, fields, error) => {
    const { instanceId, key } = await shared();
    const reply = await api().call('POST', `/instances/${instanceId}/typebots`, {
      key,
      json: { ...least, ...fields },
    });
    expect(reply.body).toEqual({ code: 400, success: false, error });
    expect(reply.status).toBe(400);
  });

  test('takes every value at its limits, and keeps an operator for every type', async () => {
    const tenant = await api().tenant();
    const limits = {
      trigger_type: 'keyword',
      trigger_operator: 'regex',
      trigger_value: '(',
      priority: -1_000_000,
      expire_in_minutes: 525_600,
      keyword_finish: 'x'.repeat(100),
      default_delay_ms: 60_000,
      unknown_message: 'x'.repeat(1_000),
      debounce_ms: 60_000,
      description: 'x'.repeat(255),
      declared_tags: ['x'.repeat(200)],
      locale: 'es',
      time_zone: 'America/Sao_Paulo',
      max_invalid_replies: 20,
      max_turns_per_minute: 1_000,
      interrupts: true,
      pause_word: 'x'.repeat(100),
      resume_word: 'x'.repeat(100),
    };
    expect(await make(tenant, limits)).toMatchObject(limits);
  });

  test.each([
    ['debounce_sm', 'debounce_sm is not a member: did you mean debounce_ms?'],
    ['debounceMs', 'debounceMs is not a member: did you mean debounce_ms?'],
    ['expires_in_minutes', 'expires_in_minutes is not a member: did you mean expire_in_minutes?'],
    ['unkown_mesage', 'unkown_mesage is not a member: did you mean unknown_message?'],
    ['colour', 'colour is not a member'],
    ['__proto__', '__proto__ is not a member'],
    ['x'.repeat(5_000), `${'x'.repeat(64)} is not a member`],
  ])('is refused with a member nobody knows: %s', async (name, error) => {
    const { instanceId, key } = await shared();
    const path = `/instances/${instanceId}/typebots`;
    const body = JSON.stringify({ ...least, public_id: 'x' }).replace(/}$/, `,${JSON.stringify(name)}:1}`);
    const headers = { 'content-type': 'application/json' };
    const reply = await api().call('POST', path, { key, headers, body });
    expect(reply).toMatchObject({ status: 400, body: { code: 400, success: false, error } });
  });

  test.each([
    [{ typebot_url: 'https://typebot.example/lead-gen' }, ['https://typebot.example', 'lead-gen']],
    [{ typebot_url: 'https://typebot.example/lead-gen/' }, ['https://typebot.example', 'lead-gen']],
    [{ typebot_url: 'https://typebot.example/lead-gen?utm=x#top' }, ['https://typebot.example', 'lead-gen']],
    [{ typebot_url: 'https://typebot.example/bots/lead-gen' }, ['https://typebot.example/bots', 'lead-gen']],
    [{ typebot_url: 'https://typebot.example/a', public_id: 'a' }, ['https://typebot.example', 'a']],
    [{ typebot_url: 'https://typebot.example/', public_id: 'a' }, ['https://typebot.example', 'a']],
    [{ typebot_url: 'https://typebot.example/bots/', public_id: 'a' }, ['https://typebot.example/bots', 'a']],
  ])('finds its flow by %j', async (given, [typebot_url, public_id]) => {
    const { instanceId, key } = await shared();
    const json = { trigger_type: 'none', ...given };
    const { status, body } = await api().call('POST', `/instances/${instanceId}/typebots`, { key, json });
    expect({ status, body }).toMatchObject({ status: 201, body: { typebot_url, public_id } });
    const path = `/instances/${instanceId}/typebots/${body.typebot_id}`;
    const again = { typebot_url: body.typebot_url, public_id: body.public_id };
    expect((await api().call('PATCH', path, { key, json: again })).body).toMatchObject(again);
  });

  test.each([
    [{ typebot_url: 'https://typebot.example' }, 'public_id is required'],
    [
      { typebot_url: 'https://typebot.example/a', public_id: 'b' },
      'typebot_url is the link of a, and public_id is b: which one is meant?',
    ],
    [
      { typebot_url: 'https://app.typebot.io/typebots/cm1/edit' },
      /^typebot_url is a page of Typebot's editor/,
    ],
    [{ typebot_url: 'https://bots.example/typebots/cm1/share', public_id: 'a' }, /^typebot_url is a page of/],
  ])('is refused where its flow is not clear: %j', async (given, error) => {
    const { instanceId, key } = await shared();
    const json = { trigger_type: 'none', ...given };
    const reply = await api().call('POST', `/instances/${instanceId}/typebots`, { key, json });
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatch(error);
  });

  test('moves to the flow of another link by a change of the link alone', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant, { typebot_url: 'https://typebot.example', public_id: 'one' });
    const path = `/instances/${tenant.instanceId}/typebots/${made.typebot_id}`;
    const change = async (json: Json) => (await api().call('PATCH', path, { key: tenant.key, json })).body;
    expect(await change({ typebot_url: 'https://typebot.example/two' })).toMatchObject({
      ...{ typebot_url: 'https://typebot.example', public_id: 'two' },
    });
    expect(await change({ typebot_url: 'https://other.example' })).toMatchObject({
      ...{ typebot_url: 'https://other.example', public_id: 'two' },
    });
    expect(await change({ prioritty: 3 })).toMatchObject({
      error: 'prioritty is not a member: did you mean priority?',
    });
  });

  test('is changed member by member, and the answer says ok', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant, { description: 'before' });
    const path = `/instances/${tenant.instanceId}/typebots/${made.typebot_id}`;
    const changed = await api().call('PATCH', path, {
      key: tenant.key,
      json: { priority: 3 },
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({ ...made, priority: 3, updated_at: changed.body.updated_at, status: 'ok' });
    expect(changed.body.updated_at > made.updated_at).toBe(true);
  });

  test('is not touched by an empty change', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant);
    const path = `/instances/${tenant.instanceId}/typebots/${made.typebot_id}`;
    for (const options of [{ json: {} }, {}, { json: { priority: 0 } }]) {
      const reply = await api().call('PATCH', path, { key: tenant.key, ...options });
      expect(reply).toMatchObject({ status: 200, body: { ...made, status: 'ok' } });
    }
  });

  test('is checked as a whole after merging', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant);
    const path = `/instances/${tenant.instanceId}/typebots/${made.typebot_id}`;
    const refused = await api().call('PATCH', path, {
      key: tenant.key,
      json: { trigger_type: 'keyword', priority: 9 },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: 'trigger_value is required for trigger_type keyword' },
    });
    const [row] = (await api().call('GET', `/instances/${tenant.instanceId}/typebots`, { key: tenant.key }))
      .body;
    expect(row).toEqual(made);
    const accepted = await api().call('PATCH', path, {
      key: tenant.key,
      json: { trigger_type: 'keyword', trigger_value: 'hi' },
    });
    expect(accepted.status).toBe(200);
  });

  test('loses neither of two changes made at once', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant);
    const path = `/instances/${tenant.instanceId}/typebots/${made.typebot_id}`;
    await Promise.all([
      api().call('PATCH', path, { key: tenant.key, json: { priority: 5 } }),
      api().call('PATCH', path, { key: tenant.key, json: { description: 'both' } }),
    ]);
    const [row] = (await api().call('GET', `/instances/${tenant.instanceId}/typebots`, { key: tenant.key }))
      .body;
    expect(row).toMatchObject({ priority: 5, description: 'both' });
  });

  test('is gone after DELETE, whose body is ignored', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant);
    const path = `/instances/${tenant.instanceId}/typebots/${made.typebot_id}`;
    const gone = await api().call('DELETE', path, { key: tenant.key, body: 'not json' });
    expect(gone).toMatchObject({ status: 200, body: { status: 'ok' } });
    const notFound = { status: 404, body: { code: 404, success: false, error: 'typebot not found' } };
    expect(await api().call('DELETE', path, { key: tenant.key })).toMatchObject(notFound);
    expect(await api().call('PATCH', path, { key: tenant.key, json: {} })).toMatchObject(notFound);
    expect(
      (await api().call('GET', `/instances/${tenant.instanceId}/typebots`, { key: tenant.key })).body,
    ).toEqual([]);
  });

  test('of another instance is not found, nor is an id that is no UUID', async () => {
    const tenant = await api().tenant();
    const made = await make(await api().tenant());
    for (const id of [made.typebot_id, 'evaluate-me', '%00', '7']) {
      const path = `/instances/${tenant.instanceId}/typebots/${id}`;
      expect((await api().call('PATCH', path, { key: tenant.key, json: {} })).status).toBe(404);
      expect((await api().call('DELETE', path, { key: tenant.key })).status).toBe(404);
    }
  });
});

test('a new configuration speaks the language and has the clock that the service was set to', async () => {
  const spanish = await startApi({
    env: { PARLEY_DEFAULT_LOCALE: 'es', PARLEY_DEFAULT_TIME_ZONE: 'America/Bogota' },
  });
  try {
    const { instanceId, key } = await spanish.tenant();
    const made = await spanish.call('POST', `/instances/${instanceId}/typebots`, { key, json: least });
    expect(made.body).toMatchObject({ locale: 'es', time_zone: 'America/Bogota' });
  } finally {
    await spanish.close();
  }
});

describe('the trigger sandbox', () => {
  test('says who would start and why, in evaluation order', async () => {
    const tenant = await api().tenant();
    const keyword = await make(tenant, {
      public_id: 'word',
      trigger_type: 'keyword',
      trigger_value: 'Olá',
      priority: 10,
    });
    const off = await make(tenant, { enabled: false, priority: 5 });
    const manual = await make(tenant, { trigger_type: 'none', priority: 4 });
    const all = await make(tenant, { priority: 1 });
    const path = `/instances/${tenant.instanceId}/typebots/evaluate`;
    const hit = await api().call('POST', path, { key: tenant.key, json: { text: ' ola ' } });
    expect(hit).toMatchObject({
      status: 200,
      body: {
        would_start: { typebot_id: keyword.typebot_id, public_id: 'word', priority: 10 },
        reason: 'trigger_matched',
        session: null,
      },
    });
    expect(hit.body.candidates[0]).toEqual({
      typebot_id: keyword.typebot_id,
      public_id: 'word',
      priority: 10,
      enabled: true,
      trigger_type: 'keyword',
      trigger_operator: null,
      trigger_value: 'Olá',
      outcome: 'matched',
    });
    expect(hit.body.candidates.map((row: Json) => row.outcome)).toEqual([
      'matched',
      'not_reached',
      'not_reached',
      'not_reached',
    ]);
    const other = await api().call('POST', path, { key: tenant.key, json: { text: '' } });
    expect(other.body.would_start.typebot_id).toBe(all.typebot_id);
    expect(other.body.candidates.map((row: Json) => row.outcome)).toEqual([
      'not_matched',
      'disabled',
      'manual_only',
      'matched',
    ]);
    expect(other.body.candidates.map((row: Json) => row.typebot_id)).toEqual(
      [keyword, off, manual, all].map((row) => row.typebot_id),
    );
    const group = await api().call('POST', path, { key: tenant.key, json: { text: 'ola', is_group: true } });
    expect(group.body).toMatchObject({ would_start: null, reason: 'no_trigger_matched' });
    const own = await api().call('POST', path, { key: tenant.key, json: { text: 'ola', from_me: true } });
    expect(own.body.candidates[0].outcome).toBe('from_me_ignored');
  });

  test('counts the mute and the session of the phone', async () => {
    const tenant = await api().tenant();
    await make(tenant);
    const base = `/instances/${tenant.instanceId}`;
    const phone = newPhone();
    const ask = () =>
      api().call('POST', `${base}/typebots/evaluate`, {
        key: tenant.key,
        json: { text: 'hi', phone: `+${phone}` },
      });
    expect((await ask()).body.reason).toBe('trigger_matched');
    await api().call('POST', `${base}/typebots/sessions/start`, {
      key: tenant.key,
      json: { public_id: 'flow', phone, message: 'hi' },
    });
    const active = await ask();
    expect(active.body).toMatchObject({
      reason: 'active_session',
      would_start: null,
      session: { status: 'opened' },
    });
    expect(active.body.candidates[0].outcome).toBe('matched');
    await api().call('POST', `${base}/contacts/${phone}/mute`, { key: tenant.key, json: { minutes: 5 } });
    expect((await ask()).body).toMatchObject({ reason: 'contact_muted', session: null });
  });

  test('says when there is nothing to evaluate, and refuses what it cannot read', async () => {
    const tenant = await api().tenant();
    const path = `/instances/${tenant.instanceId}/typebots/evaluate`;
    const empty = await api().call('POST', path, { key: tenant.key, json: { text: 'hi' } });
    expect(empty.body).toEqual({ would_start: null, reason: 'no_typebots', session: null, candidates: [] });
    const faults: [unknown, string][] = [
      [{}, 'text is required'],
      [{ text: 'x'.repeat(4097) }, 'text must be a string of at most 4096 characters'],
      [{ text: 'x', phone: '12' }, 'phone must have 8 to 15 digits'],
      [{ text: 'x', from_me: 1 }, 'from_me must be true or false'],
      [[], 'body must be an object'],
    ];
    for (const [json, error] of faults) {
      expect(await api().call('POST', path, { key: tenant.key, json })).toMatchObject({
        status: 400,
        body: { code: 400, success: false, error },
      });
    }
  });
});

let tenantOfAll: Promise<Tenant> | undefined;

function shared(): Promise<Tenant> {
  tenantOfAll ??= api().tenant();
  return tenantOfAll;
}

describe('the token of Typebot’s builder', () => {
  const builder = { typebot_api_url: 'https://app.bot.example', typebot_api_token: 'token-that-nobody-sees' };
  const change = (tenant: Tenant, id: string, json: Json) =>
    api().call('PATCH', `/instances/${tenant.instanceId}/typebots/${id}`, { key: tenant.key, json });
  const stored = async (id: string) => {
    const { rows } = await api().db.query<{ row: string; token: Buffer | null }>(
      'SELECT t::text AS row, api_token AS token FROM typebots t WHERE id = $1',
      [id],
    );
    return rows[0];
  };

  test('is stored encrypted and never shown', async () => {
    const tenant = await api().tenant();
    const made = await make(tenant, builder);
    expect(made).toMatchObject({ typebot_api_url: builder.typebot_api_url, typebot_api_token_set: true });
    const list = await api().call('GET', `/instances/${tenant.instanceId}/typebots`, { key: tenant.key });
    expect(JSON.stringify([made, list.body])).not.toContain(builder.typebot_api_token);
    const row = await stored(String(made.typebot_id));
    expect(row?.row).not.toContain(builder.typebot_api_token);
    expect(row?.row).not.toContain(Buffer.from(builder.typebot_api_token).toString('hex'));
    expect(row?.token?.length).toBeGreaterThan(30);
  });

  test('goes to no other origin: who moves the address gives it again', async () => {
    const tenant = await api().tenant();
    const id = String((await make(tenant, builder)).typebot_id);
    const moved = { typebot_api_url: 'https://thief.example' };
    const error = 'typebot_api_url has another origin: typebot_api_token must be given again';
    expect(await change(tenant, id, moved)).toMatchObject({ status: 400, body: { error } });
    // Nor by way of no address at all.
    expect((await change(tenant, id, { typebot_api_url: null })).status).toBe(200);
    expect(await change(tenant, id, moved)).toMatchObject({ status: 400, body: { error } });
    expect((await change(tenant, id, { ...moved, typebot_api_token: 'another-token' })).status).toBe(200);
    expect((await change(tenant, id, { description: 'kept' })).body).toMatchObject({
      typebot_api_token_set: true,
    });
    expect((await change(tenant, id, { typebot_api_token: null })).body).toMatchObject({
      typebot_api_token_set: false,
    });
  });
});
