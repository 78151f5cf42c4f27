import type { SharedContact } from '../../../activities/ports/messages.js';

/** Name and numbers stand at the beginning; what may be long is a picture at the end. */
const MAX_READ = 65_536;

/** A shared contact from a vCard: the name from FN, the phones as written after the colon of each TEL line. */
export function contactFromVcard(vcard: string, displayName?: string): SharedContact {
  const lines = vcard.slice(0, MAX_READ).split(/\r?\n/);
  const fullName = lines.map((line) => /^(?:\w+\.)?FN[^:]*:(.*)$/i.exec(line)?.[1]?.trim()).find(Boolean);
  const phones = lines.flatMap((line) => /^(?:\w+\.)?TEL[^:]*:(.+)$/i.exec(line)?.[1]?.trim() ?? []);
  return { name: displayName || fullName || phones[0] || '', phones, vcard };
}
