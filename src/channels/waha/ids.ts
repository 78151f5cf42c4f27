import { parseJid, phoneDigits } from '../jid.js';
import type { WahaReference } from './wire.js';

/** The parts of a WAHA message id `{fromMe}_{chatId}_{keyId}[_{participant}]`. */
export interface WahaId {
  fromMe: boolean;
  chatId: string;
  keyId: string;
  participant?: string;
}

/**
 * Reads a message's id. Chat and participant are taken from it, because the engines disagree about `from` and `to` of
 * own messages; if it is a bare key id, they are taken from the payload. Undefined without an id or a chat.
 */
export function readWahaId(reference: WahaReference): WahaId | undefined {
  const { id, from, to, fromMe, participant } = reference;
  const full = splitId(id ?? '');
  if (full) return { ...full, participant: full.participant ?? participant };
  const chatId = fromMe ? to : from;
  return id && chatId ? { fromMe: fromMe ?? false, chatId, keyId: keyPart(id), participant } : undefined;
}

function splitId(id: string): WahaId | undefined {
  const match = /^(true|false)_(.+?@[^_]+)_([^_]+)(?:_(.+))?$/.exec(id);
  if (!match) return undefined;
  const [, fromMe, chatId = '', keyId = '', participant] = match;
  return { fromMe: fromMe === 'true', chatId, keyId, participant };
}

/** The key id in a full or bare message id; in a group either may end with the participant. */
export function keyPart(id: string): string {
  return splitId(id)?.keyId ?? id.replace(/_[^_@]+(?:_[^_@]+)?@[a-z.]+$/, '');
}

/** The full id of a contact's message, given its key id. */
export function fullId(keyId: string, jid: string): string {
  return keyId.includes('@') ? keyId : `false_${chatIdOf(jid)}_${keyId}`;
}

/** The chat id that WAHA expects: phones are at `c.us`. */
export function chatIdOf(jid: string): string {
  const digits = phoneDigits(jid);
  return digits === undefined ? jid : `${digits}@c.us`;
}

/** The canonical JID of a chat id; undefined when it is none. */
export function jidOf(chatId: string | undefined): string | undefined {
  return chatId === undefined ? undefined : (parseJid(chatId) ?? undefined);
}
