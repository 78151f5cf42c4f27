import { MAX_WINDOWS } from '../../../workflows/adopt.js';
import { durationOf } from '../accounts/typebot-settings.js';
import type { Queryable } from '../db.js';
import { GATE_IS_OPEN } from '../messages/claims.js';
import { NOTICES } from '../messages/inbox.js';
import type { SessionView } from '../rows.js';
import { EXPIRES_AT, SESSION_VIEW, sessionsFrom } from './session-reads.js';
import type { ReadScope } from '../read-scope.js';

/**
 * What a conversation waits for. `silenced`: every bot of the number is silent. `person`: the bot is silent until a
 * person acts, or the contact is muted. `window`: the contact must write before WhatsApp accepts anything. `event`: a
 * webhook that the flow listens for. `nothing`: it is closed.
 */
export const WAITS_FOR = [
  'contact',
  'bot',
  'silenced',
  'person',
  'event',
  'typebot',
  'window',
  'channel',
  'credentials',
  'nothing',
] as const;
/** One of `WAITS_FOR`. */
export type WaitsFor = (typeof WAITS_FOR)[number];

/** Things to wait for that a person can fix: obstacles, or a person who may have forgotten. */
export const STUCK: readonly WaitsFor[] = [
  'credentials',
  'channel',
  'silenced',
  'typebot',
  'window',
  'event',
  'person',
];

/** Something that did not succeed and is tried again by itself. */
export interface Retry {
  /** When, in ISO 8601 with an offset. */
  at: string;
  /** How often it was tried. */
  tries: number;
}

/** A session in the list over all instances. */
export interface SessionOverview extends SessionView {
  waitsFor: WaitsFor;
  /** What the open question asks for, such as `email`; null when none is open. */
  question: string | null;
  instanceName: string;
  /** What happens next by itself: the end of a pause, a mute, the idle time, or the 24-hour window. */
  nextEventAt: Date | null;
  /** When the debounce window closes and the bot reads what waits for it; null when nothing does. */
  readsAt: Date | null;
  /** When Typebot, which gave no answer, is asked again; null unless a call waits for that. */
  typebotRetry: Retry | null;
  /** When a message that could not be sent is tried again, and its number among the bubbles of its answer, if it is one. */
  sendRetry: (Retry & { messageId: string; bubble: number | null }) | null;
  /** Until when WhatsApp accepts free messages; null on channels without such a window. */
  windowEndsAt: Date | null;
  /** Contact messages, without notices, since the last answer of anybody, that the bot has not read. */
  unread: number;
  /** Bubbles that are held back while the bot is silent. */
  held: number;
}

const SILENT = `(i.silenced_at IS NOT NULL OR NOT ${GATE_IS_OPEN} OR coalesce(c.muted_until > now(), false))`;

// The first match wins: obstacles outside Parley come before what Parley itself waits for.
const WAITS = `CASE
  WHEN s.status = 'closed' THEN 'nothing'
  WHEN i.status = 'auth_failed' THEN 'credentials'
  WHEN i.status IN ('disconnected', 'logged_out') THEN 'channel'
  WHEN i.silenced_at IS NOT NULL THEN 'silenced'
  WHEN ${SILENT} THEN 'person'
  WHEN turn.failing_since IS NOT NULL THEN 'typebot'
  WHEN turn.state = 'begun' OR EXISTS (
    SELECT FROM outbox o WHERE o.session_id = s.id AND o.state IN ('pending', 'sending', 'unknown')) THEN 'bot'
  WHEN EXISTS (
    SELECT FROM outbox o WHERE o.session_id = s.id AND o.turn_no = s.turn_no AND o.error->>'reason' = 'window_closed'
      AND o.created_at > coalesce(s.last_inbound_at, '-infinity')) THEN 'window'
  WHEN s.open_input->>'id' = 'webhook' THEN 'event'
  ELSE 'contact' END`;

const WINDOW_ENDS_AT = `CASE WHEN i.channel_type IN ('cloud-api', 'twilio') AND s.channel = 'whatsapp'
  THEN s.last_inbound_at + interval '24 hours' END`;

// As the workflow computes it. Files that belong together may be waited for a few seconds longer.
const DEBOUNCE = `${durationOf('t.settings', 'debounce_ms')} * interval '1 millisecond'`;
const READS_AT = `CASE WHEN NOT ${SILENT} AND turn.state IS DISTINCT FROM 'begun' THEN (
  SELECT least(max(b.created_at) + ${DEBOUNCE}, min(b.created_at) + ${MAX_WINDOWS} * ${DEBOUNCE})
    FROM inbox b WHERE b.session_id = s.id AND b.fate = 'waiting') END`;

const TYPEBOT_RETRY = `CASE WHEN turn.next_attempt_at IS NOT NULL AND NOT ${SILENT}
  THEN jsonb_build_object('at', turn.next_attempt_at, 'tries', turn.failed_calls) END`;

// A message of a person leaves although the bot is silent. With refused credentials nothing is sent, whatever is tried.
const SEND_RETRY = `CASE WHEN i.status <> 'auth_failed' THEN (
  SELECT jsonb_build_object('at', o.next_attempt_at, 'tries', o.attempts, 'messageId', o.id, 'bubble', (
      SELECT count(*) FROM outbox b WHERE b.session_id = o.session_id AND b.turn_no = o.turn_no AND b.bubble_no <= o.bubble_no
      HAVING o.turn_no IS NOT NULL))
    FROM outbox o WHERE o.session_id = s.id AND o.state IN ('pending', 'unknown') AND o.next_attempt_at IS NOT NULL
      AND (o.turn_no IS NULL OR NOT ${SILENT})
   ORDER BY o.next_attempt_at LIMIT 1) END`;

/**
 * SQL for the next event. A time that has passed without its event means that the event is late; only the window simply
 * ends.
 */
export const NEXT_EVENT_AT = `CASE WHEN s.status <> 'closed' THEN least(s.resumes_at, ${EXPIRES_AT},
  CASE WHEN ${WINDOW_ENDS_AT} > now() THEN ${WINDOW_ENDS_AT} END,
  CASE WHEN c.muted_until > now() THEN c.muted_until END) END`;

// Whoever answers at the number itself has read what came before.
const ANSWERED_AT = `greatest(
  (SELECT o.created_at FROM outbox o WHERE o.session_id = s.id ORDER BY o.row_id DESC LIMIT 1),
  (SELECT p.created_at FROM inbox p WHERE p.session_id = s.id AND p.sender IN ('operator', 'api') ORDER BY p.row_id DESC LIMIT 1))`;

const UNREAD = `(
  SELECT count(*)::int FROM inbox b WHERE b.session_id = s.id AND b.fate IN ('waiting', 'kept') AND b.sender = 'contact'
     AND b.content_type NOT IN (${NOTICES.map((type) => `'${type}'`).join(', ')})
     AND b.created_at > coalesce(${ANSWERED_AT}, '-infinity'))`;

/** The columns of a `SessionOverview`. */
export const OVERVIEW = `${SESSION_VIEW}, i.name AS "instanceName", ${NEXT_EVENT_AT} AS "nextEventAt",
  waits.waits_for AS "waitsFor", s.open_input->'question'->>'kind' AS question,
  ${WINDOW_ENDS_AT} AS "windowEndsAt", ${READS_AT} AS "readsAt",
  ${TYPEBOT_RETRY} AS "typebotRetry", ${SEND_RETRY} AS "sendRetry",
  ${UNREAD} AS unread,
  CASE WHEN s.status = 'closed' OR NOT ${SILENT} THEN 0 ELSE (
    SELECT count(*)::int FROM outbox o WHERE o.session_id = s.id AND o.turn_no IS NOT NULL
      AND o.state IN ('pending', 'unknown')) END AS held`;

const WITH_WAITS = `LEFT JOIN turns turn ON turn.session_id = s.id AND turn.number = s.turn_no AND turn.state = 'begun'
   CROSS JOIN LATERAL (SELECT ${WAITS} AS waits_for) AS waits`;

/** Where `OVERVIEW` selects from; ends with a condition. */
export const OVERVIEW_FROM = sessionsFrom({ more: WITH_WAITS });

/**
 * As `OVERVIEW_FROM`, for filters, orders and counts over many sessions: of the contacts only those that are muted, since
 * nothing else about a contact decides what its session waits for.
 */
export const FILTER_FROM = sessionsFrom({
  contacts: 'LEFT JOIN contacts c ON c.id = s.contact_id AND c.muted_until > now()',
  more: WITH_WAITS,
});

/** SQL for the time the list is ordered by; a session without messages counts by its creation. */
export const LAST_AT = 'coalesce(s.last_message_at, s.created_at)';

/** One session of a scope; `id` must be a UUID. */
export async function findOverview(
  db: Queryable,
  scope: ReadScope,
  id: string,
): Promise<SessionOverview | undefined> {
  const { rows } = await db.query<SessionOverview>(
    `SELECT ${OVERVIEW} ${OVERVIEW_FROM}
       AND s.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2) AND s.id = $3`,
    [scope.workspaceId, scope.instanceId ?? null, id],
  );
  return rows[0];
}

/** How many active sessions wait for one thing, and when the oldest of them last had a message. */
export interface WaitingGroup {
  waitsFor: WaitsFor;
  count: number;
  oldestAt: Date;
}

/** The active sessions of a scope by what they wait for, and the contact messages that no turn has taken yet. */
export async function readWaiting(
  db: Queryable,
  scope: ReadScope,
): Promise<{ groups: WaitingGroup[]; untaken: { count: number; oldestAt: Date | null } }> {
  const values = [scope.workspaceId, scope.instanceId ?? null];
  const groups = await db.query<WaitingGroup>(
    `SELECT waits.waits_for AS "waitsFor", count(*)::int AS count, min(${LAST_AT}) AS "oldestAt" ${FILTER_FROM}
       AND s.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2) AND s.status IN ('opened', 'paused')
     GROUP BY waits.waits_for`,
    values,
  );
  const untaken = await db.query<{ count: number; oldestAt: Date | null }>(
    `SELECT count(*)::int AS count, min(b.created_at) AS "oldestAt"
       FROM inbox b JOIN sessions s ON s.id = b.session_id AND s.status = 'opened'
      WHERE b.fate = 'waiting' AND s.workspace_id = $1 AND ($2::text IS NULL OR s.instance_id = $2)`,
    values,
  );
  return { groups: groups.rows, untaken: untaken.rows[0] ?? { count: 0, oldestAt: null } };
}
