import { lockContact } from '../../store/contacts/contacts.js';
import { findCallback } from '../../store/sessions/replies.js';
import { recordInbound } from '../../store/messages/record-inbound.js';
import { lockSession } from '../../store/sessions/sessions.js';
import type { Core } from '../core.js';
import { arrivalMs } from './arrival-clock.js';
import { inboundRow } from './inbound-row.js';
import { change } from '../after-commit.js';

/** `POST /callbacks/{token}`: stores data for a flow that waits for it. False when no flow waits for this token. */
export async function takeCallback(deps: Core, token: string, json: unknown): Promise<boolean> {
  const arrived = { atMs: arrivalMs(), index: 0 };
  return change(deps, async (tx, after) => {
    const found = await findCallback(tx, token);
    if (found === undefined) return false;
    const contact = await lockContact(tx, found.contactId);
    const session = await lockSession(tx, found.sessionId);
    if (contact === undefined || session === undefined || (await findCallback(tx, token)) === undefined)
      return false;
    const content = { contentType: 'flowReply' as const, name: 'callback', json };
    // A callback belongs to the flow, not to the contact, so a pause only delays it.
    const row = inboundRow(session, {
      fate: 'waiting',
      origin: 'callback',
      sender: 'flow',
      content,
      text: '',
      arrived,
    });
    await recordInbound(tx, row, null);
    after.tell(contact.id, 'message');
    return true;
  });
}
