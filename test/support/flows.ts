import { expect } from 'vitest';
import { recorded, until } from './parley.js';
import type { Parley, TestContact, TestInstance } from './parley.js';
import { textBubble } from './typebot/stand-in.js';
import type { StandInAnswer, StandInCall } from './typebot/stand-in.js';

type Json = Record<string, unknown>;

/** Settings of the two kinds of generic channel on which flows are tested. */
export const channels = { native: {}, textOnly: { capabilities: { buttons: 0, list: false } } };

/** One contact in a flow, with everything sent to the contact and to Typebot since it began. */
export interface Conversation {
  shop: TestInstance;
  contact: TestContact;
  /** Sends a text, or a message with any content, and waits for `count` messages (default 1). */
  say(message: string | Json, count?: number): Promise<Json[]>;
  /** Contents sent to the contact so far. */
  contents(): Json[];
  /** Taps the button or row with this title in the newest message that has one, and waits like `say`. */
  tap(title: string, count?: number): Promise<Json[]>;
  /** Calls that reached the viewer for this contact. */
  calls(): StandInCall[];
  /** Messages of its continueChat calls; null: without a message. */
  given(): unknown[];
  /** The timeline of its newest session. */
  events(): Promise<{ type: string; data: Json }[]>;
  ends(values: object): Promise<Json>;
}

export async function converse(parley: Parley, settings: Json, channel: Json = {}): Promise<Conversation> {
  const shop = await parley.instance({ locale: 'en', ...settings }, channel);
  const contact = shop.contact();
  const calls = () => parley.typebot.callsOf(contact);
  const contents = () => parley.receiver.sentTo(contact.phone).map(({ content }) => content);
  const wait = async (known: number, count: number) => {
    await until(() => expect(contents().length).toBeGreaterThanOrEqual(known + count));
    const heard = contents().slice(known);
    await recorded(parley.db, parley.receiver.sentTo(contact.phone));
    return heard;
  };
  const conversation: Conversation = {
    ...{ shop, contact, contents, calls },
    say: async (message, count = 1) => {
      const known = contents().length;
      const sent =
        typeof message === 'string' ? await contact.says(message) : await contact.sends({ content: message });
      expect(sent.status).toBe(200);
      return wait(known, count);
    },
    tap: (title, count) =>
      conversation.say({ contentType: 'buttonReply', id: idOf(contents(), title), title }, count),
    given: () => calls().flatMap(({ kind, body }) => (kind === 'continue' ? [body.message ?? null] : [])),
    events: async () => {
      const { id } = await contact.session();
      const path = `/instances/${shop.id}/typebots/sessions/${id}/events?limit=200`;
      return (await parley.call('GET', path)).body.events;
    },
    ends: (values) =>
      until(async () => {
        const session = await contact.session();
        expect(session).toMatchObject(values);
        return session;
      }),
  };
  return conversation;
}

function idOf(contents: Json[], title: string): string {
  const options = contents.flatMap((content) => [
    ...((content.buttons as { id: string; title: string }[] | undefined) ?? []),
    ...((content.sections as { rows: { id: string; title: string }[] }[] | undefined) ?? []).flatMap(
      ({ rows }) => rows,
    ),
  ]);
  const found = options.findLast((option) => option.title === title);
  if (!found) throw new Error(`nobody offered ${title}`);
  return found.id;
}

/** A text as the generic channel posts it. */
export const text = (words: string): Json => ({ type: 'text', text: words });

/** Titles of the buttons or rows of a content. */
export function titles(content: Json | undefined): string[] {
  const buttons = (content?.buttons as { title: string }[] | undefined) ?? [];
  const sections = (content?.sections as { rows: { title: string }[] }[] | undefined) ?? [];
  return [...buttons, ...sections.flatMap(({ rows }) => rows)].map(({ title }) => title);
}

/** A step of a flow: some texts and an input of a type. */
export function asks(words: string, type: string, rest: Json = {}): StandInAnswer {
  return {
    messages: words ? [textBubble(`b-${words}`, words)] : [],
    input: { id: `i-${words}`, type, options: {}, ...rest },
  };
}

/** A choice of these labels, with ids `it_1`, `it_2`, … */
export function asksChoice(words: string, labels: string[], options: Json = {}): StandInAnswer {
  const items = labels.map((content, index) => ({ id: `it_${index + 1}`, content }));
  return asks(words, 'choice input', { items, options });
}

/** The end of a flow. */
export function bye(words = 'Bye'): StandInAnswer {
  return { messages: [textBubble('b-bye', words)] };
}
