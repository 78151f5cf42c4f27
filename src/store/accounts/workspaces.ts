import type { Queryable } from '../db.js';
import type { PageAfter, WorkspaceRow } from '../rows.js';

const COLUMNS = `id, project_id AS "projectId", name, client_token AS "clientToken", created_at AS "createdAt"`;

/** Stores a workspace. `clientSecretHash` is the SHA-256 of the secret, which is shown once. */
export async function insertWorkspace(
  db: Queryable,
  workspace: { id: string; name: string; clientToken: string; clientSecretHash: Buffer },
): Promise<WorkspaceRow> {
  const { rows } = await db.query<WorkspaceRow>(
    `INSERT INTO workspaces (id, name, client_token, client_secret_hash) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
    [workspace.id, workspace.name, workspace.clientToken, workspace.clientSecretHash],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a workspace was inserted without a row');
  return row;
}

/** Workspaces, newest first. */
export async function listWorkspaces(db: Queryable, page: PageAfter): Promise<WorkspaceRow[]> {
  const { rows } = await db.query<WorkspaceRow>(
    `SELECT ${COLUMNS} FROM workspaces
     WHERE NOT ending AND ($1::uuid IS NULL
       OR (created_at, project_id) < (SELECT created_at, project_id FROM workspaces WHERE id = $1))
     ORDER BY created_at DESC, project_id DESC LIMIT $2`,
    [page.after ?? null, page.limit],
  );
  return rows;
}

/** Undefined when there is none, or when it is being deleted. */
export async function findWorkspace(db: Queryable, id: string): Promise<WorkspaceRow | undefined> {
  const { rows } = await db.query<WorkspaceRow>(
    `SELECT ${COLUMNS} FROM workspaces WHERE id = $1 AND NOT ending`,
    [id],
  );
  return rows[0];
}

/** The workspace of a client token, with the hash of its secret. */
export async function findWorkspaceByClientToken(
  db: Queryable,
  clientToken: string,
): Promise<(WorkspaceRow & { clientSecretHash: Buffer }) | undefined> {
  const { rows } = await db.query<WorkspaceRow & { clientSecretHash: Buffer }>(
    `SELECT ${COLUMNS}, client_secret_hash AS "clientSecretHash" FROM workspaces
     WHERE client_token = $1 AND NOT ending`,
    [clientToken],
  );
  return rows[0];
}
