import type { SharedContact } from '../../../activities/ports/messages.js';

/** In UTF-16 units. Name and numbers come first; a long vCard is long because of the picture at its end. */
const MAX_READ = 65_536;

/** The contact in a vCard: `displayName`, else its FN, as the name; phones as written in its TEL lines. */
export function contactFromVcard(vcard: string, displayName?: string): SharedContact {
  const lines = vcard.slice(0, MAX_READ).split(/\r?\n/);
  const fullName = lines.map((line) => /^(?:\w+\.)?FN[^:]*:(.*)$/i.exec(line)?.[1]?.trim()).find(Boolean);
  const phones = lines.flatMap((line) => /^(?:\w+\.)?TEL[^:]*:(.+)$/i.exec(line)?.[1]?.trim() ?? []);
  return { name: displayName || fullName || phones[0] || '', phones, vcard };
}
