import { expect } from 'vitest';
import type { Parley, Reply } from '../parley.js';
import { until } from '../parley.js';
import type { Json, Person, Provider, Sent, Webhook } from './provider.js';

let nextPhone = 551133000000 + Math.floor(Math.random() * 100_000);

/** An instance on a provider's stand-in, with one typebot. */
export interface Shop {
  id: string;
  /** The answer of `POST /instances`. */
  made: Json;
  typebotId: string;
  provider: Provider;
  /** Posts webhooks one after another, each of which must be answered 200; returns the last answer. */
  post(...webhooks: Webhook[]): Promise<Reply>;
  /** Posts one webhook and accepts any answer. */
  send(webhook: Webhook): Promise<Reply>;
  guest(phone?: string): Guest;
  /** Starts a session with the typebot through the API. */
  start(phone: string): Promise<void>;
  health(): Promise<Json>;
}

/** A contact played by the test. */
export interface Guest extends Person {
  phone: string;
  heard(): Sent[];
  /** Waits until the contact has received `count` messages and Parley has recorded this; returns the messages. */
  hears(count: number): Promise<Sent[]>;
  session(): Promise<Json>;
  transcript(): Promise<Json[]>;
}

export async function openShop(
  parley: Parley,
  provider: Provider,
  settings: { channel?: Json; typebot?: Json; transcription?: Json } = {},
): Promise<Shop> {
  const { channel, typebot, transcription } = settings;
  const body = { name: 'Shop', channel: { ...provider.channel, ...channel }, transcription };
  const { status, body: made } = await parley.call('POST', '/instances', body);
  expect(status, JSON.stringify(made)).toBe(201);
  provider.connected?.(made.webhook.url);
  const id = String(made.id);
  const config = {
    typebot_url: parley.typebot.url,
    public_id: 'branch-pub',
    trigger_type: 'all',
    keep_open: true,
    // Tests write faster than people.
    max_turns_per_minute: 0,
  };
  const configured = await parley.call('POST', `/instances/${id}/typebots`, { ...config, ...typebot });
  expect(configured.status, JSON.stringify(configured.body)).toBe(201);
  const send = ({ suffix, headers, body: raw }: Webhook) =>
    parley.call('POST', `/webhooks/${id}${suffix}`, raw, headers);
  const shop: Shop = {
    ...{ id, made, provider, send, typebotId: String(configured.body.typebot_id) },
    post: async (...webhooks) => {
      let last: Reply = { status: 0, body: undefined };
      for (const webhook of webhooks) {
        last = await send(webhook);
        expect(last.status, JSON.stringify(last.body)).toBe(200);
      }
      return last;
    },
    guest: (phone = String((nextPhone += 1))) => guestOf(parley, shop, phone),
    start: async (phone) => {
      const path = `/instances/${id}/typebots/${shop.typebotId}/sessions/start`;
      const started = await parley.call('POST', path, { phone, message: 'start' });
      expect(started.status, JSON.stringify(started.body)).toBe(200);
    },
    health: async () => (await parley.call('GET', `/instances/${id}/health`)).body,
  };
  return shop;
}

function guestOf(parley: Parley, { id, provider }: Shop, phone: string): Guest {
  const heard = () => provider.server.sends.filter((sent) => sent.phone.replace(/@.*/, '') === phone);
  const sessions = `/instances/${id}/typebots/sessions`;
  const session = async () => (await parley.call('GET', `${sessions}?phone=${phone}`)).body[0];
  return {
    ...provider.person(phone),
    ...{ phone, heard, session },
    hears: async (count) => {
      const sends = await until(() => {
        const sofar = heard();
        if (sofar.length < count) {
          throw new Error(
            `heard ${sofar.length} of ${count}: ${JSON.stringify(sofar.map(({ text }) => text))}`,
          );
        }
        return sofar;
      });
      await until(async () => {
        const { rowCount } = await parley.db.query(
          "SELECT 1 FROM outbox WHERE instance_id = $1 AND state = 'sending'",
          [id],
        );
        expect(rowCount).toBeLessThanOrEqual(provider.server.answering);
      });
      return sends;
    },
    transcript: async () => {
      const { id: sessionId } = await session();
      const { body } = await parley.call('GET', `${sessions}/${sessionId}/messages`);
      return body.messages;
    },
  };
}
