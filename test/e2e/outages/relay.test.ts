import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi } from '../../../src/api.js';
import type { RunningApi } from '../../../src/api.js';
import { createLogger } from '../../../src/logger.js';
import { lastingPort } from '../../support/lasting-port.js';
import { signed, until, useParley } from '../../support/parley.js';
import type { TestContact, TestInstance } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';

const ask = { id: 'i_next', type: 'text input', options: {} };
const parley = useParley({
  flows: {
    flows: {
      'echo-pub': {
        answers: [{ messages: [textBubble('b_hello', 'hello')], input: ask }],
        branch: (stored) => ({ messages: [textBubble('b_echo', `got ${stored ?? ''}`)], input: ask }),
      },
    },
  },
});

/** An API process that commits and then signals nobody: as if it had died in between. */
let mute: RunningApi;
beforeAll(async () => {
  const { settings, taskQueue } = parley;
  const connectionOptions = { address: `127.0.0.1:${await lastingPort()}` };
  const temporal = { ...settings.secrets.temporal, connectionOptions };
  const logger = createLogger({ level: 'silent', name: 'mute' });
  mute = await createApi({ ...settings, secrets: { ...settings.secrets, temporal } }, { logger, taskQueue });
});
afterAll(() => mute.stop());

function event(phone: string, text: string, keyId: string = `m-${randomUUID()}`) {
  const timestamp = Math.floor(Date.now() / 1_000);
  const content = { contentType: 'text', text };
  return {
    id: `e-${keyId}`,
    type: 'message',
    message: { keyId, contact: { id: phone, name: 'Ana' }, timestamp, content },
  };
}

async function post(port: number, shop: TestInstance, ...events: unknown[]): Promise<number> {
  const [body, headers] = signed({ events });
  const url = `http://127.0.0.1:${port}/webhooks/${shop.id}`;
  return (await fetch(url, { method: 'POST', body, headers })).status;
}

async function callMute(path: string, body: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json', 'api-key': parley.key };
  const url = `http://127.0.0.1:${mute.port}${path}`;
  return (await fetch(url, { method: 'POST', body: JSON.stringify(body), headers })).status;
}

async function talking(): Promise<{ shop: TestInstance; ana: TestContact; path: string }> {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const { id } = await ana.session();
  return { shop, ana, path: `/instances/${shop.id}/typebots/sessions/${id}` };
}

/** Nothing is left for any relay. */
const settled = () =>
  until(async () => {
    const { rows } = await parley.db.query('SELECT 1 FROM contacts WHERE relay_next_at IS NOT NULL');
    expect(rows).toEqual([]);
  });

test('a message whose API died between commit and signal is answered, a first one too', async () => {
  const { shop, ana } = await talking();
  const newcomer = shop.contact();
  expect(await post(mute.port, shop, event(ana.phone, 'a'))).toBe(200);
  expect(await post(mute.port, shop, event(newcomer.phone, 'first'))).toBe(200);
  expect(await ana.hears(2)).toEqual(['hello', 'got a']);
  expect(await newcomer.hears(1)).toEqual(['hello']);
});

test('its redelivery to another API process leads to exactly one turn', async () => {
  const { shop, ana } = await talking();
  const message = event(ana.phone, 'a');
  expect(await post(mute.port, shop, message)).toBe(200);
  for (let times = 0; times < 5; times += 1) expect(await post(parley.api.port, shop, message)).toBe(200);
  await ana.hears(2);
  await settled();
  expect(ana.heard()).toEqual(['hello', 'got a']);
});

test('messages that come by signal and by relay are answered once each, in order', async () => {
  const { shop, ana } = await talking();
  const texts = Array.from({ length: 10 }, (_, index) => `m${index}`);
  for (const [index, text] of texts.entries()) {
    await post(index % 2 === 0 ? mute.port : parley.api.port, shop, event(ana.phone, text));
  }
  await ana.hears(11);
  await settled();
  expect(ana.heard()).toEqual(['hello', ...texts.map((text) => `got ${text}`)]);
});

test('a close that nobody was told of ends the run', async () => {
  const { ana, path } = await talking();
  const { workflow_id: workflowId } = await ana.session();
  expect(await callMute(`${path}/close`, {})).toBe(200);
  expect((await ana.session()).status).toBe('closed');
  const run = parley.client.workflow.getHandle(workflowId);
  await until(async () => expect((await run.describe()).status.name).toBe('COMPLETED'));
});

test('a relay that comes after the close opens nothing and says nothing', async () => {
  const { shop, ana, path } = await talking();
  const { workflow_id: workflowId } = await ana.session();
  await post(mute.port, shop, event(ana.phone, 'too late'));
  expect((await parley.call('POST', `${path}/close`, {})).status).toBe(200);
  await settled();
  const run = parley.client.workflow.getHandle(workflowId);
  await until(async () => expect((await run.describe()).status.name).toBe('COMPLETED'));
  expect(ana.heard()).toEqual(['hello']);
  expect(await ana.sessions()).toHaveLength(1);
});

test('a pause that nobody was told of is silent at once, and the resume answers', async () => {
  const { ana, path } = await talking();
  expect(await callMute(`${path}/pause`, {})).toBe(200);
  await ana.says('said into the pause');
  await settled();
  expect(await callMute(`${path}/resume`, {})).toBe(200);
  await ana.says('after it');
  expect(await ana.hears(2)).toEqual(['hello', 'got after it']);
});

test("an operator's message whose workflow was not started is sent, once", async () => {
  const { ana, path } = await talking();
  expect(await callMute(`${path}/messages`, { message: 'A person here' })).toBe(200);
  expect(await ana.hears(2)).toEqual(['hello', 'A person here']);
  await settled();
  expect(ana.heard()).toHaveLength(2);
});
