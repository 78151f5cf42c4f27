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
export async function readEnding(db: Queryable, id: string): Promise<Ending | undefined> {
  const { rows } = await db.query<Ending>('SELECT kind, target_id AS "targetId" FROM endings WHERE id = $1', [
    id,
  ]);
  return rows[0];
}

/** A deletion in progress. */
export interface Ending {
  kind: EndingKind;
  targetId: string;
}

/**
 * Deletes at most `limit` closed sessions with their transcripts, files and stand-ins. Nothing else works with a closed
 * session, so this waits for nobody: one that is locked, or has a message being sent, is left for later. Resolves to
 * how many were deleted.
 */
export async function deleteClosedSessions(
  db: Queryable,
  { kind, targetId }: Ending,
  limit: number,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `WITH closed AS (
       SELECT s.id FROM sessions s WHERE s.${SESSION_COLUMN[kind]} = $1 AND s.status = 'closed'
          AND NOT EXISTS (SELECT FROM outbox o WHERE o.session_id = s.id AND o.state = 'sending')
        LIMIT $2 FOR UPDATE OF s SKIP LOCKED),
     files AS (DELETE FROM media WHERE session_id IN (SELECT id FROM closed)),
     gone AS (DELETE FROM sessions WHERE id IN (SELECT id FROM closed) RETURNING id),
     stand_ins AS (DELETE FROM contacts WHERE kind = 'api' AND id IN (SELECT id FROM gone))
     SELECT count(*)::int AS count FROM gone`,
    [targetId, limit],
  );
  return rows[0]?.count ?? 0;
}

const INSTANCES_OF: Record<EndingKind, string> = {
  typebot: `SELECT NULL::text WHERE $1::text IS NULL`,
  instance: 'SELECT $1::text',
  workspace: 'SELECT id FROM instances WHERE workspace_id = $1::text::uuid',
};

/**
 * Deletes at most `limit` contacts and as many message ids of the target's instances, once their sessions are gone.
 * Together with the instance they would take one transaction of minutes. Resolves to how many rows were deleted.
 */
export async function deleteManyOf(
  db: Queryable,
  { kind, targetId }: Ending,
  limit: number,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `WITH instance AS (${INSTANCES_OF[kind]}),
     people AS (
       DELETE FROM contacts WHERE id IN (
         SELECT id FROM contacts WHERE instance_id IN (SELECT * FROM instance) LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING 1),
     seen AS (
       DELETE FROM seen_messages WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM seen_messages WHERE instance_id IN (SELECT * FROM instance) LIMIT $2)) RETURNING 1)
     SELECT (SELECT count(*) FROM people)::int + (SELECT count(*) FROM seen)::int AS count`,
    [targetId, limit],
  );
  return rows[0]?.count ?? 0;
}

/** Some of the sessions that are left to delete, with their contacts. */
export async function listEndingSessions(
  db: Queryable,
  ending: Ending,
  limit: number,
): Promise<{ id: string; contactId: string }[]> {
  const { rows } = await db.query<{ id: string; contactId: string }>(
    `SELECT id, contact_id AS "contactId" FROM sessions WHERE ${SESSION_COLUMN[ending.kind]} = $1 LIMIT $2`,
    [ending.targetId, limit],
  );
  return rows;
}

/** Deletes the target itself, once its sessions are gone, and the row of the deletion. */
export async function removeEnded(tx: Tx, id: string, ending: Ending): Promise<void> {
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
