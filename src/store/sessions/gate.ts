import type { Tx } from '../db.js';

/** Whether the bot may speak in a session. `mutedUntil` is null unless a mute is in force. */
export interface GateRow {
  open: boolean;
  gateNo: number;
  mutedUntil: Date | null;
}

/** Locks contact and session for share and says whether the bot may answer. Undefined when the session is gone. */
export async function lockGate(tx: Tx, contactId: string, sessionId: string): Promise<GateRow | undefined> {
  const contact = await tx.query<{ mutedUntil: Date | null }>(
    `SELECT CASE WHEN muted_until > clock_timestamp() THEN muted_until END AS "mutedUntil"
       FROM contacts WHERE id = $1 FOR SHARE`,
    [contactId],
  );
  const session = await tx.query<{ open: boolean; gateNo: number }>(
    `SELECT (s.status = 'opened' AND s.chat_mode = 'bot' AND s.resolution <> 'closed' AND s.hidden_at IS NULL
             AND NOT t.ending AND NOT i.ending) AS open, s.gate_no AS "gateNo"
       FROM sessions s JOIN typebots t ON t.id = s.typebot_id JOIN instances i ON i.id = s.instance_id
      WHERE s.id = $1 FOR SHARE OF s`,
    [sessionId],
  );
  const row = session.rows[0];
  return row && { ...row, mutedUntil: contact.rows[0]?.mutedUntil ?? null };
}
