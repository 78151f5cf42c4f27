import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAuth } from '../../src/http/access/auth.js';
import type { Principal } from '../../src/http/access/auth.js';
import { deleteApiKey, rotateApiKey } from '../../src/store/accounts/api-keys.js';
import {
  deleteConsoleSession,
  endSessionsOfKey,
  insertConsoleSession,
} from '../../src/store/accounts/console-sessions.js';
import {
  endPreviousClientSecret,
  insertWorkspace,
  rotateClientSecret,
} from '../../src/store/accounts/workspaces.js';
import type { Db } from '../../src/store/db.js';
import { hashSecret, newSecret } from '../../src/store/secrets.js';
import { makeKey, openStream, startEventsApi } from './api-harness.js';
import { databaseOfTest, eventually, keyRing, quick } from './events-harness.js';
import { seedInstance } from './seeds.js';

// Comments would come after this test is over, so that nothing but the look at the credentials can end a stream.
const settings = { ...quick, streams: { ...quick.streams, commentMs: 3_600_000, checkMs: 50 } };

type Place = Awaited<ReturnType<typeof seedInstance>>;
type Key = Awaited<ReturnType<typeof makeKey>>;

function rotate(db: Db, { workspaceId }: Place, { id }: Key, keepMinutes: number) {
  return rotateApiKey(db, { workspaceId, keyId: id }, { hash: hashSecret(newSecret('pk')), keepMinutes });
}

const endings: [string, (db: Db, place: Place, key: Key) => Promise<unknown>][] = [
  ['revoked', (db, place, { id }) => deleteApiKey(db, place.workspaceId, id)],
  ['rotated', (db, place, key) => rotate(db, place, key, 0)],
  [
    'rotated, and the time that its old value was left is over',
    async (db, place, key) => {
      await rotate(db, place, key, 60);
      await db.query(`UPDATE api_keys SET previous_until = now() - interval '1 second' WHERE id = $1`, [
        key.id,
      ]);
    },
  ],
  [
    'rotated twice',
    async (db, place, key) => {
      await rotate(db, place, key, 60);
      await rotate(db, place, key, 60);
    },
  ],
  [
    'one of an instance that is being deleted',
    (db, { instanceId }) => db.query('UPDATE instances SET ending = true WHERE id = $1', [instanceId]),
  ],
  [
    'one of a workspace that is being deleted',
    (db, { workspaceId }) => db.query('UPDATE workspaces SET ending = true WHERE id = $1', [workspaceId]),
  ],
];

test.for(endings)(
  'a key that is %s ends its streams in every process, and its stream tokens',
  async ([, end]) => {
    const { db } = await databaseOfTest();
    const place = await seedInstance(db);
    const key = await makeKey(db, place.workspaceId, place.instanceId);
    const other = await makeKey(db, (await seedInstance(db)).workspaceId);
    const apis = [await startEventsApi(db, settings), await startEventsApi(db, settings)] as const;
    const issued = await apis[0].call(key.key, 'POST', '/events/token');
    const query = `?access_token=${(issued.json as { access_token: string }).access_token}`;
    const streams = await Promise.all([
      ...apis.map(({ url }) => openStream(url, { key: key.key })),
      openStream(apis[0].url, { query }),
    ]);
    const stays = await openStream(apis[0].url, { key: other.key });
    expect([...streams, stays].map(({ status }) => status)).toEqual([200, 200, 200, 200]);

    await end(db, place, key);
    await Promise.all(streams.map(({ ended }) => ended));
    expect((await openStream(apis[1].url, { query })).status).toBe(401);
    expect(await Promise.race([stays.ended.then(() => 'ended'), soon()])).toBe('open');
  },
);

test('the old value of a rotated key keeps its stream and its token for as long as it is left', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const key = await makeKey(db, place.workspaceId);
  const { url, call } = await startEventsApi(db, settings);
  const stream = await openStream(url, { key: key.key });
  await rotate(db, place, key, 60);
  const issued = await call(key.key, 'POST', '/events/token');
  const { access_token: token } = issued.json as { access_token: string };
  expect((await openStream(url, { query: `?access_token=${token}` })).status).toBe(200);
  expect(await Promise.race([stream.ended.then(() => 'ended'), soon()])).toBe('open');
});

test("a bearer token of the workspace's client ends its streams and stream tokens when it expires", async () => {
  const { db } = await databaseOfTest();
  const [clientToken, clientSecret] = [newSecret('ct'), newSecret('cs')];
  const clientSecretHash = hashSecret(clientSecret);
  await insertWorkspace(db, { id: randomUUID(), name: 'w', clientToken, clientSecretHash });
  const auth = createAuth(db, keyRing, { adminKey: undefined, tokenTtlSeconds: 2 });
  const { events, url } = await startEventsApi(db, settings);
  const bearer = (await auth.issueToken(clientToken, clientSecret))?.accessToken ?? '';
  const stream = await openStream(url, { key: bearer });
  expect(stream.status).toBe(200);
  const result = await auth.authenticate({ authorization: `Bearer ${bearer}` });
  if (!result.ok) throw new Error('the bearer token was refused');
  const { accessToken } = await events.tokens.issue(result.principal);
  expect(await events.tokens.verify(accessToken)).toMatchObject({
    expiresAtMs: result.principal.expiresAtMs,
  });
  await stream.ended;
  await eventually(async () => expect(await events.tokens.verify(accessToken)).toBeUndefined());
});

const rotateClient = (db: Db, id: string, keepMinutes: number) =>
  rotateClientSecret(db, id, { hash: hashSecret(newSecret('cs')), keepMinutes });

test.for([
  ['rotated', (db: Db, id: string) => rotateClient(db, id, 0)],
  [
    'rotated, and its old secret ended before its time',
    async (db: Db, id: string) => {
      await rotateClient(db, id, 60);
      await endPreviousClientSecret(db, id);
    },
  ],
  [
    'rotated twice',
    async (db: Db, id: string) => {
      await rotateClient(db, id, 60);
      await rotateClient(db, id, 60);
    },
  ],
] as const)('a client that is %s ends the streams and stream tokens of its bearers', async ([, end]) => {
  const { db } = await databaseOfTest();
  const [clientToken, clientSecret] = [newSecret('ct'), newSecret('cs')];
  const id = randomUUID();
  await insertWorkspace(db, { id, name: 'w', clientToken, clientSecretHash: hashSecret(clientSecret) });
  const other = await makeKey(db, id);
  const auth = createAuth(db, keyRing, { adminKey: undefined, tokenTtlSeconds: 3_600 });
  const { events, url } = await startEventsApi(db, settings);
  const bearer = (await auth.issueToken(clientToken, clientSecret))?.accessToken ?? '';
  const result = await auth.authenticate({ authorization: `Bearer ${bearer}` });
  if (!result.ok) throw new Error('the bearer token was refused');
  const query = `?access_token=${(await events.tokens.issue(result.principal)).accessToken}`;
  const streams = [await openStream(url, { key: bearer }), await openStream(url, { query })];
  const stays = await openStream(url, { key: other.key });
  expect([...streams, stays].map(({ status }) => status)).toEqual([200, 200, 200]);

  await end(db, id);
  await Promise.all(streams.map(({ ended }) => ended));
  expect((await openStream(url, { query })).status).toBe(401);
  expect(await Promise.race([stays.ended.then(() => 'ended'), soon()])).toBe('open');
});

test('the old secret of a rotated client keeps what it opened for as long as it is left', async () => {
  const { db } = await databaseOfTest();
  const [clientToken, clientSecret] = [newSecret('ct'), newSecret('cs')];
  const id = randomUUID();
  await insertWorkspace(db, { id, name: 'w', clientToken, clientSecretHash: hashSecret(clientSecret) });
  const auth = createAuth(db, keyRing, { adminKey: undefined, tokenTtlSeconds: 3_600 });
  const { url } = await startEventsApi(db, settings);
  const bearer = (await auth.issueToken(clientToken, clientSecret))?.accessToken ?? '';
  const stream = await openStream(url, { key: bearer });
  await rotateClient(db, id, 60);
  expect(await Promise.race([stream.ended.then(() => 'ended'), soon()])).toBe('open');
  await db.query(`UPDATE workspaces SET client_previous_until = now() - interval '1 second' WHERE id = $1`, [
    id,
  ]);
  await stream.ended;
});

test.for([
  ['signing out', (db: Db, session: string) => deleteConsoleSession(db, session)],
  [
    'a new value of the key',
    async (db: Db, _session: string, place: Place, key: Key) => {
      const rotated = await rotate(db, place, key, 60);
      if (rotated !== undefined) await endSessionsOfKey(db, rotated, null);
    },
  ],
  [
    'the end of the value that opened the session, however it came',
    (db: Db, _session: string, place: Place, key: Key) => rotate(db, place, key, 0),
  ],
] as const)('%s ends the streams of the console', async ([, end]) => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const key = await makeKey(db, place.workspaceId);
  const { id } = await insertConsoleSession(
    db,
    {
      ...{ workspaceId: place.workspaceId, instanceId: null, clientValueNo: null, mayManage: true },
      key: { id: key.id, valueNo: 1 },
    },
    { id: randomUUID(), kind: 'session', hash: hashSecret(newSecret('cs')), seconds: 60 },
  );
  const who: Principal = { workspaceId: place.workspaceId, keyId: `console:${id}` };
  const { events, url } = await startEventsApi(db, settings);
  const { accessToken } = await events.tokens.issue(who);
  const stream = await openStream(url, { query: `?access_token=${accessToken}` });
  expect(stream.status).toBe(200);
  await end(db, id, place, key);
  await stream.ended;
  expect(await events.tokens.verify(accessToken)).toBeUndefined();
});

/** Longer than several looks at the credentials. */
function soon(): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, 300, 'open'));
}
