import { deleteMediaOfSession } from '../messages/media.js';
import type { Queryable, Tx } from '../db.js';
import type { SessionView } from '../rows.js';
import { SESSION_VIEW } from './session-reads.js';

/**
 * A session in its current state, even when it is hidden or its typebot is being deleted: for the last answer about it.
 */
export async function readFinal(db: Queryable, id: string): Promise<SessionView | undefined> {
  const { rows } = await db.query<SessionView>(
    `SELECT ${SESSION_VIEW} FROM sessions s JOIN typebots t ON t.id = s.typebot_id
       JOIN instances i ON i.id = s.instance_id JOIN workspaces w ON w.id = s.workspace_id
       JOIN contacts c ON c.id = s.contact_id WHERE s.id = $1`,
    [id],
  );
  return rows[0];
}

// What a person or program sent still goes out after its session has ended, but not for ever if the channel stays down.
const OWN_MESSAGE_WAITS = `EXISTS (SELECT 1 FROM outbox o WHERE o.session_id = s.id AND o.turn_no IS NULL
  AND o.state IN ('pending', 'sending', 'unknown')
  AND coalesce(o.scheduled_at, o.created_at) BETWEEN now() - interval '1 day' AND now())`;

/**
 * Deletes a hidden session with transcript and files. False while one of its messages is being sent, and with `wait`
 * also while a message of a person or program is due and unsent.
 */
export async function deleteFinal(tx: Tx, id: string, unsent: 'wait' | 'drop'): Promise<boolean> {
  const { rowCount } = await tx.query(
    `DELETE FROM sessions s WHERE s.id = $1 AND s.hidden_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.session_id = s.id AND o.state = 'sending'
                         AND o.claim_ends_at + interval '1 second' >= clock_timestamp())
       AND ($2 = 'drop' OR NOT ${OWN_MESSAGE_WAITS})`,
    [id, unsent],
  );
  if ((rowCount ?? 0) === 0) return false;
  await deleteMediaOfSession(tx, id);
  return true;
}

/** The hidden session that a message belongs to; undefined when its session is not hidden, or gone. */
export async function findHiddenOf(db: Queryable, outboxId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT s.id FROM outbox o JOIN sessions s ON s.id = o.session_id
      WHERE o.id = $1 AND s.hidden_at IS NOT NULL`,
    [outboxId],
  );
  return rows[0]?.id;
}

/** Deletes the stand-in contact of an `api` session. */
export async function deleteStandIn(tx: Tx, contactId: string): Promise<void> {
  await tx.query(`DELETE FROM contacts WHERE id = $1 AND kind = 'api'`, [contactId]);
}
