// (i) The deletion of a typebot with many sessions, what others wait for meanwhile, and the sweeps.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../killable-parley.mjs';
import { at, rounded } from '../figures.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Deletion of a typebot, sweeps';

/** Closed sessions with ten messages each, as `keep_open` leaves them. */
async function fill(db, instanceId, typebotId, sessions) {
  const id = (kind) => `md5('${typebotId}${kind}' || n)::uuid`;
  const rows = `generate_series(1, ${sessions}) AS n`;
  const contact = `INSERT INTO contacts (id, instance_id, remote_jid, reply_jid)
    SELECT ${id('c')}, '${instanceId}', '77' || n || '@s.whatsapp.net', '77' || n || '@s.whatsapp.net' FROM ${rows}`;
  const session = `INSERT INTO sessions (id, session_uid, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid,
      channel, status, chat_mode, resolution, close_reason, opening, settings_version)
    SELECT ${id('s')}, '${typebotId}' || n, t.workspace_id, t.instance_id, t.id, ${id('c')}, t.public_id, '77' || n || '@s.whatsapp.net',
      'whatsapp', 'closed', 'bot', 'closed', 'completed', 1, 1 FROM typebots t, ${rows} WHERE t.id = '${typebotId}'`;
  const inbox = `INSERT INTO inbox (id, number, instance_id, contact_id, session_id, fate, sender, origin, content_type, content)
    SELECT gen_random_uuid(), m, '${instanceId}', ${id('c')}, ${id('s')}, 'taken', 'contact', 'channel', 'text', '{}' FROM ${rows}, generate_series(1, 5) AS m`;
  const outbox = `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, turn_no, bubble_no, content_type, content, state, outbound_id)
    SELECT gen_random_uuid(), '${instanceId}', ${id('c')}, ${id('s')}, 'bot', m, 100, 'text', '{}', 'sent', gen_random_uuid()::text FROM ${rows}, generate_series(1, 5) AS m`;
  for (const statement of [contact, session, inbox, outbox, 'ANALYZE contacts, sessions, inbox, outbox'])
    await db.query(statement);
}

export async function run(world, { doomed }) {
  const { db, call } = world;
  const instance = await world.instance({ debounce_ms: 0 });
  const { typebot_id: typebotId } = await call('POST', `/instances/${instance}/typebots`, {
    ...{ typebot_url: 'http://127.0.0.1:9', public_id: randomUUID(), trigger_type: 'none', keep_open: true },
  });
  await fill(db, instance, typebotId, doomed);
  const calm = await whileTalking(world, instance, () => sleep(5_000));
  let answeredMs = 0;
  const busy = await whileTalking(world, instance, async () => {
    const beganMs = performance.now();
    await call('DELETE', `/instances/${instance}/typebots/${typebotId}`);
    answeredMs = performance.now() - beganMs;
    const left = async () =>
      (await db.query('SELECT 1 FROM typebots WHERE id = $1', [typebotId])).rowCount === 0;
    await until(left, 'the end of the deletion', 7_200_000);
  });
  return [
    { what: `deletion of ${doomed} sessions answered (ms)`, value: rounded(answeredMs) },
    { what: 'everything gone after (s)', value: rounded(busy.seconds) },
    { what: 'sessions a second', value: rounded(doomed / busy.seconds) },
    { what: 'a turn of another typebot meanwhile, p50 / p95 / max (ms)', value: busy.times },
    { what: 'the same before', value: calm.times },
    ...(await sweeps(db)),
  ];
}

/** A contact of another typebot of the number goes on talking. */
async function whileTalking(world, instance, work) {
  const phone = newPhone();
  const times = [];
  let over = false;
  const talking = (async () => {
    while (!over) times.push(await world.turn(instance, phone));
  })();
  const beganMs = performance.now();
  await work();
  const seconds = (performance.now() - beganMs) / 1_000;
  over = true;
  await talking;
  return { seconds, times: [0.5, 0.95, 1].map((share) => rounded(at(times, share))).join(' / ') };
}

/** What the daily sweep removes, run as it runs. */
async function sweeps(db) {
  await db.query(`UPDATE session_events SET at = at - interval '8 days'`);
  await db.query(`INSERT INTO seen_messages (instance_id, direction, message_id, day)
    SELECT i.id, 'in', 'old' || n, current_date - 9 FROM (SELECT id FROM instances LIMIT 1) i, generate_series(1, 200000) AS n`);
  const { openDb } = await import('../../dist/src/store/db.js');
  const { sweepEvents } = await import('../../dist/src/events-out/sweep-events.js');
  const { removeOldSeen } = await import('../../dist/src/store/messages/seen.js');
  const store = openDb(db.options.connectionString);
  const timed = async (what, work) => {
    const beganMs = performance.now();
    const removed = await work();
    return { what: `${what}: ${removed} rows (ms)`, value: rounded(performance.now() - beganMs) };
  };
  const rows = [
    await timed('sweep of events', () => sweepEvents(store)),
    await timed('sweep of the duplicate guard', () => removeOldSeen(store)),
  ];
  await store.close();
  return rows;
}
