import { expect, onTestFinished, test } from 'vitest';
import { hold, sessionCalls } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';
import type { TestContact } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';

// A flow says something, has an action done by itself, such as a script or a request, and says more when it is told the
// result, which may take seconds. What it has said leaves meanwhile.

const SORRY = 'Sorry, something went wrong';
const action = {
  type: 'setVariable',
  expectsDedicatedReply: true,
  setVariable: { scriptToExecute: { content: 'return 1', isCode: true, args: [] } },
};
const says = (words: string, clientSideActions: Record<string, unknown>[] = []) => ({
  messages: [textBubble(words, words)],
  clientSideActions,
});
const found = { ...says('Found it'), input: { id: 'i1', type: 'text input', options: {} } };

const parley = useParley({
  flows: {
    flows: {
      looks: { answers: [says('One moment', [action]), says('Still looking', [action]), found] },
      once: { answers: [says('One moment', [action]), found] },
    },
  },
});

/** A contact to whom the first bubble was sent, while the call after it waits for `call.release()`. */
async function heldAfterFirst(settings: object) {
  const shop = await parley.instance({ stop_bot_from_me: true, unknown_message: SORRY, ...settings });
  const ana = shop.contact();
  const call = hold();
  onTestFinished(call.release);
  parley.typebot.fail({ of: ana, call: 'continue', until: call.until });
  await ana.says('hi');
  await until(() =>
    expect(parley.typebot.callsOf(ana).map(({ kind }) => kind)).toEqual(['start', 'continue']),
  );
  expect(await ana.hears(1)).toEqual(['One moment']);
  const { id } = await ana.session();
  return { shop, ana, id, call };
}

/** These bubbles in this order, and no others. */
async function heardAll(ana: TestContact, words: string[]): Promise<void> {
  expect(await ana.hears(words.length)).toEqual(words);
}

test('bubbles before an action leave while Typebot is told its result, all of them once and in order', async () => {
  const { shop, ana, id, call } = await heldAfterFirst({ public_id: 'looks' });
  call.release();
  await heardAll(ana, ['One moment', 'Still looking', 'Found it']);
  const completed = async () =>
    (await sessionCalls(parley, shop).events(id)).filter(({ type }) => type === 'turn.completed');
  await until(async () => expect(await completed()).toMatchObject([{ data: { bubbles: 3 } }]));
  const { rows } = await parley.db.query(
    'SELECT bubble_no FROM outbox WHERE session_id = $1 ORDER BY bubble_no',
    [id],
  );
  expect(rows).toEqual([100, 200, 300].map((number) => ({ bubble_no: number })));
});

test('a pause after the first bubble holds the others, and a resume sends them first', async () => {
  const { shop, ana, id, call } = await heldAfterFirst({ public_id: 'once' });
  const { pause, resume, transcript } = sessionCalls(parley, shop);
  await pause(id);
  call.release();
  await until(async () => expect((await transcript(id)).at(-1)).toMatchObject({ text: 'Found it' }));
  expect(await ana.hears(1)).toEqual(['One moment']);
  await resume(id);
  await heardAll(ana, ['One moment', 'Found it']);
});

test('a person who takes over after the first bubble drops the others', async () => {
  const { shop, ana, id, call } = await heldAfterFirst({ public_id: 'once' });
  await ana.sends({
    ...{ fromMe: true, origin: 'humanAgent', content: { contentType: 'text', text: 'I am here' } },
  });
  call.release();
  const { transcript } = sessionCalls(parley, shop);
  const last = async () => (await transcript(id)).find(({ text }) => text === 'Found it');
  await until(async () => expect(await last()).toMatchObject({ error: { reason: 'dropped' } }));
  await heardAll(ana, ['One moment']);
});

test('an answer that is lost after the first bubble is looked for, and no bubble is sent twice', async () => {
  const shop = await parley.instance({ public_id: 'looks', unknown_message: SORRY });
  const ana = shop.contact();
  parley.typebot.fail({ of: ana, call: 'continue', afterWork: true, reset: true });
  await ana.says('hi');
  await until(async () => {
    const heard = await ana.hears(2);
    expect(heard.at(-1)).toBe('Found it');
    expect(heard.filter((words) => words === 'One moment')).toHaveLength(1);
  });
});

test('when Typebot refuses the result of the action, the apology comes after the first bubble', async () => {
  const shop = await parley.instance({ public_id: 'once', unknown_message: SORRY });
  const ana = shop.contact();
  parley.typebot.fail({ of: ana, call: 'continue', status: 400, body: { message: 'Bad request' } });
  await ana.says('hi');
  await heardAll(ana, ['One moment', SORRY]);
});

test('when the rest cannot be stored, the apology comes after what was said', async () => {
  await parley.db.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF NEW.text = 'Found it' THEN RAISE EXCEPTION 'refused' USING ERRCODE = '22003'; END IF; RETURN NEW; END $$`,
  );
  onTestFinished(async () => void (await parley.db.query('DROP FUNCTION refuse CASCADE')));
  await parley.db.query(
    'CREATE TRIGGER refuse BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()',
  );
  const shop = await parley.instance({ public_id: 'once', unknown_message: SORRY });
  const ana = shop.contact();
  await ana.says('hi');
  await heardAll(ana, ['One moment', SORRY]);
});
