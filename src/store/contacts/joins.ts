import type { Tx } from '../db.js';
import { followMessages } from '../messages/media.js';

/**
 * Moves what belongs to the person rather than to a session: addresses, mute, cooldown, quiet time, pace, the latest
 * ending of a flow, result ids. The absorbed contact keeps its closed sessions, and no address leads to it any more.
 */
export async function absorbContact(tx: Tx, loserId: string, survivorId: string): Promise<void> {
  await tx.query('UPDATE contact_addresses SET contact_id = $2 WHERE contact_id = $1', [loserId, survivorId]);
  await tx.query(
    `UPDATE contacts s SET muted_until = greatest(s.muted_until, l.muted_until),
       cooldown_until = greatest(s.cooldown_until, l.cooldown_until),
       quiet_since = greatest(s.quiet_since, l.quiet_since),
       paced_until = greatest(s.paced_until, l.paced_until),
       ended_at = greatest(s.ended_at, l.ended_at),
       ended_typebot_id = CASE WHEN s.ended_at IS NULL OR l.ended_at > s.ended_at THEN coalesce(l.ended_typebot_id, s.ended_typebot_id) ELSE s.ended_typebot_id END,
       wa_id = coalesce(s.wa_id, l.wa_id), bsuid = coalesce(s.bsuid, l.bsuid)
      FROM contacts l WHERE s.id = $2 AND l.id = $1`,
    [loserId, survivorId],
  );
  await tx.query(
    `INSERT INTO typebot_results (contact_id, typebot_id, result_id)
     SELECT $2, typebot_id, result_id FROM typebot_results WHERE contact_id = $1 ON CONFLICT DO NOTHING`,
    [loserId, survivorId],
  );
}

/** Moves the waiting messages of a losing session to the surviving one, numbered after its own. */
export async function moveWaitingRows(
  tx: Tx,
  fromSessionId: string,
  to: { sessionId: string; contactId: string },
): Promise<void> {
  await tx.query(
    `WITH moved AS (SELECT id, row_number() OVER (ORDER BY number) AS place FROM inbox
                     WHERE session_id = $1 AND fate = 'waiting'),
          base AS (SELECT inbox_no FROM contacts WHERE id = $3)
     UPDATE inbox i SET session_id = $2, contact_id = $3, number = base.inbox_no + moved.place
       FROM moved, base WHERE i.id = moved.id`,
    [fromSessionId, to.sessionId, to.contactId],
  );
  await tx.query(
    `UPDATE contacts SET inbox_no = greatest(inbox_no,
       coalesce((SELECT max(number) FROM inbox WHERE contact_id = $1), 0)) WHERE id = $1`,
    [to.contactId],
  );
  await followMessages(tx, to.sessionId);
}
