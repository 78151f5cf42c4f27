import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { flows, greeted } from '../../support/conversations.js';
import { useParley } from '../../support/parley.js';
import type { TestContact } from '../../support/parley.js';

const parley = useParley({ flows });

const TURNS = 5_000;

/** Makes that many more turns out of the only session's last one: a message, a bubble and three events each. */
const MORE_TURNS = [
  `INSERT INTO turns (session_id, number, opening, state, answered_at, bubbles)
     SELECT id, turn_no + g, opening, 'answered', now(), 1 FROM sessions, generate_series(1, ${TURNS}) g`,
  `INSERT INTO inbox (id, number, instance_id, contact_id, session_id, fate, sender, origin, content_type, content, text, turn_no)
     SELECT gen_random_uuid(), c.inbox_no + g, i.instance_id, i.contact_id, s.id, 'taken', i.sender, i.origin, i.content_type,
         i.content, i.text, s.turn_no + g
       FROM sessions s JOIN contacts c ON c.id = s.contact_id JOIN inbox i ON i.session_id = s.id AND i.turn_no = s.turn_no,
         generate_series(1, ${TURNS}) g`,
  `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, turn_no, bubble_no, content_type, content, text, state,
         delivery, outbound_id, provider_message_id)
     SELECT gen_random_uuid(), o.instance_id, o.contact_id, s.id, o.sender, s.turn_no + g, 1, o.content_type, o.content, o.text,
         'sent', 'sent', gen_random_uuid(), gen_random_uuid()
       FROM sessions s JOIN outbox o ON o.session_id = s.id AND o.turn_no = s.turn_no, generate_series(1, ${TURNS}) g`,
  `INSERT INTO session_events (workspace_id, instance_id, session_id, type, data)
     SELECT e.workspace_id, e.instance_id, e.session_id, e.type, e.data
       FROM (SELECT * FROM session_events ORDER BY id DESC LIMIT 3) e, generate_series(1, ${TURNS})`,
  `UPDATE contacts SET inbox_no = inbox_no + ${TURNS}`,
  `UPDATE sessions SET turn_no = turn_no + ${TURNS}`,
  'ANALYZE',
];

/** The statements with values of one turn, from webhook to end. */
async function statementsOfATurn(ana: TestContact): Promise<pg.QueryConfig[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const soFar = ana.heard().length;
  await ana.says('next');
  await ana.hears(soFar + 1);
  const calls: unknown[] = query.mock.calls.map(([config]: unknown[]) => config);
  query.mockRestore();
  return calls.filter(isPrepared);
}

function isPrepared(config: unknown): config is pg.QueryConfig {
  return typeof config === 'object' && config !== null && 'values' in config && config.values !== undefined;
}

interface Plan {
  'Relation Name'?: string;
  'Actual Loops': number;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
}

/** How many rows of tables a plan looked at. */
function rowsRead(plan: Plan): number {
  const { 'Rows Removed by Filter': filtered = 0, 'Rows Removed by Index Recheck': rechecked = 0 } = plan;
  const own = (plan['Actual Rows'] + filtered + rechecked) * plan['Actual Loops'];
  const below = (plan.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), 0);
  return below + (plan['Relation Name'] === undefined ? 0 : own);
}

/** Runs a statement again with the plan of a prepared one, and undoes it. */
async function explain(client: pg.Client, { text, values }: pg.QueryConfig): Promise<number> {
  await client.query('BEGIN; SET LOCAL plan_cache_mode = force_generic_plan');
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>({
      text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values,
    });
    return rowsRead(rows[0]?.['QUERY PLAN'][0]?.Plan as Plan);
  } catch (error) {
    // What it inserts is there already.
    expect(error).toMatchObject({ code: '23505' });
    return 0;
  } finally {
    await client.query('ROLLBACK');
  }
}

test('no statement of a turn reads more rows after 5,000 turns than a few dozen', async () => {
  const { ana } = await greeted(parley);
  for (const statement of MORE_TURNS) await parley.db.query(statement);
  const statements = await statementsOfATurn(ana);
  expect(statements.length).toBeGreaterThan(10);
  const client = new pg.Client({ connectionString: parley.settings.secrets.databaseUrl });
  await client.connect();
  const much: string[] = [];
  for (const statement of statements) {
    const rows = await explain(client, statement);
    if (rows > 50) much.push(`${rows}: ${statement.text}`);
  }
  await client.end();
  expect(much).toEqual([]);
});
