import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useApi } from '../../http/api.js';
import type { Json } from '../../http/api.js';

const api = useApi();

/** Rows as Evolution 2.3 answers them. */
const row = (more: Json) => ({
  ...{ enabled: true, description: null, url: 'https://bot.example.org', expire: 20, keywordFinish: '#EXIT' },
  ...{
    delayMessage: 1000,
    unknownMessage: null,
    listeningFromMe: false,
    stopBotFromMe: true,
    keepOpen: false,
  },
  ...{ debounceTime: 5, ignoreJids: null, splitMessages: false, timePerChar: 0, triggerOperator: null },
  ...{ triggerValue: null, instanceId: '6b1e' },
  ...more,
});
const word = (id: string, operator: string, value: string) =>
  row({ id, typebot: id, triggerType: 'keyword', triggerOperator: operator, triggerValue: value });
const rows = [
  row({ id: 'all', typebot: 'greeter', triggerType: 'all', splitMessages: true }),
  word('equals', 'equals', 'menu'),
  word('ends', 'endsWith', 'thanks (a lot)'),
  word('contains', 'contains', 'order'),
  row({ id: 'manual', typebot: 'manual', triggerType: 'none', enabled: false }),
  row({ id: 'advanced', typebot: 'adv', triggerType: 'advanced', triggerValue: 'startsWith:hey' }),
  row({ id: 'odd', typebot: 'odd', triggerType: 'advanced', triggerValue: 'contains:a notcontains:b' }),
  row({ id: 'rest', typebot: 'rest', triggerType: 'keyword', triggerOperator: 'equals', triggerValue: 'x' }),
  row({ id: 'editor', typebot: 'edit', url: 'https://app.typebot.io/typebots/x1/edit', triggerType: 'all' }),
];
const settings = {
  ...{ expire: 300, keywordFinish: 'bye', delayMessage: 1, unknownMessage: 'Sorry', fallbackId: 'rest' },
  ...{ ignoreJids: ['@g.us', '5531900000001@s.whatsapp.net'] },
};

let seen: { path: string; key: unknown }[] = [];
const evolution = createServer((request, response) => {
  const { apikey: key } = request.headers;
  seen.push({ path: request.url ?? '', key });
  const [, , what, instance] = (request.url ?? '').split('/');
  const body = { find: rows, fetchSettings: settings }[what ?? ''];
  const status = key !== 'global' ? 401 : instance !== 'shop' || body === undefined ? 404 : 200;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
});
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => evolution.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(evolution.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => evolution.close(resolve)));

async function owner() {
  const tenant = await api().tenant();
  const base = `/instances/${tenant.instanceId}`;
  const call = (method: string, path: string, json?: Json) =>
    api().call(method, path, { key: tenant.key, json });
  const place = { base_url: `${url}/`, instance: 'shop', api_key: 'global' };
  return {
    preview: (more: Json = {}) => call('POST', `${base}/import/evolution/preview`, { ...place, ...more }),
    run: (more: Json = {}) => call('POST', `${base}/import/evolution`, { ...place, ...more }),
    typebots: async () => (await call('GET', `${base}/typebots`)).body,
  };
}

test('a preview says what would be made, in the order in which it would be tried, and stores nothing', async () => {
  const { preview, typebots } = await owner();
  seen = [];
  const { status, body } = await preview();
  expect(status).toBe(200);
  expect(seen).toEqual([
    { path: '/typebot/find/shop', key: 'global' },
    { path: '/typebot/fetchSettings/shop', key: 'global' },
  ]);
  const shown = body.typebots.map((one: Json) => [
    ...[one.evolution_id, one.trigger_type, one.trigger_value, one.outcome, one.notes],
  ]);
  expect(shown).toEqual([
    ['equals', 'keyword', 'menu', 'new', []],
    ['advanced', 'starts_with', 'hey', 'new', []],
    ['ends', 'regex', '(?i)thanks \\(a lot\\)\\s*$', 'new', []],
    ['contains', 'contains', 'order', 'new', []],
    ['all', 'all', '', 'new', ['all_comes_last', 'split_messages_not_needed']],
    ['editor', 'all', '', 'refused', ['all_comes_last']],
    ['rest', 'all', '', 'new', ['fallback_comes_last']],
    ['manual', 'none', '', 'new', ['none_starts_nothing']],
    ['odd', 'none', '', 'new', ['advanced_not_understood']],
  ]);
  expect(body.typebots[5].error).toMatch(/editor/);
  expect(body.notes).toEqual(['ignored_jids_left_out']);
  expect(await typebots()).toEqual([]);
});

test('an import makes them switched off, with their own settings or those of the instance, and twice makes none twice', async () => {
  const { run, typebots } = await owner();
  const { body } = await run();
  expect(body.typebots.filter(({ typebot_id: id }: Json) => id !== null)).toHaveLength(8);
  const made = await typebots();
  expect(made).toHaveLength(8);
  expect(made[0]).toMatchObject({
    ...{ typebot_url: 'https://bot.example.org', public_id: 'equals', enabled: false, priority: 60 },
    ...{ expire_in_minutes: 20, keyword_finish: '#EXIT', default_delay_ms: 1000, unknown_message: 'Sorry' },
    ...{ debounce_ms: 5_000, stop_bot_from_me: true, keep_open: false, ignore_groups: true },
  });
  const again = (await run()).body.typebots;
  expect(new Set(again.map(({ outcome }: Json) => outcome))).toEqual(new Set(['exists', 'refused']));
  expect(await typebots()).toHaveLength(8);
});

test('those that are on at Evolution may be switched on', async () => {
  const { run, typebots } = await owner();
  await run({ switch_on: true });
  const off = (await typebots()).filter(({ enabled }: Json) => !enabled);
  expect(off.map(({ public_id: id }: Json) => id)).toEqual(['manual']);
});

test.each([
  ['a wrong key', { api_key: 'wrong' }, 'Evolution refuses the api_key'],
  ['an unknown instance', { instance: 'nobody' }, 'Evolution knows no such instance'],
  ['a host that is down', { base_url: 'http://127.0.0.1:9' }, 'Evolution cannot be reached at base_url'],
  ['a private address', { base_url: 'http://10.0.0.1' }, 'Evolution cannot be reached at base_url'],
])('%s is told, and its key is not logged', async (_what, more, error) => {
  const { preview } = await owner();
  expect(await preview(more)).toMatchObject({ status: 400, body: { error } });
  expect(api().logLines.join('')).not.toContain('wrong');
});
