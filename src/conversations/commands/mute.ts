import { setMute } from '../../store/contacts/contacts.js';
import { lockActiveSession } from '../../store/sessions/sessions.js';
import { recordOf, told } from '../sessions/apply-command.js';
import { change } from '../after-commit.js';
import type { Actor } from '../../store/rows.js';
import { contactOfNumber } from '../arrivals/contact-for.js';
import type { Core } from '../core.js';

/** Mutes a contact for some minutes, whether or not a session exists; 0 lifts it. */
export async function mute(
  deps: Core,
  { instanceId, phone }: { instanceId: string; phone: string },
  { minutes, actor }: { minutes: number; actor: Actor | undefined },
): Promise<{ mutedUntil: Date | null }> {
  return change(deps, async (tx, after) => {
    const contact = await contactOfNumber(tx, instanceId, phone);
    const mutedUntil = await setMute(tx, contact.id, minutes);
    const session = await lockActiveSession(tx, contact.id);
    if (session !== undefined) await recordOf(tx, session, 'contact.muted', { minutes, ...told(actor) });
    after.tell(contact.id, 'muted');
    if (session !== undefined && minutes > 0) after.untilQuiet(session.id);
    return { mutedUntil };
  });
}
