import type { Tx } from '../../store/db.js';
import type { SentMessage } from '../../store/messages/echoes.js';
import { touchOutbound } from '../../store/sessions/sessions.js';
import { recordOf } from '../sessions/apply-command.js';

/**
 * Notes that a message to the contact was sent: on its session and as an event. Call it once for each message, whichever
 * proves it first: the provider's answer, an echo or a status.
 */
export async function recordSent(tx: Tx, { id, sessionId, sender }: SentMessage): Promise<void> {
  const session = sessionId === null ? undefined : await touchOutbound(tx, sessionId);
  if (session !== undefined) await recordOf(tx, session, 'message.sent', { message: id, sender });
}
