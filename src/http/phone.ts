import { addressKey, phoneJid } from '../channels/jid.js';

/** The comparison key under which the contact of a phone number is found, for `SessionFilter.addressKey`. */
export function phoneAddressKey(digits: string): string {
  return addressKey(phoneJid(digits));
}

/** A phone number in a path: 8 to 15 digits and nothing else. */
export function isPhone(text: string): boolean {
  return /^\d{8,15}$/.test(text);
}
