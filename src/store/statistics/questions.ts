import type { Queryable } from '../db.js';
import type { ReadScope } from '../sessions/session-reads.js';

/** One question at which conversations of a typebot stand now. */
export interface QuestionRow {
  /** Typebot's id of the block. */
  block: string;
  /** What it asks for, such as `email`; null where nothing is asked. */
  kind: string | null;
  /** Conversations that wait there. */
  waiting: number;
  /** How long half of them have been waiting, in seconds. */
  medianWaitSeconds: number;
  /** Answers to it in a row that Typebot refused, in all of them. */
  misunderstood: number;
  /** The bot's last words in the conversation that came there last. */
  words: string;
}

/** Where the active conversations of a typebot stand, most of them first; at most a hundred questions. */
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
