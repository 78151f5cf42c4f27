/** What the page reads and sends. The server is the page's own, so its JSON is taken as it is. */

export interface Row {
  id: string;
  title: string;
  description?: string;
}

/** The members of a message's content that the page shows; which are there depends on its type. */
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

export interface Message {
  id: string;
  direction: 'in' | 'out';
  sender: string;
  keyId: string | null;
  content: Content;
  read: boolean;
  at: string;
}

export interface Session {
  status: string;
  chatMode: string;
  closeReason: string | null;
  typebot: string;
  busy: boolean;
}

export interface State {
  session: Session | null;
  messages: Message[];
}

export interface Contact {
  phone: string;
  name: string;
}

/** What a contact's phone shows now. */
export async function readState(instanceId: string, phone: string): Promise<State> {
  const response = await fetch(`/sandbox/state?${new URLSearchParams({ instance: instanceId, phone })}`);
  if (!response.ok) throw new Error(`the state answered ${response.status}`);
  return response.json();
}

/** Delivers one message as a provider would; throws when the webhook refuses it. */
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
