import { expect, test } from 'vitest';
import { useApi } from '../../http/api.js';
import type { Json } from '../../http/api.js';

const api = useApi();

async function sandbox() {
  const tenant = await api().tenant();
  const call = (method: string, path: string, json?: Json) =>
    api().call(method, path, { key: tenant.key, json });
  const base = `/instances/${tenant.instanceId}`;
  const flow = {
    typebot_url: 'https://bot.example/',
    public_id: 'flow',
    trigger_type: 'all',
    keep_open: true,
  };
  await call('POST', `${base}/typebots`, flow);
  const write = (json: Json) => call('POST', `${base}/sandbox/messages`, json);
  return { tenant, call, base, write };
}

test('a key writes as a contact, in words and by a tap', async () => {
  const { call, base, write } = await sandbox();
  const ana = { phone: '+55 11 98765-0001', name: 'Ana' };
  expect(await write({ ...ana, message: 'hello' })).toMatchObject({
    status: 200,
    body: { status: 'ok', outcome: 'accepted' },
  });
  await write({ ...ana, choice: { type: 'button', id: 'b1', title: 'Yes' } });
  const [session] = (await call('GET', `${base}/typebots/sessions?phone=5511987650001`)).body;
  expect(session).toMatchObject({ status: 'opened', push_name: 'Ana' });
  const { messages } = (await call('GET', `${base}/typebots/sessions/${session.id}/messages`)).body;
  expect(messages.map(({ content_type: type, text }: Json) => [type, text])).toEqual([
    ['text', 'hello'],
    ['button_reply', 'Yes'],
  ]);
});

test.each([
  ['nothing to say', { phone: '5511987650001' }, 'either message or choice is required'],
  [
    'both',
    { phone: '5511987650001', message: 'x', choice: { type: 'list', id: 'r', title: 'R' } },
    'either message or choice is required',
  ],
  ['no number', { phone: 'Ana', message: 'x' }, 'phone must have 8 to 15 digits'],
])('%s is refused', async (_what, json, error) => {
  const { write } = await sandbox();
  expect(await write(json)).toMatchObject({ status: 400, body: { error } });
});

test('nobody writes as a contact of a real number', async () => {
  const { tenant, call } = await sandbox();
  const channel = { type: 'zapi', instance_id: 'I', token: 'T', client_token: 'C' };
  const { id } = (await call('POST', '/instances', { name: 'Real', channel })).body;
  const asked = await call('POST', `/instances/${id}/sandbox/messages`, {
    phone: '5511987650001',
    message: 'x',
  });
  expect(asked).toMatchObject({ status: 409, body: { error: 'instance is not a sandbox' } });
  const stranger = await api().tenant();
  const foreign = await api().call('POST', `/instances/${tenant.instanceId}/sandbox/messages`, {
    key: stranger.key,
    json: { phone: '5511987650001', message: 'x' },
  });
  expect(foreign.status).toBe(403);
});
