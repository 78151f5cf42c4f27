import type { InboundMessage } from '../../activities/ports/messages.js';

const phoneServer = 's.whatsapp.net';
const keptServers = ['g.us', 'broadcast', 'newsletter', 'bsuid', 'generic'];
/** Longest part before the `@`. No real one is longer, and addresses are kept in database indexes. */
const maxUserLength = 128;
/** Longest server name, including its `@`. */
const maxServerLength = 32;

/** One address of a contact. `key` is unique and used for comparing: see `addressKey`. */
export interface ContactAddress {
  jid: string;
  key: string;
}

/** The canonical form of a JID; null when it is no kind of address that Parley knows. */
export function parseJid(raw: string): string | null {
  if (raw.length > maxUserLength + maxServerLength) return null;
  const [user = '', rawServer = '', ...rest] = raw.split('@');
  if (!user || user.length > maxUserLength || !rawServer || rest.length > 0) return null;
  const server = rawServer.toLowerCase() === 'c.us' ? phoneServer : rawServer.toLowerCase();
  if (server === phoneServer || server === 'lid') {
    // Before a device (`:1`), servers in Go write the agent as `.0`, others as `_0`.
    const digits = /^(\d+)(?:[._]\d+)?(?::\d+)?$/.exec(user)?.[1];
    return digits ? `${digits}@${server}` : null;
  }
  return keptServers.includes(server) ? `${user}@${server}` : null;
}

/** The canonical form of a JID in foreign data; undefined when it is none. */
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

/** Whether an address is that of a person, a group, status updates (stories) or a WhatsApp channel (newsletter). */
export function chatKind(jid: string): 'contact' | 'group' | 'status' | 'newsletter' {
  if (jid.endsWith('@g.us')) return 'group';
  if (jid.endsWith('@broadcast')) return 'status';
  return jid.endsWith('@newsletter') ? 'newsletter' : 'contact';
}

/**
 * Chooses the address of a chat among those in a message key. For a person: the phone, if known, with the LID as the
 * alternative. For a group, status or newsletter: its own address only, since all others are those of the writer.
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

/** The digits of a phone number in any notation, without a leading `00`. */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '').replace(/^00/, '');
}

/** The digits of a phone number as a provider gives it; undefined for none or for more than the 15 of the longest. */
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
 * Longer spellings of phone numbers, each with the shorter one that is also in use. Mexico had, and Argentina has,
 * a digit before mobile numbers dialled from abroad (libphonenumber's "mobile token"); Brazil and Benin lengthened
 * their existing numbers. Different numbers never share a shorter spelling.
 */
const spellings: readonly [RegExp, string][] = [
  [/^55(\d{2})9([6-9]\d{7})$/, '55$1$2'],
  [/^521(\d{10})$/, '52$1'],
  [/^549(\d{10})$/, '54$1'],
  [/^22901(\d{8})$/, '229$1'],
];

/** The shorter spelling of a phone number. For comparing only: messages are sent to the address that was received. */
export function comparisonKey(digits: string): string {
  return spellings.reduce((key, [spelling, shorter]) => key.replace(spelling, shorter), digits);
}

/** The comparison key of an address: a phone in its shorter spelling, everything else unchanged. */
export function addressKey(jid: string): string {
  const digits = phoneDigits(jid);
  return digits === undefined ? jid : phoneJid(comparisonKey(digits));
}

/** All addresses of the contact in a message; the first is where replies go. For a group: only the group's. */
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
