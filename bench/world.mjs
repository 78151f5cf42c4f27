// A whole Parley in processes of its own, with a viewer and a gateway that measurements can steer.
import { Runtime, DefaultLogger } from '@temporalio/worker';
import pg from 'pg';
import { parts, startProduct, until } from './killable-parley.mjs';
import { bells, bubble, caller, json, listen, makeInstance, say, started } from './stand-ins.mjs';
import { startWorkers } from './workers.mjs';

/**
 * Starts everything; `stop` ends it and removes its data. `others` are process ids of parts that run for it and are not
 * its own, by name.
 */
export async function startWorld(others = {}) {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const product = await startProduct();
  const { connection } = product;
  const answers = { bubbles: 1, ends: false };
  const heard = bells();
  const viewer = await listen((request, _body, response) => {
    const answer = {
      messages: Array.from({ length: answers.bubbles }, (_, index) => bubble(`b${index}`)),
      ...(!answers.ends && { input: { id: 'i1', type: 'text input' } }),
    };
    json(response, request.url.endsWith('/startChat') ? started(answer) : answer);
  });
  const gateway = await listen((_request, body, response) => {
    const { to, type } = JSON.parse(body);
    if (type === 'message') heard.ring(to.contactId);
    json(response, {});
  });
  const db = new pg.Pool({ connectionString: connection.database_url, max: 4 });
  // The server is restarted by a measurement.
  db.on('error', () => undefined);
  const call = caller(connection);
  const workers = startWorkers(product);
  const urls = { gatewayUrl: gateway.url, viewerUrl: viewer.url };
  return {
    ...{ product, connection, answers, db, call, workers },
    /** The ids of the processes of each part that runs on this machine. */
    pids: async () => {
      const own = await Promise.all(
        parts.map(async (part) => [part, [await product.pid(part).catch(() => undefined)]]),
      );
      const all = Object.fromEntries(own.map(([part, pids]) => [part, pids.filter(Boolean)]));
      all.worker.push(...workers.pids());
      return { ...all, ...Object.fromEntries(Object.entries(others).map(([part, pid]) => [part, [pid]])) };
    },
    instance: async (typebot = {}) => (await makeInstance(call, { ...urls, typebot })).id,
    /** Posts a message; resolves to the milliseconds to the answer of the webhook. */
    post: async (instanceId, phone) => (await say(connection, instanceId, phone)).ackMs,
    /** One whole turn: the milliseconds from the webhook to the first outbound request. */
    turn: async (instanceId, phone, debounceMs = 0) => {
      const out = heard.wait(phone);
      const { began } = await say(connection, instanceId, phone);
      return (await out) - began - debounceMs;
    },
    /** Every message that went out is recorded, and nothing waits. */
    settled: () =>
      until(
        async () => {
          const { rows } = await db.query(`SELECT
            (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'unknown'))
            + (SELECT count(*) FROM turns WHERE state = 'begun') AS bench_left`);
          return Number(rows[0].bench_left) === 0;
        },
        'the end of all turns',
        60_000,
      ),
    stop: async () => {
      viewer.close();
      gateway.close();
      await db.end();
      await workers.set(1);
      await product.stop();
    },
  };
}
