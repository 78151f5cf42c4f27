import type { Queryable } from '../db.js';
import { SESSION_IS_LIVE, SESSIONS_WITH_OWNERS } from './live-credentials.js';

/** What a signed-in browser may see: a workspace, or one instance of it. */
export interface ConsoleSessionRow {
  id: string;
  workspaceId: string;
  instanceId: string | null;
  /** The key that signed in, or that made the link; null = the workspace's client. */
  keyId: string | null;
  /** Whether it may manage what gives access beyond itself: keys, the client, outgoing webhooks, numbers. */
  mayManage: boolean;
  expiresAt: Date;
}

/**
 * Who a session belongs to. It ends with its workspace, and with the value of the key, or the secret of the workspace's
 * client, that opened it.
 */
export interface ConsoleSessionOwner {
  workspaceId: string;
  instanceId: string | null;
  key: { id: string; valueNo: number } | null;
  /** Number of the client's secret; null with a key. */
  clientValueNo: number | null;
  mayManage: boolean;
}

const COLUMNS = `s.id, s.workspace_id AS "workspaceId", s.instance_id AS "instanceId", s.key_id AS "keyId",
  s.may_manage AS "mayManage", s.expires_at AS "expiresAt"`;

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
     INSERT INTO console_sessions AS s (id, kind, secret_hash, workspace_id, instance_id, expires_at, key_id,
       key_value_no, client_value_no, may_manage)
     VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 second', $7, $8, $9, $10) RETURNING ${COLUMNS}`,
    [
      ...[secret.id, secret.kind, secret.hash, owner.workspaceId, owner.instanceId, secret.seconds],
      ...[owner.key?.id ?? null, owner.key?.valueNo ?? null, owner.clientValueNo, owner.mayManage],
    ],
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

/** The session with this SHA-256, unless it has ended or its workspace or instance is being deleted. */
export async function findConsoleSession(
  db: Queryable,
  hash: Buffer,
): Promise<ConsoleSessionRow | undefined> {
  const { rows } = await db.query<ConsoleSessionRow>(
    `SELECT ${COLUMNS} FROM ${SESSIONS_WITH_OWNERS} WHERE s.secret_hash = $1 AND ${SESSION_IS_LIVE}`,
    [hash],
  );
  return rows[0];
}

/**
 * After a rotation: ends the console sessions that the key opened, and its unused links. The session `except` stays and
 * counts as opened with the new value.
 */
export async function endSessionsOfKey(
  db: Queryable,
  key: { id: string; valueNo: number },
  except: string | null,
): Promise<void> {
  await db.query('DELETE FROM console_sessions WHERE key_id = $1 AND id IS DISTINCT FROM $2::uuid', [
    key.id,
    except,
  ]);
  await db.query('UPDATE console_sessions SET key_value_no = $2 WHERE key_id = $1', [key.id, key.valueNo]);
}

/** As `endSessionsOfKey`, after the client of a workspace got a new secret. */
export async function endSessionsOfClient(
  db: Queryable,
  { workspaceId, valueNo }: { workspaceId: string; valueNo: number },
  except: string | null,
): Promise<void> {
  await db.query(
    `DELETE FROM console_sessions
      WHERE workspace_id = $1 AND client_value_no IS NOT NULL AND id IS DISTINCT FROM $2::uuid`,
    [workspaceId, except],
  );
  await db.query(
    'UPDATE console_sessions SET client_value_no = $2 WHERE workspace_id = $1 AND client_value_no IS NOT NULL',
    [workspaceId, valueNo],
  );
}

/** Ends a session. */
export async function deleteConsoleSession(db: Queryable, id: string): Promise<void> {
  await db.query('DELETE FROM console_sessions WHERE id = $1', [id]);
}
