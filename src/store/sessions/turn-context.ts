import type { Referral } from '../../../activities/ports/messages.js';
import type { OpenInput, TranscriptPlace } from '../../../activities/ports/typebot.js';
import type { Queryable } from '../db.js';
import { READING_ORDER } from '../messages/inbox.js';
import type { TypebotSettings } from '../rows.js';

/** What a turn needs to know about its session, contact and typebot. */
export interface TurnContext {
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
  status: string;
  chatMode: string;
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
  ended: boolean;
  /** Text of the session's first message that a turn took; null before. */
  firstText: string | null;
  /** The advertisement that brought the contact, from the first message of the session that names one. */
  referral: Referral | null;
  /** The last turn that took a message. */
  lastInputTurn: number | null;
}

/** Undefined when the session is gone, hidden or closed, or its typebot or instance is being deleted. */
export async function readTurnContext(db: Queryable, sessionId: string): Promise<TurnContext | undefined> {
  const { rows } = await db.query<TurnContext>(
    `SELECT s.id AS "sessionId", s.workspace_id AS "workspaceId", s.instance_id AS "instanceId",
       s.contact_id AS "contactId", s.typebot_id AS "typebotId", t.public_id AS "publicId", t.settings,
       t.settings_version AS "settingsVersion", s.settings_version AS "notedSettingsVersion", s.opening, s.status,
       s.chat_mode AS "chatMode", s.channel, s.remote_jid AS "remoteJid", s.push_name AS "pushName",
       c.wa_id AS "waId", s.callback_token AS "callbackToken", s.typebot_session_id AS "typebotSessionId",
       s.open_input AS "openInput", s.transcript_place AS "transcriptPlace", s.invalid_replies AS "invalidReplies",
       s.broken_turns AS "brokenTurns", s.slowest_call_ms AS "slowestCallMs",
       r.result_id AS "resultId", s.ended_as IS NOT NULL AS ended,
       (SELECT i.text FROM inbox i WHERE i.session_id = s.id AND i.turn_no IS NOT NULL
         ORDER BY i.turn_no, ${READING_ORDER} LIMIT 1) AS "firstText",
       (SELECT i.referral FROM inbox i WHERE i.session_id = s.id AND i.referral IS NOT NULL
         ORDER BY i.row_id LIMIT 1) AS referral,
       (SELECT max(i.turn_no) FROM inbox i WHERE i.session_id = s.id) AS "lastInputTurn"
      FROM sessions s JOIN typebots t ON t.id = s.typebot_id AND NOT t.ending
      JOIN instances n ON n.id = s.instance_id AND NOT n.ending
      JOIN contacts c ON c.id = s.contact_id
      LEFT JOIN typebot_results r ON r.contact_id = s.contact_id AND r.typebot_id = s.typebot_id
     WHERE s.id = $1 AND s.hidden_at IS NULL AND s.status IN ('opened', 'paused')`,
    [sessionId],
  );
  return rows[0];
}

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
