import type { OutboundContent } from '../../../activities/ports/messages.js';
import { INSTANCE_VERSION } from '../accounts/instances.js';
import type { Queryable, Tx } from '../db.js';
import { rowsJson, toJson } from '../parameters.js';

/** `unknown`: a request was made and nobody can say whether it arrived. */
export type OutboxState = 'pending' | 'sending' | 'unknown' | 'sent' | 'failed';

/** A message to store and send. `waitMs` is the pause before it. */
export interface NewOutbound {
  id: string;
  instanceId: string;
  contactId: string;
  sessionId: string;
  sender: 'bot' | 'operator' | 'api';
  turnNo: number | null;
  bubbleNo: number | null;
  content: OutboundContent;
  contentType: string;
  text: string;
  choices: { id: string; title: string }[];
  replyTo: string | null;
  outboundId: string;
  waitMs: number;
  /** `dropped`: recorded, never sent. `sent`: nothing to send (channel `api`). */
  fate: 'pending' | 'dropped' | 'sent';
  userId: string | null;
  tags: Record<string, string> | null;
  botpress: Record<string, unknown> | null;
  scheduledAt: Date | null;
  /** It has its own workflow, which the relay starts if need be. */
  ownWorkflow: boolean;
}

/** SQL that inserts the rows in `rows`, a parameter made by `outboundJson`. */
export const insertOutbound = (rows: string) =>
  `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, turn_no, bubble_no, content_type, content, text,
       choices, reply_to, outbound_id, wait_ms, state, delivery, error, user_id, tags, botpress, scheduled_at,
       start_next_at, sent_at)
     SELECT n.id, n."instanceId", n."contactId", n."sessionId", n.sender, n."turnNo", n."bubbleNo", n."contentType",
       n.content::jsonb, n.text, n.choices::jsonb, n."replyTo", n."outboundId", n."waitMs", n.state, n.state, n.error::jsonb,
       n."userId", n.tags::jsonb, n.botpress::jsonb, n."scheduledAt",
       CASE WHEN n."ownWorkflow" THEN now() + interval '1 second' END, CASE WHEN n.state = 'sent' THEN now() END
      FROM jsonb_to_recordset(${rows}::jsonb) AS n (id uuid, "instanceId" text, "contactId" uuid, "sessionId" uuid,
        sender text, "turnNo" int, "bubbleNo" int, "contentType" text, content text, text text, choices text, "replyTo" text,
        "outboundId" text, "waitMs" bigint, state text, error text, "userId" text, tags text, botpress text,
        "scheduledAt" timestamptz, "ownWorkflow" boolean)`;

/** The parameter for `insertOutbound`. */
export function outboundJson(rows: NewOutbound[]): string {
  return rowsJson(
    rows.map(({ fate, ...row }) => ({
      ...row,
      content: toJson(row.content),
      choices: toJson(row.choices),
      state: fate === 'dropped' ? 'failed' : fate,
      error: fate === 'dropped' ? toJson(DROPPED) : null,
      tags: row.tags && toJson(row.tags),
      botpress: row.botpress && toJson(row.botpress),
    })),
  );
}

/** Stores messages to be sent, in order. */
export async function storeOutbound(tx: Tx, ...rows: NewOutbound[]): Promise<void> {
  await tx.query(insertOutbound('$1'), [outboundJson(rows)]);
}

/** SQL for the highest number of a turn's bubbles, 0 without any; the parameters are SQL too. */
export const lastBubbleOf = (session: string, turn: string) =>
  `coalesce((SELECT max(o.bubble_no) FROM outbox o WHERE o.session_id = ${session} AND o.turn_no = ${turn}), 0)`;

/** The highest number of a turn's bubbles; 0 without any. */
export async function readLastBubble(db: Queryable, sessionId: string, turn: number): Promise<number> {
  const { rows } = await db.query<{ last: number }>(`SELECT ${lastBubbleOf('$1', '$2')} AS last`, [
    sessionId,
    turn,
  ]);
  return rows[0]?.last ?? 0;
}

/** The error of a message that was given up because a person took over or the session ended. */
export const DROPPED = { class: 'permanent', reason: 'dropped', code: null, message: null };

/** A message as delivery sees it. Times are durations, by the database's clock. */
export interface OutboundRow {
  id: string;
  sessionId: string | null;
  contactId: string;
  instanceId: string;
  sender: 'bot' | 'operator' | 'api';
  turnNo: number | null;
  bubbleNo: number | null;
  content: OutboundContent;
  replyTo: string | null;
  outboundId: string;
  clientMessageId: string | null;
  state: OutboxState;
  /** How often it was claimed; also the number of its last claim. */
  attempts: number;
  unknowns: number;
  /** Milliseconds until it is due; 0 or less = now. */
  dueInMs: number;
  /** Milliseconds since it became `unknown`; null when it is not. */
  unknownForMs: number | null;
  /** A file sent to the contact by link may still be on its way, and must not be overtaken. */
  behindMedia: boolean;
  /** Its claim has expired: the worker that was sending it is gone. */
  overdue: boolean;
  /** `INSTANCE_VERSION` of its instance. */
  instanceVersion: number | null;
}

/** Columns of an `OutboundRow`, for statements that call the table `o`. */
export const OUTBOUND_COLUMNS = `o.id, o.session_id AS "sessionId", o.contact_id AS "contactId", o.instance_id AS "instanceId", o.sender,
  o.turn_no AS "turnNo", o.bubble_no AS "bubbleNo", o.content, o.reply_to AS "replyTo", o.outbound_id AS "outboundId",
  o.client_message_id AS "clientMessageId", o.state, o.attempts, o.unknowns,
  coalesce(extract(epoch FROM o.due_at - clock_timestamp()) * 1000, 0)::float8 AS "dueInMs",
  CASE WHEN o.state = 'unknown'
       THEN (extract(epoch FROM clock_timestamp() - o.claim_ends_at) * 1000)::float8 END AS "unknownForMs",
  EXISTS (SELECT 1 FROM outbox f WHERE f.contact_id = o.contact_id AND f.holds_until > clock_timestamp()) AS "behindMedia",
  coalesce(o.state = 'sending' AND o.claim_ends_at + interval '1 second' < clock_timestamp(), false) AS overdue,
  (SELECT ${INSTANCE_VERSION} FROM instances i WHERE i.id = o.instance_id) AS "instanceVersion"`;

/** The first bubble of a turn that has not been sent. A pause before it starts to run when it is first looked at. */
export async function nextBubble(
  db: Queryable,
  sessionId: string,
  turn: number,
): Promise<OutboundRow | undefined> {
  const { rows } = await db.query<OutboundRow & { starts: boolean }>(
    `SELECT ${OUTBOUND_COLUMNS}, (o.due_at IS NULL AND o.wait_ms > 0) AS starts FROM outbox o
      WHERE o.session_id = $1 AND o.turn_no = $2 AND o.state IN ('pending', 'sending', 'unknown')
      ORDER BY o.bubble_no LIMIT 1`,
    [sessionId, turn],
  );
  const row = rows[0];
  return row?.starts ? startWait(db, row.id) : row;
}

async function startWait(db: Queryable, id: string): Promise<OutboundRow | undefined> {
  const { rows } = await db.query<OutboundRow>(
    `UPDATE outbox o SET due_at = coalesce(o.due_at, clock_timestamp() + o.wait_ms * interval '1 millisecond')
      WHERE o.id = $1 RETURNING ${OUTBOUND_COLUMNS}`,
    [id],
  );
  return rows[0];
}

/** One message; undefined when it is gone. */
export async function readOutbound(db: Queryable, id: string): Promise<OutboundRow | undefined> {
  const { rows } = await db.query<OutboundRow>(`SELECT ${OUTBOUND_COLUMNS} FROM outbox o WHERE o.id = $1`, [
    id,
  ]);
  return rows[0];
}

/** Whether a template has been sent, or is waiting, since the contact last wrote. */
export async function wasTemplateSent(
  db: Queryable,
  session: { id: string; lastInboundAt: Date | null },
): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM outbox WHERE session_id = $1 AND content_type = 'template' AND ($2::timestamptz IS NULL OR created_at > $2)
       LIMIT 1`,
    [session.id, session.lastInboundAt],
  );
  return rows.length > 0;
}
