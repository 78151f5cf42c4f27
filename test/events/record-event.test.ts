import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { sweepEvents } from '../../src/events-out/sweep-events.js';
import { readTimeline, recordEvent, removeOldEvents } from '../../src/store/events/session-events.js';
import { createTestDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';
import { seedInstance, seedSession, seedSubscription } from './seeds.js';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDb(database.url);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function deliveriesOf(subscriptionId: string): Promise<string[]> {
  const { rows } = await db.query<{ event: string }>(
    'SELECT event FROM deliveries WHERE subscription_id = $1 ORDER BY row_id',
    [subscriptionId],
  );
  return rows.map((row) => row.event);
}

describe('recordEvent', () => {
  test('makes a delivery for each enabled subscription that wants the event, and for no other', async () => {
    const here = await seedInstance(db);
    const elsewhere = await seedInstance(db);
    const wanting = await seedSubscription(db, { ...here, instanceId: null, events: ['session.started'] });
    const ofInstance = await seedSubscription(db, { ...here, events: ['session.started', 'message.sent'] });
    const others = await Promise.all([
      seedSubscription(db, { ...here, events: ['session.closed'] }),
      seedSubscription(db, { ...here, events: ['session.started'], enabled: false }),
      seedSubscription(db, { ...elsewhere, events: ['session.started'] }),
      seedSubscription(db, { ...here, instanceId: elsewhere.instanceId, events: ['session.started'] }),
    ]);
    const event = { ...here, sessionId: randomUUID() };
    await db.transaction((tx) =>
      recordEvent(tx, { ...event, type: 'session.started', data: { trigger: 'all' } }),
    );
    await db.transaction((tx) => recordEvent(tx, { ...event, type: 'turn.merged', data: { count: 2 } }));

    expect(await deliveriesOf(wanting)).toEqual(['session.started']);
    expect(await deliveriesOf(ofInstance)).toEqual(['session.started']);
    expect(await Promise.all(others.map(deliveriesOf))).toEqual([[], [], [], []]);
  });

  test('leaves nothing behind when its transaction is rolled back', async () => {
    const here = await seedInstance(db);
    const subscription = await seedSubscription(db, { ...here, events: ['session.closed'] });
    const sessionId = randomUUID();
    const attempt = db.transaction(async (tx) => {
      await recordEvent(tx, { ...here, sessionId, type: 'session.closed' });
      throw new Error('undone');
    });
    await expect(attempt).rejects.toThrow('undone');
    expect(await deliveriesOf(subscription)).toEqual([]);
    expect(await readTimeline(db, { sessionId, after: 0, limit: 10 })).toEqual([]);
  });
});

describe('removeOldEvents', () => {
  async function recordAged(
    here: { workspaceId: string; instanceId: string },
    sessionId: string,
    days: number,
  ) {
    for (const type of ['session.started', 'message.sent'] as const) {
      const id = await db.transaction((tx) => recordEvent(tx, { ...here, sessionId, type }));
      await db.query(`UPDATE session_events SET at = now() - $2 * interval '1 day' WHERE id = $1`, [
        id,
        days,
      ]);
    }
  }

  async function left(sessionId: string): Promise<number> {
    const { rows } = await db.query('SELECT 1 FROM session_events WHERE session_id = $1', [sessionId]);
    return rows.length;
  }

  test('keeps the timeline of a living session, and that of a gone one for a day', async () => {
    const here = await seedInstance(db);
    const [living, goneToday, goneLongAgo] = [await seedSession(db, here), randomUUID(), randomUUID()];
    await recordAged(here, living, 8);
    await recordAged(here, goneToday, 1.5);
    await recordAged(here, goneToday, 0.5);
    await recordAged(here, goneLongAgo, 1.5);
    expect(await removeOldEvents(db, 1000)).toBe(3);
    expect(await Promise.all([living, goneToday, goneLongAgo].map(left))).toEqual([1, 4, 0]);
  });
});

describe('sweepEvents', () => {
  test('removes log lines after a week, whatever became of the deliveries', async () => {
    const here = await seedInstance(db);
    const subscription = await seedSubscription(db, { ...here, events: ['session.closed'] });
    for (const days of [1, 8]) {
      await db.transaction((tx) =>
        recordEvent(tx, { ...here, sessionId: randomUUID(), type: 'session.closed' }),
      );
      await db.query(
        `UPDATE deliveries SET at = now() - $2 * interval '1 day' WHERE subscription_id = $1 AND at > now() - interval '1 hour'`,
        [subscription, days],
      );
    }
    expect(await sweepEvents(db)).toBe(1);
    expect(await deliveriesOf(subscription)).toHaveLength(1);
  });
});
