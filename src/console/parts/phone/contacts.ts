/** A contact that the phone plays; `phone` in digits. */
export interface PhoneContact {
  name: string;
  phone: string;
}

const STORED = 'parley.phone.contacts';
const FIRST: PhoneContact[] = [
  { name: 'Ana', phone: '5511987650001' },
  { name: 'Bruno', phone: '5511987650002' },
];

/** The contacts stored in this browser, at first two examples. */
export function storedContacts(): PhoneContact[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
    const contacts = Array.isArray(stored) ? stored.filter(isContact) : [];
    return contacts.length > 0 ? contacts : FIRST;
  } catch {
    return FIRST;
  }
}

/** Adds a contact, or renames the one with the same number; stores and returns the new list. */
export function withContact(contacts: readonly PhoneContact[], added: PhoneContact): PhoneContact[] {
  const all = [...contacts.filter(({ phone }) => phone !== added.phone), added];
  localStorage.setItem(STORED, JSON.stringify(all));
  return all;
}

function isContact(value: unknown): value is PhoneContact {
  if (typeof value !== 'object' || value === null) return false;
  const { name, phone } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof phone === 'string';
}
