import { gateIsOpen } from '../../../workflows/axes.js';
import type { Axes } from '../../../workflows/axes.js';
import type { Queryable } from '../db.js';
import type { TranscriptRow } from '../rows.js';
import { listTurnMessages } from '../messages/transcript.js';

/** Whether a message has been answered. `never`: no turn will answer it. */
export type ReplyState =
  | { type: 'waiting' }
  | { type: 'never' }
  | {
      type: 'answered';
      messages: TranscriptRow[];
      choices: { id: string; title: string }[];
      /** It was the flow's last answer, and only the end of the session is still to come. */
      ending: boolean;
    };

interface ReplyRow extends Pick<Axes, 'status' | 'chatMode' | 'resolution'> {
  fate: string;
  turnNo: number | null;
  state: string | null;
  choices: unknown;
  /** The flow of a session without a person behind it has ended. */
  isOver: boolean;
}

/** What became of one message of the contact. */
export async function readReply(db: Queryable, sessionId: string, inboxId: string): Promise<ReplyState> {
  const { rows } = await db.query<ReplyRow>(
    `SELECT i.fate, i.turn_no AS "turnNo", t.state, s.open_input->'choices' AS choices,
       s.status, s.chat_mode AS "chatMode", s.resolution,
       s.ended_as IS NOT NULL AND s.channel = 'api' AS "isOver"
       FROM inbox i JOIN sessions s ON s.id = i.session_id
       LEFT JOIN turns t ON t.session_id = i.session_id AND t.number = i.turn_no
      WHERE i.id = $1 AND i.session_id = $2`,
    [inboxId, sessionId],
  );
  const [row] = rows;
  if (row === undefined || row.fate === 'kept' || row.fate === 'dropped' || row.state === 'cancelled') {
    return { type: 'never' };
  }
  if (row.turnNo === null || row.state !== 'answered') return { type: 'waiting' };
  const stored = await listTurnMessages(db, sessionId, row.turnNo);
  // Bubbles that were dropped before they were sent are not part of the answer.
  const messages = stored.filter(({ error }) => error?.reason !== 'dropped');
  if (messages.length === 0) return { type: 'never' };
  const choices = Array.isArray(row.choices) ? row.choices : [];
  return { type: 'answered', messages, choices, ending: row.isOver && gateIsOpen(row) };
}

/** The session whose flow is waiting for a callback with this token and has not got one yet. */
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
