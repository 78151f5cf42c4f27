import { expect, test } from 'vitest';
import { startApi, useApi } from './api.js';

const api = useApi();

const closed = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
const everywhere = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

test('every answer tells browsers to run, load and frame nothing: results, errors of every dialect, webhooks, files', async () => {
  const { key, instanceId } = await api().tenant();
  const message = { keyId: 'k', from: { phone: '12025550123' }, text: 'x' };
  const replies = {
    200: [
      await api().call('GET', '/instances', { key }),
      await api().call('POST', `/webhooks/${instanceId}`, { json: { messages: [message] } }),
      await api().call('GET', '/healthz'),
      await api().call('GET', '/metrics'),
      await api().call('GET', '/openapi.json'),
      await api().call('GET', '/docs/assets/swagger-ui-bundle.js'),
      await api().call('GET', '/docs/assets/start.js'),
    ],
    400: [
      await api().call('POST', '/instances', { key, body: '{', headers: json }),
      await api().call('POST', `/webhooks/${instanceId}`, { body: '{' }),
    ],
    401: [await api().call('GET', '/instances'), await api().call('GET', '/v1/chat/conversations')],
    404: [
      await api().call('GET', '/nowhere'),
      await api().call('GET', '/chatbot/v1/nowhere'),
      await api().call('GET', '/api/v2/nowhere'),
      await api().call('POST', '/webhooks/nobody'),
      await api().call('GET', '/docs/assets/nothing.js'),
    ],
    413: [await api().call('POST', '/instances', { key, body: ' '.repeat(1_048_577), headers: json })],
  };
  for (const [status, some] of Object.entries(replies)) {
    for (const reply of some) {
      expect(reply.status).toBe(Number(status));
      const headers = Object.fromEntries(reply.headers);
      expect(headers).toMatchObject({ ...everywhere, 'content-security-policy': closed });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
  }
});

const json = { 'content-type': 'application/json' };

test('a page runs scripts of this server alone, and asks nobody else', async () => {
  for (const path of ['/docs', '/docs/native']) {
    const { headers } = await api().call('GET', path);
    expect(Object.fromEntries(headers)).toMatchObject(everywhere);
    const policy = headers.get('content-security-policy')?.split(';') ?? [];
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]),
    );
  }
});

test('browsers keep to https where the public address does', async () => {
  const secure = await startApi({ env: { PARLEY_PUBLIC_URL: 'https://parley.test' } });
  try {
    const { headers } = await secure.call('GET', '/healthz');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}$/);
  } finally {
    await secure.close();
  }
});
