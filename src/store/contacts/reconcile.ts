import type { Queryable } from '../db.js';

/** Contacts with an active session, in id order, except those that the relay is about to signal anyway. */
export async function listActive(
  db: Queryable,
  after: string,
  limit: number,
): Promise<{ contactId: string; instanceId: string }[]> {
  const { rows } = await db.query<{ contactId: string; instanceId: string }>(
    `SELECT s.contact_id AS "contactId", s.instance_id AS "instanceId" FROM sessions s
       JOIN contacts c ON c.id = s.contact_id AND c.relay_next_at IS NULL
      WHERE s.status IN ('opened', 'paused') AND s.contact_id > $1 ORDER BY s.contact_id LIMIT $2`,
    [after, limit],
  );
  return rows;
}

/** Makes the relay signal the workflows of these contacts. */
export async function noteStale(db: Queryable, contactIds: string[]): Promise<void> {
  await db.query(
    `UPDATE contacts SET signal_no = signal_no + 1, signal_name = 'message', relay_next_at = now()
      WHERE id = ANY($1::uuid[]) AND relay_next_at IS NULL`,
    [contactIds],
  );
}

/** Which of these contacts exist. */
export async function findKnown(db: Queryable, contactIds: string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>('SELECT id FROM contacts WHERE id = ANY($1::uuid[])', [
    contactIds,
  ]);
  return new Set(rows.map(({ id }) => id));
}
