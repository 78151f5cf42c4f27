import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { textBubble, type StandInFlow } from '../../support/typebot/stand-in.js';
import { until, useParley } from '../../support/parley.js';
import {
  cloudMessage,
  cloudStatus,
  cloudWebhook,
  graphError,
  signedCloud,
  startCloudApi,
  uploadFields,
} from '../../support/providers/cloud-api.js';
import type { Json, Provider, Sent } from '../../support/providers/provider.js';
import { openShop } from '../../support/providers/shop.js';

const ask = (text: string, ...before: unknown[]) => ({
  messages: [...before, textBubble(`b_${text}`, text)],
  input: { id: `i_${text}`, type: 'text input', options: {} },
});
const picture = (url: string) => ({ id: 'pic', type: 'image', content: { url } });
const flows: Record<string, StandInFlow> = {
  'ask-pub': { answers: [ask('One?'), ask('Two?'), ask('Three?'), ask('Four?'), ask('Five?')] },
  'long-pub': {
    answers: [
      ask('last', ...Array.from({ length: 46 }, (_, index) => textBubble(`b${index}`, `line ${index}`))),
    ],
  },
  'picture-pub': { answers: [] },
};
const parley = useParley({
  flows: { flows },
});

let provider: Provider;
beforeAll(async () => {
  provider = await startCloudApi();
  provider.server.files.set('/pictures/cat.png', {
    bytes: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    mimeType: 'image/png',
  });
  flows['picture-pub'] = Object.assign(flows['picture-pub'] ?? { answers: [] }, {
    answers: [ask('Nice?', picture(`${provider.server.url}/pictures/cat.png`))],
  });
});
afterAll(() => provider.server.close());

const typebot = { public_id: 'ask-pub', stop_bot_from_me: true };

test('the address is verified with the token, and with nothing else', async () => {
  const shop = await openShop(parley, provider);
  expect(shop.made.webhook).toMatchObject({ verify_token: 'verify-me', registered: false, method: 'POST' });
  const verify = (query: string) => parley.call('GET', `/webhooks/${shop.id}?${query}`);
  const good = await verify('hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=verify-me');
  expect(good).toEqual({ status: 200, body: '1158201444' });
  expect((await verify('hub.mode=subscribe&hub.challenge=1&hub.verify_token=other')).status).toBe(403);
  expect((await verify('hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=verify-me')).status).toBe(403);
  const unknown = await parley.call('GET', '/webhooks/VZ00000000000000000000000000?hub.mode=subscribe');
  expect(unknown.status).toBe(404);
});

test('a batch of three entries with two changes of two messages becomes twelve rows of their senders, in order', async () => {
  const shop = await openShop(parley, provider, { typebot: { ...typebot, debounce_ms: 60_000 } });
  const guests = [shop.guest(), shop.guest(), shop.guest()];
  const entry = guests.map(({ phone }, index) => ({
    id: `21000000000000${index}`,
    changes: [0, 1].map((change) => ({
      field: 'messages',
      value: {
        messaging_product: 'whatsapp',
        metadata: { phone_number_id: '310000000000002' },
        contacts: [{ profile: { name: 'Ana' }, wa_id: phone }],
        messages: [0, 1].map((place) =>
          cloudMessage(phone, { type: 'text', text: { body: `${index}.${change}.${place}` } }),
        ),
      },
    })),
  }));
  const batch = signedCloud({ object: 'whatsapp_business_account', entry });
  await shop.post(batch, batch);
  for (const [index, guest] of guests.entries()) {
    const texts = (await guest.transcript()).map(({ text }) => text);
    expect(texts).toEqual([`${index}.0.0`, `${index}.0.1`, `${index}.1.0`, `${index}.1.1`]);
  }
});

test('a failure that a status reports reaches transcript, session and timeline', async () => {
  const shop = await openShop(parley, provider, { typebot });
  const ana = shop.guest();
  await shop.post(ana.says('oi'));
  const [sent] = await ana.hears(1);
  if (sent === undefined) throw new Error('nothing sent');
  await shop.post(cloudWebhook({ value: { statuses: [cloudStatus(sent, 'failed')] } }));
  await shop.post(cloudWebhook({ value: { statuses: [cloudStatus(sent, 'delivered')] } }));
  expect((await ana.transcript())[1]).toMatchObject({
    delivery: 'failed',
    error: { class: 'permanent', reason: 'not_on_whatsapp', code: '131026' },
  });
  const session = await ana.session();
  expect(session.last_error).toMatchObject({ source: 'channel', message: 'not_on_whatsapp' });
  const { body } = await parley.call('GET', `/instances/${shop.id}/typebots/sessions/${session.id}/events`);
  expect(body.events.find(({ type }: Json) => type === 'message.failed').data).toMatchObject({
    reason: 'not_on_whatsapp',
    code: '131026',
  });
});

test('a person who answers in the coexistence app silences the bot, and opens no window', async () => {
  const shop = await openShop(parley, provider, { typebot });
  const ana = shop.guest();
  await shop.post(ana.says('oi'));
  await ana.hears(1);
  if (provider.appSays === undefined) throw new Error('no app');
  const { id } = await ana.session();
  const windowEndsAt = async () => (await parley.call('GET', `/sessions/${id}`)).body.window_ends_at;
  const before = await windowEndsAt();
  expect(before).toEqual(expect.any(String));
  await shop.post(provider.appSays(ana.phone, 'I am here'));
  expect(await ana.session()).toMatchObject({ status: 'paused' });
  expect((await ana.transcript())[2]).toMatchObject({ sender: 'operator', text: 'I am here' });
  expect(await windowEndsAt()).toBe(before);
});

test('a picture is uploaded and sent by its id, before the text that follows it', async () => {
  const shop = await openShop(parley, provider, { typebot: { public_id: 'picture-pub' } });
  const ana = shop.guest();
  await shop.post(ana.says('oi'));
  const [image, text] = await ana.hears(2);
  expect(image?.request.body.image.id).toMatch(/^up-/);
  expect(text?.text).toBe('Nice?');
  const upload = provider.server.requests.find(({ path }) => path.endsWith('/media'));
  if (upload === undefined) throw new Error('no upload');
  expect(await uploadFields(upload)).toEqual({
    messaging_product: 'whatsapp',
    type: 'image/png',
    file: 'cat.png image/png',
  });
});

test('a file whose upload is refused again and again is given up after its time to live', async () => {
  const shop = await openShop(parley, provider, { typebot, channel: { message_ttl_seconds: 10 } });
  const ana = shop.guest();
  await shop.post(ana.says('oi'));
  await until(() => expect(ana.heard()).toHaveLength(1));
  const isUpload = (path: string) => path.endsWith('/media');
  const { other } = provider.server.dialect;
  const uploads = vi.spyOn(provider.server.dialect, 'other');
  uploads.mockImplementation((request) =>
    isUpload(request.path) ? graphError(500, 131000, 'Something went wrong') : other?.(request),
  );
  const { id } = await ana.session();
  const media = { base64: Buffer.from('%PDF-1.4').toString('base64'), mime_type: 'application/pdf' };
  const content = { type: 'document', media, file_name: 'price list.pdf' };
  const path = `/instances/${shop.id}/typebots/sessions/${id}/messages`;
  expect((await parley.call('POST', path, { content })).status).toBe(200);
  await until(async () => {
    expect((await ana.transcript()).at(-1)).toMatchObject({
      delivery: 'failed',
      error: { reason: 'expired' },
    });
  });
  expect(uploads.mock.calls.filter(([{ path: at }]) => isUpload(at)).length).toBeLessThanOrEqual(8);
  uploads.mockRestore();
});

test('outside the 24-hour window the configured template goes instead of the answer, once', async () => {
  const channel = { reopen_template: { name: 'come_back', language: 'pt_BR' } };
  const shop = await openShop(parley, provider, { typebot, channel });
  const ana = shop.guest();
  provider.server.fail({ answer: graphError(400, 131047, 'Re-engagement message') });
  await shop.post(ana.says('oi'));
  const [sent] = await ana.hears(1);
  expect(sent?.request.body.template).toEqual({ name: 'come_back', language: { code: 'pt_BR' } });
  await until(async () =>
    expect((await ana.transcript())[1]).toMatchObject({ content_type: 'template', delivery: 'sent' }),
  );
});

test('the template follows too when only a status tells that the window was closed, once for several messages', async () => {
  const channel = { reopen_template: { name: 'come_back', language: 'pt_BR' } };
  const shop = await openShop(parley, provider, { typebot: { public_id: 'picture-pub' }, channel });
  const ana = shop.guest();
  await shop.post(ana.says('oi'));
  const sends = await ana.hears(2);
  const statuses = sends.map((sent) => ({ ...cloudStatus(sent, 'failed'), errors: [{ code: 131047 }] }));
  await shop.post(cloudWebhook({ value: { statuses } }));
  expect((await ana.hears(3))[2]?.request.body.template.name).toBe('come_back');
  const kinds = (await ana.transcript()).map(({ content_type: type, delivery }) => [type, delivery]);
  expect(kinds.slice(1, 3)).toEqual([
    ['image', 'failed'],
    ['text', 'failed'],
  ]);
  expect(kinds.slice(3)).toEqual([['template', expect.stringMatching(/pending|sent/)]]);
});

test('without a template a closed window is recorded and the session is not stuck', async () => {
  const shop = await openShop(parley, provider, { typebot });
  const ana = shop.guest();
  provider.server.fail({ answer: graphError(400, 131047, 'Re-engagement message') });
  await shop.post(ana.says('oi'));
  await until(async () =>
    expect((await ana.session()).last_error).toMatchObject({ source: 'channel', message: 'window_closed' }),
  );
  const { id } = await ana.session();
  expect((await parley.call('GET', `/sessions/${id}`)).body).toMatchObject({ waits_for: 'window' });
  await shop.post(ana.says('again'));
  expect((await ana.hears(1)).map(({ text }) => text)).toEqual(['Two?']);
});

test('the pair limit of WhatsApp delays the message, and nothing overtakes it', async () => {
  const shop = await openShop(parley, provider, { typebot: { public_id: 'long-pub' } });
  const ana = shop.guest();
  provider.server.fail({ answer: graphError(400, 131056, 'Pair rate limit hit') });
  const startedMs = Date.now();
  await shop.post(ana.says('oi'));
  const [first] = await ana.hears(1);
  expect(first?.text).toBe('line 0');
  expect(Date.now() - startedMs).toBeGreaterThan(5_000);
});

test('to one contact 45 messages go at once and then one every six seconds', async () => {
  const shop = await openShop(parley, provider, { typebot: { public_id: 'long-pub' } });
  const [ana, bia] = [shop.guest(), shop.guest()];
  const times: { text: string; phone: string; at: number }[] = [];
  provider.server.beforeAnswer = async ({ text, phone }: Sent) =>
    void times.push({ text, phone, at: Date.now() });
  await shop.post(ana.says('oi'));
  await until(() => expect(ana.heard()).toHaveLength(47));
  provider.server.beforeAnswer = undefined;
  const at = times.filter(({ phone }) => phone === ana.phone).map((sent) => sent.at);
  const began = at[0] ?? 0;
  const afterMs = (at[46] ?? 0) - began;
  expect(afterMs).toBeGreaterThan(11_500);
  expect(ana.heard().map(({ text }) => text)).toEqual([
    ...Array.from({ length: 46 }, (_, index) => `line ${index}`),
    'last',
  ]);
  expect(bia.heard()).toEqual([]);
});

test('a number sends messages_per_second to all of its contacts together', async () => {
  const shop = await openShop(parley, provider, { typebot, channel: { messages_per_second: 2 } });
  const guests = Array.from({ length: 5 }, () => shop.guest());
  const times: number[] = [];
  provider.server.beforeAnswer = async () => void times.push(Date.now());
  await Promise.all(guests.map((guest) => shop.post(guest.says('oi'))));
  await Promise.all(guests.map((guest) => guest.hears(1)));
  provider.server.beforeAnswer = undefined;
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1_900);
});

test('refused credentials stop the number, and new ones let the waiting message go', async () => {
  const shop = await openShop(parley, provider, { typebot, channel: { access_token: 'OLD_TOKEN' } });
  const ana = shop.guest();
  await shop.post(ana.says('oi'));
  const status = async () => (await parley.call('GET', `/instances/${shop.id}`)).body.status;
  await until(async () => expect(await status()).toBe('auth_failed'));
  expect(await shop.health()).toMatchObject({ status: 'auth_failed', pending_messages: 1 });
  const change = { channel: { access_token: 'NEW_TOKEN' } };
  expect((await parley.call('PATCH', `/instances/${shop.id}`, change)).status).toBe(200);
  expect(await status()).toBe('connected');
  await until(() => expect(ana.heard()).toHaveLength(1));
  await until(async () =>
    expect(await shop.health()).toMatchObject({ status: 'connected', pending_messages: 0 }),
  );
});

test('another number of the same app, and what nobody asked for, changes nothing', async () => {
  const shop = await openShop(parley, provider, { typebot });
  const ana = shop.guest();
  const value = {
    metadata: { phone_number_id: 'another' },
    messages: [cloudMessage(ana.phone, { type: 'text', text: { body: 'oi' } })],
  };
  await shop.post(cloudWebhook({ value }), cloudWebhook({ field: 'history', value: { history: [] } }));
  expect(await ana.session()).toBeUndefined();
});

test('a webhook signed with another secret, or not at all, is 401 and leaves nothing', async () => {
  const shop = await openShop(parley, provider, { typebot });
  const ana = shop.guest();
  const webhook = ana.says('oi', randomUUID());
  const forged = {
    ...webhook,
    headers: { ...webhook.headers, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
  };
  expect((await shop.send(forged)).status).toBe(401);
  expect(
    (await shop.send({ ...webhook, headers: { 'content-type': 'application/json' } })).body,
  ).toMatchObject({
    error: { code: 'unauthorized' },
  });
  expect(await ana.session()).toBeUndefined();
});
