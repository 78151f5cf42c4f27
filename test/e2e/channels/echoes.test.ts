import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textBubble } from '../../support/typebot/stand-in.js';
import { until, useParley } from '../../support/parley.js';
import { startProvider } from '../../support/providers/index.js';
import type { Json, Provider, Sent } from '../../support/providers/provider.js';
import { evolutionMessage, evolutionWebhook } from '../../support/providers/evolution.js';
import { cloudMessage, cloudWebhook } from '../../support/providers/cloud-api.js';
import { openShop } from '../../support/providers/shop.js';

const ask = (text: string) => ({
  messages: [textBubble(`b_${text}`, text)],
  input: { id: `i_${text}`, type: 'text input', options: {} },
});
const parley = useParley({
  flows: { flows: { 'ask-pub': { answers: [ask('One?'), ask('Two?'), ask('Three?'), ask('Four?')] } } },
});
const typebot = { public_id: 'ask-pub', stop_bot_from_me: true };

/** A provider's stand-in for the tests of a block. */
function useProvider(name: string): { it: () => Provider } {
  let provider: Provider | undefined;
  beforeAll(async () => {
    provider = await startProvider(name);
  });
  afterAll(() => provider?.server.close());
  return {
    it: () => {
      if (provider === undefined) throw new Error('not started');
      return provider;
    },
  };
}

/** What was recorded of a message when it was sent. */
async function sentEvents(messageId: string): Promise<unknown[]> {
  const { rows } = await parley.db.query(
    `SELECT data - 'message' AS data FROM session_events WHERE type = 'message.sent' AND data->>'message' = $1`,
    [messageId],
  );
  return rows.map(({ data }) => data);
}

function one<T>(items: T[], index = 0): T {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}

describe.each(['evolution', 'waha', 'codechat v1', 'codechat go', 'generic', 'zapi'])('on %s', (name) => {
  const provider = useProvider(name);

  test('the echoes of an own send change nothing, before and after its answer', async () => {
    const shop = await openShop(parley, provider.it(), { typebot });
    const ana = shop.guest();
    const { server, echoes } = provider.it();
    const early: Promise<unknown>[] = [];
    server.beforeAnswer = (sent: Sent) => {
      early.push(shop.post(...echoes(sent)));
      return new Promise((resolve) => setTimeout(resolve, 150));
    };
    await shop.post(ana.says('oi'));
    const sends = await ana.hears(1);
    server.beforeAnswer = undefined;
    await Promise.all(early);
    await shop.post(...echoes(one(sends)), ana.says('next'));
    await ana.hears(2);
    expect(await ana.session()).toMatchObject({ status: 'opened', chat_mode: 'bot' });
    const transcript = await ana.transcript();
    expect(transcript.map(({ sender }) => sender)).toEqual(['contact', 'bot', 'contact', 'bot']);
    expect(transcript[1].delivery).toBe('sent');
    await until(async () => expect(await sentEvents(transcript[1].id)).toEqual([{ sender: 'bot' }]));
    await until(async () => expect(await sentEvents(transcript[3].id)).toEqual([{ sender: 'bot' }]));
  });

  test('what a person writes in the app silences the bot and stands in the transcript', async () => {
    const shop = await openShop(parley, provider.it(), { typebot });
    const ana = shop.guest();
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    const { appSays } = provider.it();
    if (appSays === undefined) throw new Error('no app');
    await shop.post(appSays(ana.phone, 'I take over'), ana.says('thanks'));
    expect(await ana.session()).toMatchObject({ status: 'paused' });
    expect((await ana.transcript())[2]).toMatchObject({
      ...{ direction: 'outgoing', sender: 'operator', text: 'I take over', delivery: 'sent' },
    });
    expect(ana.heard()).toHaveLength(1);
  });
});

describe('on evolution', () => {
  const provider = useProvider('evolution');

  test('a send without an answer is known by its echo and not repeated', async () => {
    const shop = await openShop(parley, provider.it(), { typebot, channel: { echo_hold_ms: 300 } });
    const ana = shop.guest();
    const { server, echoes } = provider.it();
    server.fail({ reset: true });
    await shop.post(ana.says('oi'));
    const sent = one(await ana.hears(1));
    await until(async () => expect((await ana.transcript())[1]).toMatchObject({ delivery: 'pending' }));
    await shop.post(...echoes(sent));
    await shop.post(ana.says('next'));
    await ana.hears(2);
    const transcript = await ana.transcript();
    expect(transcript[1]).toMatchObject({ delivery: 'sent', provider_message_id: sent.keyId });
    expect(await sentEvents(transcript[1].id)).toEqual([{ sender: 'bot' }]);
    expect(transcript.map(({ sender }) => sender)).toEqual(['contact', 'bot', 'contact', 'bot']);
    expect(await ana.session()).toMatchObject({ status: 'opened' });
  });

  test('a person who writes other words while a send hangs is a person', async () => {
    const shop = await openShop(parley, provider.it(), { typebot, channel: { echo_hold_ms: 300 } });
    const ana = shop.guest();
    provider.it().server.fail({ reset: true });
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    await shop.post(
      evolutionWebhook(
        'messages.upsert',
        evolutionMessage(ana.phone, { conversation: 'Hi Ana' }, { fromMe: true }),
      ),
    );
    expect(await ana.session()).toMatchObject({ status: 'paused' });
  });

  test('a status that is faster than the answer to its send is not lost', async () => {
    const shop = await openShop(parley, provider.it(), { typebot });
    const ana = shop.guest();
    const { server, status } = provider.it();
    const early: Promise<unknown>[] = [];
    server.beforeAnswer = (sent: Sent) => {
      early.push(shop.post(...status(sent, 'delivered')));
      return new Promise((resolve) => setTimeout(resolve, 150));
    };
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    server.beforeAnswer = undefined;
    await Promise.all(early);
    expect((await ana.transcript())[1]).toMatchObject({ delivery: 'delivered' });
  });

  test.each(['ignore', 'takeover'])(
    "another program's send is noted, foreign_api_sends %s",
    async (policy) => {
      const shop = await openShop(parley, provider.it(), { typebot, channel: { foreign_api_sends: policy } });
      const ana = shop.guest();
      await shop.post(ana.says('oi'));
      await ana.hears(1);
      const foreign = evolutionMessage(ana.phone, { conversation: 'Your order left' }, { fromMe: true });
      await shop.post(evolutionWebhook('send.message', foreign));
      expect((await ana.transcript())[2]).toMatchObject({ direction: 'outgoing', sender: 'api' });
      expect((await ana.session()).status).toBe(policy === 'ignore' ? 'opened' : 'paused');
    },
  );

  test('a hidden id and a phone that turn out to be one person are one contact with one session', async () => {
    const shop = await openShop(parley, provider.it(), { typebot });
    const ana = shop.guest();
    const lid = `${Date.now()}77@lid`;
    const says = (text: string, key: Json) =>
      evolutionWebhook('messages.upsert', evolutionMessage(ana.phone, { conversation: text }, key));
    await shop.post(says('oi', { remoteJid: lid }));
    await until(() => expect(provider.it().server.sends.map(({ phone }) => phone)).toContain(lid));
    await shop.post(says('both', { remoteJid: lid, remoteJidAlt: `${ana.phone}@s.whatsapp.net` }));
    await ana.hears(1);
    await shop.post(ana.says('phone only'));
    const texts = (await ana.hears(2)).map(({ text }) => text);
    expect(texts).toEqual(['Two?', 'Three?']);
    const { body: sessions } = await parley.call('GET', `/instances/${shop.id}/typebots/sessions`);
    expect(sessions).toHaveLength(1);
    expect(sessions[0].remote_jid).toBe(lid);
  });

  test('the ninth digit makes no second contact, and replies go to the address received', async () => {
    const shop = await openShop(parley, provider.it(), { typebot });
    const short = shop.guest(`5531${70_000_000 + (Date.now() % 10_000_000)}`);
    const typed = short.phone.replace(/^5531/, '55319');
    await shop.start(typed);
    await until(() => expect(provider.it().server.sends.at(-1)?.phone).toBe(typed));
    await shop.post(short.says('oi'));
    expect((await short.hears(1)).map(({ text }) => text)).toEqual(['Two?']);
    expect(await short.session()).toMatchObject({ remote_jid: `${typed}@s.whatsapp.net` });
  });

  test('a message that comes late starts nothing, and belongs only to a session that is older', async () => {
    const shop = await openShop(parley, provider.it(), { typebot, channel: { max_inbound_age_seconds: 0 } });
    const ana = shop.guest();
    const at = (secondsAgo: number, text: string) => ({
      ...evolutionMessage(ana.phone, { conversation: text }),
      messageTimestamp: Math.floor(Date.now() / 1_000) - secondsAgo,
    });
    await shop.post(evolutionWebhook('messages.upsert', at(60, 'late')));
    expect(await ana.session()).toBeUndefined();
    await shop.start(ana.phone);
    await ana.hears(1);
    await shop.post(evolutionWebhook('messages.upsert', at(60, 'older than the session')));
    await shop.post(evolutionWebhook('messages.upsert', at(-2, 'in the session')));
    await ana.hears(2);
    expect(JSON.stringify(parley.typebot.repliesOf(ana).at(-1))).toContain('in the session');
    expect((await ana.transcript()).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['older than the session', 'in the session']),
    );
  });

  test('a group has one session of its own, answered in the group', async () => {
    const shop = await openShop(parley, provider.it(), { typebot: { ...typebot, ignore_groups: false } });
    const group = `12036304${Date.now()}@g.us`;
    const ana = shop.guest();
    const bia = shop.guest();
    const says = (who: { phone: string }, text: string) =>
      evolutionWebhook(
        'messages.upsert',
        evolutionMessage(
          who.phone,
          { conversation: text },
          { remoteJid: group, participant: `${who.phone}@s.whatsapp.net` },
        ),
      );
    const answers = () => provider.it().server.sends.filter(({ phone }) => phone === group);
    await shop.post(says(ana, 'oi'));
    await until(() => expect(answers()).toHaveLength(1));
    await shop.post(says(bia, 'me too'));
    await until(() => expect(answers()).toHaveLength(2));
    const { body: sessions } = await parley.call('GET', `/instances/${shop.id}/typebots/sessions`);
    expect(sessions.map((session: Json) => session.remote_jid)).toEqual([group]);
  });
});

describe('on the Cloud API', () => {
  const provider = useProvider('cloud-api');

  test('a contact without a phone is answered by user id, and joined with the phone once both are known', async () => {
    const shop = await openShop(parley, provider.it(), { typebot });
    const ana = shop.guest();
    const bsuid = `BR.${Date.now()}`;
    const message = (text: string, from: Json) => {
      const { from: _unused, ...plain } = cloudMessage('', { type: 'text', text: { body: text } });
      void _unused;
      const contacts = [{ profile: { name: 'Ana', username: '@ana' }, wa_id: from.from, user_id: bsuid }];
      return cloudWebhook({ value: { contacts, messages: [{ ...plain, from_user_id: bsuid, ...from }] } });
    };
    await shop.post(message('oi', {}));
    await until(() => expect(provider.it().server.sends.at(-1)?.phone).toBe(bsuid));
    expect(one(provider.it().server.sends.slice(-1)).request.body.to).toBeUndefined();
    await shop.post(message('both', { from: ana.phone }));
    expect((await ana.hears(1)).map(({ text }) => text)).toEqual(['Two?']);
    expect(one(ana.heard()).request.body.recipient).toBeUndefined();
    await shop.post(ana.says('phone only'));
    expect((await ana.hears(2)).map(({ text }) => text)).toEqual(['Two?', 'Three?']);
  });

  test('a contact who changes the number keeps the session and is answered there', async () => {
    const shop = await openShop(parley, provider.it(), { typebot });
    const [old, fresh] = [shop.guest(), shop.guest()];
    await shop.post(old.says('oi'));
    await old.hears(1);
    const notice = { type: 'user_changed_number', body: 'User A changed', wa_id: fresh.phone };
    const system = cloudMessage(old.phone, { type: 'system', system: notice });
    await shop.post(cloudWebhook({ value: { messages: [system] } }), fresh.says('still me'));
    expect((await fresh.hears(1)).map(({ text }) => text)).toEqual(['Two?']);
    const { body: sessions } = await parley.call('GET', `/instances/${shop.id}/typebots/sessions`);
    expect(sessions).toHaveLength(1);
  });

  test('the number that WhatsApp names in the answer leads to the contact too', async () => {
    const shop = await openShop(parley, provider.it(), { typebot });
    const typed = `5215512${String(Date.now()).slice(-6)}`;
    const own = shop.guest(typed.replace(/^521/, '52'));
    const { dialect } = provider.it().server;
    const receipt = dialect.receipt;
    dialect.receipt = ({ keyId }) => ({
      json: { contacts: [{ input: typed, wa_id: own.phone }], messages: [{ id: keyId }] },
    });
    await shop.start(typed);
    await until(() => expect(provider.it().server.sends.at(-1)?.phone).toBe(typed));
    await until(async () => expect((await own.session())?.status).toBe('opened'));
    dialect.receipt = receipt;
    await shop.post(own.says('oi'));
    expect((await own.hears(1)).map(({ text }) => text)).toEqual(['Two?']);
  });
});
