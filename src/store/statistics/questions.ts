import type { Queryable } from '../db.js';
import type { ReadScope } from '../read-scope.js';

/** A question that some conversations of a typebot are waiting at now. */
export interface QuestionRow {
  /** Typebot's id of the block. */
  block: string;
  /** What the question asks for, such as `email`; null when it does not say. */
  kind: string | null;
  /** How many conversations wait there. */
  waiting: number;
  /** Half of them have been waiting at least this long, in seconds. */
  medianWaitSeconds: number;
  /** How many replies to it Typebot has refused in a row, summed over these conversations. */
  misunderstood: number;
  /** The bot's last text in the conversation that came there last. */
  words: string;
}

/** Where the active conversations of a typebot are waiting; most conversations first, at most a hundred questions. */
export async function readQuestions(
  db: Queryable,
  { workspaceId }: ReadScope,
  typebotId: string,
): Promise<QuestionRow[]> {
  const { rows } = await db.query<QuestionRow>(
    `SELECT open.block, open.kind, open.waiting, open.median AS "medianWaitSeconds", open.misunderstood,
       coalesce((SELECT o.text FROM outbox o WHERE o.session_id = open.newest AND o.sender = 'bot' AND o.text <> ''
                  ORDER BY o.row_id DESC LIMIT 1), '') AS words
      FROM (
        SELECT s.open_input->>'id' AS block, s.open_input->'question'->>'kind' AS kind, count(*)::int AS waiting,
          percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(epoch FROM now() - coalesce(s.last_message_at, s.opened_at))::float8) AS median,
          sum(s.invalid_replies)::int AS misunderstood,
          (array_agg(s.id ORDER BY coalesce(s.last_message_at, s.opened_at) DESC))[1] AS newest
         FROM sessions s
        WHERE s.workspace_id = $1 AND s.typebot_id = $2 AND s.status IN ('opened', 'paused')
          AND s.hidden_at IS NULL AND s.open_input IS NOT NULL
        GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 100) AS open
     ORDER BY open.waiting DESC, open.block`,
    [workspaceId, typebotId],
  );
  return rows;
}
