import { cutText } from '../../foreign/cut-text.js';
import type { Queryable } from '../db.js';
import { MAX_ERROR_TEXT } from '../parameters.js';
import type { InstanceStatus } from '../rows.js';

/** The last known status says that the connection is down. */
const LOOKED_LOST = `status IN ('disconnected', 'logged_out', 'connecting')`;

/** Stores what the provider says about the connection. An unchanged status writes nothing. */
export async function setInstanceStatus(
  db: Queryable,
  id: string,
  status: InstanceStatus,
  detail: string,
): Promise<void> {
  await db.query(
    `UPDATE instances SET status = $2, status_detail = $3, updated_at = greatest(now(), updated_at + interval '1 ms')
     WHERE id = $1 AND (status, status_detail) IS DISTINCT FROM ($2, $3)`,
    [id, status, cutText(detail, MAX_ERROR_TEXT)],
  );
}

/** How many messages of an instance are still to be sent. */
export async function countPendingMessages(db: Queryable, instanceId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM outbox o JOIN sessions s ON s.id = o.session_id AND s.hidden_at IS NULL
     WHERE o.instance_id = $1 AND o.state IN ('pending', 'sending', 'unknown')`,
    [instanceId],
  );
  return rows[0]?.count ?? 0;
}

/**
 * SQL that notes a successful send of the instance `id` (SQL too), which also proves the connection, unless the
 * credentials were refused. Skips a locked row: every send of a number writes it, and one stuck process must not stop
 * the others.
 */
export const noteLastSend = (id: string) => `UPDATE instances SET last_send_at = now(),
       updated_at = CASE WHEN ${LOOKED_LOST} THEN greatest(now(), updated_at + interval '1 ms') ELSE updated_at END,
       status = CASE WHEN ${LOOKED_LOST} THEN 'connected' ELSE status END
      WHERE id = (SELECT id FROM instances
        WHERE id = ${id} AND (last_send_at IS NULL OR last_send_at < now() - interval '1 second' OR ${LOOKED_LOST})
        FOR NO KEY UPDATE SKIP LOCKED)`;

/** Notes that a webhook arrived just now. Skips a locked row, as `noteLastSend` does. */
export async function touchLastInbound(db: Queryable, id: string): Promise<void> {
  await db.query(
    `UPDATE instances SET last_inbound_at = now()
      WHERE id = (SELECT id FROM instances
        WHERE id = $1 AND (last_inbound_at IS NULL OR last_inbound_at < now() - interval '1 second')
        FOR NO KEY UPDATE SKIP LOCKED)`,
    [id],
  );
}
