import type { Queryable, Tx } from '../db.js';

/** Notes a message id; false when it was known already. This is the whole guard against processing a message twice. */
export async function noteSeen(
  tx: Tx,
  instanceId: string,
  direction: 'in' | 'out',
  messageId: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO seen_messages (instance_id, direction, message_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [instanceId, direction, messageId],
  );
  return (rowCount ?? 0) > 0;
}

/** Whether any of these message ids is known. */
export async function wasSeen(
  db: Queryable,
  instanceId: string,
  direction: 'in' | 'out',
  messageIds: string[],
): Promise<boolean> {
  const { rows } = await db.query(
    'SELECT 1 FROM seen_messages WHERE instance_id = $1 AND direction = $2 AND message_id = ANY($3) LIMIT 1',
    [instanceId, direction, messageIds],
  );
  return rows.length > 0;
}

/** Forgets message ids older than eight days; resolves to how many. */
export async function removeOldSeen(db: Queryable): Promise<number> {
  const { rowCount } = await db.query('DELETE FROM seen_messages WHERE day < current_date - 8');
  return rowCount ?? 0;
}
