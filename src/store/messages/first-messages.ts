import type { Queryable } from '../db.js';

/** A message that began a conversation, and how many of the examined conversations began with the same. */
export interface FirstMessage {
  text: string;
  fromMe: boolean;
  isGroup: boolean;
  count: number;
}

/**
 * The messages that began the newest conversations of a number, most frequent first. Only those that came through the
 * channel.
 */
export async function readFirstMessages(
  db: Queryable,
  instanceId: string,
  conversations: number,
): Promise<FirstMessage[]> {
  const { rows } = await db.query<FirstMessage>(
    `SELECT left(first.text, 4096) AS text, first.sender = 'operator' AS "fromMe", c.is_group AS "isGroup",
       count(*)::int AS count
      FROM (SELECT id, contact_id FROM sessions WHERE instance_id = $1 AND channel = 'whatsapp' AND hidden_at IS NULL
             ORDER BY created_at DESC, row_id DESC LIMIT $2) AS s
      JOIN contacts c ON c.id = s.contact_id
      CROSS JOIN LATERAL (
        SELECT text, sender, origin FROM inbox WHERE session_id = s.id ORDER BY row_id LIMIT 1) AS first
     WHERE first.origin = 'channel'
     GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1`,
    [instanceId, conversations],
  );
  return rows;
}
