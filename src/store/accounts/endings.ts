import { randomUUID } from 'node:crypto';
import type { Queryable, Tx } from '../db.js';

/** What can be deleted with all its sessions. */
export type EndingKind = 'typebot' | 'instance' | 'workspace';

const TABLES: Record<EndingKind, string> = {
  typebot: 'typebots',
  instance: 'instances',
  workspace: 'workspaces',
};
const SESSION_COLUMN: Record<EndingKind, string> = {
  typebot: 'typebot_id',
  instance: 'instance_id',
  workspace: 'workspace_id',
};

/**
 * Marks a target as being deleted: from the commit on no read shows it, and it starts and sends nothing. Also writes
 * the row that the deletion continues from and returns its id; undefined when there is nothing to delete.
 */
export async function markEnding(tx: Tx, kind: EndingKind, targetId: string): Promise<string | undefined> {
  const { rowCount } = await tx.query(
    `UPDATE ${TABLES[kind]} SET ending = true WHERE id = $1 AND NOT ending`,
    [targetId],
  );
  if ((rowCount ?? 0) === 0) return undefined;
  const id = randomUUID();
  await tx.query(`INSERT INTO endings (id, kind, target_id) VALUES ($1, $2, $3)`, [id, kind, targetId]);
  return id;
}

/** The target of a deletion; undefined when the deletion is done. */
export async function readEnding(
  db: Queryable,
  id: string,
): Promise<{ kind: EndingKind; targetId: string } | undefined> {
  const { rows } = await db.query<{ kind: EndingKind; targetId: string }>(
    'SELECT kind, target_id AS "targetId" FROM endings WHERE id = $1',
    [id],
  );
  return rows[0];
}

/** Some of the sessions that are left to delete, with their contacts. */
export async function listEndingSessions(
  db: Queryable,
  ending: { kind: EndingKind; targetId: string },
  limit: number,
): Promise<{ id: string; contactId: string }[]> {
  const { rows } = await db.query<{ id: string; contactId: string }>(
    `SELECT id, contact_id AS "contactId" FROM sessions WHERE ${SESSION_COLUMN[ending.kind]} = $1 LIMIT $2`,
    [ending.targetId, limit],
  );
  return rows;
}

/** Deletes the target itself, once its sessions are gone, and the row of the deletion. */
export async function removeEnded(
  tx: Tx,
  id: string,
  ending: { kind: EndingKind; targetId: string },
): Promise<void> {
  await tx.query(`DELETE FROM ${TABLES[ending.kind]} WHERE id = $1 AND ending`, [ending.targetId]);
  await tx.query('DELETE FROM idempotent_answers WHERE scope = $1', [ending.targetId]);
  await tx.query('DELETE FROM endings WHERE id = $1', [id]);
}

/** Leases deletions whose workflow may not have been started: each is looked at again in 30 seconds. */
export async function leaseEndings(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE endings SET start_next_at = now() + interval '30 seconds' WHERE start_next_at <= now() RETURNING id`,
  );
  return rows.map((row) => row.id);
}
