import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { newPhone, useApi } from '../../http/api.js';
import type { Json } from '../../http/api.js';

const api = useApi();
const flow = { typebot_url: 'https://bot.example/', keep_open: true };

/** A number with a keyword typebot and one for everything else, to which contacts have written. */
async function shop() {
  const tenant = await api().tenant();
  const base = `/instances/${tenant.instanceId}`;
  const call = (method: string, path: string, json?: Json) =>
    api().call(method, path, { key: tenant.key, json });
  const made = async (settings: Json) =>
    (await call('POST', `${base}/typebots`, { ...flow, ...settings })).body.typebot_id;
  const orders = await made({
    ...{ public_id: 'orders', trigger_type: 'keyword', trigger_value: 'order', priority: 2 },
  });
  const rest = await made({ public_id: 'rest', trigger_type: 'all' });
  const texts = ['order', 'order', 'hello', 'my order please', 'Hello', 'hello'];
  for (const text of texts) {
    const message = { keyId: randomUUID(), from: { phone: newPhone() }, text };
    expect(
      (await api().call('POST', `/webhooks/${tenant.instanceId}`, { json: { messages: [message] } })).status,
    ).toBe(200);
  }
  const xray = (json: Json) => call('POST', `${base}/typebots/xray`, json);
  return { call, base, orders, rest, xray };
}

test('a changed trigger is shown on the messages that began conversations, the most frequent text first', async () => {
  const { orders, rest, xray } = await shop();
  const contains = await xray({ typebot_id: orders, trigger_type: 'contains' });
  expect(contains).toMatchObject({ status: 200 });
  expect(contains.body).toEqual({
    messages: 6,
    changed: 1,
    changes: [
      {
        ...{ text: 'my order please', count: 1 },
        was: { typebot_id: rest, public_id: 'rest' },
        becomes: { typebot_id: orders, public_id: 'orders' },
      },
    ],
  });
  const off = (await xray({ typebot_id: rest, enabled: false })).body;
  expect(off.changed).toBe(4);
  expect(off.changes.map(({ text, count, becomes }: Json) => [text, count, becomes])).toEqual([
    ['hello', 2, null],
    ['Hello', 1, null],
    ['my order please', 1, null],
  ]);
});

test('a new one takes its place by priority, and nothing is stored', async () => {
  const { call, base, xray } = await shop();
  const greeting = { trigger_type: 'keyword', trigger_value: 'hello' };
  expect((await xray({ ...greeting, priority: -1 })).body.changed).toBe(0);
  const first = (await xray({ ...greeting, priority: 9 })).body;
  expect(first.changed).toBe(3);
  expect(first.changes[0].becomes).toEqual({ typebot_id: null, public_id: 'new' });
  expect((await call('GET', `${base}/typebots`)).body).toHaveLength(2);
});

test('what it shows is what then happens', async () => {
  const { call, base, orders, xray } = await shop();
  const change = { trigger_type: 'starts_with', trigger_value: 'my' };
  const shown = (await xray({ typebot_id: orders, ...change })).body.changes;
  await call('PATCH', `${base}/typebots/${orders}`, change);
  for (const { text, becomes } of shown) {
    const { body } = await call('POST', `${base}/typebots/evaluate`, { text });
    expect(body.would_start.typebot_id).toBe(becomes.typebot_id);
  }
  expect(shown).toHaveLength(2);
});

test('rules that could not be saved are refused in the same words', async () => {
  const { orders, xray } = await shop();
  expect((await xray({ typebot_id: orders, trigger_type: 'regex', trigger_value: '[' })).body.error).toBe(
    'trigger_value must be a valid regular expression (RE2 syntax)',
  );
  expect((await xray({ typebot_id: randomUUID() })).status).toBe(404);
});
