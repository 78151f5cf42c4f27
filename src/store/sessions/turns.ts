import type { Queryable, Tx } from '../db.js';
import { toJson } from '../parameters.js';

/** A turn as stored. `progress` is what its chain of Typebot calls has produced so far. */
export interface TurnRow {
  number: number;
  state: 'begun' | 'answered' | 'cancelled';
  dropAnswer: boolean;
  begunAt: Date;
  callBeganAt: Date | null;
  /** How long ago that was by PostgreSQL's clock, which also set it, in milliseconds. */
  callAgeMs: number | null;
  progress: unknown;
  tries: number;
  failingSince: Date | null;
  /** When a call that gave no answer is made again. */
  nextAttemptAt: Date | null;
  bubbles: number;
  continueAfterMs: number | null;
}

const COLUMNS = `number, state, drop_answer AS "dropAnswer", begun_at AS "begunAt", call_began_at AS "callBeganAt",
  round(extract(epoch FROM clock_timestamp() - call_began_at) * 1000)::float8 AS "callAgeMs",
  progress, tries, failing_since AS "failingSince", next_attempt_at AS "nextAttemptAt", bubbles, continue_after_ms AS "continueAfterMs"`;

/** One turn; undefined when it has not begun. */
export async function readTurn(
  db: Queryable,
  sessionId: string,
  number: number,
): Promise<TurnRow | undefined> {
  const { rows } = await db.query<TurnRow>(
    `SELECT ${COLUMNS} FROM turns WHERE session_id = $1 AND number = $2`,
    [sessionId, number],
  );
  return rows[0];
}

/** A turn to begin. */
export interface NewTurn {
  sessionId: string;
  contactId: string;
  number: number;
  opening: number;
  /** The same statement notes that its first call begins, as `noteCall` would. */
  calls: boolean;
  /** How many turns the contact may begin within a minute, over all sessions; null = unlimited, and not counted. */
  most: number | null;
}

/** Begins a turn and raises the contact's clock. Undefined when that would be one turn too many. */
export async function insertTurn(tx: Tx, turn: NewTurn): Promise<TurnRow | undefined> {
  const { rows } = await tx.query<TurnRow>(
    `WITH contact AS (
       UPDATE contacts SET signal_no = signal_no + 1,
         turns_begun = CASE WHEN $6::int IS NULL THEN turns_begun
                            WHEN turns_since > now() - interval '1 minute' THEN turns_begun + 1 ELSE 1 END,
         turns_since = CASE WHEN $6 IS NULL OR turns_since > now() - interval '1 minute' THEN turns_since ELSE now() END
        WHERE id = $5 RETURNING coalesce(turns_begun <= $6, true) AS may),
     numbered AS (UPDATE sessions SET turn_no = $2 FROM contact WHERE id = $1 AND may)
     INSERT INTO turns (session_id, number, opening, call_began_at)
     SELECT $1, $2, $3, CASE WHEN $4 THEN clock_timestamp() END FROM contact WHERE may RETURNING ${COLUMNS}`,
    [turn.sessionId, turn.number, turn.opening, turn.calls, turn.contactId, turn.most],
  );
  return rows[0];
}

/** Ends the pause block of a turn; false when it had none, or it was over already. */
export async function markContinued(tx: Tx, sessionId: string, number: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE turns SET continued = true
      WHERE session_id = $1 AND number = $2 AND continue_after_ms IS NOT NULL AND NOT continued`,
    [sessionId, number],
  );
  return (rowCount ?? 0) > 0;
}

/** A turn in progress, and the call that the caller takes to be open; null: none. */
export interface CallOfTurn {
  sessionId: string;
  number: number;
  callBeganAt: Date | null;
}

/**
 * SQL for a row of `turns`, with `$1` to `$3` from `callValues`: the turn is in progress, and no other attempt has begun
 * a call since. Every note of an attempt about its turn is made under this condition.
 */
export const isCurrent = (
  turn: string,
) => `${turn}.session_id = $1 AND ${turn}.number = $2 AND ${turn}.state = 'begun'
      AND ${turn}.call_began_at IS NOT DISTINCT FROM $3`;

const IS_CURRENT = isCurrent('turns');

/** The parameters for `isCurrent`. */
export function callValues({ sessionId, number, callBeganAt }: CallOfTurn): unknown[] {
  return [sessionId, number, callBeganAt];
}

/**
 * Notes that a call to Typebot begins now, by the database's clock, and after the call before it. Resolves to that time,
 * by which its answer is matched; null when another attempt overtook this one or the turn is over.
 */
export async function noteCall(db: Queryable, turn: CallOfTurn, progress: unknown): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date }>(
    `UPDATE turns SET call_began_at = greatest(clock_timestamp(), call_began_at + interval '1 millisecond'), progress = $4,
       next_attempt_at = NULL
      WHERE ${IS_CURRENT} RETURNING call_began_at AS at`,
    [...callValues(turn), toJson(progress)],
  );
  return rows[0]?.at ?? null;
}

/**
 * Stores what the chain has produced so far, with no call in progress. False when another attempt overtook this one.
 */
export async function saveProgress(db: Queryable, turn: CallOfTurn, progress: unknown): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE turns SET progress = $4, call_began_at = NULL, tries = 0, failing_since = NULL WHERE ${IS_CURRENT}`,
    [...callValues(turn), toJson(progress)],
  );
  return (rowCount ?? 0) > 0;
}

/** How often and for how long the calls of a turn have failed in a row. */
export interface Failures {
  tries: number;
  failingForMs: number;
}

/**
 * Notes that a call ended without an answer and may be made again. `counts`: it may have had an effect. `fails`:
 * Typebot is to blame, so its failing time runs. Undefined when another attempt overtook this one.
 */
export async function noteFailure(
  db: Queryable,
  turn: CallOfTurn,
  { counts, fails }: { counts: boolean; fails: boolean },
): Promise<Failures | undefined> {
  const { rows } = await db.query<Failures>(
    `UPDATE turns SET call_began_at = NULL, tries = tries + $4, failed_calls = failed_calls + 1,
       failing_since = CASE WHEN $5 THEN coalesce(failing_since, call_began_at, begun_at) ELSE failing_since END
      WHERE ${IS_CURRENT}
      RETURNING tries, coalesce(extract(epoch FROM clock_timestamp() - failing_since) * 1000, 0)::float8 AS "failingForMs"`,
    [...callValues(turn), counts ? 1 : 0, fails],
  );
  return rows[0];
}

/** Notes that a call was not made after all, which was not Typebot's fault. False when another attempt overtook this. */
export async function noteNoCall(db: Queryable, turn: CallOfTurn): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE turns SET call_began_at = NULL WHERE ${IS_CURRENT}`,
    callValues(turn),
  );
  return (rowCount ?? 0) > 0;
}

/**
 * Notes that the outcome of a call is unknown; it stays begun. Undefined when another attempt overtook this one.
 */
export async function noteUnclear(
  db: Queryable,
  turn: CallOfTurn,
  progress: unknown,
): Promise<Failures | undefined> {
  const { rows } = await db.query<Failures>(
    `UPDATE turns SET tries = tries + 1, failed_calls = failed_calls + 1,
       failing_since = coalesce(failing_since, clock_timestamp()), progress = $4
      WHERE ${IS_CURRENT}
      RETURNING tries, (extract(epoch FROM clock_timestamp() - failing_since) * 1000)::float8 AS "failingForMs"`,
    [...callValues(turn), toJson(progress)],
  );
  return rows[0];
}

/** Notes when the turn is tried again, unless another attempt overtook this one; its next call clears it. */
export async function noteNextAttempt(db: Queryable, turn: CallOfTurn, inMs: number): Promise<void> {
  await db.query(
    `UPDATE turns SET next_attempt_at = clock_timestamp() + $4 * interval '1 millisecond' WHERE ${IS_CURRENT}`,
    [...callValues(turn), inMs],
  );
}

/**
 * The answer of a turn: how many bubbles are to be sent, a pause block after them, and how the flow ended, if it did.
 */
export interface TurnAnswer {
  call: CallOfTurn;
  bubbles: number;
  continueAfterMs: number | null;
  endedAs: 'completed' | 'failed' | null;
  /** How many calls Typebot answered, and the slowest of them. */
  calls?: { count: number; slowestMs: number };
}

/** SQL that marks a turn answered; its parameters `$1` to `$8` come from `answerValues`. */
export const MARK_ANSWERED = `UPDATE turns SET state = 'answered', answered_at = now(), call_began_at = NULL, progress = NULL,
       bubbles = $4, continue_after_ms = $5, ended_as = $6, calls = coalesce($7, calls),
       slowest_call_ms = coalesce($8, slowest_call_ms) WHERE ${IS_CURRENT}`;

/** The parameters for `MARK_ANSWERED`. */
export function answerValues(answer: TurnAnswer): unknown[] {
  const { call, bubbles, continueAfterMs, endedAs, calls } = answer;
  return [
    ...callValues(call),
    bubbles,
    continueAfterMs,
    endedAs,
    calls?.count ?? null,
    calls?.slowestMs ?? null,
  ];
}

/** Stores that a turn is answered. False when another attempt overtook this one. */
export async function markAnswered(tx: Tx, answer: TurnAnswer): Promise<boolean> {
  const { rowCount } = await tx.query(MARK_ANSWERED, answerValues(answer));
  return (rowCount ?? 0) > 0;
}

/** Cancels the session's turn in progress; its answer will be ignored. */
export async function cancelBegunTurns(tx: Tx, sessionId: string): Promise<void> {
  await tx.query(
    `UPDATE turns SET state = 'cancelled', call_began_at = NULL, progress = NULL WHERE session_id = $1 AND state = 'begun'`,
    [sessionId],
  );
}

/** Hides the answer of the turn in progress, since a person has taken over. */
export async function dropAnswers(tx: Tx, sessionId: string): Promise<void> {
  await tx.query(`UPDATE turns SET drop_answer = true WHERE session_id = $1 AND state = 'begun'`, [
    sessionId,
  ]);
}
