import type { Queryable } from '../db.js';

/** What a signed-in browser may see: a workspace, or one instance of it. */
export interface ConsoleSessionRow {
  id: string;
  workspaceId: string;
  instanceId: string | null;
  /** The key that signed in, or that made the link; null = the workspace's client. */
  keyId: string | null;
  expiresAt: Date;
}

/** Who a session belongs to. It ends with its workspace, and with its key if it has a `keyId`. */
export interface ConsoleSessionOwner {
  workspaceId: string;
  instanceId: string | null;
  keyId: string | null;
}

const COLUMNS = `s.id, s.workspace_id AS "workspaceId", s.instance_id AS "instanceId", s.key_id AS "keyId",
  s.expires_at AS "expiresAt"`;

/**
 * Stores a session, or with `kind: 'code'` the one-time code that becomes one, by its SHA-256. Also deletes the expired
 * ones.
 */
export async function insertConsoleSession(
  db: Queryable,
  owner: ConsoleSessionOwner,
  secret: { id: string; kind: 'code' | 'session'; hash: Buffer; seconds: number },
): Promise<ConsoleSessionRow> {
  const { rows } = await db.query<ConsoleSessionRow>(
    `WITH swept AS (DELETE FROM console_sessions WHERE expires_at < now())
     INSERT INTO console_sessions AS s (id, kind, secret_hash, workspace_id, instance_id, key_id, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 second') RETURNING ${COLUMNS}`,
    [secret.id, secret.kind, secret.hash, owner.workspaceId, owner.instanceId, owner.keyId, secret.seconds],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a session of the console was inserted without a row');
  return row;
}

/** Exchanges a one-time code for a session with a new secret. Undefined for a code that is unknown, used or expired. */
export async function redeemConsoleCode(
  db: Queryable,
  codeHash: Buffer,
  session: { hash: Buffer; seconds: number },
): Promise<ConsoleSessionRow | undefined> {
  const { rows } = await db.query<ConsoleSessionRow>(
    `UPDATE console_sessions s SET kind = 'session', secret_hash = $2, expires_at = now() + $3 * interval '1 second'
      WHERE kind = 'code' AND secret_hash = $1 AND expires_at > now() RETURNING ${COLUMNS}`,
    [codeHash, session.hash, session.seconds],
  );
  return rows[0];
}

const LIVE = `s.kind = 'session' AND s.expires_at > now() AND NOT w.ending AND (s.instance_id IS NULL OR NOT i.ending)`;
const FROM = `FROM console_sessions s JOIN workspaces w ON w.id = s.workspace_id
  LEFT JOIN instances i ON i.id = s.instance_id`;

/** The session with this SHA-256, unless it has ended or its workspace or instance is being deleted. */
export async function findConsoleSession(
  db: Queryable,
  hash: Buffer,
): Promise<ConsoleSessionRow | undefined> {
  const { rows } = await db.query<ConsoleSessionRow>(
    `SELECT ${COLUMNS} ${FROM} WHERE s.secret_hash = $1 AND ${LIVE}`,
    [hash],
  );
  return rows[0];
}

/** Whether a session is still valid. `id` must be a UUID. */
export async function isConsoleSessionLive(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(`SELECT 1 ${FROM} WHERE s.id = $1 AND ${LIVE}`, [id]);
  return rowCount === 1;
}

/** Ends the console sessions that a key opened, and its unused links. `except` is the id of a session to keep. */
export async function endSessionsOfKey(db: Queryable, keyId: string, except: string | null): Promise<void> {
  await db.query('DELETE FROM console_sessions WHERE key_id = $1 AND id IS DISTINCT FROM $2::uuid', [
    keyId,
    except,
  ]);
}

/** Ends a session. */
export async function deleteConsoleSession(db: Queryable, id: string): Promise<void> {
  await db.query('DELETE FROM console_sessions WHERE id = $1', [id]);
}
