import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { createTestDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { makeKey, startEventsApi } from './api-harness.js';
import {
  databaseOfTest,
  deliveryLog,
  eventually,
  quick,
  record,
  SECRET,
  startSubscriber,
} from './events-harness.js';
import { instanceId, seedAnotherInstance, seedInstance, seedSession } from './seeds.js';
import type { Place } from './seeds.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const somewhere = { url: 'https://example.test/hook', events: ['session.started', 'message.sent'] };

interface Subscription {
  id: string;
  secret?: string;
}

let database: TestDatabase;
let db: Db;
let place: Place;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDb(database.url);
  place = await seedInstance(db);
  key = (await makeKey(db, place.workspaceId)).key;
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

describe('/subscriptions', () => {
  test('a new subscription is shown with its secret, and never again', async () => {
    const { call } = await startEventsApi(db);
    const { status, json } = await call(key, 'POST', '/subscriptions', somewhere);
    expect(status).toBe(201);
    expect(json).toEqual({
      ...{ id: expect.stringMatching(UUID), ...somewhere, instance_id: null, enabled: true },
      ...{
        failing_since: null,
        created_at: expect.stringMatching(TIME),
        updated_at: expect.stringMatching(TIME),
      },
      secret: expect.stringMatching(/^.{40,}$/),
    });
    const { secret, ...shown } = json as Subscription;
    expect(await call(key, 'GET', `/subscriptions/${shown.id}`)).toEqual({ status: 200, json: shown });
    const list = (await call(key, 'GET', '/subscriptions')).json;
    expect(list).toContainEqual(shown);
    const { rows } = await db.query<{ secret: Buffer }>('SELECT secret FROM subscriptions WHERE id = $1', [
      shown.id,
    ]);
    expect(rows[0]?.secret.includes(secret ?? '')).toBe(false);
  });

  test('a given secret is kept, and the list is newest first', async () => {
    const { call } = await startEventsApi(db);
    const first = (await call(key, 'POST', '/subscriptions', { ...somewhere, secret: 'mine' }))
      .json as Subscription;
    const second = (await call(key, 'POST', '/subscriptions', somewhere)).json as Subscription;
    expect(first.secret).toBe('mine');
    const list = (await call(key, 'GET', '/subscriptions')).json as Subscription[];
    expect(list.slice(0, 2).map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  test.for([
    [{ events: ['message.sent'] }, 'url is required'],
    [{ ...somewhere, url: 'ftp://example.test' }, 'url must be an http or https URL'],
    [{ url: somewhere.url }, 'events is required'],
    [{ ...somewhere, events: [] }, /^events must be a list of some of session.started, /],
    [{ ...somewhere, events: ['turn.merged'] }, /^events.0 must be one of session.started, /],
    [{ ...somewhere, secret: 5 }, /^secret must be a string/],
    [{ ...somewhere, instance_id: 5 }, /^instance_id must be a string/],
  ] as const)('a body like %j is refused by name', async ([body, problem]) => {
    const { call } = await startEventsApi(db);
    const { status, json } = await call(key, 'POST', '/subscriptions', body);
    const words: unknown = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(status).toBe(400);
    expect(json).toEqual({ code: 400, success: false, error: words });
  });

  test('an instance must exist and be of this workspace', async () => {
    const { call } = await startEventsApi(db);
    const foreign = await seedInstance(db);
    const post = (instance_id: string) => call(key, 'POST', '/subscriptions', { ...somewhere, instance_id });
    expect(await post(instanceId())).toEqual({
      status: 404,
      json: { code: 404, success: false, error: 'instance not found' },
    });
    expect((await post(foreign.instanceId)).status).toBe(403);
    expect(await post(place.instanceId)).toMatchObject({
      status: 201,
      json: { instance_id: place.instanceId },
    });
  });

  test('a key limited to an instance makes and sees only subscriptions of that instance', async () => {
    const { call } = await startEventsApi(db);
    const other = { ...place, instanceId: instanceId() };
    await seedAnotherInstance(db, other);
    const limited = (await makeKey(db, place.workspaceId, other.instanceId)).key;
    const general = (await call(key, 'POST', '/subscriptions', somewhere)).json as Subscription;
    const own = (await call(limited, 'POST', '/subscriptions', somewhere)).json as Subscription;
    expect(own).toMatchObject({ instance_id: other.instanceId });
    const list = (await call(limited, 'GET', '/subscriptions')).json as Subscription[];
    expect(list.map(({ id }) => id)).toEqual([own.id]);
    expect((await call(limited, 'DELETE', `/subscriptions/${general.id}`)).status).toBe(404);
  });

  test('PATCH writes what is sent, and DELETE removes', async () => {
    const { call } = await startEventsApi(db);
    const { id } = (await call(key, 'POST', '/subscriptions', somewhere)).json as Subscription;
    const changed = await call(key, 'PATCH', `/subscriptions/${id}`, {
      enabled: false,
      events: ['message.failed'],
    });
    expect(changed).toMatchObject({
      status: 200,
      json: { id, enabled: false, events: ['message.failed'], url: somewhere.url },
    });
    expect((await call(key, 'PATCH', `/subscriptions/${id}`, { enabled: 'no' })).json).toMatchObject({
      error: 'enabled must be true or false',
    });
    expect(await call(key, 'DELETE', `/subscriptions/${id}`)).toEqual({
      status: 200,
      json: { status: 'ok' },
    });
    expect(await call(key, 'DELETE', `/subscriptions/${id}`)).toMatchObject({ status: 404 });
  });

  test('an address of another origin is taken only with the secret it is to be told, which replaces the stored one', async () => {
    const { call } = await startEventsApi(db);
    const made = (await call(key, 'POST', '/subscriptions', somewhere)).json as Subscription;
    const path = `/subscriptions/${made.id}`;
    const stored = async () =>
      (
        await db.query<{ secret: Buffer; url: string }>(
          'SELECT secret, url FROM subscriptions WHERE id = $1',
          [made.id],
        )
      ).rows[0];
    const before = await stored();
    for (const url of [
      'https://other.test/hook',
      'http://example.test/hook',
      'https://example.test:8443/hook',
    ]) {
      expect(await call(key, 'PATCH', path, { url, enabled: false })).toEqual({
        status: 400,
        json: { code: 400, success: false, error: 'url has another origin: secret must be given again' },
      });
    }
    expect(await stored()).toEqual(before);
    expect((await call(key, 'PATCH', path, { url: `${somewhere.url}/v2` })).status).toBe(200);
    expect((await stored())?.secret).toEqual(before?.secret);
    const moved = await call(key, 'PATCH', path, { url: 'https://other.test/hook', secret: 'told to other' });
    expect(moved).toMatchObject({ status: 200, json: { url: 'https://other.test/hook', enabled: true } });
    expect(moved.json).not.toHaveProperty('secret');
    const after = await stored();
    expect(after?.secret).not.toEqual(before?.secret);
    expect(after?.secret.includes('told to other')).toBe(false);
  });

  test('a foreign, unknown or malformed id is not found, on every route', async () => {
    const { call } = await startEventsApi(db);
    const stranger = (await makeKey(db, (await seedInstance(db)).workspaceId)).key;
    const { id } = (await call(key, 'POST', '/subscriptions', somewhere)).json as Subscription;
    const answers = [
      await call(stranger, 'GET', `/subscriptions/${id}`),
      await call(stranger, 'PATCH', `/subscriptions/${id}`, { enabled: false }),
      await call(stranger, 'DELETE', `/subscriptions/${id}`),
      await call(stranger, 'GET', `/subscriptions/${id}/deliveries`),
      await call(stranger, 'POST', `/subscriptions/${id}/deliveries/${randomUUID()}/retry`),
      await call(key, 'GET', `/subscriptions/${randomUUID()}`),
      await call(key, 'GET', '/subscriptions/nonsense'),
    ];
    for (const answer of answers)
      expect(answer).toEqual({
        status: 404,
        json: { code: 404, success: false, error: 'subscription not found' },
      });
  });
});

describe('/subscriptions/{id}/deliveries', () => {
  test('shows the log newest first, page by page', async () => {
    const { call } = await startEventsApi(db);
    const { id } = (await call(key, 'POST', '/subscriptions', somewhere)).json as Subscription;
    const session = randomUUID();
    for (const sequence of [0, 1, 2]) await record(db, place, session, { sequence });
    const path = `/subscriptions/${id}/deliveries`;
    const first = (await call(key, 'GET', `${path}?limit=2`)).json as {
      deliveries: unknown[];
      next_cursor: string;
    };
    expect(first.deliveries).toHaveLength(2);
    expect(first.deliveries[0]).toEqual({
      ...{ id: expect.stringMatching(UUID), event: 'message.sent', attempt: 0, status: 'pending' },
      ...{ response_status: null, at: expect.stringMatching(TIME), next_attempt_at: null },
    });
    const second = await call(key, 'GET', `${path}?limit=2&cursor=${first.next_cursor}`);
    const order = (await deliveryLog(db, id)).map((row) => row.id).toReversed();
    expect(second.json).toMatchObject({ deliveries: [{ id: order[2] }], next_cursor: null });
    expect((await call(key, 'GET', `${path}?cursor=what`)).status).toBe(400);
    expect((await call(key, 'GET', `${path}?limit=201`)).status).toBe(400);
  });

  test('a retry by hand sends a delivery again at once, whatever became of it', async () => {
    const { db } = await databaseOfTest();
    const place = await seedInstance(db);
    const { key } = await makeKey(db, place.workspaceId);
    const subscriber = await startSubscriber();
    const { call, startWorker } = await startEventsApi(db, {
      ...quick,
      deliveries: { ...quick.deliveries, firstDelayMs: 600_000, maxDelayMs: 600_000 },
    });
    await startWorker();
    const wanted = { url: subscriber.url, events: ['message.sent'], secret: SECRET };
    const { id } = (await call(key, 'POST', '/subscriptions', wanted)).json as Subscription;
    subscriber.state.answer = 500;
    await record(db, place, randomUUID(), { sequence: 0 });
    await eventually(async () => expect(await deliveryLog(db, id)).toMatchObject([{ attempt: 1 }]));

    subscriber.state.answer = 200;
    const delivery = (await deliveryLog(db, id))[0]?.id;
    const retry = () => call(key, 'POST', `/subscriptions/${id}/deliveries/${delivery}/retry`);
    expect(await retry()).toMatchObject({
      status: 200,
      json: {
        status: 'ok',
        delivery: { id: delivery, status: 'pending', next_attempt_at: expect.any(String) },
      },
    });
    await eventually(() => expect(subscriber.state.taken).toHaveLength(1));
    await eventually(async () => expect(await deliveryLog(db, id)).toMatchObject([{ status: 'delivered' }]));
    await retry();
    await eventually(() =>
      expect(subscriber.state.taken.map((taken) => taken.delivery)).toEqual([delivery, delivery]),
    );
  });

  test('a retry of what was given up goes on for its own time', async () => {
    const { db } = await databaseOfTest();
    const place = await seedInstance(db);
    const { key } = await makeKey(db, place.workspaceId);
    const subscriber = await startSubscriber();
    const { call, startWorker } = await startEventsApi(db, {
      ...quick,
      deliveries: { ...quick.deliveries, giveUpMs: 1, manualRetryMs: 60_000 },
    });
    await startWorker();
    const wanted = { url: subscriber.url, events: ['message.sent'] };
    const { id } = (await call(key, 'POST', '/subscriptions', wanted)).json as Subscription;
    subscriber.state.answer = 500;
    await record(db, place, randomUUID(), { sequence: 0 });
    await eventually(async () => expect(await deliveryLog(db, id)).toMatchObject([{ status: 'failed' }]));
    const [row] = await deliveryLog(db, id);
    await call(key, 'POST', `/subscriptions/${id}/deliveries/${row?.id}/retry`);
    await eventually(() => expect(subscriber.state.attempts).toBeGreaterThan((row?.attempt ?? 0) + 2));
    subscriber.state.answer = 200;
    await eventually(async () => expect(await deliveryLog(db, id)).toMatchObject([{ status: 'delivered' }]));
  });

  test('a retry is refused where it cannot work', async () => {
    const { call } = await startEventsApi(db);
    const { id } = (await call(key, 'POST', '/subscriptions', somewhere)).json as Subscription;
    const eventId = await record(db, place, randomUUID(), { sequence: 0 });
    const [row] = await deliveryLog(db, id);
    const retry = (delivery?: string) =>
      call(key, 'POST', `/subscriptions/${id}/deliveries/${delivery}/retry`);
    expect(await retry(randomUUID())).toMatchObject({ status: 404, json: { error: 'delivery not found' } });
    expect(await retry('nonsense')).toMatchObject({ status: 404, json: { error: 'delivery not found' } });
    await call(key, 'PATCH', `/subscriptions/${id}`, { enabled: false });
    expect(await retry(row?.id)).toMatchObject({ status: 409, json: { error: 'subscription is disabled' } });
    await call(key, 'PATCH', `/subscriptions/${id}`, { enabled: true });
    await db.query('DELETE FROM session_events WHERE id = $1', [eventId]);
    expect(await retry(row?.id)).toMatchObject({ status: 409, json: { error: 'event is no longer kept' } });
  });

  test('what waited while a subscription was disabled goes out when it is enabled, unless it is too old', async () => {
    const { db } = await databaseOfTest();
    const place = await seedInstance(db);
    const { key } = await makeKey(db, place.workspaceId);
    const subscriber = await startSubscriber();
    const { call, startWorker } = await startEventsApi(db);
    await startWorker();
    const wanted = { url: subscriber.url, events: ['message.sent'] };
    const { id } = (await call(key, 'POST', '/subscriptions', wanted)).json as Subscription;
    subscriber.state.answer = 500;
    const [old, young] = [randomUUID(), randomUUID()];
    await record(db, place, old, { sequence: 0 });
    await record(db, place, young, { sequence: 1 });
    await eventually(async () =>
      expect((await deliveryLog(db, id)).every((row) => row.attempt > 0)).toBe(true),
    );
    await call(key, 'PATCH', `/subscriptions/${id}`, { enabled: false });
    await record(db, place, young, { sequence: 2 });
    await db.query(`UPDATE deliveries SET at = now() - interval '25 hours' WHERE session_id = $1`, [old]);
    subscriber.state.answer = 200;
    await call(key, 'PATCH', `/subscriptions/${id}`, { enabled: true });
    await eventually(() => expect(subscriber.state.taken.map((taken) => taken.sequence)).toEqual([1]));
    await eventually(async () =>
      expect(await deliveryLog(db, id)).toMatchObject([{ status: 'failed' }, { status: 'delivered' }]),
    );
  });

  test('a changed address is tried at once, and counts as not failing yet', async () => {
    const { db } = await databaseOfTest();
    const place = await seedInstance(db);
    const { key } = await makeKey(db, place.workspaceId);
    const [broken, working] = [await startSubscriber(), await startSubscriber()];
    broken.state.answer = 500;
    const { call, startWorker } = await startEventsApi(db, {
      ...quick,
      deliveries: { ...quick.deliveries, firstDelayMs: 600_000, maxDelayMs: 600_000 },
    });
    await startWorker();
    const wanted = { url: broken.url, events: ['message.sent'] };
    const { id } = (await call(key, 'POST', '/subscriptions', wanted)).json as Subscription;
    await record(db, place, randomUUID(), { sequence: 0 });
    await eventually(async () => expect(await deliveryLog(db, id)).toMatchObject([{ attempt: 1 }]));
    const failingSince = async () =>
      ((await call(key, 'GET', `/subscriptions/${id}`)).json as { failing_since: string | null })
        .failing_since;
    await eventually(async () => expect(await failingSince()).not.toBeNull());
    const change = { url: working.url, secret: SECRET };
    const { json } = await call(key, 'PATCH', `/subscriptions/${id}`, change);
    expect(json).toMatchObject({ url: working.url, failing_since: null });
    await eventually(() => expect(working.state.taken).toHaveLength(1));
  });
});

describe('the timeline of a session', () => {
  const path = (session: string, instance = place.instanceId) =>
    `/instances/${instance}/typebots/sessions/${session}/events`;

  test('is read oldest first, page by page, without what only the stream tells', async () => {
    const { call } = await startEventsApi(db);
    const session = await seedSession(db, place);
    await record(db, place, session, { sequence: 0, type: 'session.started' });
    await record(db, place, session, { sequence: 1, type: 'message.received' });
    await record(db, place, session, { sequence: 2, type: 'turn.merged' });
    await record(db, place, session, { sequence: 3, type: 'message.sent' });
    await record(db, place, session, { sequence: 4, type: 'turn.completed' });
    const first = (await call(key, 'GET', `${path(session)}?limit=2`)).json as { next_cursor: string };
    expect(first).toEqual({
      events: [
        {
          id: expect.any(String),
          type: 'session.started',
          at: expect.stringMatching(TIME),
          data: { sequence: 0 },
        },
        {
          id: expect.any(String),
          type: 'turn.merged',
          at: expect.stringMatching(TIME),
          data: { sequence: 2 },
        },
      ],
      next_cursor: expect.any(String),
    });
    expect((await call(key, 'GET', `${path(session)}?cursor=${first.next_cursor}`)).json).toMatchObject({
      events: [{ type: 'turn.completed' }],
      next_cursor: null,
    });
    const newest = (await call(key, 'GET', `${path(session)}?limit=2&order=desc`)).json as typeof first;
    expect(newest).toMatchObject({ events: [{ type: 'turn.completed' }, { type: 'turn.merged' }] });
    const rest = await call(key, 'GET', `${path(session)}?order=desc&cursor=${newest.next_cursor}`);
    expect(rest.json).toMatchObject({ events: [{ type: 'session.started' }], next_cursor: null });
  });

  test('is refused as the session itself is', async () => {
    const { call } = await startEventsApi(db);
    const foreign = await seedInstance(db);
    const session = await seedSession(db, foreign);
    const answer = async (...where: Parameters<typeof path>) => {
      const { status, json } = await call(key, 'GET', path(...where));
      return [status, (json as { error: string }).error];
    };
    expect(await answer('5532988776655')).toEqual([400, 'session must be a UUID']);
    expect(await answer(session)).toEqual([404, 'session not found']);
    expect(await answer(session, foreign.instanceId)).toEqual([403, 'forbidden']);
    expect(await answer(session, instanceId())).toEqual([404, 'instance not found']);
  });
});
