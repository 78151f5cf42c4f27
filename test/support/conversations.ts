import { expect } from 'vitest';
import type { Parley, Reply, TestContact, TestInstance } from './parley.js';
import { until } from './parley.js';
import { textBubble } from './typebot/stand-in.js';
import type { StandInAnswer, StandInFlow } from './typebot/stand-in.js';

/** A promise and the function that resolves it, to hold back a stand-in's answer until the test releases it. */
export function hold(): { until: Promise<void>; release: () => void } {
  let release: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until: promise, release };
}

const question = { type: 'text input', options: {} };

/** Text bubbles and a question, or, if `ends`, text bubbles that end the flow. */
export function says(texts: string[], ends = false): StandInAnswer {
  const messages = texts.map((text, index) => textBubble(`b${index}`, text));
  return ends ? { messages } : { messages, input: { id: 'i', ...question } };
}

/** Answers every message, including the first, with `Got <text>`; `five` with five bubbles; `bye` ends the flow. */
export const echo: StandInFlow = {
  answers: [{ messages: [], input: { id: 'i', ...question } }],
  branch: (stored) => {
    if (stored === 'five') return says(['1', '2', '3', '4', '5']);
    return stored === 'bye' ? says(['Bye'], true) : says([`Got ${stored ?? ''}`]);
  },
};

/** The flows of these tests, for `useParley`. */
export const flows = { flows: { 'echo-pub': echo, 'other-pub': echo } };

/** All texts that the stand-in got, including first messages, in order. */
export function textsGiven(parley: Parley): string[] {
  return parley.typebot.calls.flatMap(({ kind, body }) => {
    const message = body.message as { text?: string } | string | undefined;
    if (kind === 'other' || message === undefined) return [];
    return [typeof message === 'string' ? message : (message.text ?? '')];
  });
}

/** The members of a transcript item that tests look at. */
export interface Item {
  direction: string;
  sender: string;
  text: string;
  delivery: string;
  content_type: string;
  provider_message_id: string | null;
  error: { reason: string } | null;
  participant: string | null;
}

/** Calls on one session, by its id. */
export function sessionCalls(parley: Parley, shop: TestInstance) {
  const base = `/instances/${shop.id}/typebots/sessions`;
  const post = (path: string, body: unknown = {}, headers?: Record<string, string>) =>
    parley.call('POST', `${base}/${path}`, body, headers);
  return {
    pause: (id: string, minutes?: number) => post(`${id}/pause`, minutes === undefined ? {} : { minutes }),
    resume: (id: string) => post(`${id}/resume`),
    close: (id: string) => post(`${id}/close`),
    operator: (id: string, message: string, pause = true) => post(`${id}/messages`, { message, pause }),
    start: (body: object, headers?: Record<string, string>): Promise<Reply> =>
      post('start', body, headers && { 'api-key': parley.key, ...headers }),
    mute: (phone: string, minutes: number) =>
      parley.call('POST', `/instances/${shop.id}/contacts/${phone}/mute`, { minutes }),
    read: (id: string) => parley.call('GET', `${base}/${id}`),
    events: async (id: string): Promise<{ type: string; data: Record<string, unknown> }[]> =>
      (await parley.call('GET', `${base}/${id}/events?limit=200`)).body.events,
    transcript: async (id: string): Promise<Item[]> =>
      (await parley.call('GET', `${base}/${id}/messages?limit=200`)).body.messages,
    yourgpt: (sessionUid: string, change: object) =>
      parley.call('POST', '/chatbot/v1/updateSession', { session_uid: sessionUid, ...change }),
    codechat: (id: string, action: string) =>
      parley.call('PATCH', `/api/v2/instance/${shop.id}/typebot-integration/session/${id}`, { action }),
  };
}

/** A contact whose `hi` has opened a session and was answered by the echo flow. */
export async function greeted(parley: Parley, settings: object = {}) {
  const shop = await parley.instance({ public_id: 'echo-pub', ...settings });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const session = await ana.session();
  return { shop, ana, session, id: session.id as string, ...sessionCalls(parley, shop) };
}

/**
 * As `greeted`, in the middle of a delivery: the first of five bubbles was sent, the second is held at the provider.
 */
export async function inDelivery(parley: Parley, settings: object = {}) {
  const started = await greeted(parley, settings);
  const second = hold();
  const before = parley.receiver.requests.length;
  parley.receiver.fail({});
  parley.receiver.fail({ until: second.until });
  await started.ana.says('five');
  await until(() => expect(parley.receiver.requests.length).toBe(before + 2));
  return { ...started, second };
}

/** Waits until the contact's newest session has these values, and returns it. */
export function sessionIs(contact: TestContact, values: object) {
  return until(async () => {
    const session = await contact.session();
    expect(session).toMatchObject(values);
    return session;
  });
}

/** Waits until the stand-in has got `count` calls in all. */
export function callsAre(parley: Parley, count: number): Promise<void> {
  return until(() => {
    expect(parley.typebot.calls.length).toBeGreaterThanOrEqual(count);
  });
}
