import { once } from 'node:events';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { callsAre, flows, hold } from '../support/conversations.js';
import { signed, useParley } from '../support/parley.js';
import type { TestContact, TestInstance } from '../support/parley.js';

const parley = useParley({ flows });

/** One second of the provider's clock for all of them. */
const timestamp = Math.floor(Date.now() / 1000);

/** A webhook whose request has begun; `finish` sends its body and waits for the answer. */
async function begin(base: string, shop: TestInstance, { phone }: TestContact, text: string) {
  const keyId = `k-${phone}-${text}`;
  const message = { keyId, contact: { id: phone }, timestamp, content: { contentType: 'text', text } };
  const [body, headers] = signed({ events: [{ id: keyId, type: 'message', message }] });
  const sent = request(`${base}/webhooks/${shop.id}`, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body), expect: '100-continue' },
  });
  sent.flushHeaders();
  await once(sent, 'continue');
  return {
    finish: async () => {
      sent.end(body);
      const [response] = await once(sent, 'response');
      response.resume();
      expect(response.statusCode).toBe(200);
    },
  };
}

/** Begins a webhook for each text in turn, and lets their bodies come in the opposite order. */
async function writes(bases: string[], shop: TestInstance, contact: TestContact, texts: string[]) {
  const begun = [];
  for (const [index, text] of texts.entries())
    begun.push(await begin(bases[index % bases.length] ?? '', shop, contact, text));
  for (const webhook of begun.reverse()) await webhook.finish();
}

const first = () => `http://127.0.0.1:${parley.api.port}`;
const texts = ['zero', 'one', 'two', 'three', 'four'];

test('webhooks of equal provider time reach the flow in the order in which their requests began', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: 0 });
  const ana = shop.contact();
  const call = hold();
  const before = parley.typebot.calls.length;
  parley.typebot.fail({ call: 'start', until: call.until });
  await ana.says('hello');
  await callsAre(parley, before + 1);
  await writes([first()], shop, ana, texts);
  call.release();
  expect(await ana.hears(6)).toEqual(['Got hello', ...texts.map((text) => `Got ${text}`)]);
});

test('two API processes keep one order', async () => {
  const second = await parley.secondApi();
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: 800 });
  const ana = shop.contact();
  await writes([first(), second.url], shop, ana, texts);
  expect(await ana.hears(1)).toEqual([`Got ${texts.join('\n')}`]);
  await second.stop();
});
