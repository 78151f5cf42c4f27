/** A button, or a row of a list. The server belongs to this page, so its JSON is not checked. */

export interface Row {
  id: string;
  title: string;
  description?: string;
}

/** The members of a message's content that the page shows; which are present depends on the type. */
export interface Content {
  contentType?: string;
  type?: string;
  text?: string;
  title?: string;
  caption?: string;
  body?: string;
  footer?: string;
  header?: string | { type: string; text?: string; url?: string };
  button?: string;
  buttons?: Row[];
  sections?: { title?: string; rows: Row[] }[];
  displayText?: string;
  url?: string;
  name?: string;
  address?: string;
  latitude?: number;
  longitude?: number;
  fileName?: string;
  emoji?: string | null;
  contacts?: { name: string; phone?: string }[];
  media?: { url?: string; base64?: string; mimeType?: string; fileName?: string };
}

/** One message of a chat; `in` is from the contact. */
export interface Message {
  id: string;
  direction: 'in' | 'out';
  sender: string;
  keyId: string | null;
  content: Content;
  read: boolean;
  at: string;
}

/** The contact's newest session. `busy`: the bot is at work on an answer. */
export interface Session {
  status: string;
  chatMode: string;
  closeReason: string | null;
  typebot: string;
  busy: boolean;
}

/** What the phone of a contact shows. */
export interface State {
  session: Session | null;
  messages: Message[];
}

/** A contact that the page plays; `phone` in digits. */
export interface Contact {
  phone: string;
  name: string;
}

/** Reads the state of a contact's phone. */
export async function readState(instanceId: string, phone: string): Promise<State> {
  const response = await fetch(`/sandbox/state?${new URLSearchParams({ instance: instanceId, phone })}`);
  if (!response.ok) throw new Error(`the state answered ${response.status}`);
  return response.json();
}

/** Delivers one message to Parley's webhook, as a provider would; throws when it is refused. */
export async function deliver(
  instanceId: string,
  from: Contact,
  keyId: string,
  content: object,
): Promise<void> {
  const response = await fetch(`/webhooks/${instanceId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ keyId, from, timestamp: Date.now(), content }] }),
  });
  if (!response.ok) throw new Error(`Not delivered: the webhook answered ${response.status}`);
}
