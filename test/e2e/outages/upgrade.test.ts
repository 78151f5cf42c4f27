import { afterAll, expect, test } from 'vitest';
import { migrate } from '../../../src/store/migrate.js';
import { flows, greeted, sessionIs } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';

/**
 * A deploy brings the next schema under the processes of this version. The rule for migrations is that they only add, and
 * that whatever they add has a default: here every table gets that at once.
 */
const parley = useParley({ flows });
const stops: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

async function bringNextSchema(): Promise<void> {
  const { rows } = await parley.db.query<{ name: string }>(
    "SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  expect(rows.length).toBeGreaterThan(10);
  for (const { name } of rows)
    await parley.db.query(
      `ALTER TABLE ${name} ADD COLUMN of_the_next_version jsonb NOT NULL DEFAULT '{"new": 1}'`,
    );
  await parley.db.query("INSERT INTO migrations (number, name) VALUES (9999, '9999-next.sql')");
}

test('API and worker of this version go on under the schema of the next one, in the middle of conversations', async () => {
  const { shop, ana, id, pause, resume, read } = await greeted(parley);
  const beto = shop.contact();
  await bringNextSchema();
  await ana.says('under the new schema');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got under the new schema']);
  await pause(id);
  await ana.says('held');
  await resume(id);
  await sessionIs(ana, { id, status: 'opened' });
  await ana.says('and on');
  await until(() => expect(ana.heard()).toContain('Got and on'));
  expect((await read(id)).body).not.toHaveProperty('of_the_next_version');
  await beto.says('a new contact');
  expect(await beto.hears(1)).toHaveLength(1);
  expect((await parley.call('GET', '/readyz')).status).toBe(200);
});

test('a process of this version that starts under it is ready and takes webhooks; only its `migrate` refuses', async () => {
  await parley.worker.stop();
  await parley.worker.start();
  const second = await parley.secondApi();
  stops.push(() => second.stop());
  expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
  const { ana } = await greeted(parley);
  await ana.says('after the restart');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got after the restart']);
  await expect(migrate(parley.settings.secrets.databaseUrl)).rejects.toThrow(/run a newer Parley/);
});
