import { expect, test } from 'vitest';
import { newPhone, useApi } from '../../http/api.js';
import type { Json } from '../../http/api.js';

const api = useApi();
const own = { 'x-parley-console': '1' };
const flow = {
  typebot_url: 'https://bot.example/',
  public_id: 'flow',
  trigger_type: 'none',
  keep_open: true,
};

/** A session and every way in which somebody may control it. */
async function opened() {
  const tenant = await api().tenant();
  const base = `/instances/${tenant.instanceId}`;
  const phone = newPhone();
  const call = (method: string, path: string, json?: Json, headers: Record<string, string> = {}) =>
    api().call(method, path, { key: tenant.key, json, headers });
  const typebot = (await call('POST', `${base}/typebots`, flow)).body.typebot_id as string;
  await call('POST', `${base}/typebots/sessions/start`, { public_id: 'flow', phone, message: 'hi' });
  const [session] = (await call('GET', `${base}/typebots/sessions?phone=${phone}`)).body as Json[];
  const { id } = session;
  const signedIn = await api().call('POST', '/console/api/session', {
    headers: own,
    json: { api_key: tenant.key },
  });
  const browser = { ...own, cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const path = `${base}/typebots/sessions/${id}`;
  return {
    id: String(id),
    instanceId: tenant.instanceId,
    native: (what: string, json: Json = {}) => call('POST', `${path}/${what}`, json),
    console: (method: string, what: string, json?: Json) =>
      api().call(method, `/console/api${what.replace('~', path)}`, { headers: browser, json }),
    codechat: (action: string) =>
      call('PATCH', `/api/v2/instance/${tenant.instanceId}/typebot-integration/session/${id}`, { action }),
    yourgpt: (wanted: Json) =>
      call('POST', '/chatbot/v1/updateSession', {
        ...{ project_uid: tenant.workspaceId, session_uid: session.session_uid },
        ...wanted,
      }),
    botpress: (method: string, json?: Json) =>
      call(method, `/v1/chat/conversations/${id}`, json, { 'x-bot-id': typebot }),
    closeByPhone: () => call('POST', `${base}/typebots/sessions/${phone}/close`, {}),
    bulk: (action: string) => call('POST', '/sessions/bulk', { session_ids: [id], action }),
    mute: (minutes: number) => call('POST', `${base}/contacts/${phone}/mute`, { minutes }),
    panic: (method: string) => call(method, `${base}/silence`, method === 'POST' ? {} : undefined),
    startAgain: () => call('POST', `${path}/restart`, {}),
    startAnother: () =>
      call('POST', `${base}/typebots/sessions/start`, { public_id: 'flow', phone, message: 'another' }),
    audit: async () => (await call('GET', '/audit?limit=5')).body.entries as Json[],
    prepare: async (...steps: (() => Promise<Json>)[]) => {
      for (const step of steps) expect((await step()).status).toBeLessThan(300);
    },
  };
}

type Opened = Awaited<ReturnType<typeof opened>>;

/** Every control: what is asked before it, how it is asked for, and the line of the audit. */
const controls: [string, (at: Opened) => (() => Promise<Json>)[], surface: string, action: string][] = [
  ['pause', (at) => [() => at.native('pause')], 'native', 'session.paused'],
  ['pause for a time', (at) => [() => at.native('pause', { minutes: 5 })], 'native', 'session.paused'],
  [
    'another end of a pause',
    (at) => [() => at.native('pause', { minutes: 5 }), () => at.native('pause', { minutes: 9 })],
    ...(['native', 'session.edited'] as const),
  ],
  ['resume', (at) => [() => at.native('pause'), () => at.native('resume')], 'native', 'session.resumed'],
  ['close', (at) => [() => at.native('close')], 'native', 'session.closed'],
  ['close by phone', (at) => [() => at.closeByPhone()], 'native', 'session.closed'],
  ['restart', (at) => [() => at.startAgain()], 'native', 'session.started'],
  [
    'restart of a closed one',
    (at) => [() => at.native('close'), () => at.startAgain()],
    'native',
    'session.started',
  ],
  ['start of another', (at) => [() => at.startAnother()], 'native', 'session.closed'],
  [
    'takeover by a message',
    (at) => [() => at.native('messages', { message: 'I am here' })],
    ...(['native', 'operator.message'] as const),
  ],
  ['pause of many', (at) => [() => at.bulk('pause')], 'native', 'session.paused'],
  ['resume of many', (at) => [() => at.bulk('pause'), () => at.bulk('resume')], 'native', 'session.resumed'],
  ['close of many', (at) => [() => at.bulk('close')], 'native', 'session.closed'],
  ['mute', (at) => [() => at.mute(5)], 'native', 'contact.muted'],
  ['unmute', (at) => [() => at.mute(5), () => at.mute(0)], 'native', 'contact.muted'],
  ['panic', (at) => [() => at.panic('POST')], 'native', 'number.silenced'],
  [
    'end of a panic',
    (at) => [() => at.panic('POST'), () => at.panic('DELETE')],
    'native',
    'number.unsilenced',
  ],
  ['console: pause', (at) => [() => at.console('POST', '~/pause', {})], 'console', 'session.paused'],
  [
    'console: mute',
    (at) => [
      () => at.console('POST', `/instances/${at.instanceId}/contacts/${newPhone()}/mute`, { minutes: 1 }),
    ],
    ...(['console', 'contact.muted'] as const),
  ],
  [
    'console: panic',
    (at) => [() => at.console('POST', `/instances/${at.instanceId}/silence`, {})],
    ...(['console', 'number.silenced'] as const),
  ],
  ['codechat: pause', (at) => [() => at.codechat('pause')], 'codechat', 'session.paused'],
  [
    'codechat: resume',
    (at) => [() => at.codechat('pause'), () => at.codechat('resume')],
    ...(['codechat', 'session.resumed'] as const),
  ],
  ['codechat: close', (at) => [() => at.codechat('close')], 'codechat', 'session.closed'],
  [
    'codechat: open after close',
    (at) => [() => at.codechat('close'), () => at.codechat('open')],
    ...(['codechat', 'session.started'] as const),
  ],
  ['yourgpt: operator', (at) => [() => at.yourgpt({ chat_mode: 'operator' })], 'yourgpt', 'session.paused'],
  [
    'yourgpt: from awaiting to operator',
    (at) => [() => at.yourgpt({ chat_mode: 'awaiting' }), () => at.yourgpt({ chat_mode: 'operator' })],
    ...(['yourgpt', 'session.edited'] as const),
  ],
  [
    'yourgpt: bot',
    (at) => [() => at.yourgpt({ chat_mode: 'operator' }), () => at.yourgpt({ chat_mode: 'bot' })],
    ...(['yourgpt', 'session.resumed'] as const),
  ],
  ['yourgpt: closed', (at) => [() => at.yourgpt({ state: 'closed' })], 'yourgpt', 'session.closed'],
  ['yourgpt: unresolved', (at) => [() => at.yourgpt({ state: 'unresolved' })], 'yourgpt', 'session.edited'],
  ['yourgpt: segment', (at) => [() => at.yourgpt({ segment: 'vip' })], 'yourgpt', 'session.edited'],
  [
    'yourgpt: open after close',
    (at) => [() => at.yourgpt({ state: 'closed' }), () => at.yourgpt({ state: 'pending' })],
    ...(['yourgpt', 'session.started'] as const),
  ],
  ['botpress: delete', (at) => [() => at.botpress('DELETE')], 'botpress', 'session.closed'],
];

test.each(controls)('%s is in the audit with who asked for it', async (_name, steps, surface, action) => {
  const at = await opened();
  await at.prepare(...steps(at));
  const [entry] = await at.audit();
  expect(entry).toMatchObject({ action, surface, by: 'key', key_name: 'main' });
  expect(entry?.instance_id).toBe(at.instanceId);
  if (/^session|^operator/.test(action) && action !== 'session.started')
    expect(entry?.session_id).toBe(at.id);
});

test('what changes nothing, and a first start, are not in the audit', async () => {
  const at = await opened();
  const actions = async () => (await at.audit()).map(({ action }) => action);
  const before = await actions();
  expect(before).not.toContain('session.started');
  await at.prepare(
    () => at.native('resume'),
    () => at.codechat('open'),
    () => at.yourgpt({ chat_mode: 'bot' }),
  );
  expect(await actions()).toEqual(before);
  await at.prepare(
    () => at.yourgpt({ chat_mode: 'operator' }),
    () => at.native('pause'),
  );
  expect(await actions()).toEqual(['session.paused', ...before].slice(0, 5));
});

test('a message of a person who is in charge already is one line, not two', async () => {
  const at = await opened();
  await at.prepare(
    () => at.native('messages', { message: 'I am here' }),
    () => at.native('messages', { message: 'Still here' }),
  );
  const [newest, second, third] = await at.audit();
  expect([newest, second, third].map((entry) => entry?.action)).toEqual([
    ...['operator.message', 'operator.message', 'session.paused'],
  ]);
});
