import { shownStatus } from '../../../workflows/axes.js';
import type { Axes, CloseReason } from '../../../workflows/axes.js';
import type { Queryable, Tx } from '../db.js';
import type { LastError, SessionRow } from '../rows.js';
import { errorJson, toJson } from '../parameters.js';

/** Columns of a `SessionRow`, for statements that call the table `s`. */
export const SESSION_COLUMNS = `s.id, s.row_id AS "rowId", s.session_uid AS "sessionUid", s.workspace_id AS "workspaceId",
  s.instance_id AS "instanceId", s.typebot_id AS "typebotId", s.contact_id AS "contactId", s.public_id AS "publicId",
  s.remote_jid AS "remoteJid", s.push_name AS "pushName", s.channel, s.botpress_channel AS "botpressChannel", s.status,
  s.chat_mode AS "chatMode", s.resolution, s.segment, s.tags, s.current_task_id AS "currentTaskId",
  s.close_reason AS "closeReason", s.last_error AS "lastError", s.resumes_at AS "resumesAt", s.opening, s.version,
  s.gate_no AS "gateNo", s.turn_no AS "turnNo", s.settings_version AS "settingsVersion",
  s.typebot_session_id AS "typebotSessionId", s.ended_as AS "endedAs", s.broken_turns AS "brokenTurns", s.created_at AS "createdAt",
  s.updated_at AS "updatedAt", s.last_inbound_at AS "lastInboundAt", s.last_message_at AS "lastMessageAt",
  s.opened_at AS "openedAt"`;

/** The contact's active session, locked. */
export async function lockActiveSession(tx: Tx, contactId: string): Promise<SessionRow | undefined> {
  const { rows } = await tx.query<SessionRow>(
    `SELECT ${SESSION_COLUMNS} FROM sessions s
      WHERE s.contact_id = $1 AND s.status IN ('opened', 'paused') FOR NO KEY UPDATE`,
    [contactId],
  );
  return rows[0];
}

/** One session, locked; undefined when it is hidden. Call after locking its contact. */
export async function lockSession(tx: Tx, id: string): Promise<SessionRow | undefined> {
  const { rows } = await tx.query<SessionRow>(
    `SELECT ${SESSION_COLUMNS} FROM sessions s WHERE s.id = $1 AND s.hidden_at IS NULL FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}

/** Whose session it is. Undefined when there is none, it is hidden, or what it belongs to is being deleted. */
export async function readSessionOwner(
  db: Queryable,
  id: string,
): Promise<{ contactId: string; workspaceId: string; instanceId: string } | undefined> {
  const { rows } = await db.query<{ contactId: string; workspaceId: string; instanceId: string }>(
    `SELECT s.contact_id AS "contactId", s.workspace_id AS "workspaceId", s.instance_id AS "instanceId"
       FROM sessions s
       JOIN typebots t ON t.id = s.typebot_id AND NOT t.ending
       JOIN instances i ON i.id = s.instance_id AND NOT i.ending
       JOIN workspaces w ON w.id = s.workspace_id AND NOT w.ending
      WHERE s.id = $1 AND s.hidden_at IS NULL`,
    [id],
  );
  return rows[0];
}

/** What the caller knows of a new session; everything else gets its initial value. */
export type NewSession = Pick<
  SessionRow,
  | 'id'
  | 'sessionUid'
  | 'workspaceId'
  | 'instanceId'
  | 'typebotId'
  | 'contactId'
  | 'publicId'
  | 'remoteJid'
  | 'pushName'
  | 'channel'
  | 'botpressChannel'
  | 'tags'
  | 'opening'
  | 'settingsVersion'
> & { callbackToken: string };

/** Stores a new session: opened, the bot in charge, `pending`. */
export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  await tx.query(
    `INSERT INTO sessions (id, session_uid, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid,
       push_name, channel, botpress_channel, tags, opening, settings_version, callback_token, status, chat_mode, resolution)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'opened', 'bot', 'pending')`,
    [
      session.id,
      session.sessionUid,
      session.workspaceId,
      session.instanceId,
      session.typebotId,
      session.contactId,
      session.publicId,
      session.remoteJid,
      session.pushName,
      session.channel,
      session.botpressChannel,
      toJson(session.tags),
      session.opening,
      session.settingsVersion,
      session.callbackToken,
    ],
  );
}

/** Writes the outcome of a transition. `updated_at` moves, always forwards, only when a shown value changes. */
export async function writeAxes(
  tx: Tx,
  id: string,
  axes: Axes,
  more: { closeReason: CloseReason | null; segment?: string },
): Promise<void> {
  await tx.query(
    `UPDATE sessions SET status = $2, chat_mode = $3, resolution = $4, gate_no = $5, version = $6, close_reason = $7,
       segment = coalesce($8, segment),
       resumes_at = CASE WHEN $9::float8 IS NULL THEN NULL ELSE to_timestamp($9 / 1000.0) END,
       updated_at = CASE WHEN (status, chat_mode, resolution, segment) IS DISTINCT FROM ($2, $3, $4, coalesce($8, segment))
                    THEN greatest(now(), updated_at + interval '1 millisecond') ELSE updated_at END
      WHERE id = $1`,
    [
      id,
      axes.status,
      axes.chatMode,
      axes.resolution,
      axes.gateNo,
      axes.version,
      more.closeReason,
      more.segment ?? null,
      axes.resumesAtMs,
    ],
  );
}

/** Notes another opening of a closed session, from which its idle time counts. */
export async function reopenSession(tx: Tx, id: string, opening: number): Promise<void> {
  await tx.query(`UPDATE sessions SET opening = $2, opened_at = now(), close_reason = NULL WHERE id = $1`, [
    id,
    opening,
  ]);
}

/** Hides a session from every read. The row is deleted once nothing of it is in progress. */
export async function hideSession(tx: Tx, id: string): Promise<void> {
  await tx.query('UPDATE sessions SET hidden_at = now() WHERE id = $1', [id]);
}

/** Sessions hidden more than two minutes ago, most likely left behind by a process that died before it deleted them. */
export async function listHidden(db: Queryable, limit: number): Promise<{ id: string; contactId: string }[]> {
  const { rows } = await db.query<{ id: string; contactId: string }>(
    `SELECT id, contact_id AS "contactId" FROM sessions
      WHERE hidden_at < now() - interval '2 minutes' ORDER BY hidden_at LIMIT $1`,
    [limit],
  );
  return rows;
}

/** Notes that a message to the contact left; resolves to whose session it is, unless it is hidden. */
export async function touchOutbound(
  db: Queryable,
  id: string,
): Promise<Pick<SessionRow, 'id' | 'workspaceId' | 'instanceId'> | undefined> {
  const { rows } = await db.query<Pick<SessionRow, 'id' | 'workspaceId' | 'instanceId'>>(
    `UPDATE sessions SET last_message_at = now() WHERE id = $1 AND hidden_at IS NULL
      RETURNING id, workspace_id AS "workspaceId", instance_id AS "instanceId"`,
    [id],
  );
  return rows[0];
}

/** Stores the session's last failure. */
export async function writeLastError(db: Queryable, id: string, error: LastError): Promise<void> {
  await db.query('UPDATE sessions SET last_error = $2 WHERE id = $1', [id, errorJson(error)]);
}

/** Merges tags key by key and sets the task in one statement, so that concurrent changes of other keys survive. */
export async function annotateSession(
  db: Queryable,
  id: string,
  change: { set: Record<string, string>; remove: string[]; task: string | null; hasTask: boolean },
): Promise<void> {
  await db.query(
    `UPDATE sessions SET tags = (tags || $2::jsonb) - $3::text[],
       current_task_id = CASE WHEN $4 THEN $5 ELSE current_task_id END,
       version = version + 1,
       updated_at = CASE WHEN (tags || $2::jsonb) - $3::text[] <> tags
                           OR ($4 AND current_task_id IS DISTINCT FROM $5)
                    THEN greatest(now(), updated_at + interval '1 millisecond') ELSE updated_at END
      WHERE id = $1 AND hidden_at IS NULL`,
    [id, toJson(change.set), change.remove, change.hasTask, change.task],
  );
}

/** The contact's active session, with the status that CodeChat and VZaps show. */
export async function readActiveShown(
  db: Queryable,
  contactId: string,
): Promise<{ id: string; status: 'opened' | 'paused' } | undefined> {
  const { rows } = await db.query<Pick<SessionRow, 'id' | 'status' | 'chatMode'>>(
    `SELECT s.id, s.status, s.chat_mode AS "chatMode"
       FROM sessions s JOIN typebots t ON t.id = s.typebot_id AND NOT t.ending
      WHERE s.contact_id = $1 AND s.status IN ('opened', 'paused')`,
    [contactId],
  );
  const [row] = rows;
  return row && { id: row.id, status: shownStatus(row) === 'opened' ? 'opened' : 'paused' };
}

/** A session that is not hidden: for activities, whose session may be gone by now. */
export async function readSession(db: Queryable, id: string): Promise<SessionRow | undefined> {
  const { rows } = await db.query<SessionRow>(
    `SELECT ${SESSION_COLUMNS} FROM sessions s WHERE s.id = $1 AND s.hidden_at IS NULL`,
    [id],
  );
  return rows[0];
}

/** What `created_at` of a session inserted in this transaction will be, in milliseconds since the epoch. */
export async function readCreationMs(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ ms: string }>(
    'SELECT (extract(epoch FROM now()::timestamptz(3)) * 1000)::bigint::text AS ms',
  );
  return rows[0]?.ms ?? '';
}
