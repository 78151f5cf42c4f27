// Records one history per scenario of a running product into test/workflows/histories, where a test replays them with
// the present workflow code. Run it once per released version, never to make a failing replay test pass.
// Usage: node bench/record-histories.mjs [data folder] [scenario …]; default: all scenarios
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import {
  bubble,
  caller,
  json,
  listen,
  makeInstance,
  newPhone,
  readProduct,
  say,
  started,
} from './stand-ins.mjs';

const { History } = proto.temporal.api.history.v1;
const [dataFolder, ...wanted] = process.argv.slice(2);
const product = readProduct(dataFolder);
const call = caller(product);
const folder = new URL('../test/workflows/histories/', import.meta.url);
mkdirSync(folder, { recursive: true });

const question = { messages: [bubble('b1')], input: { id: 'i1', type: 'text input' } };
const five = { ...question, messages: [1, 2, 3, 4, 5].map((n) => bubble(`b${n}`)) };
const pause = {
  messages: [bubble('b1')],
  clientSideActions: [
    { type: 'wait', lastBubbleBlockId: 'b1', wait: { secondsToWaitFor: 2 }, expectsDedicatedReply: true },
  ],
};

let refusals = 0;
const viewer = await listen((request, body, response) => {
  const text = JSON.parse(body).message?.text ?? '';
  const answer =
    text === 'five'
      ? five
      : text === 'end'
        ? { messages: [bubble('b9')] }
        : text === 'wait'
          ? pause
          : question;
  setTimeout(
    () => json(response, request.url.endsWith('/startChat') ? started(answer) : answer),
    text === 'slow' ? 1_500 : 0,
  );
});
const gateway = await listen((_request, _body, response) => {
  if (refusals > 0) {
    refusals -= 1;
    response.writeHead(429, { 'retry-after': '1' }).end();
  } else json(response, {});
});

/** Resolves to the workflow of the conversation that was played; undefined if it is not wanted. */
async function scenario(name, { typebot = {}, play }) {
  if (wanted.length > 0 && !wanted.includes(name)) return undefined;
  const urls = { gatewayUrl: gateway.url, viewerUrl: viewer.url };
  const { id } = await makeInstance(call, { ...urls, typebot: { keep_open: true, ...typebot } });
  const phone = newPhone();
  const tell = (text) => say(product, id, phone, text);
  const session = async () => (await call('GET', `/instances/${id}/typebots/sessions?phone=${phone}`))[0];
  const control = async (verb, body) =>
    call('POST', `/instances/${id}/typebots/sessions/${(await session()).id}/${verb}`, body);
  await play({ tell, session, control, phone, id });
  const { workflow_id: workflowId } = await session();
  return { name, workflowId };
}

const scenarios = [
  scenario('greeting-and-five-bubbles', {
    play: async ({ tell }) => {
      await tell('hi');
      await sleep(1_500);
      await tell('five');
      await sleep(2_500);
    },
  }),
  scenario('debounce-three-messages', {
    typebot: { debounce_ms: 800 },
    play: async ({ tell }) => {
      for (const text of ['one', 'two', 'three']) {
        await tell(text);
        await sleep(300);
      }
      await sleep(3_000);
    },
  }),
  scenario('pause-in-a-delivery-and-resume', {
    typebot: { default_delay_ms: 700 },
    play: async ({ tell, control }) => {
      await tell('hi');
      await sleep(1_500);
      await tell('five');
      await sleep(1_200);
      await control('pause');
      await sleep(1_500);
      await control('resume');
      await sleep(5_000);
    },
  }),
  scenario('mute-in-a-delivery', {
    typebot: { default_delay_ms: 700 },
    play: async ({ tell, id, phone }) => {
      await tell('hi');
      await sleep(1_500);
      await tell('five');
      await sleep(1_200);
      await call('POST', `/instances/${id}/contacts/${phone}/mute`, { minutes: 5 });
      await sleep(1_500);
      await call('POST', `/instances/${id}/contacts/${phone}/mute`, { minutes: 0 });
      await sleep(5_000);
    },
  }),
  scenario('rate-limited-send', {
    play: async ({ tell }) => {
      await sleep(12_000);
      refusals = 1;
      await tell('hi');
      await sleep(5_000);
    },
  }),
  scenario('close-during-a-call', {
    play: async ({ tell, control }) => {
      await tell('hi');
      await sleep(1_500);
      await tell('slow');
      await sleep(600);
      await control('close');
      await sleep(2_000);
    },
  }),
  scenario('pause-block', {
    play: async ({ tell }) => {
      await tell('hi');
      await sleep(1_500);
      await tell('wait');
      await sleep(5_000);
    },
  }),
  scenario('completed', {
    play: async ({ tell }) => {
      await tell('hi');
      await sleep(1_500);
      await tell('end');
      await sleep(3_000);
    },
  }),
  scenario('expired', {
    typebot: { expire_in_minutes: 1 },
    play: async ({ tell }) => {
      await tell('hi');
      await sleep(66_000);
    },
  }),
  scenario('timed-pause', {
    play: async ({ tell, control }) => {
      await tell('hi');
      await sleep(1_500);
      await control('pause', { minutes: 1 });
      await sleep(66_000);
    },
  }),
  scenario('continue-as-new', {
    play: async ({ tell, control }) => {
      await tell('hi');
      await sleep(1_500);
      await control('pause');
      for (let n = 0; n < 260; n += 1) await tell(`message ${n}`);
      await control('resume');
      await sleep(1_000);
      await tell('five');
      await sleep(3_000);
    },
  }),
  scenario('forty-turns', {
    typebot: { max_turns_per_minute: 0 },
    play: async ({ tell }) => {
      for (let n = 0; n < 40; n += 1) {
        await tell(`message ${n}`);
        await sleep(700);
      }
    },
  }),
];

const connection = await Connection.connect({ address: product.temporal_address });
const client = new Client({ connection });
const played = (await Promise.all(scenarios)).filter((one) => one !== undefined);
for (const { name, workflowId } of played) {
  const runs = [];
  for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    runs.push(run.runId);
  for (const [index, runId] of runs.reverse().entries()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const file = runs.length === 1 ? name : `${name}-${index + 1}`;
    writeFileSync(new URL(`${file}.pb`, folder), History.encode(history).finish());
    console.log(file, history.events.length, 'events');
  }
}
process.exit(0);
