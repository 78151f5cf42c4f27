import type { Queryable } from '../db.js';

/** An answer of the contact, and the question before it. */
export interface FlowAnswer {
  messageId: string;
  /** The last bubble before it; null for the message that began the flow. */
  question: string | null;
  text: string;
  contentType: string;
  at: Date;
}

/** Messages of the contact that turns of a session have read, newest first. */
export async function listFlowAnswers(
  db: Queryable,
  sessionId: string,
  limit: number,
): Promise<FlowAnswer[]> {
  const { rows } = await db.query<FlowAnswer>(
    `SELECT i.id AS "messageId", i.text, i.content_type AS "contentType", i.created_at AS at,
       (SELECT o.text FROM outbox o WHERE o.session_id = i.session_id AND o.turn_no < i.turn_no
         ORDER BY o.turn_no DESC, o.bubble_no DESC LIMIT 1) AS question
      FROM inbox i WHERE i.session_id = $1 AND i.turn_no IS NOT NULL AND i.sender = 'contact'
     ORDER BY i.turn_no DESC, i.row_id DESC LIMIT $2`,
    [sessionId, limit],
  );
  return rows;
}
