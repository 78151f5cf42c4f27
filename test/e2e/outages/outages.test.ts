import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold } from '../../support/conversations.js';
import { ownPostgres, ownTemporal } from '../../support/own-servers.js';
import type { OwnServer } from '../../support/own-servers.js';
import { signed, startParley, until, useParley } from '../../support/parley.js';
import type { Parley, TestContact, TestInstance } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';

const ask = { id: 'i_next', type: 'text input', options: {} };
const NUMBERS = ['one', 'two', 'three', 'four', 'five'];
const flows = {
  flows: {
    'echo-pub': {
      answers: [{ messages: [textBubble('b_hello', 'hello')], input: ask }],
      branch: (stored: string | null) => ({
        messages: [textBubble('b_echo', `got ${stored ?? ''}`)],
        input: ask,
      }),
    },
    'picture-pub': {
      answers: [
        {
          messages: [
            { id: 'b_image', type: 'image', content: { url: 'https://files.example.com/cat.png' } },
            textBubble('b_below', 'below'),
          ],
          input: ask,
        },
      ],
    },
    'five-pub': {
      answers: [
        { messages: [textBubble('b_hello', 'hello')], input: ask },
        { messages: NUMBERS.map((text) => textBubble(`b_${text}`, text)), input: ask },
        { messages: [textBubble('b_after', 'after')], input: ask },
      ],
    },
  },
};

/** A product whose Temporal or PostgreSQL is the test's own, started before the tests of a block. */
function useOwn(variable: 'TEMPORAL_ADDRESS' | 'DATABASE_URL', make: () => Promise<OwnServer>) {
  const own: Partial<{ parley: Parley; server: OwnServer }> = {};
  let stop: () => Promise<void> = () => Promise.resolve();
  beforeAll(async () => {
    own.server = await make();
    const started = await startParley({ flows, env: { [variable]: own.server.address } });
    Object.assign(own, started);
    stop = started.stop;
  });
  afterAll(async () => {
    await stop();
    await own.server?.stop();
    await own.server?.forget();
  });
  return own as { parley: Parley; server: OwnServer };
}

async function talking(parley: Parley, bot: string, settings: Record<string, unknown> = {}) {
  const shop = await parley.instance({ public_id: bot, ...settings });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const { id } = await ana.session();
  const path = `/instances/${shop.id}/typebots/sessions/${id}`;
  const control = (what: string, body: unknown = {}) => parley.call('POST', `${path}/${what}`, body);
  return { shop, ana, path, control };
}

/** Every control call of a session or contact, answered; ends with the session closed. */
async function callEverything(parley: Parley, shop: TestInstance, ana: TestContact, path: string) {
  const post = (url: string, body: unknown = {}) => parley.call('POST', url, body);
  const status = async () => (await ana.session()).status;
  expect((await post(`${path}/pause`)).status).toBe(200);
  expect(await status()).toBe('paused');
  expect((await post(`${path}/resume`)).status).toBe(200);
  expect(await status()).toBe('opened');
  expect((await post(`/instances/${shop.id}/contacts/${ana.phone}/mute`, { minutes: 5 })).status).toBe(200);
  expect((await post(`/instances/${shop.id}/contacts/${ana.phone}/mute`, { minutes: 0 })).status).toBe(200);
  expect((await post(`${path}/messages`, { message: 'A person here' })).status).toBe(200);
  expect(await status()).toBe('paused');
  const start = { phone: ana.phone, message: 'again' };
  expect((await post(`/instances/${shop.id}/typebots/${shop.typebotId}/sessions/start`, start)).status).toBe(
    200,
  );
  const [fresh] = await ana.sessions();
  const freshPath = `/instances/${shop.id}/typebots/sessions/${fresh.id}`;
  expect((await post(`${freshPath}/close`)).status).toBe(200);
  expect(await status()).toBe('closed');
}

describe('Temporal is down', () => {
  const own = useOwn('TEMPORAL_ADDRESS', ownTemporal);

  test('webhooks are answered 200, and everything is delivered in order once it is back', async () => {
    const { ana } = await talking(own.parley, 'echo-pub');
    const newcomer = (await own.parley.instance({ public_id: 'echo-pub' })).contact();
    await own.server.stop();
    for (const text of ['a', 'b', 'c']) expect((await ana.says(text)).status).toBe(200);
    expect((await newcomer.says('first')).status).toBe(200);
    expect(ana.heard()).toEqual(['hello']);
    await own.server.start();
    await until(() => expect(ana.heard()).toEqual(['hello', 'got a', 'got b', 'got c']));
    await until(() => expect(newcomer.heard()).toEqual(['hello']));
  });

  test('every control call is answered', async () => {
    const { shop, ana, path } = await talking(own.parley, 'echo-pub');
    await own.server.stop();
    await callEverything(own.parley, shop, ana, path);
    await own.server.start();
    await until(() => expect(ana.heard()).toContain('A person here'));
    expect(ana.heard()).toEqual(['hello', 'A person here']);
  });

  test('a pause in the middle of an answer is silent at once; after the outage a resume sends the rest', async () => {
    const { ana, control } = await talking(own.parley, 'five-pub', { default_delay_ms: 400 });
    await ana.says('go');
    await ana.hears(3);
    await own.server.stop();
    expect((await control('pause')).status).toBe(200);
    const said = ana.heard();
    await own.server.start();
    await until(async () => expect((await own.parley.call('GET', '/readyz')).status).toBe(200));
    expect(ana.heard()).toEqual(said);
    await control('resume');
    await until(() => expect(ana.heard()).toEqual(['hello', ...NUMBERS]));
  });

  test('its whole database is lost: schedules and runs are made anew, sessions go on where they stood', async () => {
    const waiting = await talking(own.parley, 'echo-pub');
    const paused = await talking(own.parley, 'five-pub', { default_delay_ms: 400 });
    await paused.ana.says('go');
    await paused.ana.hears(2);
    await paused.control('pause');
    const held = paused.ana.heard();
    await own.server.stop();
    await own.server.forget();
    expect((await waiting.ana.says('while it was gone')).status).toBe(200);
    await own.server.start();
    await until(() => expect(waiting.ana.heard()).toContain('got while it was gone'));
    const workflowId = (await paused.ana.session()).workflow_id;
    const run = () => own.parley.client.workflow.getHandle(workflowId).describe();
    await until(async () => expect((await run()).status.name).toBe('RUNNING'));
    for (const id of ['parley-reconcile', 'parley-sweep']) {
      await until(() => own.parley.client.schedule.getHandle(id).describe());
    }
    expect(paused.ana.heard()).toEqual(held);
    await paused.control('resume');
    await until(() => expect(paused.ana.heard()).toEqual(['hello', ...NUMBERS]));
    await waiting.ana.says('and on');
    await until(() => expect(waiting.ana.heard().at(-1)).toBe('got and on'));
  });
});

describe('no worker runs', () => {
  const parley = useParley({ flows });

  test('every control call is answered, and a later worker obeys', async () => {
    const { shop, ana, path } = await talking(parley, 'echo-pub');
    const other = await talking(parley, 'echo-pub');
    await parley.worker.stop();
    await callEverything(parley, shop, ana, path);
    await other.control('pause');
    await other.ana.says('nobody answers this');
    await parley.worker.start();
    await until(() => expect(ana.heard()).toEqual(['hello', 'A person here']));
    expect(other.ana.heard()).toEqual(['hello']);
    await other.control('resume');
    await other.ana.says('this one');
    expect((await other.ana.hears(2)).at(-1)).toBe('got this one');
  });
});

describe('PostgreSQL is down', () => {
  const own = useOwn('DATABASE_URL', ownPostgres);

  test('webhooks answer 503 with Retry-After; the repetition is answered, nothing is lost or doubled', async () => {
    const { shop, ana } = await talking(own.parley, 'echo-pub');
    const keyId = `m-${randomUUID()}`;
    const timestamp = Math.floor(Date.now() / 1_000);
    const content = { contentType: 'text', text: 'kept' };
    const message = { keyId, contact: { id: ana.phone, name: 'Ana' }, timestamp, content };
    const post = () =>
      fetch(
        `http://127.0.0.1:${own.parley.api.port}/webhooks/${shop.id}`,
        webhook({ id: 'e', type: 'message', message }),
      );
    await own.server.stop();
    const refused = await post();
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await own.parley.call('GET', '/readyz')).status).toBe(503);
    expect((await own.parley.call('GET', '/healthz')).status).toBe(200);
    await own.server.start();
    await until(async () => expect((await post()).status).toBe(200));
    expect((await post()).status).toBe(200);
    expect(await ana.hears(2)).toEqual(['hello', 'got kept']);
    await ana.says('next');
    expect(await ana.hears(3)).toEqual(['hello', 'got kept', 'got next']);
  });

  test('while Typebot answers: the answer is kept until it can be stored, and the reply is not repeated', async () => {
    const { ana } = await talking(own.parley, 'five-pub');
    const from = own.parley.typebot.repliesOf(ana).length;
    own.parley.typebot.fail({ of: ana, call: 'continue', delayMs: 700 });
    await ana.says('go');
    await until(() => expect(own.parley.typebot.repliesOf(ana)).toHaveLength(from + 1));
    await own.server.stop();
    await own.server.start();
    await until(() => expect(ana.heard()).toEqual(['hello', ...NUMBERS]));
    expect(own.parley.typebot.repliesOf(ana).slice(from)).toEqual(['go']);
  });

  test('in the middle of an answer: the contact sees each bubble once, in order', async () => {
    const { ana } = await talking(own.parley, 'five-pub', { default_delay_ms: 400 });
    await ana.says('go');
    await ana.hears(3);
    await own.server.stop();
    await own.server.start();
    await until(() => expect(ana.heard()).toEqual(['hello', ...NUMBERS]));
    await ana.says('and then');
    await until(() => expect(ana.heard().at(-1)).toBe('after'));
  });

  test('while the channel takes a file by its link: that it was sent is kept, and the file is not repeated', async () => {
    const { receiver } = own.parley;
    const channel = { idempotent: false, timeout_ms: 60_000, capabilities: { orders_media: false } };
    const shop = await own.parley.instance({ public_id: 'picture-pub' }, channel);
    const ana = shop.contact();
    const toAna = () => receiver.requestsTo(ana);
    const held = hold();
    receiver.fail({ to: ana, until: held.until });
    await ana.says('hi');
    await until(() => expect(toAna()).toHaveLength(1));
    await own.server.stop();
    held.release();
    await own.server.start();
    await until(() => expect(toAna().map(({ content }) => content.type)).toEqual(['image', 'text']));
  });
});

function webhook(event: Record<string, unknown>) {
  const [body, headers] = signed({ events: [event] });
  return { method: 'POST', body, headers };
}
