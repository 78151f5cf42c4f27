import { gateIsOpen } from '../../../workflows/axes.js';
import type { Axes } from '../../../workflows/axes.js';
import type { Tx } from '../db.js';

/** Whether the bot may speak in a session. `mutedUntil` is null unless a mute is in force. */
export interface GateRow {
  open: boolean;
  gateNo: number;
  mutedUntil: Date | null;
}

type GateAxes = Pick<Axes, 'status' | 'chatMode' | 'resolution' | 'gateNo'>;

/**
 * Locks contact and session for share, and the instance against the switch that silences it, and says whether the bot may
 * answer. Undefined when the session is gone.
 */
export async function lockGate(tx: Tx, contactId: string, sessionId: string): Promise<GateRow | undefined> {
  const contact = await tx.query<{ mutedUntil: Date | null }>(
    `SELECT CASE WHEN muted_until > clock_timestamp() THEN muted_until END AS "mutedUntil"
       FROM contacts WHERE id = $1 FOR SHARE`,
    [contactId],
  );
  const session = await tx.query<GateAxes & { gone: boolean; silenced: boolean }>(
    `SELECT s.status, s.chat_mode AS "chatMode", s.resolution, s.gate_no AS "gateNo",
       (s.hidden_at IS NOT NULL OR t.ending OR i.ending) AS gone, i.silenced_at IS NOT NULL AS silenced
       FROM sessions s JOIN typebots t ON t.id = s.typebot_id JOIN instances i ON i.id = s.instance_id
      WHERE s.id = $1 FOR SHARE OF s FOR KEY SHARE OF i`,
    [sessionId],
  );
  const [row] = session.rows;
  if (row === undefined) return undefined;
  const mutedUntil = contact.rows[0]?.mutedUntil ?? null;
  return { open: !row.gone && !row.silenced && gateIsOpen(row), gateNo: row.gateNo, mutedUntil };
}
