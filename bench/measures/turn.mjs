// (a) What a turn costs: events, workflow tasks and Actions of Temporal, statements and transactions of PostgreSQL.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { until } from '../killable-parley.mjs';
import { rounded } from '../figures.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Cost of one turn';

const TURNS = 10;
const ACTIONS =
  /^(workflowExecutionSignaled|activityTaskScheduled|timerStarted|upsertWorkflowSearchAttributes)/;

/** PostgreSQL counts its statements from now on, for which it is started again once. */
async function countStatements({ db, product }) {
  const { rows } = await db.query('SHOW shared_preload_libraries');
  if (rows[0].shared_preload_libraries !== 'pg_stat_statements') {
    await db.query(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
    await product.kill('postgres', 'SIGINT');
    await until(
      async () => {
        const found = await db.query('SHOW shared_preload_libraries').catch(() => undefined);
        return found?.rows[0].shared_preload_libraries === 'pg_stat_statements';
      },
      'the restart of PostgreSQL',
      60_000,
    );
  }
  await db.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
}

/** Statements and explicit transactions so far, of API and worker. */
async function counted(db) {
  const { rows } = await db.query(`SELECT coalesce(sum(calls), 0)::int AS statements,
      coalesce(sum(calls) FILTER (WHERE query = 'BEGIN'), 0)::int AS transactions
    FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE '%bench_%' AND query NOT LIKE '%relay_next_at <=%'
      AND query NOT LIKE '%start_next_at <=%' AND query NOT LIKE '%media_next_at <=%' AND query <> 'SELECT $1'`);
  return rows[0];
}

async function historyOf(client, { db }, instanceId) {
  const { rows } = await db.query('SELECT id AS bench_id FROM contacts WHERE instance_id = $1', [instanceId]);
  const history = await client.workflow
    .getHandle(`conversation/${instanceId}/${rows[0].bench_id}`)
    .fetchHistory();
  const types = (history.events ?? []).map((event) =>
    Object.keys(event).find((key) => key.endsWith('Attributes')),
  );
  const count = (pattern) => types.filter((type) => pattern.test(type)).length;
  return { events: types.length, tasks: count(/^workflowTaskCompleted/), actions: count(ACTIONS) };
}

/** The run has heard of everything: its history grows no more. */
async function quiet(look) {
  for (let before = await look(); ;) {
    await sleep(250);
    const now = await look();
    if (now.events === before.events) return now;
    before = now;
  }
}

export async function run(world) {
  await countStatements(world);
  const connection = await Connection.connect({ address: world.connection.temporal_address });
  const client = new Client({ connection });
  const rows = [];
  for (const debounceMs of [0, 300])
    for (const bubbles of [1, 3, 10]) rows.push(await measure(world, client, { debounceMs, bubbles }));
  await connection.close();
  world.answers.bubbles = 1;
  return rows;
}

async function measure(world, client, { debounceMs, bubbles }) {
  world.answers.bubbles = bubbles;
  const instance = await world.instance({ debounce_ms: debounceMs, default_delay_ms: 0 });
  const phone = newPhone();
  const oneTurn = async () => {
    await world.turn(instance, phone, debounceMs);
    await world.settled();
    await sleep(100);
  };
  await oneTurn();
  const look = () => historyOf(client, world, instance);
  const before = { ...(await quiet(look)), ...(await counted(world.db)) };
  for (let turn = 0; turn < TURNS; turn += 1) await oneTurn();
  const after = { ...(await quiet(look)), ...(await counted(world.db)) };
  const each = (name) => rounded((after[name] - before[name]) / TURNS);
  return {
    'debounce ms': debounceMs,
    bubbles,
    events: each('events'),
    'workflow tasks': each('tasks'),
    Actions: each('actions'),
    statements: each('statements'),
    transactions: each('transactions'),
  };
}
