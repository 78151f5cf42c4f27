import { findTypebot } from '../../store/accounts/typebots.js';
import { readFirstText } from '../../store/messages/inbox.js';
import { change } from '../after-commit.js';
import type { RestartResult, Scope } from '../api.js';
import type { Core } from '../core.js';
import { lockBoth } from './control.js';
import { replaceActive } from './start.js';

/** Ends the contact's active session and opens a new one with the typebot of this session, which may be closed. */
export async function restart(
  deps: Core,
  scope: Scope,
  sessionId: string,
  { text }: { text?: string },
): Promise<RestartResult> {
  return change(deps, async (tx, after) => {
    const locked = await lockBoth(tx, scope, sessionId);
    const typebot = locked && (await findTypebot(tx, locked.session.typebotId));
    if (locked === undefined || typebot === undefined) return { ok: false, reason: 'not_found' };
    const { contact } = locked;
    if (contact.kind === 'api') return { ok: false, reason: 'standIn' };
    const first = text ?? (await readFirstText(tx, sessionId));
    const request = { typebot, text: first, refuseMuted: true, again: true as const, actor: scope.actor };
    return replaceActive(tx, after, { contact, request });
  });
}
