import type { Queryable } from '../db.js';
import type { PageAfter, WorkspaceRow } from '../rows.js';
import { clientIsLive } from './live-credentials.js';

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

/** A secret of a workspace's client, as SHA-256, and its number. */
export interface ClientSecret {
  hash: Buffer;
  valueNo: number;
}

/** The workspace of a client token, with the secrets that are valid now: the newest, and one that a rotation left. */
export async function findWorkspaceByClientToken(
  db: Queryable,
  clientToken: string,
): Promise<{ workspace: WorkspaceRow; secrets: ClientSecret[] } | undefined> {
  const { rows } = await db.query<WorkspaceRow & ClientSecret & { previous: Buffer | null }>(
    `SELECT ${COLUMNS}, client_secret_hash AS hash, client_value_no AS "valueNo",
       CASE WHEN client_previous_until > now() THEN client_previous_hash END AS previous
      FROM workspaces WHERE client_token = $1 AND NOT ending`,
    [clientToken],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { hash, valueNo, previous, ...workspace } = row;
  const older = previous === null ? [] : [{ hash: previous, valueNo: valueNo - 1 }];
  return { workspace, secrets: [{ hash, valueNo }, ...older] };
}

/** Whether a workspace is there and this secret of its client is still valid. `id` must be a UUID. */
export async function isClientLive(db: Queryable, id: string, valueNo: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM workspaces w WHERE w.id = $1 AND NOT w.ending AND ${clientIsLive('$2::integer')}`,
    [id, valueNo],
  );
  return rowCount === 1;
}

/** Gives the client of a workspace a new secret; the old one stays valid for `keepMinutes` more minutes. */
export async function rotateClientSecret(
  db: Queryable,
  id: string,
  { hash, keepMinutes }: { hash: Buffer; keepMinutes: number },
): Promise<(WorkspaceRow & { valueNo: number }) | undefined> {
  const { rows } = await db.query<WorkspaceRow & { valueNo: number }>(
    `UPDATE workspaces SET client_secret_hash = $2, client_value_no = client_value_no + 1,
       client_previous_hash = CASE WHEN $3::int > 0 THEN client_secret_hash END,
       client_previous_until = CASE WHEN $3 > 0 THEN now() + make_interval(mins => $3) END
      WHERE id = $1 AND NOT ending RETURNING ${COLUMNS}, client_value_no AS "valueNo"`,
    [id, hash, keepMinutes],
  );
  return rows[0];
}

/** Ends the secret that a rotation left, at once. */
export async function endPreviousClientSecret(db: Queryable, id: string): Promise<void> {
  await db.query(
    'UPDATE workspaces SET client_previous_hash = NULL, client_previous_until = NULL WHERE id = $1',
    [id],
  );
}
