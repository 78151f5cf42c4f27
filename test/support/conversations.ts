import { expect } from 'vitest';
import type { Parley, Reply, TestContact, TestInstance } from './parley.js';
import { until } from './parley.js';
import { textBubble } from './typebot/stand-in.js';
import type { Addressed, StandInAnswer, StandInFlow } from './typebot/stand-in.js';

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

/** All texts that the stand-in got from this contact, including first messages, in order. */
export function textsGiven(parley: Parley, contact: Addressed): string[] {
  return parley.typebot.callsOf(contact).flatMap(({ kind, body }) => {
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

/** What a stand-in has got and answers only after `release`. */
export interface Held {
  release: () => void;
}

/** Does something after which the viewer gets a call for this contact, which it holds. */
export async function holdCall(
  parley: Pick<Parley, 'typebot'>,
  contact: Addressed,
  act: () => Promise<unknown>,
): Promise<Held> {
  const call = hold();
  const calls = () => parley.typebot.callsOf(contact).filter(({ kind }) => kind !== 'other').length;
  const before = calls();
  parley.typebot.fail({ of: contact, until: call.until });
  await act();
  await until(() => expect(calls()).toBeGreaterThan(before));
  return call;
}

/** The contact writes, and the viewer has got the call and holds it. */
export function asked(parley: Parley, contact: TestContact, text: string): Promise<Held> {
  return holdCall(parley, contact, () => contact.says(text));
}

/** Does something after which this contact is sent messages, and the provider holds the `nth` of them. */
export async function holdSend(
  parley: Pick<Parley, 'receiver'>,
  { contact, nth = 1 }: { contact: { phone: string }; nth?: number },
  act: () => Promise<unknown>,
): Promise<Held> {
  const send = hold();
  const before = parley.receiver.requestsTo(contact).length;
  for (let other = 1; other < nth; other += 1) parley.receiver.fail({ to: contact });
  parley.receiver.fail({ to: contact, until: send.until });
  await act();
  await until(() => expect(parley.receiver.requestsTo(contact).length).toBeGreaterThanOrEqual(before + nth));
  return send;
}

/** The contact writes `five`, and the second bubble of the answer is held at the provider. */
export function saysFive(parley: Parley, contact: TestContact): Promise<Held> {
  return holdSend(parley, { contact, nth: 2 }, () => contact.says('five'));
}

/** As `greeted`, in the middle of a delivery: see `saysFive`. */
export async function inDelivery(parley: Parley, settings: object = {}) {
  const started = await greeted(parley, settings);
  return { ...started, second: await saysFive(parley, started.ana) };
}

/** Waits until the contact's newest session has these values, and returns it. */
export function sessionIs(contact: TestContact, values: object) {
  return until(async () => {
    const session = await contact.session();
    expect(session).toMatchObject(values);
    return session;
  });
}
