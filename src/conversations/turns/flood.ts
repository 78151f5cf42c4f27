import { forgetTurns } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { keepForTranscript } from '../../store/messages/inbox.js';
import type { WaitingRow } from '../../store/messages/inbox.js';
import { lockSession } from '../../store/sessions/sessions.js';
import type { SessionContext } from '../../store/sessions/turn-context.js';
import { applyCommand } from '../sessions/apply-command.js';

/**
 * How many turns with these messages the contact may begin within a minute; null = any number. Without a limit, two
 * bots that answer each other would never stop. It counts over all sessions, because a flow without questions opens a
 * session for each message.
 */
export function mostTurns({ settings }: SessionContext, rows: WaitingRow[]): number | null {
  const most = settings.max_turns_per_minute;
  return most > 0 && rows.some(({ origin }) => origin === 'channel') ? most : null;
}

/** For one turn too many: the session pauses instead, and its messages stay in the transcript. */
export async function stopFlood(
  tx: Tx,
  { contactId, sessionId }: SessionContext,
  number: number,
): Promise<void> {
  const session = await lockSession(tx, sessionId);
  if (session === undefined) return;
  await keepForTranscript(tx, sessionId, number);
  await applyCommand(tx, session, { type: 'pause' }, { by: 'flood', nowMs: Date.now() });
  await forgetTurns(tx, contactId);
}
