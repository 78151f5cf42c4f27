import { expect, test } from 'vitest';
import { flows, greeted, sessionCalls } from '../../support/conversations.js';
import { useParley } from '../../support/parley.js';

const parley = useParley({ flows });

const admin = () => ({ authorization: `Bearer ${parley.settings.secrets.adminKey}` });

/** A key with a name of its own. */
async function makeKey(name: string) {
  const made = await parley.call('POST', `/workspaces/${parley.workspaceId}/keys`, { name }, admin());
  return { id: String(made.body.id), key: String(made.body.key) };
}

/** The headers of a browser that signed in with a key. */
async function signedInWith(key: string) {
  const response = await fetch(`http://127.0.0.1:${parley.api.port}/console/api/session`, {
    method: 'POST',
    headers: { 'x-parley-console': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: key }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { 'x-parley-console': '1', cookie };
}

test('the timeline says with which key and through which surface somebody stepped in', async () => {
  const { shop, ana, session, id, pause, events, mute, operator, yourgpt, codechat } = await greeted(parley);
  await pause(id);
  await codechat(id, 'resume');
  await yourgpt(session.session_uid, { chat_mode: 'operator' });
  await yourgpt(session.session_uid, { chat_mode: 'bot' });
  await operator(id, 'a person');
  await mute(ana.phone, 5);
  const crm = await makeKey('CRM');
  const browser = await signedInWith(crm.key);
  const path = `/console/api/instances/${shop.id}/typebots/sessions/${id}/close`;
  expect((await parley.call('POST', path, {}, browser)).status).toBe(200);

  const by = (surface: string, name = 'test') => ({ surface, key_name: name });
  const seen = (await events(id)).filter(({ type }) => !/^(turn|session\.started)/.test(type));
  expect(seen.map(({ type, data }) => ({ type, data }))).toMatchObject([
    { type: 'session.paused', data: { by: 'api', ...by('native') } },
    { type: 'session.resumed', data: { by: 'api', ...by('codechat') } },
    { type: 'session.paused', data: { by: 'chat_mode', ...by('yourgpt') } },
    { type: 'session.resumed', data: { by: 'chat_mode', ...by('yourgpt') } },
    { type: 'session.paused', data: { by: 'operator', ...by('native') } },
    { type: 'operator.message', data: by('native') },
    { type: 'contact.muted', data: { minutes: 5, ...by('native') } },
    { type: 'session.closed', data: { reason: 'closed_by_api', key_id: crm.id, ...by('console', 'CRM') } },
  ]);
});

test('a key that is revoked is told by its id alone; what Parley does by itself names nobody', async () => {
  const { shop, id, events } = await greeted(parley);
  const old = await makeKey('Old');
  const path = `/instances/${shop.id}/typebots/sessions/${id}/pause`;
  await parley.call('POST', path, {}, { 'api-key': old.key });
  await parley.call('DELETE', `/workspaces/${parley.workspaceId}/keys/${old.id}`, undefined, admin());
  const told = await events(id);
  expect(told.find(({ type }) => type === 'session.paused')?.data).toEqual({
    ...{ by: 'api', surface: 'native', key_id: old.id, key_name: null },
  });
  expect(told.find(({ type }) => type === 'session.started')?.data).not.toHaveProperty('surface');
});

test('a session that was started by hand says who started it', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const { start, events } = sessionCalls(parley, shop);
  await start({ public_id: 'echo-pub', phone: ana.phone, message: 'x' });
  const { id } = await ana.session();
  expect((await events(id))[0]).toMatchObject({
    type: 'session.started',
    data: { trigger: 'manual', surface: 'native', key_name: 'test' },
  });
});

const audited = async () => (await parley.call('GET', '/audit?limit=3')).body.entries;

/** A message that somebody wrote from the number itself. */
const person = (text: string) => ({
  ...{ fromMe: true, origin: 'humanAgent', content: { contentType: 'text', text } },
});

test.each([
  ['pause_word', ['#stop'], 'session.paused'],
  ['resume_word', ['#stop', '#bot'], 'session.resumed'],
  ['stop_bot_from_me', ['I am here'], 'session.paused'],
  ['a takeover of a paused one', ['#stop', 'I am here'], 'session.edited'],
])('%s is told and audited as written from the number itself', async (_what, texts, type) => {
  const words = { pause_word: '#stop', resume_word: '#bot', stop_bot_from_me: true };
  const { ana, id, events } = await greeted(parley, words);
  for (const text of texts) await ana.sends(person(text));
  const told = (await events(id)).at(-1);
  expect(told).toMatchObject({ type, data: { surface: 'number' } });
  expect(told?.data).not.toHaveProperty('key_id');
  const [entry] = await audited();
  expect(entry).toMatchObject({
    ...{ action: type, session_id: id, surface: 'number', by: 'person', key_id: null, key_name: null },
  });
});

test('a finish word from the number itself is told and audited, one of the contact is not', async () => {
  const words = { keyword_finish: 'bye', listen_from_me: true, keep_open: true };
  const { ana, id, events } = await greeted(parley, words);
  await ana.sends(person('bye'));
  expect((await events(id)).at(-1)).toMatchObject({
    ...{ type: 'session.closed', data: { reason: 'keyword_finish', surface: 'number' } },
  });
  expect((await audited())[0]).toMatchObject({ action: 'session.closed', by: 'person', session_id: id });
  const other = await greeted(parley, words);
  await other.ana.says('bye');
  expect((await other.events(other.id)).at(-1)?.data).toEqual({ reason: 'keyword_finish' });
  const { body } = await parley.call('GET', '/audit?limit=200');
  const sessions = body.entries.map((entry: { session_id: string | null }) => entry.session_id);
  expect(sessions).toContain(id);
  expect(sessions).not.toContain(other.id);
});
