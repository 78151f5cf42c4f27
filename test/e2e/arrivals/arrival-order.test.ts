import { expect, test } from 'vitest';
import { asked, flows } from '../../support/conversations.js';
import { beginWebhook } from '../../support/begun-webhook.js';
import { WIDE_WINDOW_MS, useParley } from '../../support/parley.js';
import type { TestContact, TestInstance } from '../../support/parley.js';

const parley = useParley({ flows });

/** Begins a webhook for each text in turn, and lets their bodies come in the opposite order. */
async function writes(bases: string[], shop: TestInstance, contact: TestContact, texts: string[]) {
  const begun = [];
  for (const [index, text] of texts.entries())
    begun.push(await beginWebhook(bases[index % bases.length] ?? '', shop, { contact, text, timestamp }));
  for (const webhook of begun.reverse()) await webhook.finish();
}

/** One second of the provider's clock for all of them. */
const timestamp = Math.floor(Date.now() / 1000);

const first = () => `http://127.0.0.1:${parley.api.port}`;
const texts = ['zero', 'one', 'two', 'three', 'four'];

test('webhooks of equal provider time reach the flow in the order in which their requests began', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: 0 });
  const ana = shop.contact();
  const call = await asked(parley, ana, 'hello');
  await writes([first()], shop, ana, texts);
  call.release();
  expect(await ana.hears(6)).toEqual(['Got hello', ...texts.map((text) => `Got ${text}`)]);
});

test('two API processes keep one order', async () => {
  const second = await parley.secondApi();
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  await writes([first(), second.url], shop, ana, texts);
  expect(await ana.hears(1)).toEqual([`Got ${texts.join('\n')}`]);
  await second.stop();
});
