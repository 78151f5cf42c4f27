import type { InboundContent, SharedContact } from '../../../activities/ports/messages.js';

/** In UTF-16 units. Name and numbers come first; a long vCard is long because of the picture at its end. */
const MAX_READ = 65_536;

/** The contact in a vCard: `displayName`, else its FN, as the name; phones as written in its TEL lines. */
export function contactFromVcard(vcard: string, displayName?: string): SharedContact {
  const lines = vcard.slice(0, MAX_READ).split(/\r?\n/);
  const fullName = lines.map((line) => /^(?:\w+\.)?FN[^:]*:(.*)$/i.exec(line)?.[1]?.trim()).find(Boolean);
  const phones = lines.flatMap((line) => /^(?:\w+\.)?TEL[^:]*:(.+)$/i.exec(line)?.[1]?.trim() ?? []);
  return { name: displayName || fullName || phones[0] || '', phones, vcard };
}

/** WhatsApp shares no more at once; more are hostile. */
const MAX_CONTACTS = 257;

/** The content of shared contacts, at most 257 of them; undefined when none has a name or a vCard. */
export function contactsContent(
  cards: readonly { displayName?: string; vcard?: string }[],
): InboundContent | undefined {
  const contacts = cards
    .filter(({ displayName, vcard }) => displayName ?? vcard)
    .slice(0, MAX_CONTACTS)
    .map(({ displayName = '', vcard }) =>
      vcard ? contactFromVcard(vcard, displayName) : { name: displayName, phones: [] },
    );
  return contacts.length === 0 ? undefined : { contentType: 'contacts', contacts };
}
