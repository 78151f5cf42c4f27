import { countTurn, forgetTurns } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { keepForTranscript } from '../../store/messages/inbox.js';
import type { WaitingRow } from '../../store/messages/inbox.js';
import { lockSession } from '../../store/sessions/sessions.js';
import type { TurnContext } from '../../store/sessions/turn-context.js';
import { applyCommand } from '../sessions/apply-command.js';

/**
 * Stops two bots that answer each other. Counts the contact's turns per minute across all sessions, because a flow
 * without questions opens a session for each message. One turn too many pauses the session instead, and resolves to
 * true.
 */
export async function stopFlood(
  tx: Tx,
  { contactId, sessionId, settings }: TurnContext,
  turn: { number: number; rows: WaitingRow[] },
): Promise<boolean> {
  const most = settings.max_turns_per_minute;
  if (most === 0 || !turn.rows.some(({ origin }) => origin === 'channel')) return false;
  if ((await countTurn(tx, contactId)) <= most) return false;
  const session = await lockSession(tx, sessionId);
  if (session === undefined) return false;
  await keepForTranscript(tx, sessionId, turn.number);
  await applyCommand(tx, session, { type: 'pause' }, { by: 'flood', nowMs: Date.now() });
  await forgetTurns(tx, contactId);
  return true;
}
