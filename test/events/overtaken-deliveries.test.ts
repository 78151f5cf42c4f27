import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createDeliverOldest } from '../../src/events-out/deliver-oldest.js';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { findSubscription } from '../../src/store/events/subscriptions.js';
import {
  databaseOfTest,
  deliveryLog,
  keyRing,
  log,
  quick,
  record,
  startSubscriber,
  subscribe,
} from './events-harness.js';
import { seedInstance } from './seeds.js';

/** One pending delivery, and workers that freeze with the subscriber's answer in hand. */
async function oneDelivery() {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscriptionId = await subscribe(db, place, subscriber.url);
  const pair = { subscriptionId, sessionId: randomUUID() };
  await record(db, place, pair.sessionId, { sequence: 0 });
  const http = createHttpClient({ allowPrivate: ['127.0.0.0/8'] });
  onTestFinished(() => http.close());

  /** Resolves once the worker is frozen with this answer; `wake` lets it note what it knows. */
  const frozenWith = async (answer: number) => {
    subscriber.state.answer = answer;
    const moments = new EventEmitter();
    const [frozen, woken] = [once(moments, 'frozen'), once(moments, 'woken')];
    const deliver = createDeliverOldest({
      ...{ db, secrets: keyRing, log, settings: quick.deliveries },
      http: async (request) => {
        const response = await http(request);
        moments.emit('frozen');
        await woken;
        return response;
      },
    });
    const step = deliver(pair);
    await frozen;
    return {
      wake: () => {
        moments.emit('woken');
        return step;
      },
    };
  };
  const logged = async () => (await deliveryLog(db, subscriptionId))[0];
  const failing = async () =>
    (await findSubscription(db, { workspaceId: place.workspaceId }, subscriptionId))?.failingSince;
  return { frozenWith, logged, failing };
}

test.each([
  [500, 200, 'delivered'],
  [200, 500, 'pending'],
  [410, 500, 'pending'],
])(
  'an attempt answered with %d changes nothing when it wakes after another that was answered with %d',
  async (stale, later, status) => {
    const { frozenWith, logged, failing } = await oneDelivery();
    const frozen = await frozenWith(stale);
    await (await frozenWith(later)).wake();
    const [row, since] = [await logged(), await failing()];
    expect(row).toMatchObject({ status, response_status: later, attempt: 1 });
    expect(await frozen.wake()).toEqual({ type: 'done' });
    expect(await logged()).toEqual(row);
    expect(await failing()).toEqual(since);
  },
);

test('an attempt that wakes while another is under way leaves the outcome to the other', async () => {
  const { frozenWith, logged, failing } = await oneDelivery();
  const frozen = await frozenWith(503);
  const other = await frozenWith(200);
  await frozen.wake();
  expect(await logged()).toMatchObject({ status: 'pending', response_status: null, attempt: 0 });
  expect(await failing()).toBeNull();
  await other.wake();
  expect(await logged()).toMatchObject({ status: 'delivered', response_status: 200, attempt: 1 });
});
