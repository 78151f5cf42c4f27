import { bubble, type Taps } from './bubbles.js';
import { button, byId, element } from './dom.js';
import { addContact, avatarOf, contactList, select, selected, unread } from './people.js';
import { deliver, readState, type Content, type Row, type Session, type State } from './wire.js';

const chat = byId('chat', HTMLElement);
const compose = byId('compose', HTMLFormElement);
const sheet = byId('sheet', HTMLDialogElement);
const attach = byId('attach', HTMLDetailsElement);
const file = byId('file', HTMLInputElement);
const pollMs = 700;

const previews = new Map<string, string>();
// Not awaited here, so that input before the answer arrives is not lost.
const instance = findInstance();
let shown = '';

async function findInstance(): Promise<string> {
  const asked = new URLSearchParams(location.search).get('instance');
  if (asked) return asked;
  const settings = await fetch('/sandbox/settings');
  return (await settings.json()).instance_id;
}

const taps: Taps = {
  tap: (contentType, row) => void send(replyContent(contentType, row)),
  openList,
  shareLocation: () =>
    void send({ contentType: 'location', latitude: -23.5613, longitude: -46.6565, name: 'Here' }),
  preview: (keyId) => (keyId === null ? undefined : previews.get(keyId)),
};

function replyContent(contentType: string, row: Row): object {
  const { id, title, description } = row;
  return description ? { contentType, id, title, description } : { contentType, id, title };
}

async function send(content: object, previewUrl?: string): Promise<void> {
  const keyId = `SBX${crypto.randomUUID().replaceAll('-', '').toUpperCase()}`;
  if (previewUrl) previews.set(keyId, previewUrl);
  try {
    await deliver(await instance, selected(), keyId, content);
    await refresh();
  } catch (error) {
    chat.append(element('p', 'notice', error instanceof Error ? error.message : 'Not delivered'));
    showNewest();
  }
}

async function refresh(): Promise<void> {
  const { phone } = selected();
  const state = await readState(await instance, phone);
  // Another contact may have been selected meanwhile.
  if (selected().phone === phone) show(state);
}

function show(state: State): void {
  const { name, phone } = selected();
  unread.seen(phone, state);
  const fingerprint = JSON.stringify([phone, state]);
  if (fingerprint === shown) return;
  shown = fingerprint;
  byId('avatar', HTMLElement).replaceWith(withId(avatarOf(selected()), 'avatar'));
  byId('who', HTMLElement).textContent = name;
  showSession(state);
  chat.replaceChildren(...state.messages.map((message) => bubble(message, taps)));
  if (state.messages.length === 0)
    chat.append(element('p', 'empty', `Say hello as ${name}. The bot of this instance will answer.`));
  if (isTyping(state))
    chat.append(
      element('div', 'bubble out typing', element('span', ''), element('span', ''), element('span', '')),
    );
  showNewest();
}

function withId(made: HTMLElement, id: string): HTMLElement {
  made.id = id;
  return made;
}

const isTyping = ({ session }: State) =>
  session?.busy === true && session.status === 'opened' && session.chatMode === 'bot';

function showSession(state: State): void {
  const chip = byId('session', HTMLElement);
  const { session } = state;
  chip.className = `chip ${session?.status ?? ''}`;
  chip.textContent = session ? sessionText(session) : 'no session';
  chip.title = session ? `${session.typebot} · chat mode ${session.chatMode}` : '';
  const presence = isTyping(state) ? 'the bot is typing…' : `+${selected().phone}`;
  byId('presence', HTMLElement).textContent = presence;
}

function sessionText({ status, closeReason, chatMode }: Session): string {
  const detail = status === 'closed' ? closeReason : chatMode === 'bot' ? null : chatMode;
  return detail ? `${status} · ${detail}` : status;
}

function openList(content: Content): void {
  const rows = (content.sections ?? []).flatMap((section) => [
    ...(section.title ? [element('h3', '', section.title)] : []),
    ...section.rows.map((row) => listRow(row)),
  ]);
  const cancel = button('Cancel', () => sheet.close());
  cancel.className = 'cancel';
  sheet.replaceChildren(element('h2', '', content.button ?? 'Options'), ...rows, cancel);
  sheet.showModal();
}

function listRow(row: Row): HTMLButtonElement {
  const made = button(row.title, () => {
    sheet.close();
    taps.tap('listReply', row);
  });
  if (row.description) made.append(element('small', '', row.description));
  return made;
}

async function sendFile(picked: File, contentType: string): Promise<void> {
  const bytes = new Uint8Array(await picked.arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const media = {
    mimeType: picked.type || 'application/octet-stream',
    fileName: picked.name,
    size: picked.size,
    fetch: { via: 'inline', base64: btoa(binary) },
  };
  await send({ contentType, media }, URL.createObjectURL(picked));
}

// Pictures get their height only after loading.
chat.addEventListener('load', showNewest, true);
// On a phone, the keyboard covers half of the page.
new ResizeObserver(showNewest).observe(chat);

function showNewest(): void {
  chat.scrollTop = chat.scrollHeight;
}

compose.addEventListener('submit', (event) => {
  event.preventDefault();
  const field = compose.querySelector('textarea');
  const text = field?.value.trim();
  if (!field || !text) return;
  field.value = '';
  void send({ contentType: 'text', text });
});

compose.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || !(event.target instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  compose.requestSubmit();
});

const accepts: Record<string, string> = { image: 'image/*', audio: 'audio/*', document: '' };

attach.addEventListener('click', (event) => {
  const kind = event.target instanceof HTMLElement ? event.target.dataset.attach : undefined;
  if (!kind) return;
  attach.open = false;
  if (kind === 'location') return taps.shareLocation();
  file.accept = accepts[kind] ?? '';
  file.dataset.kind = kind;
  file.click();
});

document.addEventListener('click', ({ target }) => {
  if (target instanceof Node && !attach.contains(target)) attach.open = false;
});

file.addEventListener('change', () => {
  const [picked] = file.files ?? [];
  if (picked) void sendFile(picked, file.dataset.kind ?? 'document');
  file.value = '';
});

byId('add', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  if (!(form instanceof HTMLFormElement)) return;
  const data = new FormData(form);
  addContact({ name: String(data.get('name')).trim(), phone: String(data.get('phone')).replace(/\D/g, '') });
  form.reset();
  void refresh();
});

contactList(byId('contacts', HTMLElement), (contact) => {
  select(contact);
  void refresh();
});

function showOutage(): void {
  shown = '';
  byId('presence', HTMLElement).textContent = 'Parley does not answer; trying again';
}

const instanceId = await instance;
byId('instance', HTMLElement).textContent = `Instance ${instanceId}`;

// The selected contact is polled often, the others just often enough for their unread counts.
for (let round = 0; ; round++) {
  await refresh().catch(showOutage);
  if (round % 4 === 0) await unread.look((phone) => readState(instanceId, phone)).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, pollMs));
}
