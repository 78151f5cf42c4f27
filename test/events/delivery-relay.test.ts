import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { expect, onTestFinished, test } from 'vitest';
import { endLease, leaseDuePairs } from '../../src/store/events/deliveries.js';
import { subscriptionDeliveriesId } from '../../workflows/contract.js';
import {
  databaseOfTest,
  eventually,
  quick,
  record,
  startEventsOut,
  startSubscriber,
  subscribe,
} from './events-harness.js';
import { seedInstance } from './seeds.js';

test('a delivery whose workflow was lost is taken up again', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriber = await startSubscriber();
  const subscriptionId = await subscribe(db, place, subscriber.url);
  const { client, startWorker } = await startEventsOut(db);
  const sessionId = randomUUID();
  await record(db, place, sessionId, { sequence: 0 });
  const handle = client.workflow.getHandle(subscriptionDeliveriesId({ subscriptionId, sessionId }));
  await eventually(async () => {
    const { rows } = await db.query('SELECT 1 FROM deliveries WHERE start_next_at > now() + $1::interval', [
      '10 minutes',
    ]);
    expect(rows).toHaveLength(1);
  });
  await handle.terminate('lost');
  await startWorker();
  await db.query(`UPDATE deliveries SET start_next_at = start_next_at - interval '15 minutes'`);
  await eventually(() => expect(subscriber.state.taken).toHaveLength(1));
});

test('what one relay has leased no other takes before the lease ends', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  const subscriptionId = await subscribe(db, place, 'http://127.0.0.1:9/');
  const sessionId = randomUUID();
  for (const sequence of [0, 1, 2]) await record(db, place, sessionId, { sequence });
  const [first] = await leaseDuePairs(db, { leaseMs: 3_600_000, limit: 2 });
  expect(first).toMatchObject({ subscriptionId, sessionId, hurry: false });
  expect(first?.ids).toHaveLength(2);
  const [rest] = await leaseDuePairs(db, { leaseMs: 3_600_000, limit: 2 });
  expect(rest?.ids).toHaveLength(1);
  expect(await leaseDuePairs(db, { leaseMs: 3_600_000, limit: 2 })).toEqual([]);
  await db.query(
    "UPDATE deliveries SET start_next_at = start_next_at - interval '1 hour' WHERE id = ANY ($1)",
    [first?.ids],
  );
  const [again] = await leaseDuePairs(db, { leaseMs: 3_600_000, limit: 2 });
  expect(again?.ids.toSorted()).toEqual(first?.ids.toSorted());
});

test('a delivery that is to be tried now while its lease ends stays due', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  await subscribe(db, place, 'http://127.0.0.1:9/');
  await record(db, place, randomUUID(), { sequence: 0 });
  const [leased] = await leaseDuePairs(db, { leaseMs: 60_000, limit: 1 });
  if (leased === undefined) throw new Error('nothing was leased');
  await db.query('UPDATE deliveries SET start_next_at = now(), attempt = 1');
  await endLease(db, leased);
  expect(await leaseDuePairs(db, { leaseMs: 60_000, limit: 1 })).toMatchObject([{ hurry: true }]);
});

test('a Temporal that does not answer keeps no relay from stopping', async () => {
  const { db } = await databaseOfTest();
  const place = await seedInstance(db);
  await subscribe(db, place, 'http://127.0.0.1:9/');
  let connections = 0;
  const temporal = await startSilentServer(() => {
    connections += 1;
  });
  const relay = { ...quick.relay, callTimeoutMs: 100 };
  const { events } = await startEventsOut(db, { ...quick, relay }, { temporal });
  await record(db, place, randomUUID(), { sequence: 0 });
  await eventually(() => expect(connections).toBeGreaterThan(0));
  await events.stop();
});

/** Takes connections and says nothing. */
async function startSilentServer(onConnection: () => void): Promise<Client> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
  onTestFinished(async () => {
    await connection.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new Client({ connection });
}
