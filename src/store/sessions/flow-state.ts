import type { OpenInput, TranscriptPlace } from '../../../activities/ports/typebot.js';
import type { Tx } from '../db.js';
import { toJson } from '../parameters.js';
import type { Actor } from '../rows.js';

/** What a turn leaves behind in its session. */
export interface FlowState {
  typebotSessionId: string | null;
  openInput: OpenInput | null;
  place: TranscriptPlace | null;
  endedAs: 'completed' | 'failed' | null;
  invalidReplies: number;
  brokenTurns: number;
  slowestCallMs: number;
  handoff: boolean;
}

/** Stores what a turn leaves behind. A hand-off that is due stays due. */
export async function writeFlow(tx: Tx, id: string, flow: FlowState): Promise<void> {
  await tx.query(
    `UPDATE sessions SET typebot_session_id = $2, open_input = $3, ended_as = $4, invalid_replies = $5,
       slowest_call_ms = greatest(slowest_call_ms, $6), handoff_due = handoff_due OR $7, broken_turns = $8,
       transcript_place = $9 WHERE id = $1`,
    [
      id,
      flow.typebotSessionId,
      flow.openInput === null ? null : toJson(flow.openInput),
      flow.endedAs,
      flow.invalidReplies,
      flow.slowestCallMs,
      flow.handoff,
      flow.brokenTurns,
      flow.place === null ? null : toJson(flow.place),
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
