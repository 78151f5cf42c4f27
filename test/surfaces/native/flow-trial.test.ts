import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useApi } from '../../http/api.js';
import type { Tenant } from '../../http/api.js';
import { startTypebotStandIn } from '../../support/typebot/stand-in.js';
import type { TypebotStandIn } from '../../support/typebot/stand-in.js';

const api = useApi();
let tenant: Tenant;
let viewer: TypebotStandIn;
/** A web server that is no viewer: `/status/…` answers that status with a page. */
const pages = createServer((request, response) => {
  const [, status = '200'] = /\/status\/(\d+)\//.exec(request.url ?? '') ?? [];
  response.writeHead(Number(status), { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
});
let page = '';

beforeAll(async () => {
  tenant = await api().tenant();
  viewer = await startTypebotStandIn();
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  page = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await viewer.close();
  await new Promise((resolve) => pages.close(resolve));
});

const tried = (json: object) =>
  api().call('POST', `/instances/${tenant.instanceId}/typebots/try`, { key: tenant.key, json });

test('a flow is found by its whole public link, and no block of it is run', async () => {
  const { status, body } = await tried({ typebot_url: `${viewer.url}/inputs-pub` });
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      typebot_url: viewer.url,
      public_id: 'inputs-pub',
      outcome: 'found',
      detail: '',
      took_ms: expect.any(Number),
    },
  });
  expect(viewer.calls.map(({ kind, body: sent }) => ({ kind, sent }))).toEqual([
    { kind: 'start', sent: { isOnlyRegistering: true } },
  ]);
});

const gone = 'http://127.0.0.1:9';
const cases: [what: string, flow: () => object, outcome: string, detail: unknown][] = [
  ['the root and the id', () => ({ typebot_url: `${viewer.url}/`, public_id: 'bubbles-pub' }), 'found', ''],
  ['an unknown flow', () => ({ typebot_url: `${viewer.url}/nobody` }), 'not_found', ''],
  ['a flow that was never published', () => ({ typebot_url: `${viewer.url}/unpub-pub` }), 'not_found', ''],
  [
    'a closed flow',
    () => ({ typebot_url: `${viewer.url}/closed-pub` }),
    'closed',
    expect.stringMatching(/closed/i),
  ],
  ['a page of a web site', () => ({ typebot_url: `${page}/shop` }), 'not_typebot', 'HTTP 200'],
  ['a site without the path', () => ({ typebot_url: `${page}/status/404/shop` }), 'not_typebot', 'HTTP 404'],
  ['a gateway', () => ({ typebot_url: `${page}/status/502/shop` }), 'unreachable', 'HTTP 502'],
  ['a host that is down', () => ({ typebot_url: `${gone}/shop` }), 'unreachable', expect.any(String)],
  [
    'an address inside the network',
    () => ({ typebot_url: 'http://10.0.0.1/shop' }),
    'refused',
    expect.stringMatching(/not allowed/),
  ],
];

test.each(cases)('%s is told for what it is', async (_what, flow, outcome, detail) => {
  const { status, body } = await tried(flow());
  expect(status).toBe(200);
  expect(body).toMatchObject({ outcome, detail });
});

test('a page of the editor is no public link, and another tenant may not ask', async () => {
  const editor = await tried({ typebot_url: 'https://app.typebot.io/typebots/x1/edit' });
  expect(editor).toMatchObject({ status: 400, body: { error: expect.stringMatching(/editor/) } });
  const other = await api().tenant();
  const { status } = await api().call('POST', `/instances/${tenant.instanceId}/typebots/try`, {
    key: other.key,
    json: { typebot_url: `${viewer.url}/inputs-pub` },
  });
  expect(status).toBe(403);
});
