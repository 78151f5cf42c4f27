import type { InboundContent } from '../../../activities/ports/messages.js';
import type { Queryable, Tx } from '../db.js';

/** A message whose file is to be kept. */
export interface FileRow {
  id: string;
  instanceId: string;
  sessionId: string | null;
  content: InboundContent;
  mediaId: string | null;
}

/** The message with this inbox id; undefined when it is gone. */
export async function readFileRow(db: Queryable, id: string): Promise<FileRow | undefined> {
  const { rows } = await db.query<FileRow>(
    `SELECT id, instance_id AS "instanceId", session_id AS "sessionId", content, media_id AS "mediaId"
       FROM inbox WHERE id = $1`,
    [id],
  );
  return rows[0];
}

/** Leases messages whose file may not be on its way yet: each is looked at again in 30 seconds. */
export async function leaseFiles(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE inbox SET media_next_at = now() + interval '30 seconds' WHERE id IN (
       SELECT id FROM inbox WHERE media_next_at <= now() ORDER BY media_next_at LIMIT 100 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
  );
  return rows.map((row) => row.id);
}

/** Notes that the workflow that keeps the file has been started, or that there is nothing to keep. */
export async function markFileStarted(db: Queryable, id: string): Promise<void> {
  await db.query('UPDATE inbox SET media_next_at = NULL WHERE id = $1', [id]);
}

/** Makes the relay check in two seconds that the message's file is on its way. */
export async function noteFile(tx: Tx, id: string): Promise<void> {
  await tx.query(`UPDATE inbox SET media_next_at = now() + interval '2 seconds' WHERE id = $1`, [id]);
}
