import pg from 'pg';
import { expect, test } from 'vitest';
import { useKillable } from '../../support/killable.js';
import type { KillableContact } from '../../support/killable.js';
import { WIDE_WINDOW_MS, until } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';
import { BUILDER_TOKEN } from '../../support/typebot/transcripts.js';

const ask = (id: string) => ({ id: `i_${id}`, type: 'text input', options: {} });
const NUMBERS = ['one', 'two', 'three', 'four', 'five'];
const action = {
  type: 'setVariable',
  expectsDedicatedReply: true,
  setVariable: { scriptToExecute: { content: 'return 1', isCode: true, args: [] } },
};
const parley = useKillable({
  flows: {
    'five-pub': {
      answers: [{ messages: [textBubble('b_hello', 'hello')], input: ask('first') }],
      branch: (stored, step) =>
        step === 1
          ? { messages: NUMBERS.map((text) => textBubble(`b_${text}`, text)), input: ask('second') }
          : { messages: [textBubble('b_echo', `got ${stored ?? ''}`)], input: ask(`step${step}`) },
    },
    'action-pub': {
      answers: [
        { messages: [textBubble('a_1', 'hello')], input: ask('first') },
        { messages: [textBubble('a_2', 'one')], clientSideActions: [action] },
        { messages: [textBubble('a_3', 'two')], input: ask('second') },
      ],
    },
    'short-pub': {
      answers: [
        { messages: [textBubble('s_1', 'Sure?')], input: ask('sure') },
        { messages: [textBubble('s_2', 'thank you'), textBubble('s_3', 'bye')] },
      ],
    },
  },
});

async function talking(settings: Record<string, unknown> = {}): Promise<KillableContact> {
  const ana = await parley.contact({ public_id: 'five-pub', ...settings });
  await ana.says('hi');
  await ana.hears(1);
  return ana;
}

/** Requests with messages to this contact from now on, and how many different messages they were. */
function watchSends(ana: KillableContact) {
  const from = parley.receiver.requestsTo(ana).length;
  return () => {
    const keys = parley.receiver
      .requestsTo(ana)
      .slice(from)
      .map((request) => request.idempotencyKey);
    return { requests: keys.length, messages: new Set(keys).size };
  };
}

function watchReplies(ana: KillableContact) {
  const from = parley.typebot.repliesOf(ana).length;
  return () => parley.typebot.repliesOf(ana).slice(from);
}

/** Every bubble once and in order, and the question is open: the next answer is taken. */
async function isWhole(ana: KillableContact): Promise<void> {
  expect(await ana.hears(6)).toEqual(['hello', ...NUMBERS]);
  await ana.says('on');
  expect((await ana.hears(7)).at(-1)).toBe('got on');
  expect(ana.heard()).toHaveLength(7);
}

/** The worker dies while Typebot, which has taken the reply, is answering. */
async function killInCall(ana: KillableContact, reply: string): Promise<void> {
  const replies = watchReplies(ana);
  parley.typebot.fail({ of: ana, call: 'continue', afterWork: true, delayMs: 2_000 });
  await ana.says(reply);
  await until(() => expect(replies()).toHaveLength(1));
  await parley.kill('worker');
  await until(() => expect(replies()).toEqual([reply, null]), 30_000);
  expect(parley.typebot.mostParallel()).toBe(1);
}

test('the worker killed between the answer of Typebot and the commit: the contact is told which question was lost', async () => {
  const ana = await talking();
  await killInCall(ana, 'go');
  expect((await ana.hears(2)).at(-1)).toBe(
    'Vamos continuar: recebi a sua resposta a “hello”, mas a pergunta seguinte se perdeu.',
  );
  await ana.says('on');
  expect((await ana.hears(3)).at(-1)).toBe('got on');
});

test('the same with a token of the builder: every word of the lost answer arrives, once and in order', async () => {
  const ana = await talking({ typebot_api_url: parley.typebot.url, typebot_api_token: BUILDER_TOKEN });
  await killInCall(ana, 'go');
  await isWhole(ana);
});

test('and where the flow ended with the lost answer, its last words arrive', async () => {
  const ana = await parley.contact({
    ...{ public_id: 'short-pub', typebot_api_url: parley.typebot.url, typebot_api_token: BUILDER_TOKEN },
  });
  await ana.says('hi');
  await ana.hears(1);
  await killInCall(ana, 'yes');
  expect(await ana.hears(3)).toEqual(['Sure?', 'thank you', 'bye']);
});

test('the worker killed while Typebot is told the result of an action: what was said before it is not said again', async () => {
  const ana = await talking({ public_id: 'action-pub' });
  parley.typebot.fail({ of: ana, call: 'continue', delayMs: 1 });
  parley.typebot.fail({ of: ana, call: 'continue', delayMs: 5_000 });
  await ana.says('go');
  expect(await ana.hears(2)).toEqual(['hello', 'one']);
  await parley.kill('worker');
  const heard = await ana.hears(3);
  expect(heard.slice(0, 2)).toEqual(['hello', 'one']);
  expect(heard.filter((words) => words === 'one')).toHaveLength(1);
  expect(parley.typebot.mostParallel()).toBe(1);
});

test('the worker killed between the commit and its completion: Typebot is not called again', async () => {
  const ana = await talking({ default_delay_ms: 200 });
  const replies = watchReplies(ana);
  const db = new pg.Client({ connectionString: parley.connection.database_url });
  await db.connect();
  const committed = async () => {
    const text = `SELECT count(*)::int AS count FROM turns WHERE state = 'answered' AND bubbles = 5`;
    return (await db.query<{ count: number }>(text)).rows[0]?.count ?? 0;
  };
  const before = await committed();
  parley.typebot.fail({ of: ana, call: 'continue', delayMs: 3_000 });
  await ana.says('go');
  await until(() => expect(replies()).toHaveLength(1));
  await parley.kill('temporal', 'SIGSTOP');
  await until(async () => expect(await committed()).toBe(before + 1));
  await parley.kill('worker');
  await parley.kill('temporal', 'SIGCONT');
  await db.end();
  expect(await ana.hears(6)).toEqual(['hello', ...NUMBERS]);
  expect(replies()).toEqual(['go']);
  await isWhole(ana);
});

test('the worker killed while a bubble is being sent: it is repeated with its key, and a pause then holds the rest', async () => {
  const ana = await talking();
  const sends = watchSends(ana);
  parley.receiver.fail({ to: ana });
  parley.receiver.fail({ to: ana, delayMs: 3_000 });
  await ana.says('go');
  await until(() => expect(sends().requests).toBe(2));
  await parley.kill('worker');
  expect(await ana.control('pause')).toBe(200);
  const said = ana.heard();
  const before = sends();
  expect(said).toEqual(['hello', 'one', 'two']);
  await until(async () => expect(await ana.control('resume')).toBe(200));
  expect(before.messages).toBe(2);
  await isWhole(ana);
  expect(sends()).toEqual({ requests: 7, messages: 6 });
});

test('the API killed inside the debounce window: one turn with all texts', async () => {
  const ana = await talking({ debounce_ms: WIDE_WINDOW_MS });
  const replies = watchReplies(ana);
  await ana.says('go');
  await ana.says('on');
  await parley.kill('api');
  expect(await ana.hears(6)).toEqual(['hello', ...NUMBERS]);
  expect(replies()).toEqual(['go\non']);
});

test('every part killed at once in an answer of five bubbles: each is seen once, in order', async () => {
  const ana = await talking({ default_delay_ms: 500 });
  await ana.says('go');
  await ana.hears(3);
  for (const part of ['worker', 'api', 'temporal', 'postgres'] as const) await parley.kill(part);
  await isWhole(ana);
});

test('kill -9 of everything between the 200 and the first bubble: answered after the next start', async () => {
  const ana = await talking({ debounce_ms: WIDE_WINDOW_MS });
  const replies = watchReplies(ana);
  await ana.says('go');
  await parley.killAndStartAgain();
  expect(await ana.hears(6)).toEqual(['hello', ...NUMBERS]);
  expect(replies()).toEqual(['go']);
});
