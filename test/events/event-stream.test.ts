import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openDb } from '../../src/store/db.js';
import { recordEvent } from '../../src/store/events/session-events.js';
import { makeKey, openStream, startEventsApi } from './api-harness.js';
import { databaseOfTest, eventually, quick, record } from './events-harness.js';
import { instanceId, seedAnotherInstance, seedInstance } from './seeds.js';

const HOUR_MS = 3_600_000;
/** Nothing but a notification wakes these streams. */
const patient = { ...quick, streams: { ...quick.streams, commentMs: HOUR_MS } };

test('a stream shows the events of all sessions of the workspace, and of no other', async () => {
  const { db } = await databaseOfTest();
  const [place, elsewhere] = [await seedInstance(db), await seedInstance(db)];
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, patient);
  await record(db, place, randomUUID(), { sequence: 0 });
  const stream = await openStream(url, { key });
  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);

  const [first, second] = [randomUUID(), randomUUID()];
  await record(db, elsewhere, randomUUID(), { sequence: 1 });
  await record(db, place, first, { sequence: 2, type: 'session.started' });
  await record(db, place, second, { sequence: 3, type: 'message.received' });
  await eventually(() => expect(stream.events).toHaveLength(2));
  expect(stream.events).toMatchObject([
    { type: 'session.started', session_id: first, instance_id: place.instanceId, data: { sequence: 2 } },
    { type: 'message.received', session_id: second, data: { sequence: 3 } },
  ]);
  expect(stream.events.at(-1)?.id).toBe(stream.lastId);
  expect(stream.events[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a key limited to an instance streams only that instance', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const other = { ...place, instanceId: instanceId() };
  await seedAnotherInstance(db, other);
  const { key } = await makeKey(db, place.workspaceId, other.instanceId);
  const { url } = await startEventsApi(db, patient);
  const stream = await openStream(url, { key });
  await record(db, place, randomUUID(), { sequence: 0 });
  await record(db, other, randomUUID(), { sequence: 1 });
  await eventually(() => expect(stream.events).toHaveLength(1));
  expect(stream.events[0]?.instance_id).toBe(other.instanceId);
});

test('a reader that comes back with Last-Event-ID gets every event once, while many write at once', async () => {
  const { db, url: databaseUrl } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, { ...patient, streams: { ...patient.streams, batch: 7 } });
  const writers = openDb(databaseUrl, { maxConnections: 8 });
  const began = await openStream(url, { key });
  let writing = true;
  const written = Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let index = 0; index < 40; index += 1) {
        await writers.transaction(async (tx) => {
          // Takes its place among the transactions long before its event id.
          await tx.query('SELECT pg_current_xact_id(), pg_sleep($1)', [((writer * 5 + index) % 7) / 500]);
          await recordEvent(tx, {
            ...place,
            sessionId: randomUUID(),
            type: 'message.sent',
            data: { writer, index },
          });
          // Holds the transaction open for an uneven time, so that ids commit out of order.
          await tx.query('SELECT pg_sleep($1)', [((writer * 7 + index * 3) % 11) / 500]);
        });
      }
    }),
  ).finally(() => {
    writing = false;
  });

  const seen: string[] = [];
  let stream = began;
  while (writing || seen.length + stream.events.length < 320) {
    const enough = stream.events.length + 20;
    await eventually(() =>
      expect(stream.events.length >= enough || seen.length + stream.events.length >= 320).toBe(true),
    );
    stream.close();
    await stream.ended;
    const lastEventId = stream.lastId;
    seen.push(...stream.events.splice(0).map((event) => event.id));
    stream = await openStream(url, { key, lastEventId });
  }
  await written;
  await writers.close();
  expect(seen).toHaveLength(320);
  expect(new Set(seen).size).toBe(320);
});

test('a reader whose last event was swept gets all that came after it', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, patient);
  const ids: number[] = [];
  for (const sequence of [0, 1, 2]) ids.push(await record(db, place, randomUUID(), { sequence }));
  await db.query('DELETE FROM session_events WHERE id <= $1', [ids[0]]);
  const stream = await openStream(url, { key, lastEventId: String(ids[0]) });
  await eventually(() => expect(stream.events.map(({ id }) => Number(id))).toEqual(ids.slice(1)));
});

test('an event that commits after one with a higher id is not skipped', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, patient);
  const stream = await openStream(url, { key });
  const event = { ...place, sessionId: randomUUID(), type: 'message.sent' } as const;
  const [olderBegan, lowerTaken] = [gate(), gate()];
  const older = db.transaction(async (tx) => {
    await tx.query('SELECT pg_current_xact_id()');
    olderBegan.open();
    await lowerTaken.opened;
    return recordEvent(tx, event);
  });
  const lower = await db.transaction(async (tx) => {
    await olderBegan.opened;
    const id = await recordEvent(tx, event);
    lowerTaken.open();
    await older;
    // The reader is past the higher id before the lower one is there.
    await eventually(() => expect(stream.events).toHaveLength(1));
    return id;
  });
  const higher = await older;
  expect(lower).toBeLessThan(higher);
  await eventually(() => expect(stream.events.map(({ id }) => id)).toEqual([String(higher), String(lower)]));
  const resumed = await openStream(url, { key, lastEventId: String(higher) });
  await eventually(() => expect(resumed.events.map(({ id }) => id)).toEqual([String(lower)]));
});

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test('an event held back by an older open transaction comes as soon as that one ends', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, patient);
  const stream = await openStream(url, { key });
  await db.transaction(async (older) => {
    await older.query('SELECT pg_current_xact_id()');
    await record(db, place, randomUUID(), { sequence: 0 });
    expect(stream.events).toEqual([]);
  });
  await eventually(() => expect(stream.events).toHaveLength(1));
});

test('what was committed before a stream began does not come, even while an older transaction is open', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, patient);
  const stream = await db.transaction(async (older) => {
    await older.query('SELECT pg_current_xact_id()');
    await record(db, place, randomUUID(), { sequence: 0 });
    const opened = await openStream(url, { key });
    await record(db, place, randomUUID(), { sequence: 1 });
    await recordEvent(older, {
      ...place,
      sessionId: randomUUID(),
      type: 'message.sent',
      data: { sequence: 2 },
    });
    return opened;
  });
  await record(db, place, randomUUID(), { sequence: 3 });
  await eventually(() => expect(stream.events.at(-1)).toMatchObject({ data: { sequence: 3 } }));
  expect(stream.events.map(({ data }) => data)).toEqual([{ sequence: 2 }, { sequence: 1 }, { sequence: 3 }]);
});

test('comments keep a quiet stream alive', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, { ...quick, streams: { ...quick.streams, commentMs: 50 } });
  const stream = await openStream(url, { key });
  await eventually(() => expect(stream.comments).toBeGreaterThan(3));
});

test('a lost database connection ends no stream, and later events arrive', async () => {
  const { db, url: databaseUrl } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, patient);
  const stream = await openStream(url, { key });
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(() => expect(stream.events).toHaveLength(1));
  const killer = openDb(databaseUrl, { maxConnections: 1 });
  await killer.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await record(killer, place, randomUUID(), { sequence: 1 });
  await killer.close();
  await eventually(() => expect(stream.events).toHaveLength(2));
});

test('a token from POST /events/token opens the stream and nothing else, for its time', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const settings = { ...quick, streams: { ...quick.streams, tokenTtlSeconds: 2 } };
  const { url, call } = await startEventsApi(db, settings);
  const { status, json } = await call(key, 'POST', '/events/token');
  expect(status).toBe(200);
  expect(json).toMatchObject({ expires_in: 2 });
  const { access_token } = json as { access_token: string };

  const stream = await openStream(url, { query: `?access_token=${access_token}` });
  expect(stream.status).toBe(200);
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(() => expect(stream.events).toHaveLength(1));
  const elsewhere = await fetch(`${url}/subscriptions`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(elsewhere.status).toBe(401);
  await eventually(async () => {
    const late = await openStream(url, { query: `?access_token=${access_token}` });
    late.close();
    expect(late.status).toBe(401);
  });
  const resumed = await openStream(url, { key, query: '?last_event_id=0' });
  expect(resumed.status).toBe(200);
});

test('without a credential, or with a wrong token, there is no stream', async () => {
  const { db } = await databaseOfTest();
  const { url } = await startEventsApi(db);
  expect((await openStream(url, {})).status).toBe(401);
  expect((await openStream(url, { query: '?access_token=nonsense' })).status).toBe(401);
});

test.for(['maxStreams', 'maxStreamsPerWorkspace'] as const)(
  'more than %s streams are refused',
  async (limit) => {
    const { db } = await databaseOfTest();
    const place = await seedInstance(db);
    const { key } = await makeKey(db, place.workspaceId);
    const { url } = await startEventsApi(db, { ...quick, streams: { ...quick.streams, [limit]: 1 } });
    const first = await openStream(url, { key });
    const second = await openStream(url, { key });
    expect([first.status, second.status]).toEqual([200, 429]);
    expect(second.headers.get('retry-after')).toBe('5');
    first.close();
    await eventually(async () => expect((await openStream(url, { key })).status).toBe(200));
  },
);

test('a reader that takes nothing is cut off and frees its place', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const streams = { ...patient.streams, stalledMs: 200, maxStreamsPerWorkspace: 1 };
  const { url } = await startEventsApi(db, { ...patient, streams });
  const reader = await fetch(`${url}/events`, { headers: { 'api-key': key } });
  const padding = Array.from({ length: 400 }, () => 'x'.repeat(500));
  for (let index = 0; index < 60; index += 1) {
    await db.transaction((tx) =>
      recordEvent(tx, { ...place, sessionId: randomUUID(), type: 'message.sent', data: { padding } }),
    );
  }
  await eventually(async () => expect((await openStream(url, { key })).status).toBe(200));
  await reader.body?.cancel();
});

test('stopping ends every stream', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url, events } = await startEventsApi(db, patient);
  const stream = await openStream(url, { key });
  await events.stop();
  await stream.ended;
});

test('HEAD answers the headers and ends', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const { key } = await makeKey(db, place.workspaceId);
  const { url } = await startEventsApi(db, { ...patient, streams: { ...patient.streams, maxStreams: 1 } });
  for (const method of ['HEAD', 'HEAD', 'GET']) {
    const response = await fetch(`${url}/events`, { method, headers: { 'api-key': key } });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  }
});
