import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textBubble } from '../../support/typebot/stand-in.js';
import { until, useParley } from '../../support/parley.js';
import { startProvider } from '../../support/providers/index.js';
import type { Json, Provider, Sent } from '../../support/providers/provider.js';
import { openShop } from '../../support/providers/shop.js';

/** One flow on every channel: a choice of three, a choice of five, a text, the end. */
const items = (...titles: string[]) => titles.map((content, index) => ({ id: `it_${index}`, content }));
const choice = (id: string, ...titles: string[]) => ({
  id,
  type: 'choice input',
  items: items(...titles),
  options: {},
});
const parley = useParley({
  flows: {
    flows: {
      'channels-pub': {
        answers: [
          { messages: [textBubble('b0', 'Welcome')], input: choice('i0', 'Sales', 'Support', 'Billing') },
          {
            messages: [textBubble('b1', 'Which plan?')],
            input: choice('i1', 'One', 'Two', 'Three', 'Four', 'Five'),
          },
          {
            messages: [textBubble('b2', 'Your name?')],
            input: { id: 'i2', type: 'text input', options: {} },
          },
          { messages: [textBubble('b3', 'Thanks, bye')] },
        ],
      },
    },
  },
});

/** How the two choices look at the provider, and the address and body of its first request. */
const looks: Record<string, { forms: [string, string]; request: (phone: string) => Json }> = {
  'cloud-api': {
    forms: ['button', 'list'],
    request: (phone) => ({
      path: '/v23.0/310000000000002/messages',
      headers: { authorization: 'Bearer TEST_TOKEN' },
      body: { messaging_product: 'whatsapp', recipient_type: 'individual', to: phone, type: 'interactive' },
    }),
  },
  evolution: {
    forms: ['sendText', 'sendText'],
    request: (phone) => ({
      path: '/message/sendText/loja',
      headers: { apikey: 'TEST_APIKEY' },
      body: { number: phone, delay: 0, linkPreview: false },
    }),
  },
  waha: {
    forms: ['sendText', 'sendText'],
    request: (phone) => ({
      path: '/api/sendText',
      headers: { 'x-api-key': 'TEST_WAHA_KEY' },
      body: { session: 'default', chatId: `${phone}@c.us`, linkPreview: false, id: expect.any(String) },
    }),
  },
  'codechat v1': {
    forms: ['sendText', 'sendText'],
    request: (phone) => ({
      path: '/message/sendText/codechat',
      headers: { apikey: 'TEST_CC_KEY' },
      body: {
        number: phone,
        options: {
          messageId: expect.any(String),
          externalAttributes: { out: expect.stringMatching(/^out_/) },
        },
      },
    }),
  },
  'codechat go': {
    forms: ['text', 'text'],
    request: (phone) => ({
      path: '/instance/codechat/send/text',
      headers: { authorization: 'Bearer TEST_CC_JWT' },
      body: { number: phone, options: { externalAttributes: { out: expect.stringMatching(/^out_/) } } },
    }),
  },
  generic: {
    forms: ['buttons', 'list'],
    request: (phone) => ({
      path: '/out',
      headers: { 'idempotency-key': expect.stringMatching(/^out_/), 'user-agent': 'Parley/1' },
      body: { version: 1, type: 'message', attempt: 1, to: { contactId: phone, phone: `+${phone}` } },
    }),
  },
  zapi: {
    forms: ['send-button-list', 'send-option-list'],
    request: (phone) => ({
      path: '/instances/INST001/token/TOK001/send-button-list',
      headers: { 'client-token': 'TEST_CLIENT_TOKEN' },
      body: { phone, buttonList: { buttons: [{}, {}, {}] } },
    }),
  },
  vzaps: {
    forms: ['buttons', 'list'],
    request: (phone) => ({
      path: '/instances/VZ001/chat/send/buttons',
      headers: { 'x-instance-token': 'TEST_INSTANCE_TOKEN', 'x-client-token': 'TEST_CLIENT_TOKEN' },
      body: { phone },
    }),
  },
  twilio: {
    forms: ['Messages', 'Messages'],
    request: (phone) => ({
      path: '/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: { From: 'whatsapp:+5531999990000', To: `whatsapp:+${phone}`, StatusCallback: expect.any(String) },
    }),
  },
};

const withoutSignals = ['vzaps', 'twilio'];
const withoutTyping = [...withoutSignals, 'zapi', 'codechat go'];

describe.each(Object.keys(looks))('a conversation on %s', (name) => {
  const { forms, request } = looks[name] ?? { forms: ['', ''], request: () => ({}) };
  let provider: Provider;
  beforeAll(async () => {
    provider = await startProvider(name);
  });
  afterAll(() => provider.server.close());

  test('goes through the flow with a tap or a number, and the transcript follows the statuses', async () => {
    const shop = await openShop(parley, provider, { typebot: { public_id: 'channels-pub' } });
    const ana = shop.guest();
    await shop.post(ana.says('oi', `first-${name}`));
    const [first] = await ana.hears(1);
    expect(first?.form).toBe(forms[0]);
    expect(first?.request).toMatchObject(request(ana.phone));
    checkChoice(first, ['Sales', 'Support', 'Billing']);
    await shop.post(ana.picks(present(first), 1));
    const [, second] = await ana.hears(2);
    expect(second?.form).toBe(forms[1]);
    checkChoice(second, ['One', 'Two', 'Three', 'Four', 'Five']);
    await shop.post(ana.picks(present(second), 3));
    await ana.hears(3);
    await shop.post(ana.says('Ana'));
    const sends = await ana.hears(4);
    expect(sends.slice(2).map(({ text }) => text)).toEqual(['Your name?', 'Thanks, bye']);
    const session = await until(async () => {
      const found = await ana.session();
      expect(found.status).toBe('closed');
      return found;
    });
    expect(session.close_reason).toBe('completed');
    expect(typed(ana, 3)).toEqual(['Support', 'Four', 'Ana']);
    await checkTranscript(shop, ana, sends);
  });

  test('shows typing and marks as read what the turn took', async () => {
    const shop = await openShop(parley, provider, { typebot: { public_id: 'channels-pub' } });
    const ana = shop.guest();
    await shop.post(ana.says('oi', `read-${name}`));
    await ana.hears(1);
    const { signals } = provider.server;
    if (withoutSignals.includes(name)) return void expect(signals).toEqual([]);
    await until(() =>
      expect(signals.filter((signal) => signal.startsWith(`read read-${name}`))).toHaveLength(1),
    );
    if (!withoutTyping.includes(name))
      await until(() => expect(signals.some((signal) => signal.endsWith('typing'))).toBe(true));
    expect(signals).not.toContain('paused');
  });
});

/** Tappable options at the provider, or numbered text. */
function checkChoice(sent: Sent | undefined, titles: string[]) {
  if (sent === undefined) throw new Error('nothing was sent');
  if (sent.options.length > 0) return expect(sent.options.map(({ title }) => title)).toEqual(titles);
  for (const [index, title] of titles.entries()) expect(sent.text).toContain(`${index + 1}. ${title}`);
}

function present(sent: Sent | undefined): Sent {
  if (sent === undefined) throw new Error('nothing was sent');
  return sent;
}

/** The last texts of this contact that Typebot was given. */
function typed(contact: { phone: string }, count: number) {
  return parley.typebot
    .repliesOf(contact)
    .slice(-count)
    .map((message) => (typeof message === 'string' ? message : message?.text));
}

async function checkTranscript(
  shop: Awaited<ReturnType<typeof openShop>>,
  ana: ReturnType<Awaited<ReturnType<typeof openShop>>['guest']>,
  sends: Sent[],
) {
  const outgoing = async () => (await ana.transcript()).filter(({ direction }) => direction === 'outgoing');
  const ids = sends.map(({ keyId }) => keyId);
  // The last send has arrived before its answer is recorded.
  await until(async () => expect((await outgoing()).map((item) => item.provider_message_id)).toEqual(ids));
  const [first, second, third] = sends.map((sent) => sent);
  const { provider } = shop;
  if (provider.status(present(first), 'read').length === 0) return;
  // Backwards and twice: only what is further along counts.
  await shop.post(
    ...provider.status(present(first), 'read'),
    ...provider.status(present(first), 'delivered'),
  );
  await shop.post(
    ...provider.status(present(second), 'delivered'),
    ...provider.status(present(second), 'sent'),
  );
  const failed = provider.status(present(third), 'failed');
  await shop.post(...failed, ...provider.status(present(third), 'delivered'));
  const expected = ['read', 'delivered', failed.length === 0 ? 'delivered' : 'failed', 'sent'];
  expect((await outgoing()).map(({ delivery }) => delivery)).toEqual(expected);
}
