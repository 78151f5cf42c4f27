import { afterAll, beforeAll, expect, test } from 'vitest';
import { hearSdk } from '../support/quiet-runtime.js';
import { until, useParley } from '../support/parley.js';
import type { Reply, TestContact, TestInstance } from '../support/parley.js';
import { textBubble } from '../support/typebot/stand-in.js';

/** Stands in every text that anybody gives to the product. */
const MARK = 'Zq7mark';

const lines: string[] = [];
const hear = (line: string) => void lines.push(line);
const script = { content: `throw new Error('no ${MARK} ' + v); return 1`, args: [{ id: 'v', value: MARK }] };

const parley = useParley({
  log: { write: hear },
  env: { PARLEY_TYPEBOT_PATIENCE_MS: '3000' },
  flows: {
    flows: {
      marked: {
        answers: Array.from({ length: 60 }, () => ({
          messages: [textBubble('b1', `${MARK} says the bot`)],
          input: { id: 'i1', type: 'text input', options: { labels: { placeholder: MARK } } },
          logs: [{ status: 'error', description: `${MARK} log`, details: MARK }],
        })),
      },
      scripted: {
        answers: [
          {
            messages: [textBubble('b1', MARK)],
            clientSideActions: [
              { type: 'setVariable', expectsDedicatedReply: true, setVariable: { scriptToExecute: script } },
            ],
          },
          { messages: [], input: { id: 'i2', type: 'text input', options: {} } },
        ],
      },
    },
  },
});
let shop: TestInstance;
let contact: TestContact;
/** Without conversations, whose workflows would show the name of their number. */
let renamed: TestInstance;

beforeAll(async () => {
  hearSdk(hear);
  shop = await parley.instance({ public_id: 'marked' });
  renamed = await parley.instance({ public_id: 'marked' });
  contact = shop.contact();
  await contact.says(`${MARK} hello`);
  await contact.hears(1);
});

/** Every row that is written to the table is refused with all that it holds, in every text of an error. */
const breaker = `
  CREATE SEQUENCE broken_rows;
  CREATE FUNCTION break_row() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM nextval('broken_rows');
    RAISE EXCEPTION '${MARK} % at (/${MARK}:1:1)', NEW::text USING DETAIL = '${MARK} ' || NEW::text, HINT = '${MARK}',
      ERRCODE = CASE WHEN nextval('broken_rows') % 3 = 0 THEN '23505' WHEN currval('broken_rows') % 3 = 1 THEN '22P02' ELSE 'XX000' END;
  END $$`;

async function brokenRows(): Promise<number> {
  const { rows } = await parley.db.query<{ last: string }>('SELECT last_value AS last FROM broken_rows');
  return Number(rows[0]?.last);
}

const hasHeard = (words: string) => lines.some((line) => line.includes(words));

/**
 * Resolves with whether `work` wrote to the table while it was broken. What the conversations alone write stays broken
 * until an activity has failed of it: a transaction is repeated at once, so a single refusal may remain without one.
 */
async function whileBroken(table: string, work: () => Promise<void>): Promise<boolean> {
  const before = await brokenRows();
  await parley.db.query(
    `CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON "${table}" FOR EACH ROW EXECUTE FUNCTION break_row()`,
  );
  try {
    await work();
    const isByActivities = table === 'outbox';
    const wait = until(
      async () => {
        if ((await brokenRows()) === before) throw new Error('not written');
        if (isByActivities && !hasHeard('Activity failed')) throw new Error('not failed');
        return true;
      },
      isByActivities ? 90_000 : 1_500,
    );
    return await wait.catch(() => false);
  } finally {
    await parley.db.query(`DROP TRIGGER broken ON "${table}"`);
  }
}

/** Writes, or tries to write, to as many tables as there are. */
async function useEverything(): Promise<Reply[]> {
  const path = `/instances/${shop.id}`;
  const replies = [
    contact.says(`${MARK} again`),
    shop.contact().says(`${MARK} first`),
    parley.call('PATCH', `/instances/${renamed.id}`, { name: MARK }),
    parley.call('PATCH', `${path}/typebots/${shop.typebotId}`, { unknown_message: MARK }),
    parley.call('POST', '/subscriptions', { url: `https://${MARK}.example/x`, events: ['turn.completed'] }),
    parley.call('POST', `/workspaces/${parley.workspaceId}/keys`, { name: MARK }),
    parley.call('POST', `${path}/contacts/${contact.phone}/mute`, { minutes: 1 }),
    parley.call('DELETE', `${path}/contacts/${contact.phone}/mute`),
  ];
  return Promise.all(replies);
}

const answers: Reply[] = [];

test('a database that refuses a row of any table leaves nothing of it in a log, a history or an answer', async () => {
  await parley.db.query(breaker);
  const { rows } = await parley.db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
  );
  const reached: string[] = [];
  for (const { name } of rows) {
    const isReached = await whileBroken(name, async () => void answers.push(...(await useEverything())));
    if (isReached) reached.push(name);
  }
  expect(reached).toEqual(expect.arrayContaining(['inbox', 'outbox', 'session_events', 'sessions', 'turns']));
  expect(hasHeard('"code":"XX000"')).toBe(true);
  await expectNoMark();
});

test('nor does a Typebot, a channel or a caller that fails with words of its own', async () => {
  const { typebot, receiver } = parley;
  const words = { message: MARK, code: MARK, error: { code: MARK, message: MARK } };
  for (const status of [500, 400, 404, 429, 502]) {
    const ana = shop.contact();
    typebot.fail({ of: ana, status, body: { ...words, defined: true } });
    receiver.fail({ to: ana, status, body: words, headers: { 'x-error': MARK } });
    await ana.says(`${MARK} with a failing viewer`);
  }
  const url = `/instances/${shop.id}`;
  const calls = [
    parley.call('GET', `/nowhere/${MARK}?token=${MARK}`),
    parley.call('POST', '/instances', `{"name":"${MARK}`),
    parley.call('POST', '/instances', { name: MARK, channel: { type: MARK, [MARK]: MARK } }),
    parley.call('GET', `${url}/typebots/sessions?phone=${MARK}&${MARK}=1`),
    parley.call('GET', url, undefined, { 'api-key': MARK }),
    parley.call('POST', `/webhooks/${shop.id}`, { events: [{ text: MARK }] }),
  ];
  await Promise.all(calls);
  const scripted = (await parley.instance({ public_id: 'scripted' })).contact();
  await scripted.says(`${MARK} script`);
  await until(async () => expect((await scripted.session()).last_message_at).not.toBeNull());
  // What of the failures was met by nobody so far may be met by this one: it writes until it is answered.
  const last = shop.contact();
  await until(async () => {
    await last.says(`${MARK} last`);
    await until(() => expect(last.heard()).not.toEqual([]), 3_000);
  });
  await expectNoMark();
});

async function expectNoMark(): Promise<void> {
  const marked = (text: string) => text.includes(MARK) || text.toLowerCase().includes(MARK.toLowerCase());
  expect(lines.filter(marked)).toEqual([]);
  expect(answers.filter(({ status, body }) => status >= 500 && marked(JSON.stringify(body)))).toEqual([]);
  expect(marked(String((await parley.call('GET', '/metrics')).body))).toBe(false);
  const found: string[] = [];
  let events = 0;
  for await (const { workflowId, runId } of parley.client.workflow.list({
    query: `TaskQueue = '${parley.taskQueue}'`,
  })) {
    const history = await parley.client.workflow.getHandle(workflowId, runId).fetchHistory();
    events += history.events?.length ?? 0;
    found.push(...(history.events ?? []).flatMap((event) => textsOf(event)).filter(marked));
  }
  expect(events).toBeGreaterThan(20);
  expect(found).toEqual([]);
}

/** All texts of a history event, those of its payloads too. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
}

afterAll(() => void lines.splice(0));
