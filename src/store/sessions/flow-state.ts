import type { OpenInput, TranscriptPlace } from '../../../activities/ports/typebot.js';
import type { Tx } from '../db.js';
import { newsJson, newsOf, RECORD_NEWS } from '../events/session-events.js';
import type { News } from '../events/session-events.js';
import { insertOutbound, outboundJson } from '../messages/outbox.js';
import type { NewOutbound } from '../messages/outbox.js';
import { toJson } from '../parameters.js';
import { answerValues, MARK_ANSWERED } from './turns.js';
import type { TurnAnswer } from './turns.js';
import type { Actor } from '../rows.js';

/** What a turn leaves behind in its session. */
export interface FlowState {
  typebotSessionId: string | null;
  openInput: OpenInput | null;
  place: TranscriptPlace | null;
  invalidReplies: number;
  brokenTurns: number;
  slowestCallMs: number;
  handoff: boolean;
}

/** The end of a turn. `news` are its events, in order. */
export interface StoredAnswer extends TurnAnswer {
  flow: FlowState;
  rows: NewOutbound[];
  news: News[];
  /** The flow answered, so an error noted on the configuration is cleared. */
  isWell: boolean;
}

/**
 * Stores the answer of a turn in one statement: bubbles, the open question, the turn, its events. Call it only after
 * `lockAnswering`.
 */
export async function storeAnswer(tx: Tx, answer: StoredAnswer): Promise<void> {
  const { flow } = answer;
  await tx.query(
    `WITH answered AS (${MARK_ANSWERED}),
     bubbles AS (${insertOutbound('$9')}),
     session AS (
       UPDATE sessions SET ended_as = $6, typebot_session_id = $11, open_input = $12, transcript_place = $13,
         invalid_replies = $14, broken_turns = $15, slowest_call_ms = greatest(slowest_call_ms, $16),
         handoff_due = handoff_due OR $17
        WHERE id = $1 RETURNING id, workspace_id, instance_id, typebot_id),
     well AS (
       UPDATE typebots t SET last_error = NULL FROM session
        WHERE t.id = session.typebot_id AND $18 AND t.last_error IS NOT NULL),
     ${newsOf('session', '$10')}, ${RECORD_NEWS}
     SELECT count(*) FROM matched`,
    [
      ...answerValues(answer),
      outboundJson(answer.rows),
      newsJson(answer.news),
      flow.typebotSessionId,
      flow.openInput === null ? null : toJson(flow.openInput),
      flow.place === null ? null : toJson(flow.place),
      flow.invalidReplies,
      flow.brokenTurns,
      flow.slowestCallMs,
      flow.handoff,
      answer.isWell,
    ],
  );
}

/** Forgets the flow's context, so that the next opening begins at the first block. */
export async function clearFlow(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `UPDATE sessions SET typebot_session_id = NULL, transcript_place = NULL, open_input = NULL, ended_as = NULL,
       handoff_due = false, pause_due = false, invalid_replies = 0, broken_turns = 0 WHERE id = $1`,
    [id],
  );
}

/**
 * What is to happen once the current answer has been sent: a hand-off to a person, a pause (`minutes` null =
 * open-ended).
 */
export interface Due {
  handoff: boolean;
  pause: boolean;
  minutes: number | null;
  /** Who asked for the pause; null when it is not known. */
  actor: Actor | null;
}

/**
 * Clears what was due, because it happens now or is given up. After a hand-off, refused replies are counted from zero.
 * Resolves to what was due.
 */
export async function clearDue(tx: Tx, id: string): Promise<Due> {
  const { rows } = await tx.query<Due>(
    `WITH before AS (
       SELECT handoff_due AS handoff, pause_due AS pause, pause_due_minutes AS minutes,
         pause_due_actor AS actor FROM sessions WHERE id = $1)
     UPDATE sessions s SET handoff_due = false, pause_due = false,
       invalid_replies = CASE WHEN before.handoff OR NOT before.pause THEN 0 ELSE s.invalid_replies END
      FROM before WHERE s.id = $1 RETURNING before.*`,
    [id],
  );
  return rows[0] ?? { handoff: false, pause: false, minutes: null, actor: null };
}

/** Makes the session pause once the current answer has been sent; `minutes` null = open-ended. */
export async function setPauseDue(
  tx: Tx,
  id: string,
  { minutes, actor }: Pick<Due, 'minutes' | 'actor'>,
): Promise<void> {
  await tx.query(
    'UPDATE sessions SET pause_due = true, pause_due_minutes = $2, pause_due_actor = $3 WHERE id = $1',
    [id, minutes, actor === null ? null : toJson(actor)],
  );
}

/** Cancels a pause that was due; false when none was. */
export async function dropPauseDue(tx: Tx, id: string): Promise<boolean> {
  const { rowCount } = await tx.query('UPDATE sessions SET pause_due = false WHERE id = $1 AND pause_due', [
    id,
  ]);
  return (rowCount ?? 0) > 0;
}
