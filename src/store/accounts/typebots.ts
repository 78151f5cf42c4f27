import type { Queryable, Tx } from '../db.js';
import type { LastError, PageAfter, TypebotRow, TypebotSettings } from '../rows.js';
import { errorJson, toJson } from '../parameters.js';
import { settingsOf } from './typebot-settings.js';

/** The part of a configuration that callers set. */
export interface TypebotFields {
  publicId: string;
  enabled: boolean;
  priority: number;
  settings: TypebotSettings;
  /** Encrypted; null = none, undefined = unchanged. */
  apiToken?: Buffer | null;
}

const COLUMNS = `id, workspace_id AS "workspaceId", instance_id AS "instanceId", public_id AS "publicId", enabled,
  priority, ${settingsOf('settings')} AS settings, api_token IS NOT NULL AS "hasApiToken", settings_version AS "settingsVersion", codechat_integration AS "codechatIntegration",
  last_error AS "lastError", created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Stores a configuration. Throws SQLSTATE 23505 for a second CodeChat integration of an instance. */
export async function insertTypebot(
  db: Queryable,
  typebot: TypebotFields & {
    id: string;
    workspaceId: string;
    instanceId: string;
    codechatIntegration: boolean;
  },
): Promise<TypebotRow> {
  const { rows } = await db.query<TypebotRow>(
    `INSERT INTO typebots (id, workspace_id, instance_id, public_id, enabled, priority, settings, codechat_integration,
       api_token)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
    [
      typebot.id,
      typebot.workspaceId,
      typebot.instanceId,
      typebot.publicId,
      typebot.enabled,
      typebot.priority,
      toJson(typebot.settings),
      typebot.codechatIntegration,
      typebot.apiToken ?? null,
    ],
  );
  return one(rows);
}

/** Configurations of an instance in evaluation order. */
export async function listTypebots(db: Queryable, instanceId: string): Promise<TypebotRow[]> {
  const { rows } = await db.query<TypebotRow>(
    `SELECT ${COLUMNS} FROM typebots WHERE instance_id = $1 AND NOT ending ORDER BY priority DESC, created_at, id`,
    [instanceId],
  );
  return rows;
}

/** One page of `listTypebots`. */
export async function pageOfTypebots(
  db: Queryable,
  instanceId: string,
  page: PageAfter,
): Promise<TypebotRow[]> {
  const { rows } = await db.query<TypebotRow>(
    `SELECT ${COLUMNS} FROM typebots
     WHERE instance_id = $1 AND NOT ending AND ($2::uuid IS NULL
       OR (-priority, created_at, id) > (SELECT -priority, created_at, id FROM typebots WHERE id = $2))
     ORDER BY priority DESC, created_at, id LIMIT $3`,
    [instanceId, page.after ?? null, page.limit],
  );
  return rows;
}

/** `id` must be a UUID. Undefined when there is none, or when it is being deleted. The caller checks whose it is. */
export async function findTypebot(db: Queryable, id: string): Promise<TypebotRow | undefined> {
  const { rows } = await db.query<TypebotRow>(
    `SELECT ${COLUMNS} FROM typebots t WHERE id = $1 AND NOT ending
       AND EXISTS (SELECT FROM instances i WHERE i.id = t.instance_id AND NOT i.ending)`,
    [id],
  );
  return rows[0];
}

/** As `findTypebot`, locked against a concurrent change until the transaction ends. */
export async function lockTypebot(tx: Tx, id: string): Promise<TypebotRow | undefined> {
  const { rows } = await tx.query<TypebotRow>(
    `SELECT ${COLUMNS} FROM typebots WHERE id = $1 AND NOT ending FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0];
}

/** The configuration that the CodeChat surface calls "the integration". */
export async function findCodechatIntegration(
  db: Queryable,
  instanceId: string,
): Promise<TypebotRow | undefined> {
  const { rows } = await db.query<TypebotRow>(
    `SELECT ${COLUMNS} FROM typebots WHERE instance_id = $1 AND codechat_integration AND NOT ending`,
    [instanceId],
  );
  return rows[0];
}

/** Writes a configuration. Running sessions notice the higher version with their next message. */
export async function updateTypebot(tx: Tx, id: string, fields: TypebotFields): Promise<TypebotRow> {
  const { rows } = await tx.query<TypebotRow>(
    `UPDATE typebots SET public_id = $2, enabled = $3, priority = $4, settings = $5,
       api_token = CASE WHEN $6 THEN $7 ELSE api_token END, settings_version = settings_version + 1, updated_at = greatest(now(), updated_at + interval '1 ms')
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [
      ...[id, fields.publicId, fields.enabled, fields.priority, toJson(fields.settings)],
      ...[fields.apiToken !== undefined, fields.apiToken ?? null],
    ],
  );
  return one(rows);
}

/** Stores the last failure of a configuration, for which no session needs to exist. */
export async function setTypebotError(db: Queryable, id: string, error: LastError): Promise<void> {
  await db.query('UPDATE typebots SET last_error = $2 WHERE id = $1', [id, errorJson(error)]);
}

function one(rows: TypebotRow[]): TypebotRow {
  const [row] = rows;
  if (row === undefined) throw new Error('a typebot was written without a row');
  return row;
}
