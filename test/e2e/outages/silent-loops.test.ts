import { expect, onTestFinished, test } from 'vitest';
import { WIDE_WINDOW_MS, until, useParley } from '../../support/parley.js';
import type { TestContact, TestInstance } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';

// Whatever goes wrong in a turn, the contact hears of it, the session says why, and Typebot is not asked without end.

const SORRY = 'Sorry, something went wrong';
const question = (text: string) => ({
  messages: [textBubble('b1', text)],
  input: { id: 'i1', type: 'text input', options: {} },
});
const DAY_MS = 86_400_000;
const wait = (lastBubbleBlockId: string, secondsToWaitFor: number) => ({
  type: 'wait',
  lastBubbleBlockId,
  wait: { secondsToWaitFor },
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
      two: {
        answers: [{ ...question('Boom'), messages: [textBubble('b1', 'Boom'), textBubble('b2', 'Next?')] }],
      },
      waits: {
        answers: [
          {
            messages: [textBubble('b1', 'Soon'), textBubble('b2', 'In a month'), textBubble('b3', 'In ages')],
            clientSideActions: [wait('b1', 30 * 86_400), wait('b2', Number.MAX_SAFE_INTEGER)],
          },
        ],
      },
      pauses: {
        answers: [
          {
            messages: [textBubble('b1', 'Later')],
            clientSideActions: [{ ...wait('b1', 2 ** 31), expectsDedicatedReply: true }],
          },
        ],
      },
      script: { answers: [{ ...question('Boom'), clientSideActions: [computed] }, question('Next?')] },
    },
  },
});

/** PostgreSQL refuses what has `Boom` in a column (`table.column`) with this SQLSTATE, until the test is over. */
async function refuse(where: string, sqlState: string, when = 'true'): Promise<void> {
  const [table, column] = where.split('.');
  await parley.db.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF NEW.${column}::text LIKE '%Boom%' AND ${when} THEN RAISE EXCEPTION 'refused' USING ERRCODE = '${sqlState}'; END IF;
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

/** The kinds of chat calls for this contact from now on. */
function watch(contact: TestContact) {
  const calls = parley.typebot.watch(contact);
  return () => calls().map(([kind]) => kind);
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
  const calls = watch(ana);
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
  const calls = watch(ana);
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
  const calls = watch(ana);
  await ana.says('Ana');
  expect(await ana.hears(2)).toEqual(['Name?', SORRY]);
  expect(calls()).toEqual(['continue']);
});

test('a turn that cannot even begin is told: the secrets of its instance cannot be read', async () => {
  const shop = await parley.instance({
    public_id: 'boom',
    unknown_message: SORRY,
    debounce_ms: WIDE_WINDOW_MS,
  });
  const ana = shop.contact();
  const calls = watch(ana);
  await ana.says('hello');
  await parley.db.query(`UPDATE instances SET channel_secrets = '\\x01' WHERE id = $1`, [shop.id]);
  await until(async () => {
    const types = (await timeline(shop, ana)).map(({ type }) => type);
    expect(types).toContain('turn.failed');
  });
  expect(calls()).toEqual([]);
  // Nothing can be sent with them either: what would have been said is given up, with the reason.
  await until(async () => {
    const types = (await timeline(shop, ana)).map(({ type }) => type);
    expect(types).toContain('message.failed');
  });
  expect((await ana.session()).last_error).toMatchObject({ source: 'channel', message: 'internal error' });
});

test('a bubble that a fault keeps from being claimed is given up, and what comes after it goes out', async () => {
  await refuse('outbox.text', '22003', `NEW.state = 'sending'`);
  const shop = await parley.instance({ public_id: 'two' });
  const ana = shop.contact();
  await ana.says('hello');
  expect(await ana.hears(1)).toEqual(['Next?']);
  const session = await ana.session();
  expect(session.last_error).toMatchObject({ source: 'channel', message: 'internal error' });
  const { rows } = await parley.db.query(
    `SELECT state, error->>'reason' AS reason FROM outbox WHERE text = 'Boom'`,
  );
  expect(rows).toContainEqual({ state: 'failed', reason: 'unknown' });
});

test('an event whose secret cannot be read takes its back-off, and the log of deliveries shows it', async () => {
  const made = await parley.call('POST', '/subscriptions', {
    url: parley.receiver.url,
    events: ['session.started'],
  });
  await parley.db.query(`UPDATE subscriptions SET secret = '\\x01' WHERE id = $1`, [made.body.id]);
  const ana = (await parley.instance({ public_id: 'fine' })).contact();
  await ana.says('hello');
  await until(async () => {
    const { rows } = await parley.db.query(
      `SELECT attempt, next_attempt_at > now() AS later FROM deliveries WHERE subscription_id = $1`,
      [made.body.id],
    );
    expect(rows).toEqual([{ attempt: 1, later: true }]);
  });
});

test('a wait of 30 days is a wait of 30 days; a longer one than a year is a year', async () => {
  const shop = await parley.instance({ public_id: 'waits' });
  const ana = shop.contact();
  const calls = watch(ana);
  await ana.says('hello');
  expect(await ana.hears(1)).toEqual(['Soon']);
  const { rows } = await parley.db.query(
    `SELECT text, wait_ms AS "waitMs" FROM outbox WHERE text LIKE 'In a%' ORDER BY bubble_no`,
  );
  expect(rows).toEqual([
    { text: 'In a month', waitMs: 30 * DAY_MS },
    { text: 'In ages', waitMs: 365 * DAY_MS },
  ]);
  expect(calls()).toEqual(['start']);
});

test('a pause of 68 years inside a chain is one of a year', async () => {
  const ana = (await parley.instance({ public_id: 'pauses' })).contact();
  await ana.says('hello');
  expect(await ana.hears(1)).toEqual(['Later']);
  await until(async () => {
    const { rows } = await parley.db.query(
      `SELECT continue_after_ms AS ms FROM turns WHERE continue_after_ms > 0`,
    );
    expect(rows).toEqual([{ ms: 365 * DAY_MS }]);
  });
});

test('a code of three million characters is cut before it is stored', async () => {
  const ana = (await parley.instance({ public_id: 'fine', unknown_message: SORRY })).contact();
  await ana.says('hello');
  await ana.hears(1);
  parley.typebot.fail({
    of: ana,
    call: 'continue',
    status: 400,
    body: { defined: false, code: 'C'.repeat(3_000_000), message: 'no' },
  });
  await ana.says('Ana');
  expect((await ana.hears(2))[1]).toBe(SORRY);
  expect((await ana.session()).last_error.message.length).toBeLessThanOrEqual(500);
});
