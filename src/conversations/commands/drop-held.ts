import { gateIsOpen } from '../../../workflows/axes.js';
import { dropBubbles } from '../../store/messages/outbox-sends.js';
import { dropAnswers } from '../../store/sessions/turns.js';
import { change } from '../after-commit.js';
import type { DropHeldResult, Scope } from '../api.js';
import type { Core } from '../core.js';
import { recordOf, told } from '../sessions/apply-command.js';
import { isMuted } from '../sessions/held-back.js';
import { lockBoth } from './control.js';

/** Drops what a silent bot would still say. The session stays as it is, and the flow waits where it was. */
export async function dropHeld(deps: Core, scope: Scope, sessionId: string): Promise<DropHeldResult> {
  return change(deps, async (tx, after) => {
    const locked = await lockBoth(tx, scope, sessionId);
    if (locked === undefined) return { ok: false, reason: 'not_found' };
    const { contact, session } = locked;
    if (session.status === 'closed') return { ok: false, reason: 'closed' };
    const isQuiet = contact.silenced || isMuted(contact, Date.now());
    if (gateIsOpen(session) && !isQuiet) return { ok: false, reason: 'speaking' };
    const dropped = await dropBubbles(tx, sessionId);
    await dropAnswers(tx, sessionId);
    if (dropped > 0) await recordOf(tx, session, 'held.dropped', { count: dropped, ...told(scope.actor) });
    after.tell(contact.id, 'pause');
    return { ok: true, dropped };
  });
}
