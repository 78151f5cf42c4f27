import type { InboundMessage } from '../../activities/ports/messages.js';

const phoneServer = 's.whatsapp.net';
const keptServers = ['g.us', 'broadcast', 'newsletter', 'bsuid', 'generic'];
/** Longest user part: an address becomes part of an index, and nobody's is longer. */
const maxUserLength = 128;
/** No server's name is longer, its `@` included. */
const maxServerLength = 32;

/** One way to find a contact. `key` is what is compared and unique: for phones in their shortest spelling. */
export interface ContactAddress {
  jid: string;
  key: string;
}

/** Canonical form of a JID; null for what is no chat address Parley knows. */
export function parseJid(raw: string): string | null {
  if (raw.length > maxUserLength + maxServerLength) return null;
  const [user = '', rawServer = '', ...rest] = raw.split('@');
  if (!user || user.length > maxUserLength || !rawServer || rest.length > 0) return null;
  const server = rawServer.toLowerCase() === 'c.us' ? phoneServer : rawServer.toLowerCase();
  if (server === phoneServer || server === 'lid') {
    // Go's servers write the agent as `.0`, the others as `_0`.
    const digits = /^(\d+)(?:[._]\d+)?(?::\d+)?$/.exec(user)?.[1];
    return digits ? `${digits}@${server}` : null;
  }
  return keptServers.includes(server) ? `${user}@${server}` : null;
}

/** The canonical form of a value of unknown type, undefined when it is none. */
export function readJid(value: unknown): string | undefined {
  return typeof value === 'string' ? (parseJid(value) ?? undefined) : undefined;
}

/** The JID of a phone number given as digits. */
export function phoneJid(digits: string): string {
  return `${digits}@${phoneServer}`;
}

/** The part before the `@`. */
export function userOf(jid: string): string {
  return jid.slice(0, jid.indexOf('@') < 0 ? undefined : jid.indexOf('@'));
}

/** The digits of a phone JID; undefined for a LID, a group or any other address. */
export function phoneDigits(jid: string): string | undefined {
  return jid.endsWith(`@${phoneServer}`) ? userOf(jid) : undefined;
}

/** Whether the address is a person, a group, stories or a channel. */
export function chatKind(jid: string): 'contact' | 'group' | 'status' | 'newsletter' {
  if (jid.endsWith('@g.us')) return 'group';
  if (jid.endsWith('@broadcast')) return 'status';
  return jid.endsWith('@newsletter') ? 'newsletter' : 'contact';
}

/**
 * Phone and LID of a message key: the phone is the address when it is known. A group, stories
 * or a channel is its own address: what else the key names is whoever wrote there.
 */
export function chooseJids(key: {
  remoteJid?: unknown;
  remoteJidAlt?: unknown;
  senderPn?: unknown;
  /** Further addresses of the same person. */
  others?: unknown[];
}): { remoteJid?: string; remoteJidAlt?: string } {
  const chat = readJid(key.remoteJid);
  if (chat && chatKind(chat) !== 'contact') return { remoteJid: chat };
  const known = [chat, ...[key.remoteJidAlt, key.senderPn, ...(key.others ?? [])].map(readJid)];
  const phone = known.find((jid) => jid?.endsWith(`@${phoneServer}`));
  const lid = known.find((jid) => jid?.endsWith('@lid'));
  if (phone) return lid ? { remoteJid: phone, remoteJidAlt: lid } : { remoteJid: phone };
  const first = lid ?? known[0];
  return first ? { remoteJid: first } : {};
}

/** The digits of a number however it is written, without a leading `00`. */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '').replace(/^00/, '');
}

/** The digits of a phone number as a provider gives it; undefined for what is none: more than 15 are no phone. */
export function readWaId(text: string | undefined): string | undefined {
  const digits = digitsOf(text ?? '');
  return /^\d{1,15}$/.test(digits) ? digits : undefined;
}

/** Meta's business-scoped user id; undefined for anything else. */
export function readBsuid(text: string | undefined): string | undefined {
  const known = text !== undefined && text.length <= maxUserLength;
  return known && /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]+$/.test(text) ? text : undefined;
}

/**
 * Spellings of one number that are in use beside each other, each with its shorter form. libphonenumber calls the digit
 * that Mexico had and Argentina has before a mobile number abroad the mobile token; Brazil and Benin gave all old
 * numbers further digits. No two numbers of one of these countries have the same shorter form.
 */
const spellings: readonly [RegExp, string][] = [
  [/^55(\d{2})9([6-9]\d{7})$/, '55$1$2'],
  [/^521(\d{10})$/, '52$1'],
  [/^549(\d{10})$/, '54$1'],
  [/^22901(\d{8})$/, '229$1'],
];

/** What two spellings of one phone number have in common: only for comparing, a message goes to the address received. */
export function comparisonKey(digits: string): string {
  return spellings.reduce((key, [spelling, shorter]) => key.replace(spelling, shorter), digits);
}

/** The comparison key of any address: phones in their shortest spelling, everything else as it is. */
export function addressKey(jid: string): string {
  const digits = phoneDigits(jid);
  return digits === undefined ? jid : phoneJid(comparisonKey(digits));
}

/** Every address of the contact that a message carries, the one a reply goes to first. In a group: the group. */
export function addressesOf(
  message: Pick<InboundMessage, 'remoteJid' | 'remoteJidAlt' | 'waId' | 'bsuid' | 'isGroup'>,
): ContactAddress[] {
  const jids = message.isGroup
    ? [message.remoteJid]
    : [
        message.remoteJid,
        message.remoteJidAlt,
        message.waId && phoneJid(message.waId),
        message.bsuid && `${message.bsuid}@bsuid`,
      ];
  const byKey = new Map<string, ContactAddress>();
  for (const jid of jids) {
    if (jid && !byKey.has(addressKey(jid))) byKey.set(addressKey(jid), { jid, key: addressKey(jid) });
  }
  return [...byKey.values()];
}
