import { element } from './dom.js';
import type { Contact, State } from './wire.js';

const storageKey = 'parley-sandbox-contacts';
const presets: Contact[] = [
  { name: 'Ana', phone: '5511987650001' },
  { name: 'Bruno', phone: '5511987650002' },
];

const people: Contact[] = load();
const seenCount = new Map<string, number>();
const outCount = new Map<string, number>();
let current = people[0] ?? { name: 'Ana', phone: '5511987650001' };
let redraw = (): void => undefined;

function load(): Contact[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    const contacts = Array.isArray(stored) ? stored.filter(isContact) : [];
    return contacts.length > 0 ? contacts : presets;
  } catch {
    return presets;
  }
}

function isContact(value: unknown): value is Contact {
  return typeof value === 'object' && value !== null && 'name' in value && 'phone' in value;
}

/** The contact whose phone is shown. */
export const selected = (): Contact => current;

/** Shows another contact's phone. */
export function select(contact: Contact): void {
  current = contact;
  redraw();
}

/** Adds a contact, or renames the one with this phone, and selects it. Contacts are stored in the browser. */
export function addContact(contact: Contact): void {
  const known = people.find((one) => one.phone === contact.phone);
  if (known) known.name = contact.name;
  else people.push(contact);
  localStorage.setItem(storageKey, JSON.stringify(people));
  select(known ?? contact);
}

/** Shows the list of contacts and calls back when one is picked. */
export function contactList(list: HTMLElement, onPick: (contact: Contact) => void): void {
  redraw = () => list.replaceChildren(...people.map((contact) => listItem(contact, onPick)));
  redraw();
}

/** A circle with the contact's initial, in the contact's colour. */
export function avatarOf(contact: Contact): HTMLElement {
  const made = element('span', 'avatar', contact.name.slice(0, 1).toUpperCase());
  made.style.setProperty('--hue', String((Number(contact.phone.slice(-4)) * 137) % 360));
  return made;
}

function listItem(contact: Contact, onPick: (contact: Contact) => void): HTMLElement {
  const made = element(
    'button',
    '',
    avatarOf(contact),
    element('span', '', contact.name, element('small', '', `+${contact.phone}`)),
  );
  const news = (outCount.get(contact.phone) ?? 0) - (seenCount.get(contact.phone) ?? 0);
  if (news > 0 && contact !== current) made.append(element('span', 'unread', String(news)));
  made.ariaCurrent = String(contact === current);
  made.addEventListener('click', () => onPick(contact));
  return element('li', '', made);
}

/** Counts the messages that each contact has not seen. */
export const unread = {
  seen(phone: string, state: State): void {
    outCount.set(phone, countOut(state));
    seenCount.set(phone, countOut(state));
  },
  async look(read: (phone: string) => Promise<State>): Promise<void> {
    for (const { phone } of people.filter((one) => one !== current)) {
      const count = countOut(await read(phone));
      outCount.set(phone, count);
      // Messages from before the page was opened count as seen.
      if (!seenCount.has(phone)) seenCount.set(phone, count);
    }
    redraw();
  },
};

const countOut = (state: State) => state.messages.filter((message) => message.direction === 'out').length;
