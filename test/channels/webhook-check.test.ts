import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channels/channel.js';
import { codechat } from '../../src/channels/codechat/index.js';
import { evolution } from '../../src/channels/evolution/index.js';
import { waha } from '../../src/channels/waha/index.js';
import { zapi } from '../../src/channels/zapi/index.js';
import type { Json } from './fixtures.js';
import { liveProvider } from './provider-checks.js';

interface Case {
  channel: Channel<Json>;
  folder: string;
  changes?: Json;
  /** Path and answer of the connection look-up, and of that of the webhook. */
  state: [string, Json];
  look: string;
  answer: (url: Json, more?: Json) => Json;
  ours: string;
  set: string;
}

const plain = 'https://parley.example.com/webhooks/instance-1';
const secret = `${plain}/s3cr3t-path-0123456789abcdef012345`;
const evolutionEvents = [
  ...['MESSAGES_UPSERT', 'SEND_MESSAGE', 'MESSAGES_UPDATE', 'MESSAGES_EDITED', 'MESSAGES_DELETE'],
  'CONNECTION_UPDATE',
];
const codechatEvents = {
  ...{ messagesUpsert: true, sendMessage: true, messagesUpdated: true, connectionUpdated: true },
};
const wahaEvents = [
  ...[
    'message.any',
    'message.reaction',
    'message.ack',
    'message.edited',
    'message.revoked',
    'session.status',
  ],
];

const cases: Record<string, Case> = {
  evolution: {
    ...{ channel: evolution, folder: 'evolution' },
    state: ['/instance/connectionState/loja', { instance: { state: 'open' } }],
    ...{ look: '/webhook/find/loja', set: 'POST /webhook/set/loja', ours: secret },
    answer: (url, more) => ({ url, enabled: true, events: evolutionEvents, ...more }),
  },
  'codechat v1': {
    ...{
      channel: codechat,
      folder: 'codechat',
      changes: { flavour: 'v1', api_key: 'k', instance: 'codechat' },
    },
    state: ['/instance/connectionState/codechat', { state: 'open' }],
    ...{ look: '/webhook/find/codechat', set: 'PUT /webhook/set/codechat', ours: secret },
    answer: (url, more) => ({ url, enabled: true, events: codechatEvents, ...more }),
  },
  'codechat go': {
    ...{
      channel: codechat,
      folder: 'codechat',
      changes: { flavour: 'go', instance_token: 't', instance: 'codechat' },
    },
    state: ['/instance/codechat/connection/status', { state: 'open' }],
    ...{ look: '/instance/codechat/webhook', set: 'PUT /instance/codechat/webhook', ours: secret },
    answer: (url, more) => ({ url, enabled: true, events: codechatEvents, ...more }),
  },
  zapi: {
    ...{ channel: zapi, folder: 'zapi', changes: { instance_id: 'I', token: 'T' } },
    state: ['/instances/I/token/T/status', { connected: true }],
    ...{
      look: '/instances/I/token/T/me',
      set: 'PUT /instances/I/token/T/update-every-webhooks',
      ours: secret,
    },
    answer: (receivedCallbackUrl) => ({ id: 'I', receivedCallbackUrl }),
  },
  waha: {
    ...{ channel: waha, folder: 'waha', changes: { session: 'default' } },
    state: ['/api/sessions/none', {}],
    ...{ look: '/api/sessions/default', set: 'PUT /api/sessions/default', ours: plain },
    answer: (url, more) => ({
      status: 'WORKING',
      config: { debug: true, webhooks: url ? [{ url, events: wahaEvents, ...more }] : [] },
    }),
  },
};

async function asked(name: string, url: Json, options: { more?: Json; look?: Json; refuse?: boolean } = {}) {
  const one = cases[name];
  if (one === undefined) throw new Error(name);
  const sets: { call: string; body: Json }[] = [];
  const { context } = await liveProvider(
    one.folder,
    one.channel,
    ({ method, url: path, body }) => {
      if (path === one.state[0]) return { json: one.state[1] };
      if (method === 'GET' && path === one.look)
        return { json: one.answer(url, options.more), ...options.look };
      if (method === 'GET') return { status: 404 };
      sets.push({ call: `${method} ${path}`, body: JSON.parse(body ?? '{}') });
      return options.refuse ? { status: 400 } : { json: {} };
    },
    one.changes,
  );
  const health = await one.channel.health(context);
  return { health, sets, ...one };
}

const names = Object.keys(cases);

describe('The health of an instance', () => {
  it.each(names)('on %s says nothing of a webhook that is ours', async (name) => {
    const { health, sets } = await asked(name, cases[name]?.ours);
    expect(health.status).toBe('connected');
    expect(health.detail).not.toContain('webhook');
    expect(sets).toEqual([]);
  });

  it.each(names)('on %s tells that it is missing or points elsewhere, and sets it again', async (name) => {
    for (const [url, found] of [
      [null, 'was missing'],
      ['https://old.example.com/hook', 'pointed elsewhere'],
    ]) {
      const { health, sets, set, ours } = await asked(name, url);
      expect(health).toMatchObject({
        status: 'connected',
        detail: expect.stringContaining(`its webhook ${found}`),
      });
      expect(health.detail).toContain('it was set again');
      expect(health.webhook).toBe('reset');
      expect(health.detail).not.toContain(ours);
      expect(sets.map(({ call }) => call)).toEqual([set]);
      expect(JSON.stringify(sets[0]?.body)).toContain(ours);
    }
  });

  it.each(names)('on %s asks for a hand where it cannot be set', async (name) => {
    const { health } = await asked(name, 'https://old.example.com/hook', { refuse: true });
    expect(health.detail).toContain('set it at the provider by hand');
  });

  it.each(names)('on %s leaves alone what the provider does not tell', async (name) => {
    if (name === 'waha') return;
    for (const look of [{ status: 404 }, { json: undefined, body: 'odd' }, { json: {} }, { json: [] }]) {
      expect((await asked(name, null, { look })).sets).toEqual([]);
    }
  });

  it('keeps what the operator chose beside ours', async () => {
    const evolutions = await asked('evolution', secret, {
      more: {
        events: ['QRCODE_UPDATED'],
        headers: { 'x-mine': '1' },
        webhookBase64: true,
        webhookByEvents: true,
      },
    });
    expect(evolutions.health.detail).toContain('lacked events');
    expect(evolutions.sets[0]?.body.webhook).toMatchObject({
      ...{ headers: { 'x-mine': '1' }, base64: true, byEvents: true, enabled: true, url: secret },
      events: [...evolutionEvents, 'QRCODE_UPDATED'],
    });
    const off = await asked('evolution', secret, { more: { enabled: false } });
    expect(off.health.detail).toContain('was missing');
    for (const name of ['codechat v1', 'codechat go']) {
      const { sets } = await asked(name, secret, {
        more: { events: { qrcodeUpdated: true, sendMessage: false } },
      });
      expect(sets[0]?.body.events).toEqual({ ...codechatEvents, qrcodeUpdated: true });
    }
    const wahas = await asked('waha', 'https://other.example.com');
    expect(wahas.sets[0]?.body.config).toMatchObject({
      debug: true,
      webhooks: [{ url: 'https://other.example.com' }, { url: plain }],
    });
    expect((await asked('waha', plain, { more: { events: ['*'] } })).sets).toEqual([]);
  });

  it('is one webhook at WAHA, also where ours was there with a slash at its end', async () => {
    const { sets } = await asked('waha', `${plain}/`, { more: { events: ['session.status'] } });
    expect(sets[0]?.body.config.webhooks).toMatchObject([{ url: plain, events: wahaEvents }]);
  });

  it('is read without a look where the credentials are refused', async () => {
    const { context } = await liveProvider('evolution', evolution, () => ({ status: 401, json: {} }));
    expect(await evolution.health(context)).toEqual({
      status: 'auth_failed',
      detail: 'provider answered 401',
    });
  });
});
