// (f) Whether a turn gets slower as its conversation grows, and what its runs in Temporal grow to.
import { Client, Connection } from '@temporalio/client';
import { columns } from '../figures.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Turn n of one conversation (ms)';

/** Turns measured around each place. */
const AROUND = 20;

export async function run(world, { places }) {
  const connection = await Connection.connect({ address: world.connection.temporal_address });
  const instance = await world.instance({ debounce_ms: 0 });
  const phone = newPhone();
  const rows = [];
  let turn = 0;
  for (const place of places) {
    for (; turn < place - AROUND; turn += 1) await world.turn(instance, phone);
    const times = [];
    for (const last = turn + AROUND; turn < last; turn += 1) times.push(await world.turn(instance, phone));
    await world.settled();
    rows.push({
      turn: place,
      ...columns('first bubble', times),
      ...(await runs(world, connection, instance)),
    });
    process.stderr.write(`  ${JSON.stringify(rows.at(-1))}\n`);
  }
  await connection.close();
  return rows;
}

/** The runs of the only conversation of this instance: how many, and the longest history among those that are over. */
async function runs({ db }, connection, instance) {
  const { rows } = await db.query('SELECT id AS bench_id FROM contacts WHERE instance_id = $1', [instance]);
  const query = `WorkflowId = 'conversation/${instance}/${rows[0].bench_id}'`;
  const lengths = [];
  for await (const { historyLength, status } of new Client({ connection }).workflow.list({ query }))
    lengths.push(status.name === 'RUNNING' ? 0 : historyLength);
  return { runs: lengths.length, 'longest run that is over': Math.max(0, ...lengths) };
}
