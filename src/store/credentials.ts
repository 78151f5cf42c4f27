import type { Queryable } from './db.js';

/**
 * Whether what a caller was let in with still opens anything. `keyId` is a key's id, or undefined for a token of the
 * whole workspace.
 */
export async function isCredentialLive(
  db: Queryable,
  credential: { workspaceId: string; keyId?: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT 1 FROM workspaces w
     WHERE w.id = $1 AND NOT w.ending AND ($2::uuid IS NULL OR EXISTS (
       SELECT 1 FROM api_keys k LEFT JOIN instances i ON i.id = k.instance_id
       WHERE k.id = $2 AND k.workspace_id = w.id AND (k.instance_id IS NULL OR NOT i.ending)))`,
    [credential.workspaceId, credential.keyId ?? null],
  );
  return rowCount === 1;
}
