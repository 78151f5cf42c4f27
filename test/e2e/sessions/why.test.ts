import { expect, test } from 'vitest';
import { flows, sessionCalls } from '../../support/conversations.js';
import { WIDE_WINDOW_MS, signed, until, useParley } from '../../support/parley.js';
import type { TestInstance } from '../../support/parley.js';

const parley = useParley({ flows });

const ask = (session: string, message: string, headers?: Record<string, string>) =>
  parley.call('GET', `/sessions/${session}/messages/${message}/why`, undefined, headers);

interface Line {
  id: string;
  sender: string;
  text: string;
  provider_message_id: string | null;
}

async function talk(settings: object = {}) {
  const shop = await parley.instance({ public_id: 'echo-pub', ...settings });
  const ana = shop.contact();
  const lines = async (): Promise<Line[]> => {
    const { id } = await ana.session();
    const path = `/instances/${shop.id}/typebots/sessions/${id}/messages?limit=200`;
    return (await parley.call('GET', path)).body.messages;
  };
  const whyOf = async (what: RegExp) => {
    const line = (await lines()).find(({ text }) => what.test(text));
    const answer = await ask((await ana.session()).id, line?.id ?? '');
    expect(answer.status).toBe(200);
    return answer.body;
  };
  return { shop, ana, lines, whyOf };
}

/** The provider tells what became of a message. */
async function tells(shop: TestInstance, keyId: string | null, status: string): Promise<void> {
  const event = { id: `s-${keyId}-${status}`, type: 'status', status: { keyId, status, timestamp: 1 } };
  const answer = await parley.call('POST', `/webhooks/${shop.id}`, ...signed({ events: [event] }));
  expect(answer.status).toBe(200);
}

test('a bubble goes back to the messages that were read as one, the trigger, the call and the send', async () => {
  const { shop, ana, lines, whyOf } = await talk({ debounce_ms: WIDE_WINDOW_MS, description: 'Orders' });
  await ana.says('one', 'two', 'three');
  await ana.hears(1);
  const why = await whyOf(/^Got one/);
  expect(why).toMatchObject({
    sender: 'bot',
    cause: 'contact',
    fate: null,
    trigger: { trigger: 'all', typebot_id: shop.typebotId, typebot: 'Orders', actor: null },
    turn: { number: 1, state: 'answered', failed_calls: 0, bubbles: 1 },
    send: { delivery: 'sent', attempts: 1, refused: 0, unknown_outcomes: 0, delivered_at: null },
    actor: null,
    not_recorded: [],
  });
  expect(why.read.map(({ text }: { text: string }) => text)).toEqual(['one', 'two', 'three']);
  expect(why.turn.calls).toBeGreaterThan(0);
  const times = [why.read[2].created_at, why.turn.begun_at, why.turn.answered_at, why.send.sent_at];
  expect(times.map(Date.parse)).toEqual(times.map(Date.parse).toSorted((a, b) => a - b));

  // What was read says the same, and that it was read.
  expect(await whyOf(/^two$/)).toMatchObject({
    cause: 'contact',
    fate: 'taken',
    send: null,
    turn: { number: 1 },
  });
  const sent = (await lines()).find(({ sender }) => sender === 'bot');
  await tells(shop, sent?.provider_message_id ?? null, 'delivered');
  await tells(shop, sent?.provider_message_id ?? null, 'read');
  const told = (await whyOf(/^Got one/)).send;
  expect(Date.parse(told.delivered_at)).toBeGreaterThanOrEqual(Date.parse(told.sent_at));
  expect(Date.parse(told.read_at)).toBeGreaterThanOrEqual(Date.parse(told.delivered_at));
});

test('a bubble that was read says so when nobody told that it had arrived', async () => {
  const { shop, ana, lines, whyOf } = await talk();
  await ana.says('hi');
  await ana.hears(1);
  const sent = (await lines()).find(({ sender }) => sender === 'bot');
  await tells(shop, sent?.provider_message_id ?? null, 'read');
  expect(await whyOf(/^Got hi$/)).toMatchObject({
    send: { delivery: 'read', delivered_at: null },
    not_recorded: ['delivered_at'],
  });
});

test('attempts that Typebot left without an answer, and those that the provider refused, are counted', async () => {
  const { ana, whyOf } = await talk();
  await ana.says('hi');
  await ana.hears(1);
  parley.typebot.fail({ of: ana, call: 'continue', status: 503, body: 'busy' });
  parley.receiver.fail({ to: ana, status: 429 });
  await ana.says('again');
  await ana.hears(2);
  expect(await whyOf(/^Got again$/)).toMatchObject({
    turn: { number: 2, failed_calls: 1, calls: 1 },
    send: { attempts: 2, refused: 1 },
  });
});

test("an operator's message names the key; a message that came while the bot was silent was only kept", async () => {
  const { shop, ana, whyOf } = await talk();
  await ana.says('hi');
  await ana.hears(1);
  const { id } = await ana.session();
  await sessionCalls(parley, shop).operator(id, 'a person');
  await ana.hears(2);
  await ana.says('thanks');
  expect(await whyOf(/^a person$/)).toMatchObject({
    cause: 'operator',
    turn: null,
    trigger: null,
    actor: { surface: 'native', key_name: 'test' },
    send: { attempts: 1 },
    not_recorded: [],
  });
  await until(async () => {
    expect(await whyOf(/^thanks$/)).toMatchObject({ cause: 'contact', fate: 'kept', turn: null });
  });
});

test('a message is told of to whoever may see its session, and in that session alone', async () => {
  const { shop, ana, lines } = await talk();
  const other = await talk();
  for (const one of [ana, other.ana]) {
    await one.says('hi');
    await one.hears(1);
  }
  const [mine] = await lines();
  const { id } = await ana.session();
  const elsewhere = (await other.ana.session()).id;
  expect((await ask(id, mine?.id ?? '', { 'api-key': shop.token })).status).toBe(200);
  expect((await ask(id, mine?.id ?? '', { 'api-key': other.shop.token })).status).toBe(404);
  expect((await ask(elsewhere, mine?.id ?? '')).status).toBe(404);
  expect((await ask(id, 'nonsense')).status).toBe(404);
});
