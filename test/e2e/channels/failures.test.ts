import { afterAll, describe, expect, test } from 'vitest';
import { startDoorway } from '../../support/doorway.js';
import { hold } from '../../support/conversations.js';
import { recorded, signed, until, useParley } from '../../support/parley.js';
import type { Reply, TestContact, TestInstance } from '../../support/parley.js';
import { startReceiver } from '../../support/receiver.js';
import type { Received, Receiver, ReceiverFailure } from '../../support/receiver.js';
import { textBubble } from '../../support/typebot/stand-in.js';

const NUMBERS = ['one', 'two', 'three', 'four', 'five'];
const ask = { id: 'i_next', type: 'text input', options: {} };
const choice = {
  id: 'i_choice',
  type: 'choice input',
  items: ['Red', 'Green'].map((content) => ({ id: `it_${content}`, content })),
  options: {},
};

const parley = useParley({
  flows: {
    flows: {
      'five-pub': {
        answers: [{ messages: NUMBERS.map((text) => textBubble(`b_${text}`, text)), input: ask }],
        branch: (stored) => ({ messages: [textBubble('b_echo', `got ${stored ?? ''}`)], input: ask }),
      },
      'choice-pub': { answers: [{ messages: [textBubble('b_pick', 'Pick')], input: choice }] },
      'picture-pub': {
        answers: [
          {
            messages: [
              { id: 'b_image', type: 'image', content: { url: 'https://files.example.com/cat.png' } },
              textBubble('b_after', 'after'),
            ],
            input: ask,
          },
        ],
      },
    },
  },
});

interface Shop {
  instance: TestInstance;
  receiver: Receiver;
  ana: TestContact;
  hears(count: number, timeoutMs?: number): Promise<string[]>;
  transcript(): Promise<any[]>; // eslint-disable-line @typescript-eslint/no-explicit-any
  events(): Promise<string[]>;
  post(event: Record<string, unknown>): Promise<Reply>;
  health(): Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any
}

// A hook of one test would be another's in a concurrent block.
const receivers: Receiver[] = [];
afterAll(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

/** An instance with a receiver of its own, so that the tests may run beside each other. */
async function open(
  bot: string,
  channel: Record<string, unknown> = {},
  settings: Record<string, unknown> = {},
): Promise<Shop> {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const instance = await parley.instance(
    { public_id: bot, ...settings },
    { outbound_url: receiver.url, outbound_secrets: [receiver.secret], ...channel },
  );
  const ana = instance.contact();
  const path = `/instances/${instance.id}/typebots/sessions`;
  const about = async (what: string) => {
    const { id } = await ana.session();
    return (await parley.call('GET', `${path}/${id}/${what}?limit=100`)).body;
  };
  return {
    instance,
    receiver,
    ana,
    hears: async (count, timeoutMs) => {
      const texts = await until(() => {
        const sofar = receiver.texts(ana.phone);
        if (sofar.length < count) throw new Error(`heard ${JSON.stringify(sofar)}, not ${count}`);
        return sofar;
      }, timeoutMs);
      await recorded(parley.db, receiver.sentTo(ana.phone));
      return texts;
    },
    transcript: async () => (await about('messages')).messages,
    events: async () => (await about('events')).events.map((event: { type: string }) => event.type),
    post: (event) => parley.call('POST', `/webhooks/${instance.id}`, ...signed({ events: [event] })),
    health: async () => (await parley.call('GET', `/instances/${instance.id}/health`)).body,
  };
}

/** Ana writes, and the provider holds the first bubble of the answer: its id, and what lets the provider answer. */
async function heldSend({ ana, receiver }: Shop, failure: ReceiverFailure = {}) {
  const { until: released, release } = hold();
  receiver.fail({ ...failure, until: released });
  await ana.says('hi');
  const [{ id }] = await until(() => {
    expect(receiver.requests).toHaveLength(1);
    return receiver.requests as [Received];
  });
  return { id, release };
}

const delivery = async (shop: Shop) =>
  (await shop.transcript()).filter((item) => item.direction === 'outgoing');
/** The last bubble has arrived before its answer is recorded. */
const untilDelivered = (shop: Shop, words: string[]) =>
  until(async () => expect((await delivery(shop)).map((item) => item.delivery)).toEqual(words));
const down = { status: 503, headers: { 'retry-after': '1' }, body: { error: { code: 'channel_down' } } };
const refusal = (reason: string) => ({ status: 422, body: { error: { reason } } });

describe.concurrent('a temporary refusal', () => {
  test('429 with Retry-After holds the answer for so long, and the order is kept', async () => {
    const shop = await open('five-pub');
    shop.receiver.fail({});
    shop.receiver.fail({ status: 429, headers: { 'retry-after': '2' } });
    await shop.ana.says('hi');
    expect(await shop.hears(5)).toEqual(NUMBERS);
    const [, refused, again] = shop.receiver.requests;
    expect(again?.idempotencyKey).toBe(refused?.idempotencyKey);
    expect(again?.attempt).toBe(2);
    expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  test('several 500s: the same bubble is tried again with back-off and nothing overtakes it', async () => {
    const shop = await open('five-pub');
    shop.receiver.fail({});
    for (let times = 0; times < 3; times += 1) shop.receiver.fail({ status: 500 });
    await shop.ana.says('hi');
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect(shop.receiver.requests).toHaveLength(8);
    await untilDelivered(shop, Array(5).fill('sent'));
  });

  test('a provider that is not reached is waited for, more often than one that refuses is asked', async () => {
    const receiver = await startReceiver();
    receivers.push(receiver);
    const door = await startDoorway(receiver.url);
    const instance = await parley.instance(
      { public_id: 'five-pub' },
      { outbound_url: door.url, outbound_secrets: [receiver.secret] },
    );
    const ana = instance.contact();
    await door.shut();
    await ana.says('hi');
    await until(async () => {
      const { rows } = await parley.db.query('SELECT 1 FROM outbox WHERE instance_id = $1 AND attempts > 9', [
        instance.id,
      ]);
      expect(rows).toHaveLength(1);
    });
    await door.open();
    await until(() => expect(receiver.texts(ana.phone)).toEqual(NUMBERS), 90_000);
    await door.shut();
  });

  test.each([502, 503])(
    '%i is a gateway that is not reached: asked more often than one that refuses',
    async (status) => {
      const shop = await open('five-pub');
      for (let times = 0; times < 10; times += 1)
        shop.receiver.fail({ status, headers: { 'retry-after': '0' } });
      await shop.ana.says('hi');
      expect(await shop.hears(5)).toEqual(NUMBERS);
    },
  );

  test('longer than message_ttl_seconds: tried at its end, then failed with reason expired, the rest is not tried', async () => {
    const shop = await open('five-pub', { message_ttl_seconds: 10 });
    shop.receiver.fail({ status: 429, headers: { 'retry-after': '60' } });
    shop.receiver.fail({ status: 429, headers: { 'retry-after': '99999999999' } });
    await shop.ana.says('hi');
    await until(async () => expect(await shop.events()).toContain('message.failed'));
    const items = await delivery(shop);
    expect(items.map((item) => item.delivery)).toEqual(Array(5).fill('failed'));
    expect(items[0].error).toMatchObject({ class: 'permanent', reason: 'expired' });
    expect(shop.receiver.requests).toHaveLength(2);
    await shop.ana.says('still here?');
    expect(await shop.hears(1)).toEqual(['got still here?']);
  });
});

describe.concurrent('a refusal for good', () => {
  test('not on WhatsApp: the rest of the turn is not tried, the session says why and is not stuck', async () => {
    const shop = await open('five-pub');
    shop.receiver.fail({});
    shop.receiver.fail(refusal('notOnWhatsApp'));
    await shop.ana.says('hi');
    await until(async () => expect(await shop.events()).toContain('message.failed'));
    expect(shop.receiver.requests).toHaveLength(2);
    const items = await delivery(shop);
    expect(items.map((item) => item.delivery)).toEqual(['sent', 'failed', 'failed', 'failed', 'failed']);
    expect(items[1].error).toMatchObject({ class: 'permanent', reason: 'not_on_whatsapp' });
    const session = await shop.ana.session();
    expect(session.status).toBe('opened');
    expect(session.last_error).toMatchObject({ source: 'channel', status: 422 });
    await shop.ana.says('Ana');
    expect((await shop.hears(2)).at(-1)).toBe('got Ana');
  });

  test('content that the provider refuses: only this bubble is missing', async () => {
    const shop = await open('five-pub');
    shop.receiver.fail({});
    shop.receiver.fail(refusal('invalidContent'));
    await shop.ana.says('hi');
    expect(await shop.hears(4)).toEqual(['one', 'three', 'four', 'five']);
    expect((await delivery(shop))[1]).toMatchObject({
      delivery: 'failed',
      error: { class: 'permanent', reason: 'invalid_content' },
    });
  });

  test('unsupported buttons go as a list, then as numbered text', async () => {
    const shop = await open('choice-pub', { capabilities: { buttons: 3, list: true } });
    shop.receiver.fail(refusal('unsupported'));
    shop.receiver.fail(refusal('unsupported'));
    await shop.ana.says('hi');
    await shop.hears(1);
    expect(shop.receiver.requests.map(({ content }) => content.type)).toEqual(['buttons', 'list', 'text']);
    expect(shop.receiver.texts(shop.ana.phone)[0]).toMatch(/1.*Red[\s\S]*2.*Green/);
    expect((await shop.events()).filter((type) => type === 'message.degraded')).toHaveLength(2);
  });

  test('media that the provider cannot take goes as a link', async () => {
    const shop = await open('picture-pub');
    shop.receiver.fail({ status: 415 });
    await shop.ana.says('hi');
    await shop.hears(2);
    const [refused, simpler, after] = shop.receiver.requests;
    expect(refused?.content.type).toBe('image');
    expect(simpler?.content).toEqual({ type: 'text', text: 'https://files.example.com/cat.png' });
    expect(after?.content.text).toBe('after');
  });
});

describe.concurrent(
  'a file that the provider fetches by its link, on a channel that does not keep the order',
  () => {
    const unordered = { capabilities: { orders_media: false } };
    const holding = async (shop: Shop) => {
      const { rows } = await parley.db.query(
        `SELECT id FROM outbox WHERE instance_id = $1 AND holds_until IS NOT NULL`,
        [shop.instance.id],
      );
      return rows.length;
    };

    test('is waited for five seconds before the next bubble', async () => {
      const shop = await open('picture-pub', unordered);
      await shop.ana.says('hi');
      await shop.hears(2);
      const [picture, after] = shop.receiver.requests;
      expect([picture?.content.type, after?.content.text]).toEqual(['image', 'after']);
      expect((after?.at ?? 0) - (picture?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
    });

    test('is waited for until its status comes', async () => {
      const shop = await open('picture-pub', unordered);
      await shop.ana.says('hi');
      await until(async () => expect(await holding(shop)).toBe(1));
      const { id } = shop.receiver.requests[0] ?? {};
      const status = { keyId: `srv-${id}`, status: 'sent', timestamp: 1 };
      await shop.post({ id: 'e-sent', type: 'status', status });
      expect(await holding(shop)).toBe(0);
      expect((await shop.hears(2)).at(-1)).toBe('after');
    });

    test('is not waited for on a channel that keeps it', async () => {
      const shop = await open('picture-pub');
      await shop.ana.says('hi');
      await shop.hears(2);
      expect(await holding(shop)).toBe(0);
    });
  },
);

describe.concurrent('a send that a person overtakes', () => {
  test.for(['close', 'messages'])('and that then fails is not tried again: %s', async (what, { expect }) => {
    const shop = await open('five-pub');
    const { release } = await heldSend(shop, { status: 500 });
    const path = `/instances/${shop.instance.id}/typebots/sessions/${(await shop.ana.session()).id}`;
    const body = what === 'close' ? {} : { message: 'A person here' };
    expect((await parley.call('POST', `${path}/${what}`, body)).status).toBe(200);
    release();
    await parley.call('POST', `${path}/resume`, {});
    await until(async () => {
      const [first] = await delivery(shop);
      expect(first).toMatchObject({ delivery: 'failed', error: { reason: 'dropped' } });
    });
    const before = what === 'close' ? [] : ['A person here'];
    await shop.ana.says('and now?');
    await until(() => expect(shop.receiver.texts(shop.ana.phone).length).toBeGreaterThan(before.length));
    const answer = what === 'close' ? NUMBERS[0] : 'got and now?';
    expect(shop.receiver.texts(shop.ana.phone).slice(0, before.length + 1)).toEqual([...before, answer]);
  });
});

describe.concurrent('a send of unknown outcome', () => {
  test('is repeated at once with the same key where the receiver honours it: the contact sees it once', async () => {
    const shop = await open('five-pub', { idempotent: true });
    shop.receiver.fail({});
    shop.receiver.fail({ reset: true });
    await shop.ana.says('hi');
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect(shop.receiver.requests).toHaveLength(6);
    const [, lost, again] = shop.receiver.requests;
    expect(again?.idempotencyKey).toBe(lost?.idempotencyKey);
  });

  test('waits for a status with its id where a repetition is not safe, and is not repeated then', async () => {
    const shop = await open('five-pub', { idempotent: false, reconcile_seconds: 60 });
    shop.receiver.fail({ reset: true });
    await shop.ana.says('hi');
    await until(() => expect(shop.receiver.requests).toHaveLength(1));
    expect((await delivery(shop))[0].delivery).toBe('pending');
    const { id } = shop.receiver.requests[0]!;
    await shop.post({
      id: 'e-1',
      type: 'status',
      status: { outboundId: id, status: 'delivered', timestamp: 1 },
    });
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect(shop.receiver.requests).toHaveLength(5);
    await untilDelivered(shop, ['delivered', ...Array(4).fill('sent')]);
  });

  test('without a word for reconcile_seconds is repeated once with the same ids, before the rest', async () => {
    const shop = await open('five-pub', { idempotent: false, reconcile_seconds: 2 });
    shop.receiver.fail({ reset: true, status: 400 });
    await shop.ana.says('hi');
    expect(await shop.hears(5)).toEqual(NUMBERS);
    const [lost, again] = shop.receiver.requests;
    expect(again?.id).toBe(lost?.id);
    expect((again?.at ?? 0) - (lost?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(shop.receiver.requests).toHaveLength(6);
  });

  test('twice is failed with reason unknown, and the rest follows', async () => {
    const shop = await open('five-pub', { idempotent: false, reconcile_seconds: 1 });
    for (let times = 0; times < 2; times += 1) shop.receiver.fail({ reset: true, status: 400 });
    await shop.ana.says('hi');
    expect(await shop.hears(4)).toEqual(NUMBERS.slice(1));
    expect((await delivery(shop))[0]).toMatchObject({ delivery: 'failed', error: { reason: 'unknown' } });
    expect(await shop.events()).toContain('message.failed');
  });

  test('four times is none where the receiver honours the key: it is repeated until an answer comes, and seen once', async () => {
    const shop = await open('five-pub');
    for (let times = 0; times < 4; times += 1) shop.receiver.fail({ reset: true, status: 400 });
    await shop.ana.says('hi');
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect(shop.receiver.requests).toHaveLength(9);
    expect(await shop.events()).not.toContain('message.failed');
  });

  test('a request that is not answered within timeout_ms is one', async () => {
    const shop = await open('five-pub', { timeout_ms: 1_000 });
    shop.receiver.fail({ delayMs: 1_500 });
    await shop.ana.says('hi');
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect(shop.receiver.requests).toHaveLength(6);
  });
});

describe.concurrent('a channel that is down', () => {
  test('is disconnected until it is open again; what waited goes out in order', async () => {
    const shop = await open('five-pub');
    shop.receiver.failAll(down);
    await shop.ana.says('hi');
    await until(async () => expect((await shop.health()).status).toBe('disconnected'));
    expect((await shop.health()).pending_messages).toBe(5);
    shop.receiver.failAll();
    await shop.post({ id: 'e-2', type: 'connection', connection: { state: 'open', timestamp: 1 } });
    expect(await shop.hears(5)).toEqual(NUMBERS);
    await until(async () =>
      expect(await shop.health()).toMatchObject({ status: 'connected', pending_messages: 0 }),
    );
  });

  test('is asked as often as it takes: that is no refusal, and a refusal afterwards is tried again', async () => {
    const shop = await open('five-pub');
    const downNow = { ...down, headers: { 'retry-after': '0' } };
    for (let times = 0; times < 9; times += 1) shop.receiver.fail(downNow);
    shop.receiver.fail({ status: 500 });
    await shop.ana.says('hi');
    expect(await shop.hears(5)).toEqual(NUMBERS);
  });

  test("an operator's messages behind one that waits hold no place of the worker, and keep their order", async () => {
    const shop = await open('five-pub');
    await shop.ana.says('hi');
    await shop.hears(5);
    shop.receiver.failAll(down);
    const { id } = await shop.ana.session();
    const path = `/instances/${shop.instance.id}/typebots/sessions/${id}/messages`;
    const texts = ['first', 'second', 'third'];
    for (const message of texts) expect((await parley.call('POST', path, { message })).status).toBe(200);
    const last = (await delivery(shop)).at(-1);
    const run = parley.client.workflow.getHandle(`outgoing/${last.id}`);
    await until(async () => {
      const { raw } = await run.describe();
      expect(raw.pendingActivities?.[0]?.lastFailure?.message).toBe('an earlier message goes first');
    });
    shop.receiver.failAll();
    expect((await shop.hears(8)).slice(5)).toEqual(texts);
  });

  test('of an instance that is being deleted is left to Temporal, not asked again and again', async () => {
    const shop = await open('five-pub');
    shop.receiver.failAll(down);
    await shop.ana.says('hi');
    await until(() => expect(shop.receiver.requests).toHaveLength(1));
    const run = parley.client.workflow.getHandle((await shop.ana.session()).workflow_id);
    await parley.db.query('UPDATE instances SET ending = true WHERE id = $1', [shop.instance.id]);
    await until(async () => {
      const { raw } = await run.describe();
      expect(raw.pendingActivities?.[0]?.lastFailure?.message).toBe('the channel: Permanent');
    });
    await parley.db.query('UPDATE instances SET ending = false WHERE id = $1', [shop.instance.id]);
    shop.receiver.failAll();
    expect(await shop.hears(5)).toEqual(NUMBERS);
  });

  test('is given up after message_ttl_seconds: expired, and the conversation goes on', async () => {
    const shop = await open('five-pub', { message_ttl_seconds: 10 });
    shop.receiver.failAll(down);
    await shop.ana.says('hi');
    await until(async () => expect(await shop.events()).toContain('message.failed'));
    expect((await delivery(shop))[0].error.reason).toBe('expired');
    shop.receiver.failAll();
    await shop.ana.says('Ana');
    expect(await shop.hears(1)).toEqual(['got Ana']);
  });

  test('refused credentials: auth_failed, everything is kept beyond its time to live, a PATCH resumes', async () => {
    const shop = await open('five-pub', { message_ttl_seconds: 10 });
    shop.receiver.failAll({ status: 401 });
    await shop.ana.says('hi');
    await until(async () => expect((await shop.health()).status).toBe('auth_failed'));
    const asked = shop.receiver.requests.length;
    shop.receiver.failAll();
    await shop.post({ id: 'e-3', type: 'connection', connection: { state: 'close', timestamp: 1 } });
    expect((await shop.health()).status).toBe('auth_failed');
    // Longer than the time to live, by the database's clock, as if it had taken hours.
    await parley.db.query(
      `UPDATE outbox SET first_tried_at = now() - interval '1 day' WHERE instance_id = $1`,
      [shop.instance.id],
    );
    await until(async () => {
      const { rows } = await parley.db.query(
        `SELECT 1 FROM outbox WHERE instance_id = $1 AND bubble_no = 100 AND first_tried_at IS NULL`,
        [shop.instance.id],
      );
      expect(rows).toHaveLength(1);
    });
    expect(shop.receiver.requests).toHaveLength(asked);
    const channel = { outbound_secrets: [shop.receiver.secret] };
    expect((await parley.call('PATCH', `/instances/${shop.instance.id}`, { channel })).status).toBe(200);
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect((await shop.health()).status).toBe('connected');
  });
});

describe.concurrent('what the provider says of a message', () => {
  const status = (keyId: string, word: string) => ({
    id: `e-${word}`,
    type: 'status',
    status: { keyId, status: word, timestamp: 1 },
  });

  test('never goes back, and failed is final', async () => {
    const shop = await open('five-pub');
    await shop.ana.says('hi');
    await shop.hears(5);
    const keyOf = (index: number) => `srv-${shop.receiver.messages[index]?.id}`;
    for (const word of ['delivered', 'read', 'delivered', 'sent']) await shop.post(status(keyOf(0), word));
    for (const word of ['failed', 'delivered']) await shop.post(status(keyOf(1), word));
    const items = await delivery(shop);
    expect(items.slice(0, 3).map((item) => item.delivery)).toEqual(['read', 'failed', 'sent']);
    expect(await shop.events()).toContain('message.failed');
  });

  test('may come before the HTTP answer: delivered stays delivered, and later statuses find the message', async () => {
    const shop = await open('five-pub');
    const { id, release } = await heldSend(shop);
    await shop.post({
      id: 'e-4',
      type: 'status',
      status: { outboundId: id, status: 'delivered', timestamp: 1 },
    });
    release();
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect((await delivery(shop))[0]).toMatchObject({
      delivery: 'delivered',
      provider_message_id: `srv-${id}`,
    });
    await shop.post(status(`srv-${id}`, 'read'));
    expect((await delivery(shop))[0].delivery).toBe('read');
    expect((await shop.events()).filter((type) => type === 'message.failed')).toEqual([]);
  });

  const echo = (phone: string, keyId: string, text: string) => {
    const timestamp = Math.floor(Date.now() / 1_000);
    const content = { contentType: 'text', text };
    const message = { keyId, contact: { id: phone, name: 'Ana' }, timestamp, fromMe: true, content };
    return { id: `e-${keyId}`, type: 'message', message };
  };

  test('an echo that comes before the HTTP answer is ours and takes nothing over', async () => {
    const shop = await open('five-pub', {}, { stop_bot_from_me: true });
    const { id, release } = await heldSend(shop);
    expect((await shop.post(echo(shop.ana.phone, `srv-${id}`, 'one'))).status).toBe(200);
    release();
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect((await shop.ana.session()).status).toBe('opened');
    expect(await delivery(shop)).toHaveLength(5);
  });

  test('the webhook of an echo is answered while its send is under way: its content tells', async () => {
    const channel = { echo_hold_ms: 30_000, timeout_ms: 20_000 };
    const shop = await open('five-pub', channel, { stop_bot_from_me: true });
    const { id, release } = await heldSend(shop);
    expect((await shop.post(echo(shop.ana.phone, `srv-${id}`, 'one'))).status).toBe(200);
    // Held, it would have been answered when the send was given up and made again.
    expect(shop.receiver.requests).toHaveLength(1);
    release();
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect((await shop.ana.session()).status).toBe('opened');
  });

  test('a person’s message from before the session is recorded and takes nothing over', async () => {
    const shop = await open('five-pub', {}, { stop_bot_from_me: true });
    await shop.ana.says('hi');
    expect(await shop.hears(5)).toEqual(NUMBERS);
    const old = echo(shop.ana.phone, 'from-the-phone', 'I looked into it');
    old.message.timestamp -= 30;
    expect((await shop.post(old)).status).toBe(200);
    expect(await shop.ana.session()).toMatchObject({ status: 'opened', chat_mode: 'bot' });
    expect((await shop.post(echo(shop.ana.phone, 'from-the-phone-2', 'I am here'))).status).toBe(200);
    expect(await shop.ana.session()).toMatchObject({ status: 'paused' });
  });

  test('an echo settles a send of unknown outcome: it is not repeated and takes nothing over', async () => {
    const shop = await open(
      'five-pub',
      { idempotent: false, reconcile_seconds: 60, echo_hold_ms: 30_000 },
      { stop_bot_from_me: true },
    );
    shop.receiver.fail({ reset: true });
    await shop.ana.says('hi');
    await until(() => expect(shop.receiver.requests).toHaveLength(1));
    await until(async () => {
      const { rows } = await parley.db.query(
        `SELECT 1 FROM outbox WHERE instance_id = $1 AND state = 'unknown'`,
        [shop.instance.id],
      );
      expect(rows).toHaveLength(1);
    });
    expect((await shop.post(echo(shop.ana.phone, 'id-of-the-provider', 'one'))).status).toBe(200);
    expect(await shop.hears(5)).toEqual(NUMBERS);
    expect(shop.receiver.requests).toHaveLength(5);
    expect((await delivery(shop))[0]).toMatchObject({
      delivery: 'sent',
      provider_message_id: 'id-of-the-provider',
    });
    expect((await shop.ana.session()).status).toBe('opened');
  });

  test('a failure that comes before the HTTP answer stays a failure', async () => {
    const shop = await open('five-pub');
    const { id, release } = await heldSend(shop);
    const error = { reason: 'notOnWhatsApp' };
    await shop.post({
      id: 'e-5',
      type: 'status',
      status: { outboundId: id, status: 'failed', error, timestamp: 1 },
    });
    release();
    await shop.hears(5);
    expect((await delivery(shop))[0].delivery).toBe('failed');
  });
});

test('a channel that hangs keeps no other waiting, however many contacts it has', async () => {
  const dead = await open('five-pub', { idempotent: false, timeout_ms: 30_000 });
  const alive = await open('five-pub');
  dead.receiver.failAll({ delayMs: 29_000 });
  const contacts = Array.from({ length: 210 }, () => dead.instance.contact());
  for (let from = 0; from < 210; from += 30)
    await Promise.all(contacts.slice(from, from + 30).map((contact) => contact.says('hi')));
  await until(() => expect(dead.receiver.requests.length).toBeGreaterThanOrEqual(50));
  await alive.ana.says('hi');
  expect(await alive.hears(5)).toEqual(NUMBERS);
  expect(dead.receiver.mostAtOnce()).toBeLessThan(100);
  expect((await parley.call('DELETE', `/instances/${dead.instance.id}`)).status).toBe(200);
});

test('2,000 messages into a session whose channel is down: short runs, and all are answered in order', async () => {
  const shop = await open('five-pub', { message_ttl_seconds: 86_400 }, { debounce_ms: 500 });
  shop.receiver.failAll(down);
  await shop.ana.says('hi');
  await until(async () => expect((await shop.health()).status).toBe('disconnected'));
  const texts = Array.from({ length: 2_000 }, (_, index) => `message ${index}`);
  for (let start = 0; start < texts.length; start += 100) {
    expect((await shop.ana.says(...texts.slice(start, start + 100))).status).toBe(200);
  }
  shop.receiver.failAll();
  await shop.hears(6);
  const said = await until(() => {
    const all = shop.receiver.texts(shop.ana.phone).slice(5).join('\n');
    expect(all).toContain('message 1999');
    return all;
  });
  expect(said.match(/message \d+/g)).toEqual(texts);
  const lengths: number[] = [];
  const workflowId = (await shop.ana.session()).workflow_id;
  for await (const { runId } of parley.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    // The list itself says 0 for a run that is still open.
    lengths.push((await parley.client.workflow.getHandle(workflowId, runId).describe()).historyLength);
  }
  // Above 900 events a run ends with the turn under way; without an end one run has some 6,000.
  expect(Math.max(...lengths)).toBeLessThan(1_800);
}, 600_000);
