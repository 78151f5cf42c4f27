import { expect, test } from 'vitest';
import { asked, flows, sessionCalls, textsGiven } from '../../support/conversations.js';
import { WIDE_WINDOW_MS, signed, until, useParley } from '../../support/parley.js';
import type { TestContact, TestInstance } from '../../support/parley.js';

const parley = useParley({ flows });

/** One webhook request with these messages, each with its provider time in seconds. */
function post(shop: TestInstance, { phone }: TestContact, messages: [text: string, timestamp: number][]) {
  const events = messages.map(([text, timestamp]) => {
    const keyId = `k-${phone}-${text}`;
    const message = { keyId, contact: { id: phone }, timestamp, content: { contentType: 'text', text } };
    return { id: keyId, type: 'message', message };
  });
  return parley.call('POST', `/webhooks/${shop.id}`, ...signed({ events }));
}

test('one window is ordered by provider time, equal times as they arrived', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  const now = Math.floor(Date.now() / 1000);
  await post(shop, ana, [
    ['fourth', now],
    ['second', now - 2],
    ['third', now - 2],
    ['first', now - 5],
  ]);
  expect(await ana.hears(1)).toEqual(['Got first\nsecond\nthird\nfourth']);
});

test('with `debounce_ms` 0 every message is a turn of its own, in order, and none is left over', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: 0 });
  const ana = shop.contact();
  const call = await asked(parley, ana, 'one');
  const now = Math.floor(Date.now() / 1000) + 1;
  await post(shop, ana, [
    ['four', now + 3],
    ['three', now + 2],
    ['two', now + 1],
  ]);
  call.release();
  expect(await ana.hears(4)).toEqual(['Got one', 'Got two', 'Got three', 'Got four']);
  expect(parley.typebot.mostParallel()).toBe(1);
});

test('someone who keeps typing is answered ten windows after the first message', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  const began = Date.now();
  const said: Promise<unknown>[] = [];
  // Not one after another: a slow acknowledgement would be a pause in which the window closes.
  const typing = setInterval(() => said.push(ana.says(`${Date.now() - began}`)), 250);
  await until(() => expect(ana.heard()).not.toEqual([])).finally(() => clearInterval(typing));
  await Promise.all(said);
  const answeredMs = (parley.receiver.messages.find(({ to }) => to.contactId === ana.phone)?.at ?? 0) - began;
  expect(answeredMs).toBeGreaterThanOrEqual(10 * WIDE_WINDOW_MS);
});

test('a worker that restarts inside the window changes nothing: one turn with all texts', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  await ana.says('before');
  await parley.worker.stop();
  await ana.says('meanwhile');
  await parley.worker.start();
  expect(await ana.hears(1)).toEqual(['Got before\nmeanwhile']);
});

test('messages that arrive while a turn is under way form the next turn', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  const call = await asked(parley, ana, 'a');
  await ana.says('b', 'c');
  call.release();
  expect(await ana.hears(2)).toEqual(['Got a', 'Got b\nc']);
  expect(textsGiven(parley, ana)).toEqual(['a', 'b\nc']);
});

test('a sticker in the window adds nothing to the text', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  const media = { url: `${parley.receiver.url}/sticker.webp`, mimeType: 'image/webp' };
  await ana.says('hello');
  await ana.sends({ content: { contentType: 'sticker', media } });
  await ana.says('there');
  expect(await ana.hears(1)).toEqual(['Got hello\nthere']);
});

test('the window of a message is noted as merged in the timeline only when there was more than one', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', debounce_ms: WIDE_WINDOW_MS });
  const ana = shop.contact();
  await ana.says('alone');
  await ana.hears(1);
  await ana.says('two', 'of us');
  await ana.hears(2);
  const events = await sessionCalls(parley, shop).events((await ana.session()).id);
  expect(events.filter(({ type }) => type === 'turn.merged').map(({ data }) => data)).toEqual([{ count: 2 }]);
});
