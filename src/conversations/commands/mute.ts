import { setMute } from '../../store/contacts/contacts.js';
import { lockActiveSession } from '../../store/sessions/sessions.js';
import { recordOf } from '../sessions/apply-command.js';
import { contactFor, phoneAddress } from '../arrivals/contact-for.js';
import type { Core } from '../core.js';
import { untilQuiet } from '../sessions/settle.js';
import { noteFor, tellAll } from '../tell.js';

/** Mutes a contact for some minutes, whether or not a session exists; 0 lifts it. */
export async function mute(
  core: Core,
  instanceId: string,
  phone: string,
  minutes: number,
): Promise<{ mutedUntil: Date | null }> {
  const done = await core.db.transaction(async (tx) => {
    const { contact, ended } = await contactFor(tx, instanceId, [phoneAddress(phone)], false);
    const mutedUntil = await setMute(tx, contact.id, minutes);
    const session = await lockActiveSession(tx, contact.id);
    if (session !== undefined) await recordOf(tx, session, 'contact.muted', { minutes });
    const told = await Promise.all(ended.map((id) => noteFor(tx, id, 'close')));
    return { mutedUntil, sessionId: session?.id, tell: [...told, await noteFor(tx, contact.id, 'muted')] };
  });
  await tellAll(core, done.tell);
  if (minutes > 0 && done.sessionId !== undefined) await untilQuiet(core, done.sessionId);
  return { mutedUntil: done.mutedUntil };
}
