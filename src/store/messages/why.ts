import type { Queryable } from '../db.js';
import type { EventData, EventType } from '../events/session-events.js';

/** A message of a session, with what leads to its causes. */
export interface Caused {
  id: string;
  direction: 'incoming' | 'outgoing';
  sender: 'contact' | 'bot' | 'operator' | 'api' | 'flow';
  turnNo: number | null;
  /** Of an incoming message only. */
  fate: 'waiting' | 'kept' | 'taken' | 'dropped' | null;
  createdAt: Date;
}

/** The message; undefined when the session has no such message. `messageId` must be a UUID. */
export async function findCaused(
  db: Queryable,
  sessionId: string,
  messageId: string,
): Promise<Caused | undefined> {
  const { rows } = await db.query<Caused>(
    `SELECT id, 'incoming' AS direction, sender, turn_no AS "turnNo", fate, created_at AS "createdAt"
       FROM inbox WHERE session_id = $1 AND id = $2
     UNION ALL
     SELECT id, 'outgoing', sender, turn_no, NULL, created_at FROM outbox WHERE session_id = $1 AND id = $2`,
    [sessionId, messageId],
  );
  return rows[0];
}

/** A message that a turn has read, with the first 200 characters of its text. */
export interface ReadMessage {
  id: string;
  text: string;
  contentType: string;
  sender: string;
  origin: 'channel' | 'start' | 'surface' | 'callback';
  createdAt: Date;
}

/** The turn that a message belongs to. */
export interface CausingTurn {
  number: number;
  state: 'begun' | 'answered' | 'cancelled';
  begunAt: Date;
  answeredAt: Date | null;
  calls: number;
  failedCalls: number;
  slowestCallMs: number;
  /** When a call that gave no answer is made again. */
  nextAttemptAt: Date | null;
  bubbles: number;
  /** In order of arrival, at most a hundred. */
  read: ReadMessage[];
}

/** One turn and what it has read; undefined when there is no such turn. */
export async function readCausingTurn(
  db: Queryable,
  sessionId: string,
  number: number,
): Promise<CausingTurn | undefined> {
  const turns = await db.query<Omit<CausingTurn, 'read'>>(
    `SELECT number, state, begun_at AS "begunAt", answered_at AS "answeredAt", calls, failed_calls AS "failedCalls",
       slowest_call_ms AS "slowestCallMs", CASE WHEN state = 'begun' THEN next_attempt_at END AS "nextAttemptAt",
       (SELECT count(*)::int FROM outbox o WHERE o.session_id = t.session_id AND o.turn_no = t.number) AS bubbles
      FROM turns t WHERE session_id = $1 AND number = $2`,
    [sessionId, number],
  );
  const read = await db.query<ReadMessage>(
    `SELECT id, left(text, 200) AS text, content_type AS "contentType", sender, origin, created_at AS "createdAt"
       FROM inbox WHERE session_id = $1 AND turn_no = $2 ORDER BY row_id LIMIT 100`,
    [sessionId, number],
  );
  const [turn] = turns.rows;
  return turn && { ...turn, read: read.rows };
}

/** How an outgoing message was sent. */
export interface SendStory {
  state: 'pending' | 'sending' | 'unknown' | 'sent' | 'failed';
  delivery: 'pending' | 'sent' | 'delivered' | 'read' | 'failed';
  attempts: number;
  refused: number;
  unknowns: number;
  waitMs: number;
  firstTriedAt: Date | null;
  lastTriedAt: Date | null;
  /** When it is tried again; null unless it waits for that. */
  nextAttemptAt: Date | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  providerMessageId: string | null;
  error: { class: string; reason: string | null; code: string | null; message: string | null } | null;
}

/** How an outgoing message was sent; undefined when it is not one of Parley's. */
export async function readSendStory(db: Queryable, id: string): Promise<SendStory | undefined> {
  const { rows } = await db.query<SendStory>(
    `SELECT state, delivery, attempts, refused, unknowns, wait_ms AS "waitMs", first_tried_at AS "firstTriedAt",
       claimed_at AS "lastTriedAt", CASE WHEN state IN ('pending', 'unknown') THEN next_attempt_at END AS "nextAttemptAt",
       sent_at AS "sentAt", delivered_at AS "deliveredAt", read_at AS "readAt",
       provider_message_id AS "providerMessageId", error
      FROM outbox WHERE id = $1`,
    [id],
  );
  return rows[0];
}

/** An event that concerns a message or its turn. */
export interface RelatedEvent {
  type: EventType;
  data: EventData;
  at: Date;
}

/** The start of the session before a given time, and what the timeline says about a message and its turn. */
export async function readRelatedEvents(
  db: Queryable,
  sessionId: string,
  of: { messageId: string; turnNo: number | null; at: Date },
): Promise<{ started: RelatedEvent | undefined; events: RelatedEvent[] }> {
  const started = await db.query<RelatedEvent>(
    `SELECT type, data, at FROM session_events WHERE session_id = $1 AND type = 'session.started' AND at <= $2
      ORDER BY id DESC LIMIT 1`,
    [sessionId, of.at],
  );
  const events = await db.query<RelatedEvent>(
    `SELECT type, data, at FROM session_events WHERE session_id = $1
        AND type NOT IN ('message.received', 'message.sent')
        AND (data->>'message' = $2 OR (data->>'turn')::int = $3) ORDER BY id LIMIT 50`,
    [sessionId, of.messageId, of.turnNo],
  );
  return { started: started.rows[0], events: events.rows };
}
