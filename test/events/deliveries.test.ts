import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { expect, inject, onTestFinished, test } from 'vitest';
import { deleteSubscription, findSubscription } from '../../src/store/events/subscriptions.js';
import { deliveriesSignal, subscriptionDeliveriesId } from '../../workflows/contract.js';
import type { DeliveryPair } from '../../workflows/contract.js';
import {
  databaseOfTest,
  deliveryLog,
  eventually,
  quick,
  record,
  startEventsOut,
  startSubscriber,
  subscribe,
} from './events-harness.js';
import { seedInstance } from './seeds.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test('a subscriber that was down for a while gets every event once it is back, in order per session, signed', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url, ['message.sent', 'session.closed']);
  const { client, startWorker } = await startEventsOut(db);
  await startWorker();
  const sessions = [randomUUID(), randomUUID()];
  await subscriber.goDown();
  for (const sequence of numbers(5))
    for (const session of sessions) await record(db, place, session, { sequence });
  await eventually(async () => {
    const attempts = (await deliveryLog(db, subscription)).map((row) => row.attempt);
    expect(attempts.filter((attempt) => attempt > 1)).toHaveLength(2);
  });

  await subscriber.comeBack();
  for (const session of sessions) await record(db, place, session, { sequence: 5, type: 'session.closed' });
  await eventually(() => expect(subscriber.state.taken).toHaveLength(12));

  for (const session of sessions) {
    const taken = subscriber.state.taken.filter(({ sessionId }) => sessionId === session);
    expect(taken.map(({ sequence }) => sequence)).toEqual(numbers(6));
    expect(taken.at(-1)?.event).toBe('session.closed');
  }
  expect(subscriber.state.taken.every(({ signed, timestampFits }) => signed && timestampFits)).toBe(true);
  expect(new Set(subscriber.state.taken.map(({ delivery }) => delivery)).size).toBe(12);
  await eventually(async () => {
    const rows = await deliveryLog(db, subscription);
    expect(rows.every((row) => row.status === 'delivered' && row.response_status === 200)).toBe(true);
  });
  for (const sessionId of sessions) await replay(client, { subscriptionId: subscription, sessionId });
});

async function replay(client: Client, pair: DeliveryPair): Promise<void> {
  const workflowId = subscriptionDeliveriesId(pair);
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const workflowBundle = { codePath: inject('workflowBundlePath') };
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
}

test('a workflow that was told very often goes on in a new run, and loses nothing', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscriptionId = await subscribe(db, place, subscriber.url);
  const { client, startWorker } = await startEventsOut(db);
  const sessionId = randomUUID();
  await record(db, place, sessionId, { sequence: 0 });
  const handle = client.workflow.getHandle(subscriptionDeliveriesId({ subscriptionId, sessionId }));
  await eventually(async () => void (await handle.describe()));
  const { runId } = await handle.describe();
  for (let told = 0; told < 1_000; told += 50) {
    await Promise.all(numbers(50).map(() => handle.signal(deliveriesSignal, { hurry: false })));
  }
  await startWorker();
  await eventually(() => expect(subscriber.state.taken).toHaveLength(1));
  await handle.result();
  expect((await handle.describe()).runId).not.toBe(runId);
});

test('a subscriber that does not answer in time is tried again', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const deliveries = { ...quick.deliveries, timeoutMs: 100 };
  const { startWorker } = await startEventsOut(db, { ...quick, deliveries });
  await startWorker();
  subscriber.state.silent = true;
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(async () => {
    const [row] = await deliveryLog(db, subscription);
    expect(row).toMatchObject({ status: 'pending', response_status: null });
    expect(row?.attempt).toBeGreaterThan(1);
  });
});

test('an answer over the limit is not read and counts as none', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const deliveries = { ...quick.deliveries, maxAnswerBytes: 10 };
  const { startWorker } = await startEventsOut(db, { ...quick, deliveries });
  await startWorker();
  subscriber.state.body = 'more than ten bytes';
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(async () =>
    expect((await deliveryLog(db, subscription))[0]).toMatchObject({
      ...{ status: 'pending', response_status: null, attempt: expect.any(Number) },
      next_attempt_at: expect.any(Date),
    }),
  );
});

test('a subscriber that is back hurries what other sessions have in back-off', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const deliveries = { ...quick.deliveries, firstDelayMs: 600_000, maxDelayMs: 600_000 };
  const { startWorker } = await startEventsOut(db, { ...quick, deliveries });
  await startWorker();
  subscriber.state.answer = 500;
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(async () => expect(await deliveryLog(db, subscription)).toMatchObject([{ attempt: 1 }]));
  subscriber.state.answer = 200;
  await record(db, place, randomUUID(), { sequence: 1 });
  await eventually(() =>
    expect(subscriber.state.taken.map(({ sequence }) => sequence).toSorted()).toEqual([0, 1]),
  );
});

test('a refused delivery is tried again, with its status and next time in the log', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const { startWorker } = await startEventsOut(db);
  await startWorker();
  subscriber.state.answer = 500;
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(async () => {
    const [row] = await deliveryLog(db, subscription);
    expect(row).toMatchObject({ status: 'pending', response_status: 500 });
    expect(row?.attempt).toBeGreaterThan(1);
    expect(row?.next_attempt_at).toBeInstanceOf(Date);
  });
  subscriber.state.answer = 204;
  await eventually(async () =>
    expect(await deliveryLog(db, subscription)).toMatchObject([
      { status: 'delivered', response_status: 204, next_attempt_at: null },
    ]),
  );
});

test('Retry-After holds the next attempt back', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const { startWorker } = await startEventsOut(db);
  await startWorker();
  Object.assign(subscriber.state, { answer: 429, headers: { 'retry-after': '3600' } });
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(async () => {
    const [row] = await deliveryLog(db, subscription);
    expect((row?.next_attempt_at?.getTime() ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
  });
});

test('what was not taken in time is given up, and the next event goes', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const deliveries = { ...quick.deliveries, giveUpMs: 300 };
  const { startWorker } = await startEventsOut(db, { ...quick, deliveries });
  await startWorker();
  const session = randomUUID();
  subscriber.state.answer = 503;
  await record(db, place, session, { sequence: 0 });
  await eventually(async () =>
    expect(await deliveryLog(db, subscription)).toMatchObject([{ status: 'failed', response_status: 503 }]),
  );
  subscriber.state.answer = 200;
  await record(db, place, session, { sequence: 1 });
  await eventually(() => expect(subscriber.state.taken.map(({ sequence }) => sequence)).toEqual([1]));
});

test('a subscription that fails for too long is disabled, keeps what waits, and its workflow ends', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const deliveries = { ...quick.deliveries, disableAfterMs: 200 };
  const { client, startWorker } = await startEventsOut(db, { ...quick, deliveries });
  await startWorker();
  const session = randomUUID();
  subscriber.state.answer = 500;
  await record(db, place, session, { sequence: 0 });
  await eventually(async () =>
    expect(await findSubscription(db, { workspaceId: place.workspaceId }, subscription)).toMatchObject({
      enabled: false,
    }),
  );
  const handle = client.workflow.getHandle(
    subscriptionDeliveriesId({ subscriptionId: subscription, sessionId: session }),
  );
  await handle.result();
  expect(await deliveryLog(db, subscription)).toMatchObject([{ status: 'pending', next_attempt_at: null }]);
});

test('a deleted subscription ends its workflow quietly', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const { client, startWorker } = await startEventsOut(db);
  await startWorker();
  const session = randomUUID();
  subscriber.state.answer = 500;
  await record(db, place, session, { sequence: 0 });
  await eventually(() => expect(subscriber.state.attempts).toBeGreaterThan(0));
  expect(await deleteSubscription(db, { workspaceId: place.workspaceId }, subscription)).toBe(true);
  await client.workflow
    .getHandle(subscriptionDeliveriesId({ subscriptionId: subscription, sessionId: session }))
    .result();
});

test('an address that may not be reached fails at once and is not asked again', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscription = await subscribe(db, place, subscriber.url);
  const { startWorker } = await startEventsOut(db, quick, { allowPrivate: [] });
  await startWorker();
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(async () =>
    expect(await deliveryLog(db, subscription)).toMatchObject([
      { status: 'failed', attempt: 1, response_status: null },
    ]),
  );
  expect(subscriber.state.attempts).toBe(0);
});

test('events recorded while Temporal is down are delivered when it is back', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  await subscribe(db, place, subscriber.url);
  const nowhere = Connection.lazy({ address: '127.0.0.1:9' });
  onTestFinished(() => nowhere.close());
  await startEventsOut(db, quick, { temporal: new Client({ connection: nowhere }) });
  const session = randomUUID();
  for (const sequence of numbers(3)) await record(db, place, session, { sequence });
  const { startWorker } = await startEventsOut(db);
  await startWorker();
  await eventually(() => expect(subscriber.state.taken.map(({ sequence }) => sequence)).toEqual(numbers(3)));
});
