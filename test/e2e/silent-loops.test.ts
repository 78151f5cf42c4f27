import { expect, onTestFinished, test } from 'vitest';
import { until, useParley } from '../support/parley.js';
import type { TestContact, TestInstance } from '../support/parley.js';
import { textBubble } from '../support/typebot-stand-in.js';

// Whatever goes wrong in a turn, the contact hears of it, the session says why, and Typebot is not asked without end.

const SORRY = 'Sorry, something went wrong';
const question = (text: string) => ({
  messages: [textBubble('b1', text)],
  input: { id: 'i1', type: 'text input', options: {} },
});
const computed = {
  type: 'setVariable',
  expectsDedicatedReply: true,
  setVariable: { scriptToExecute: { content: 'return "Boom"', isCode: true, args: [] } },
};

const parley = useParley({
  env: { PARLEY_TYPEBOT_PATIENCE_MS: '10000', PARLEY_TYPEBOT_TIMEOUT_MS: '5000' },
  flows: {
    flows: {
      boom: { answers: [question('Boom'), question('Next?')] },
      fine: { answers: [question('Name?'), question('Boom')] },
      script: { answers: [{ ...question('Boom'), clientSideActions: [computed] }, question('Next?')] },
    },
  },
});

/** PostgreSQL refuses what has `Boom` in a column (`table.column`) with this SQLSTATE, until the test is over. */
async function refuse(where: string, sqlState: string): Promise<void> {
  const [table, column] = where.split('.');
  await parley.db.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF NEW.${column}::text LIKE '%Boom%' THEN RAISE EXCEPTION 'refused' USING ERRCODE = '${sqlState}'; END IF;
       RETURN NEW; END $$`,
  );
  await parley.db.query(
    `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`,
  );
  onTestFinished(async () => void (await parley.db.query('DROP FUNCTION refuse CASCADE')));
}

async function timeline(shop: TestInstance, contact: TestContact) {
  const { id } = await contact.session();
  const path = `/instances/${shop.id}/typebots/sessions/${id}/events?limit=100`;
  return (await parley.call('GET', path)).body.events as { type: string; data: Record<string, unknown> }[];
}

/** startChat and continueChat calls of the stand-in from now on. */
function watch() {
  const from = parley.typebot.calls.length;
  return () => parley.typebot.calls.slice(from).map(({ kind }) => kind);
}

test.each([
  ['a number out of range, in storing a bubble', 'outbox.text', '22003', 1],
  ['a violated constraint, in storing a bubble', 'outbox.text', '23514', 1],
  ['a duplicate, in storing a bubble', 'outbox.text', '23505', 1],
  ['an internal error of PostgreSQL, in storing a bubble', 'outbox.text', 'XX000', 1],
  ['an error of the program’s SQL, in storing the open question', 'sessions.open_input', '42804', 1],
  ['a statement that is cancelled each time, in storing a bubble', 'outbox.text', '57014', 3],
  ['a lock that is never free, in storing a bubble', 'outbox.text', '55P03', 3],
])('%s, ends the turn', async (_, where, sqlState, starts) => {
  await refuse(where, sqlState);
  const shop = await parley.instance({ public_id: 'boom', unknown_message: SORRY });
  const ana = shop.contact();
  const calls = watch();
  await ana.says('hello');
  expect(await ana.hears(1)).toEqual([SORRY]);
  expect(calls()).toEqual(Array(starts).fill('start'));
  const session = await ana.session();
  expect(session).toMatchObject({ status: 'opened', last_error: { message: 'internal error' } });
  expect(await timeline(shop, ana)).toContainEqual(
    expect.objectContaining({
      type: 'turn.failed',
      data: expect.objectContaining({ reason: 'internal error' }),
    }),
  );
});

test('a fault between the calls of a chain ends the turn, and the next message begins the flow anew', async () => {
  await refuse('turns.progress', '22P02');
  const shop = await parley.instance({ public_id: 'script', unknown_message: SORRY });
  const ana = shop.contact();
  const calls = watch();
  await ana.says('hello');
  expect(await ana.hears(1)).toEqual([SORRY]);
  expect(calls()).toEqual(['start']);
  await parley.db.query('DROP TRIGGER refuse ON turns');
  await ana.says('hello again');
  expect((await ana.hears(2))[1]).toBe('Boom');
});

test('a fault after a reply leaves the session where it was', async () => {
  await refuse('outbox.text', '22003');
  const shop = await parley.instance({ public_id: 'fine', unknown_message: SORRY });
  const ana = shop.contact();
  await ana.says('hello');
  await ana.hears(1);
  const calls = watch();
  await ana.says('Ana');
  expect(await ana.hears(2)).toEqual(['Name?', SORRY]);
  expect(calls()).toEqual(['continue']);
});

test('a turn that cannot even begin is told: the secrets of its instance cannot be read', async () => {
  const shop = await parley.instance({ public_id: 'boom', unknown_message: SORRY, debounce_ms: 1_000 });
  const ana = shop.contact();
  const calls = watch();
  await ana.says('hello');
  await parley.db.query(`UPDATE instances SET channel_secrets = '\\x01' WHERE id = $1`, [shop.id]);
  await until(async () => {
    const types = (await timeline(shop, ana)).map(({ type }) => type);
    expect(types).toContain('turn.failed');
  });
  expect(calls()).toEqual([]);
});
