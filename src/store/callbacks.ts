import type { Queryable } from './db.js';

/** The session whose flow listens under this token, and has not been called yet. */
export async function findCallback(
  db: Queryable,
  token: string,
): Promise<{ sessionId: string; contactId: string } | undefined> {
  const { rows } = await db.query<{ sessionId: string; contactId: string }>(
    `SELECT s.id AS "sessionId", s.contact_id AS "contactId" FROM sessions s
      WHERE s.callback_token = $1 AND s.hidden_at IS NULL AND s.status IN ('opened', 'paused')
        AND s.open_input->>'id' = 'webhook'
        AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.session_id = s.id AND i.origin = 'callback' AND i.fate = 'waiting')`,
    [token],
  );
  return rows[0];
}
