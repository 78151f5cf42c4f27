import type { Referral } from '../../../activities/ports/messages.js';
import type { OpenInput, TranscriptPlace } from '../../../activities/ports/typebot.js';
import { INSTANCE_VERSION } from '../accounts/instances.js';
import { settingsOf } from '../accounts/typebot-settings.js';
import type { Queryable, Tx } from '../db.js';
import { READING_ORDER } from '../messages/inbox.js';
import { lastBubbleOf } from '../messages/outbox.js';
import type { TypebotSettings } from '../rows.js';
import { callValues, isCurrent } from './turns.js';
import type { CallOfTurn, TurnRow } from './turns.js';

/** What is needed of session and typebot to end a turn. */
export interface SessionContext {
  sessionId: string;
  workspaceId: string;
  instanceId: string;
  contactId: string;
  typebotId: string;
  publicId: string;
  settings: TypebotSettings;
  settingsVersion: number;
  notedSettingsVersion: number;
  opening: number;
  gateNo: number;
  channel: 'whatsapp' | 'api';
  remoteJid: string;
  pushName: string;
  waId: string | null;
  callbackToken: string | null;
  typebotSessionId: string | null;
  openInput: OpenInput | null;
  transcriptPlace: TranscriptPlace | null;
  invalidReplies: number;
  brokenTurns: number;
  slowestCallMs: number;
  resultId: string | null;
}

/** What is needed to begin a turn: also what came before it. */
export interface TurnContext extends SessionContext {
  /** Text of the session's first message that a turn took; null before. */
  firstText: string | null;
  /** The advertisement that brought the contact, from the first message of the session that names one. */
  referral: Referral | null;
  /** The last turn that took a message. */
  lastInputTurn: number | null;
  /** `INSTANCE_VERSION` of its instance. */
  instanceVersion: number | null;
}

const SESSION = `s.id AS "sessionId", s.workspace_id AS "workspaceId", s.instance_id AS "instanceId",
       s.contact_id AS "contactId", s.typebot_id AS "typebotId", t.public_id AS "publicId",
       ${settingsOf('t.settings')} AS settings,
       t.settings_version AS "settingsVersion", s.settings_version AS "notedSettingsVersion", s.opening, s.gate_no AS "gateNo", s.channel,
       s.remote_jid AS "remoteJid", s.push_name AS "pushName", c.wa_id AS "waId", s.callback_token AS "callbackToken",
       s.typebot_session_id AS "typebotSessionId", s.open_input AS "openInput", s.transcript_place AS "transcriptPlace",
       s.invalid_replies AS "invalidReplies", s.broken_turns AS "brokenTurns", s.slowest_call_ms AS "slowestCallMs",
       r.result_id AS "resultId"`;

const HISTORY = `(SELECT i.text FROM inbox i WHERE i.session_id = s.id AND i.turn_no IS NOT NULL
         ORDER BY i.turn_no, ${READING_ORDER} LIMIT 1) AS "firstText",
       (SELECT i.referral FROM inbox i WHERE i.session_id = s.id AND i.referral IS NOT NULL
         ORDER BY i.row_id LIMIT 1) AS referral,
       (SELECT max(i.turn_no) FROM inbox i WHERE i.session_id = s.id) AS "lastInputTurn",
       ${INSTANCE_VERSION} AS "instanceVersion"`;

/** Finds nothing when the session is gone, closed or hidden, or its typebot or instance is being deleted. */
const FROM = `FROM sessions s JOIN typebots t ON t.id = s.typebot_id AND NOT t.ending
      JOIN instances i ON i.id = s.instance_id AND NOT i.ending
      JOIN contacts c ON c.id = s.contact_id
      LEFT JOIN typebot_results r ON r.contact_id = s.contact_id AND r.typebot_id = s.typebot_id`;

const WHERE = `WHERE s.id = $1 AND s.hidden_at IS NULL AND s.status IN ('opened', 'paused')`;

/**
 * The session's context. Undefined when the session is gone, hidden or closed, or its typebot or instance is being
 * deleted.
 */
export async function readSessionContext(
  db: Queryable,
  sessionId: string,
): Promise<SessionContext | undefined> {
  const { rows } = await db.query<SessionContext>(`SELECT ${SESSION} ${FROM} ${WHERE}`, [sessionId]);
  return rows[0];
}

/** The session's context with what came before. Undefined as in `readSessionContext`. */
export async function readTurnContext(db: Queryable, sessionId: string): Promise<TurnContext | undefined> {
  const { rows } = await db.query<TurnContext>(`SELECT ${SESSION}, ${HISTORY} ${FROM} ${WHERE}`, [sessionId]);
  return rows[0];
}

/**
 * Locks contact and session, in this order, and reads what a beginning turn needs. Locked rows are read as they are
 * once locked. `isKnown`: the turn had begun when the statement did. Undefined as in `readSessionContext`.
 */
export async function lockTurnContext(
  tx: Tx,
  sessionId: string,
  number: number,
): Promise<(TurnContext & { isKnown: boolean }) | undefined> {
  const { rows } = await tx.query<TurnContext & { isKnown: boolean }>(
    `SELECT ${SESSION}, ${HISTORY},
       EXISTS (SELECT FROM turns u WHERE u.session_id = s.id AND u.number = $2) AS "isKnown"
      ${FROM} ${WHERE} FOR NO KEY UPDATE OF c, s`,
    [sessionId, number],
  );
  return rows[0];
}

/**
 * As `lockTurnContext`, for a turn of which an answer is stored: also locks its row, after the session's. Undefined, too,
 * when another attempt overtook this one or the turn is over.
 */
export async function lockAnswering(
  tx: Tx,
  call: CallOfTurn,
): Promise<{ context: SessionContext; turn: TurnMark } | undefined> {
  const { rows } = await tx.query<SessionContext & TurnMark>(
    `SELECT ${SESSION}, u.drop_answer AS "dropAnswer", ${lastBubbleOf('s.id', 'u.number')} AS "lastBubble"
      ${FROM} JOIN turns u ON u.session_id = s.id ${WHERE} AND ${isCurrent('u')} FOR NO KEY UPDATE OF c, s, u`,
    callValues(call),
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { dropAnswer, lastBubble, ...context } = row;
  return { context, turn: { dropAnswer, lastBubble } };
}

/** The state of a turn. `lastBubble`: the highest number of its bubbles that are stored already; 0: none. */
export type TurnMark = Pick<TurnRow, 'dropAnswer'> & { lastBubble: number };

/** Notes that the timeline shows the current settings version. */
export async function noteSettingsVersion(db: Queryable, sessionId: string, version: number): Promise<void> {
  await db.query('UPDATE sessions SET settings_version = $2 WHERE id = $1', [sessionId, version]);
}

/** Stores the Typebot result that the contact's next run of this typebot continues. */
export async function writeResult(
  db: Queryable,
  contactId: string,
  typebotId: string,
  resultId: string,
): Promise<void> {
  await db.query(
    `INSERT INTO typebot_results (contact_id, typebot_id, result_id) VALUES ($1, $2, $3)
     ON CONFLICT (contact_id, typebot_id) DO UPDATE SET result_id = excluded.result_id`,
    [contactId, typebotId, resultId],
  );
}
