import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { until, useParley } from '../../support/parley.js';
import type { TestContact } from '../../support/parley.js';

/*
 * Whatever a viewer answers, every turn ends: the contact was told something, or the session says why not. A longer run:
 * PARLEY_TEST_ANSWERS=2000 PARLEY_TEST_SEED=7 npx vitest run --config test/vitest.config.ts test/e2e/typebot/any-answer.test.ts
 */

const ANSWERS = Number(process.env.PARLEY_TEST_ANSWERS ?? 30);
const SEED = Number(process.env.PARLEY_TEST_SEED ?? 1);
/** Calls that may begin a flow in one turn; twice that where the session was lost. */
const MOST_STARTS = 3;
/** Contacts that write at the same time. */
const AT_ONCE = 20;

const parley = useParley({
  env: { PARLEY_TYPEBOT_PATIENCE_MS: '5000', PARLEY_TYPEBOT_TIMEOUT_MS: '3000' },
});

const someText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    '',
    'Hello',
    'a\0b',
    '\ud800',
    'x\udc00',
    '__proto__',
    'constructor',
    'https://example.com/a.png',
  ),
  fc.constantFrom(' '.repeat(5_000) + 'x', '*a* '.repeat(1_500), '1'.repeat(4_097), `${'x'.repeat(499)}😀`),
  fc.constant(Array(1_500).fill('👩').join('\u200d')),
);
const someNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(2 ** 31, 2 ** 53, 2 ** 63, 1e308, -1, 0.1, '12', 2_592_000),
);
const anything = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(undefined, null, true, false) },
  { weight: 3, arbitrary: someText },
  { weight: 3, arbitrary: someNumber },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 600 }).map(nested) },
);

function nested(depth: number): unknown {
  let value: unknown = [{ text: 'deep' }];
  for (let level = 0; level < depth; level += 1) value = [{ type: 'p', children: value }];
  return value;
}

/** A member as the wire has it, in one case of six something else. */
const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: anything });
const shape = (members: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(
    Object.fromEntries(
      Object.entries({ ...members, PROTO: anything }).map(([key, one]) => [key, mostly(one)]),
    ),
    { requiredKeys: [] },
  );
const typed = (types: string[], members: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .tuple(mostly(fc.constantFrom(...types)), mostly(someText), shape(members))
    .map(([type, id, rest]) => ({ ...rest, type, id }));

const { node } = fc.letrec((tie) => ({
  node: fc.record(
    {
      type: fc.constantFrom(
        'p',
        'a',
        'li',
        'ul',
        'lic',
        'code_block',
        'variable',
        'inline-variable',
        'hr',
        'x',
      ),
      text: someText,
      bold: fc.boolean(),
      url: someText,
      children: fc.array(tie('node'), { maxLength: 3, depthIdentifier: 'node' }),
    },
    { requiredKeys: [] },
  ),
}));
const bubble = typed(['text', 'image', 'video', 'audio', 'embed', 'custom-embed', 'cal-com', 'x'], {
  content: shape({
    type: fc.constantFrom('richText', 'markdown', 'url'),
    richText: fc.array(node, { maxLength: 4 }),
    markdown: someText,
    plainText: someText,
    url: someText,
    waitForEvent: shape({ isEnabled: fc.boolean() }),
  }),
});
const inputTypes = [
  ...[
    'text input',
    'number input',
    'email input',
    'url input',
    'phone number input',
    'date input',
    'time input',
  ],
  ...[
    'choice input',
    'picture choice input',
    'cards',
    'rating input',
    'file input',
    'payment input',
    'x input',
  ],
];
const input = typed(inputTypes, {
  items: fc.array(
    shape({
      id: someText,
      content: someText,
      title: someText,
      description: someText,
      pictureSrc: someText,
      paths: fc.array(shape({ id: someText, text: someText }), { maxLength: 3 }),
    }),
    { maxLength: 12 },
  ),
  options: shape({
    labels: shape({ placeholder: someText, button: someText }),
    min: someNumber,
    max: someNumber,
    step: someNumber,
    length: someNumber,
    startsAt: someNumber,
    isMultipleChoice: fc.boolean(),
    isSearchable: fc.boolean(),
    buttonType: fc.constantFrom('Icons', 'Numbers'),
    allowedFileTypes: shape({ isEnabled: fc.boolean(), types: fc.array(someText, { maxLength: 3 }) }),
  }),
  prefilledValue: someText,
});
const action = typed(
  ['wait', 'redirect', 'setVariable', 'chatwoot', 'listenForWebhook', 'httpRequestToExecute', 'x'],
  {
    lastBubbleBlockId: someText,
    expectsDedicatedReply: fc.boolean(),
    wait: shape({ secondsToWaitFor: someNumber }),
    redirect: shape({ url: someText }),
    setVariable: shape({ scriptToExecute: shape({ content: someText, isCode: fc.boolean() }) }),
    httpRequestToExecute: shape({ url: someText, method: someText, body: anything }),
  },
);
const anAnswer = fc
  .tuple(
    fc.array(bubble, { maxLength: 5 }),
    shape({
      input,
      clientSideActions: fc.array(action, { maxLength: 3 }),
      logs: fc.array(shape({ description: someText, status: someText }), { maxLength: 2 }),
      resultId: someText,
      sessionId: someText,
      typebot: shape({
        settings: shape({ typingEmulation: shape({ speed: someNumber, maxDelay: someNumber }) }),
      }),
    }),
  )
  .map(([messages, rest]): Record<string, unknown> => ({ sessionId: 's', ...rest, messages }));

/** A viewer whose flow `n` gives the answers of `flows[n]` in order, then its end. */
async function startViewer(flows: Record<string, unknown>[][]) {
  const starts = flows.map(() => 0);
  const given = new Map<string, number>();
  const server = createServer((request, response) => {
    void (async () => {
      await readText(request);
      const [, start, session] =
        /typebots\/(\d+)\/startChat|sessions\/s(\d+)\//.exec(request.url ?? '') ?? [];
      const flow = start ?? session ?? 'lost';
      if (start !== undefined) starts[Number(start)] = (starts[Number(start)] ?? 0) + 1;
      const step = start === undefined ? (given.get(flow) ?? 0) + 1 : 0;
      given.set(flow, step);
      const answer = flows[Number(flow)]?.[step] ?? { messages: [] };
      // Mostly a session that leads back to the flow; else whatever was generated.
      const sessionId = answer.sessionId === 's' ? `s${flow}` : answer.sessionId;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...answer, sessionId }).replaceAll('"PROTO"', '"__proto__"'));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, starts };
}

/** Longer waits are a flow's own wish, up to a year: what stands behind one is not looked at. */
const LONG_WAIT_MS = 10_000;

/** Nothing of the contact is under way any more, unless the flow has told it to wait long. */
async function atRest(instanceId: string): Promise<void> {
  await until(async () => {
    const { rows } = await parley.db.query(
      `WITH told_to_wait AS (
         SELECT session_id FROM outbox WHERE instance_id = $1 AND state = 'pending' AND wait_ms > $2
         UNION SELECT session_id FROM turns WHERE NOT continued AND continue_after_ms > $2)
       SELECT (SELECT count(*) FROM turns t JOIN sessions s ON s.id = t.session_id
                WHERE s.instance_id = $1 AND t.state = 'begun')
            + (SELECT count(*) FROM inbox WHERE instance_id = $1 AND fate = 'waiting'
                AND session_id NOT IN (SELECT session_id FROM told_to_wait))
            + (SELECT count(*) FROM outbox WHERE instance_id = $1 AND state IN ('pending', 'sending', 'unknown')
                AND session_id NOT IN (SELECT session_id FROM told_to_wait)) AS open`,
      [instanceId, LONG_WAIT_MS],
    );
    expect(rows).toEqual([{ open: 0 }]);
  });
}

test(
  'every answer of a viewer ends its turn, with something for the contact or a reason',
  { timeout: 120_000 + ANSWERS * 3_000 },
  async () => {
    const pairs = fc.sample(fc.array(anAnswer, { minLength: 2, maxLength: 3 }), {
      numRuns: ANSWERS,
      seed: SEED,
    });
    const viewer = await startViewer(pairs);
    const stuck: number[] = [];
    const play = async (flow: number): Promise<void> => {
      const shop = await parley.instance({
        ...{ typebot_url: viewer.url, public_id: String(flow), unknown_message: 'Sorry' },
        ...{ default_delay_ms: 0, typing_emulation: false },
      });
      const contact: TestContact = shop.contact();
      for (const words of ['hello', '1']) {
        await contact.says(words);
        await atRest(shop.id).catch(() => stuck.push(flow));
      }
      const { rows } = await parley.db.query<{ untold: number }>(
        `SELECT count(*)::int AS untold FROM turns t JOIN sessions s ON s.id = t.session_id
          WHERE s.instance_id = $1 AND t.state = 'answered' AND NOT EXISTS (
            SELECT 1 FROM session_events e WHERE e.session_id = s.id AND e.type IN ('turn.completed', 'turn.failed')
               AND (e.data->>'turn')::int = t.number)`,
        [shop.id],
      );
      if (rows[0]?.untold !== 0) stuck.push(flow);
    };
    // Whoever is done takes the next flow: a flow with waits of its own holds nobody up.
    const left = pairs.keys();
    const playOn = async (): Promise<void> => {
      for (const flow of left) await play(flow);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, playOn));
    const { rows } = await parley.db.query(
      `SELECT count(*)::int AS turns, count(DISTINCT session_id)::int AS sessions,
         max(extract(epoch FROM answered_at - begun_at))::float8 AS "longestSeconds",
         (SELECT count(*)::int FROM sessions WHERE last_error IS NOT NULL) AS "withReason" FROM turns`,
    );
    const mostStarts = Math.max(...viewer.starts);
    process.stdout.write(
      `${JSON.stringify({ seed: SEED, answers: pairs.flat().length, ...rows[0], mostStarts, stuck: stuck.length })}\n`,
    );
    expect(stuck).toEqual([]);
    // Two messages of a contact may each begin a flow, and an ending may lead to a new start.
    expect(mostStarts).toBeLessThanOrEqual(2 * MOST_STARTS);
  },
);
