import type { Queryable, Tx } from '../db.js';

/** Since when every bot of a number is silent; null = they speak, or there is no such number. */
export async function findSilence(db: Queryable, instanceId: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    'SELECT silenced_at AS at FROM instances WHERE id = $1',
    [instanceId],
  );
  return rows[0]?.at ?? null;
}

/**
 * Silences every bot of a number, or lets them speak; after `noteActive`, for contacts come first in the lock order.
 * Waits for the sends that the gate is letting through now; those behind them find the gate closed. Undefined: the
 * instance is gone.
 */
export async function setSilence(
  tx: Tx,
  instanceId: string,
  silent: boolean,
): Promise<{ silencedAt: Date | null } | undefined> {
  // A plain update would not wait for the gate, which holds the row against a change of its key alone.
  await tx.query('SELECT 1 FROM instances WHERE id = $1 FOR UPDATE', [instanceId]);
  const { rows } = await tx.query<{ silencedAt: Date | null }>(
    `UPDATE instances SET silenced_at = CASE WHEN $2 THEN coalesce(silenced_at, now()) END
      WHERE id = $1 AND NOT ending RETURNING silenced_at AS "silencedAt"`,
    [instanceId, silent],
  );
  return rows[0];
}

/** Raises the clock of every contact of a number that is in a conversation: the relay tells their workflows. */
export async function noteActive(tx: Tx, instanceId: string): Promise<void> {
  await tx.query(
    `WITH locked AS (
       SELECT id FROM contacts WHERE id IN (SELECT s.contact_id FROM sessions s WHERE ${ACTIVE})
        ORDER BY id FOR NO KEY UPDATE)
     UPDATE contacts c SET signal_no = signal_no + 1, signal_name = 'muted', relay_next_at = now()
       FROM locked WHERE c.id = locked.id`,
    [instanceId],
  );
}

/** Active sessions of the instance `$1`; an index has those of its workspace. */
export const ACTIVE = `s.instance_id = $1 AND s.status IN ('opened', 'paused')
  AND s.workspace_id = (SELECT i.workspace_id FROM instances i WHERE i.id = $1)`;
