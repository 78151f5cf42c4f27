import type { Queryable } from '../db.js';
import type { ApiKeyRow, PageAfter } from '../rows.js';

const COLUMNS = `k.id, k.workspace_id AS "workspaceId", k.instance_id AS "instanceId", k.kind, k.name,
  k.last_used_at AS "lastUsedAt", k.created_at AS "createdAt"`;

/** Stores a key by its SHA-256. The key itself is shown once and never stored. */
export async function insertApiKey(
  db: Queryable,
  key: {
    id: string;
    workspaceId: string;
    instanceId: string | null;
    kind: 'key' | 'instance_token';
    name: string;
    keyHash: Buffer;
  },
): Promise<ApiKeyRow> {
  const { rows } = await db.query<ApiKeyRow>(
    `INSERT INTO api_keys AS k (id, workspace_id, instance_id, kind, name, key_hash)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
    [key.id, key.workspaceId, key.instanceId, key.kind, key.name, key.keyHash],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a key was inserted without a row');
  return row;
}

/** The key with this SHA-256 and the number of that value, unless its workspace or instance is being deleted. */
export async function findApiKeyByHash(
  db: Queryable,
  keyHash: Buffer,
): Promise<(ApiKeyRow & { valueNo: number }) | undefined> {
  const { rows } = await db.query<ApiKeyRow & { valueNo: number }>(
    `SELECT ${COLUMNS}, CASE WHEN k.key_hash = $1 THEN k.value_no ELSE k.value_no - 1 END AS "valueNo" FROM api_keys k
     JOIN workspaces w ON w.id = k.workspace_id AND NOT w.ending
     LEFT JOIN instances i ON i.id = k.instance_id
     WHERE (k.key_hash = $1 OR (k.previous_hash = $1 AND k.previous_until > now())) AND (k.instance_id IS NULL OR NOT i.ending)`,
    [keyHash],
  );
  return rows[0];
}

/** Notes that a key was used, at most once a minute. Skips a locked row. */
export async function touchApiKey(db: Queryable, id: string): Promise<void> {
  await db.query(
    `UPDATE api_keys SET last_used_at = now() WHERE id = (SELECT id FROM api_keys
      WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
      FOR NO KEY UPDATE SKIP LOCKED)`,
    [id],
  );
}

/** A new value as SHA-256, and for how many minutes the old one stays valid. */
export interface NewValue {
  hash: Buffer;
  keepMinutes: number;
}

type RotatedKey = ApiKeyRow & { valueNo: number };

const ROTATE = `UPDATE api_keys k SET key_hash = $1, value_no = value_no + 1,
  previous_hash = CASE WHEN $2::int > 0 THEN key_hash END,
  previous_until = CASE WHEN $2 > 0 THEN now() + make_interval(mins => $2) END`;
const ROTATED = `RETURNING ${COLUMNS}, k.value_no AS "valueNo"`;
const END_PREVIOUS = 'UPDATE api_keys SET previous_hash = NULL, previous_until = NULL';

/** Replaces the value of a workspace's key. Undefined when it has no such key. `keyId` must be a UUID. */
export async function rotateApiKey(
  db: Queryable,
  { workspaceId, keyId }: { workspaceId: string; keyId: string },
  { hash, keepMinutes }: NewValue,
): Promise<RotatedKey | undefined> {
  const { rows } = await db.query<RotatedKey>(
    `${ROTATE} WHERE id = $4 AND workspace_id = $3 AND kind = 'key' ${ROTATED}`,
    [hash, keepMinutes, workspaceId, keyId],
  );
  return rows[0];
}

/** Replaces the token of an instance. Undefined when the instance is gone. */
export async function rotateInstanceToken(
  db: Queryable,
  instanceId: string,
  { hash, keepMinutes }: NewValue,
): Promise<RotatedKey | undefined> {
  const { rows } = await db.query<RotatedKey>(
    `${ROTATE} WHERE instance_id = $3 AND kind = 'instance_token' ${ROTATED}`,
    [hash, keepMinutes, instanceId],
  );
  return rows[0];
}

/** Ends the token of an instance that a rotation left, at once. */
export async function endPreviousToken(db: Queryable, instanceId: string): Promise<void> {
  await db.query(`${END_PREVIOUS} WHERE instance_id = $1 AND kind = 'instance_token'`, [instanceId]);
}

/** Ends the value that a rotation left, at once. False when the workspace has no such key. `keyId` must be a UUID. */
export async function endPreviousValue(
  db: Queryable,
  { workspaceId, keyId }: { workspaceId: string; keyId: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `${END_PREVIOUS} WHERE id = $2 AND workspace_id = $1 AND kind = 'key'`,
    [workspaceId, keyId],
  );
  return rowCount === 1;
}

/** The keys that people made for a workspace, oldest first. Instance tokens are not among them. */
export async function listApiKeys(db: Queryable, workspaceId: string, page: PageAfter): Promise<ApiKeyRow[]> {
  const { rows } = await db.query<ApiKeyRow>(
    `SELECT ${COLUMNS} FROM api_keys k
     WHERE k.workspace_id = $1 AND k.kind = 'key' AND ($2::uuid IS NULL
       OR (k.created_at, k.id) > (SELECT created_at, id FROM api_keys WHERE id = $2))
     ORDER BY k.created_at, k.id LIMIT $3`,
    [workspaceId, page.after ?? null, page.limit],
  );
  return rows;
}

/** The names of some keys of a workspace, by id, without revoked ones. Ids must be UUIDs. */
export async function readKeyNames(
  db: Queryable,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; name: string }>(
    'SELECT id, name FROM api_keys WHERE workspace_id = $1 AND id = ANY ($2::uuid[])',
    [workspaceId, ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Whether the workspace has this key, not counting instance tokens. `keyId` must be a UUID. */
export async function hasApiKey(db: Queryable, workspaceId: string, keyId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM api_keys WHERE id = $2 AND workspace_id = $1 AND kind = 'key'`,
    [workspaceId, keyId],
  );
  return rowCount === 1;
}

/** Revokes a key; false when the workspace has no such key. */
export async function deleteApiKey(db: Queryable, workspaceId: string, keyId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `DELETE FROM api_keys WHERE id = $2 AND workspace_id = $1 AND kind = 'key'`,
    [workspaceId, keyId],
  );
  return rowCount === 1;
}
