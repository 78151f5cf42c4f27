import type { Queryable, Tx } from '../db.js';

/** Since when every bot of a number is silent; null when they may speak, or there is no such number. */
export async function findSilence(db: Queryable, instanceId: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    'SELECT silenced_at AS at FROM instances WHERE id = $1',
    [instanceId],
  );
  return rows[0]?.at ?? null;
}

/**
 * Silences every bot of a number, or lets them speak. Call it after `noteActive`: contacts come first in the lock
 * order. Waits for sends that are passing the gate now; later ones find it closed. `changed`: it was not so before.
 * Undefined when the instance is gone.
 */
export async function setSilence(
  tx: Tx,
  instanceId: string,
  silent: boolean,
): Promise<{ silencedAt: Date | null; changed: boolean } | undefined> {
  // The gate locks the row FOR KEY SHARE, which a plain update would not wait for.
  const before = await tx.query<{ was: boolean }>(
    'SELECT silenced_at IS NOT NULL AS was FROM instances WHERE id = $1 FOR UPDATE',
    [instanceId],
  );
  const { rows } = await tx.query<{ silencedAt: Date | null }>(
    `UPDATE instances SET silenced_at = CASE WHEN $2 THEN coalesce(silenced_at, now()) END
      WHERE id = $1 AND NOT ending RETURNING silenced_at AS "silencedAt"`,
    [instanceId, silent],
  );
  return rows[0] && { ...rows[0], changed: before.rows[0]?.was !== silent };
}

/** Raises the clock of every contact of a number who has an active session; the relay then signals their workflows. */
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

/** SQL for active sessions of the instance `$1`. Names the workspace because the index begins with it. */
export const ACTIVE = `s.instance_id = $1 AND s.status IN ('opened', 'paused')
  AND s.workspace_id = (SELECT i.workspace_id FROM instances i WHERE i.id = $1)`;
