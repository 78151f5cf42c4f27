import { describe, expect, test } from 'vitest';
import { ADMIN_KEY, useApi } from './api.js';

const api = useApi();

const sandbox = (name: string) => ({ name, channel: { type: 'sandbox' } });

describe('an Idempotency-Key', () => {
  test('makes a POST that creates do its work once: the second gets the first answer, its secrets too', async () => {
    const { key } = await api().tenant();
    const headers = { 'idempotency-key': 'make-1' };
    const before = (await api().call('GET', '/instances', { key })).body.length;
    const first = await api().call('POST', '/instances', { key, headers, json: sandbox('A') });
    const second = await api().call('POST', '/instances', { key, headers, json: sandbox('A') });
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect((await api().call('GET', '/instances', { key })).body).toHaveLength(before + 1);
  });

  test('is 409 with another body, another path, and while the first request is under way', async () => {
    const { key } = await api().tenant();
    const headers = { 'idempotency-key': 'make-2' };
    await api().call('POST', '/instances', { key, headers, json: sandbox('A') });
    expect((await api().call('POST', '/instances', { key, headers, json: sandbox('B') })).status).toBe(409);
    const path = '/chatbot/v1/createSession';
    expect((await api().call('POST', path, { key, headers, json: {} })).status).not.toBe(200);
    const at = { 'idempotency-key': 'make-3' };
    const replies = await Promise.all(
      [1, 2, 3].map(() => api().call('POST', '/instances', { key, headers: at, json: sandbox('C') })),
    );
    expect(new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);
    expect(replies.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  test('of a refused request is free again, and two workspaces may use the same one', async () => {
    const [one, two] = [await api().tenant(), await api().tenant()];
    const headers = { 'idempotency-key': 'make-4' };
    const call = (key: string, json: unknown) => api().call('POST', '/instances', { key, headers, json });
    expect((await call(one.key, {})).status).toBe(400);
    expect((await call(one.key, sandbox('A'))).status).toBe(201);
    expect((await call(two.key, sandbox('A'))).status).toBe(201);
    const long = { 'idempotency-key': 'x'.repeat(256) };
    const refused = await api().call('POST', '/instances', {
      key: one.key,
      headers: long,
      json: sandbox('A'),
    });
    expect(refused.status).toBe(400);
  });

  test('holds for the administrator, and nothing readable is stored', async () => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'idempotency-key': 'make-5' };
    const make = () => api().call('POST', '/workspaces', { headers, json: { name: 'W' } });
    const first = await make();
    expect(await make()).toMatchObject({ status: 201, body: first.body });
    const { rows } = await api().db.query<{ answer: Buffer }>('SELECT answer FROM idempotent_answers');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ answer }) => answer.includes(first.body.client_secret))).toBe(false);
  });
});
