import type { Queryable } from '../db.js';
import type { ReadScope } from '../read-scope.js';

/** Whose numbers, from when (included) until when (excluded). */
export interface StatisticsScope extends ReadScope {
  from: Date;
  to: Date;
}

/** What happened in the interval that begins at `at`. */
export interface ActivityRow {
  at: Date;
  /** Conversations that began. */
  sessions: number;
  /** Messages from contacts. */
  received: number;
  /** Messages that were sent, by the bot, and by people and programs. */
  sentByBot: number;
  sentByPeople: number;
}

/** SQL for the instances of a scope: `$1` is a workspace, `$2` one of its instances or null. */
const INSTANCES = `SELECT n.id FROM instances n
  WHERE n.workspace_id = $1 AND ($2::text IS NULL OR n.id = $2) AND NOT n.ending`;

const values = ({ workspaceId, instanceId, from, to }: StatisticsScope) => [
  workspaceId,
  instanceId ?? null,
  from,
  to,
];

// From here hours and UTC days are counted; `date_trunc` with a zone costs many times as much for each row.
const EPOCH = `timestamptz '2000-01-01T00:00:00Z'`;

/** Conversations and messages by hour or UTC day. Intervals in which nothing happened have a row too. */
export async function readActivity(
  db: Queryable,
  scope: StatisticsScope,
  interval: 'hour' | 'day',
): Promise<ActivityRow[]> {
  const { rows } = await db.query<ActivityRow>(
    `SELECT t.at, coalesce(s.count, 0)::int AS sessions, coalesce(i.count, 0)::int AS received,
       coalesce(o.bot, 0)::int AS "sentByBot", coalesce(o.people, 0)::int AS "sentByPeople"
      FROM generate_series(date_bin($5::interval, $3::timestamptz, ${EPOCH}), $4::timestamptz - interval '1 ms',
        $5) AS t (at)
      LEFT JOIN (SELECT date_bin($5, created_at, ${EPOCH}) AS at, count(*) FROM sessions
        WHERE workspace_id = $1 AND ($2::text IS NULL OR instance_id = $2) AND hidden_at IS NULL
          AND created_at >= $3 AND created_at < $4 GROUP BY 1) s ON s.at = t.at
      LEFT JOIN (SELECT date_bin($5, created_at, ${EPOCH}) AS at, count(*) FROM inbox
        WHERE instance_id IN (${INSTANCES}) AND sender = 'contact'
          AND created_at >= $3 AND created_at < $4 GROUP BY 1) i ON i.at = t.at
      LEFT JOIN (SELECT date_bin($5, created_at, ${EPOCH}) AS at, count(*) FILTER (WHERE sender = 'bot') AS bot,
          count(*) FILTER (WHERE sender <> 'bot') AS people FROM outbox
        WHERE instance_id IN (${INSTANCES}) AND state = 'sent'
          AND created_at >= $3 AND created_at < $4 GROUP BY 1) o ON o.at = t.at
     ORDER BY t.at`,
    [...values(scope), interval === 'day' ? '24 hours' : '1 hour'],
  );
  return rows;
}

/** Milliseconds from the last message of a turn to the first bubble of its answer. */
export interface AnswerTimes {
  count: number;
  /** The median, and the 90th and 99th percentile; null without answers. */
  quantiles: number[] | null;
}

/** At most about so many bubbles of a number count: the newest in the period. */
const MAX_BUBBLES = 5_000;

/** How long contacts waited for an answer of the bot. */
export async function readAnswerTimes(db: Queryable, scope: StatisticsScope): Promise<AnswerTimes> {
  const { rows } = await db.query<AnswerTimes>(
    `SELECT count(*)::int AS count,
       percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY waited.ms) AS quantiles
      FROM (
        SELECT extract(epoch FROM first.at - asked.at)::float8 * 1000 AS ms
          FROM (SELECT newest.session_id, newest.turn_no, min(newest.sent_at) AS at
                  FROM (${INSTANCES}) AS instance CROSS JOIN LATERAL (
                    SELECT session_id, turn_no, sent_at FROM outbox
                     WHERE instance_id = instance.id AND created_at >= $3 AND created_at < $4
                       AND turn_no IS NOT NULL AND sent_at IS NOT NULL
                     ORDER BY created_at DESC FETCH FIRST ${MAX_BUBBLES} ROWS WITH TIES) AS newest
                 GROUP BY newest.session_id, newest.turn_no) AS first
          CROSS JOIN LATERAL (SELECT max(created_at) AS at FROM inbox
            WHERE session_id = first.session_id AND turn_no = first.turn_no) AS asked
         WHERE asked.at IS NOT NULL) AS waited`,
    values(scope),
  );
  return rows[0] ?? { count: 0, quantiles: null };
}

/** The state of conversations that began in the period: `active`, or why they were closed. */
export interface OutcomeRow {
  outcome: string;
  count: number;
}

/** Conversations that began in the period, by outcome, most frequent first. */
export async function readOutcomes(db: Queryable, scope: StatisticsScope): Promise<OutcomeRow[]> {
  const { rows } = await db.query<OutcomeRow>(
    `SELECT CASE WHEN status = 'closed' THEN coalesce(close_reason, 'closed_by_api') ELSE 'active' END AS outcome,
       count(*)::int AS count
      FROM sessions
     WHERE workspace_id = $1 AND ($2::text IS NULL OR instance_id = $2) AND hidden_at IS NULL
       AND created_at >= $3 AND created_at < $4
     GROUP BY 1 ORDER BY 2 DESC, 1`,
    values(scope),
  );
  return rows;
}

/** Failures of one kind with one reason. */
export interface FailureRow {
  type: 'turn.failed' | 'message.failed';
  reason: string;
  count: number;
  lastAt: Date;
}

/** Failures by reason, most frequent first; at most a hundred reasons. */
export async function readFailures(db: Queryable, scope: StatisticsScope): Promise<FailureRow[]> {
  const { rows } = await db.query<FailureRow>(
    `SELECT type, coalesce(data->>'reason', 'unknown') AS reason, count(*)::int AS count, max(at) AS "lastAt"
      FROM session_events
     WHERE type IN ('turn.failed', 'message.failed') AND at >= $3 AND at < $4
       AND workspace_id = $1 AND ($2::text IS NULL OR instance_id = $2)
     GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT 100`,
    values(scope),
  );
  return rows;
}
