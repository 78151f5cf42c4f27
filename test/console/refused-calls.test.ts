import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi } from '../http/api.js';
import type { Api, Tenant } from '../http/api.js';

const folder = path.resolve(import.meta.dirname, '../../src/console');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'));

/** What the console asks the API to change, as `POST /subscriptions/{}`. A name stands for the address it is of. */
const named: Record<string, string> = {
  'pathOf(session)': '/instances/{instance}/typebots/sessions/{}',
  path: '/instances/{instance}/import/evolution',
};
const changes = [
  ...new Set(
    sources.flatMap((text) =>
      [
        ...text.matchAll(
          /\bcall(?:<[^(]*>)?\(\s*'(POST|PATCH|DELETE)',\s*(?:`([^`]*)`|'([^']*)'|([\w()]+))/g,
        ),
      ].map(
        ([, method, template, text, name]) => `${method} ${addressOf(template ?? text ?? `\${${name}}`)}`,
      ),
    ),
  ),
]
  // Signing in and out is everybody's.
  .filter((change) => !change.endsWith(' /session'))
  .toSorted();

function addressOf(template: string): string {
  return template.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (named[name] !== undefined) return named[name];
    if (/^(instance|instance\.id|session\.instance_id)$/.test(name)) return '{instance}';
    return name === 'workspace' ? '{workspace}' : '{}';
  });
}

/** The changes that some sessions are refused, with the kind by which the console leaves out their controls. */
const offeredOnly: Record<string, string> = {
  'POST /instances': 'instance.created',
  'POST /subscriptions': 'subscription.created',
  'PATCH /subscriptions/{}': 'subscription.changed',
  'DELETE /subscriptions/{}': 'subscription.deleted',
  'POST /workspaces/{workspace}/keys': 'key.created',
  'POST /workspaces/{workspace}/keys/{}/rotate': 'key.rotated',
  'DELETE /workspaces/{workspace}/keys/{}': 'key.revoked',
};

let api: Api;
let shop: Tenant;

beforeAll(async () => {
  api = await startApi();
  shop = await api.tenant();
});
afterAll(() => api.close());

const own = { 'x-parley-console': '1' };

async function signIn(credentials: object): Promise<string> {
  const { headers, status } = await api.call('POST', '/console/api/session', {
    json: credentials,
    headers: own,
  });
  expect(status).toBe(201);
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Somebody who came by a link that does not let them manage access. */
async function guest(): Promise<string> {
  const made = await api.call('POST', '/console/sign-in-links', { key: shop.key, json: {} });
  const code = new URLSearchParams(new URL(String(made.body.url)).hash.slice(1)).get('code');
  return signIn({ code });
}

/** Somebody with a key for one number. */
async function ofOneNumber(): Promise<string> {
  const json = { name: 'one', instance_id: shop.instanceId };
  const made = await api.call('POST', `/workspaces/${shop.workspaceId}/keys`, { key: shop.key, json });
  return signIn({ api_key: made.body.key });
}

async function refusedTo(cookie: string): Promise<string[]> {
  const refused: string[] = [];
  for (const change of changes) {
    const [method = '', address = ''] = change.split(' ');
    const target = address
      .replaceAll('{instance}', shop.instanceId)
      .replaceAll('{workspace}', shop.workspaceId)
      .replaceAll('{}', () => randomUUID());
    const json = method === 'DELETE' ? undefined : {};
    const headers = { ...own, cookie };
    const { status } = await api.call(method, `/console/api${target}`, { json, headers, undocumented: true });
    if (status === 403) refused.push(change);
  }
  return refused;
}

test('every change that the API refuses to a guest or for one number is one that the console knows as such', async () => {
  expect(changes.length).toBeGreaterThan(25);
  const refused = new Set([...(await refusedTo(await guest())), ...(await refusedTo(await ofOneNumber()))]);
  expect([...refused].toSorted()).toEqual(Object.keys(offeredOnly).toSorted());
});

test.each(Object.entries(offeredOnly))(
  'the control of %s is offered only to those who may (%s)',
  (_, kind) => {
    const asked = [`<Allowed to="${kind}"`, `useIsAllowed('${kind}')`];
    expect(sources.some((text) => asked.some((words) => text.includes(words)))).toBe(true);
  },
);
