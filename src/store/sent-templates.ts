import type { Queryable } from './db.js';

/** A template has been sent, or waits, since the contact last wrote. */
export async function wasTemplateSent(
  db: Queryable,
  session: { id: string; lastInboundAt: Date | null },
): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM outbox WHERE session_id = $1 AND content_type = 'template' AND ($2::timestamptz IS NULL OR created_at > $2)
       LIMIT 1`,
    [session.id, session.lastInboundAt],
  );
  return rows.length > 0;
}
