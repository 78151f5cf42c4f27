import type { Queryable, Tx } from '../db.js';
import type { InstanceRow, InstanceStatus, PageAfter } from '../rows.js';
import type { KeyRing, SecretPlace } from '../secrets.js';
import { toJson } from '../parameters.js';

/** A JSON object of settings. Its members named in `secretMembers` are stored encrypted. */
export interface SplitSettings {
  settings: Record<string, unknown>;
  secretMembers: readonly string[];
}

/** An instance to create. */
export interface NewInstance {
  id: string;
  workspaceId: string;
  name: string;
  phone: string | null;
  channelType: string;
  channel: SplitSettings;
  transcription: SplitSettings | null;
  status: InstanceStatus;
  alarmAfterHours?: number;
}

/** Everything that PATCH may change. */
export interface InstanceChange {
  name: string;
  phone: string | null;
  alarmAfterHours: number;
  channel: SplitSettings;
  transcription: SplitSettings | null;
  status: InstanceStatus;
}

type StoredInstance = Omit<InstanceRow, 'channelSettings' | 'transcription'> & {
  channelSettings: Record<string, unknown>;
  channelSecrets: Buffer | null;
  transcription: Record<string, unknown> | null;
  transcriptionSecrets: Buffer | null;
};

const COLUMNS = `id, integration_id AS "integrationId", workspace_id AS "workspaceId", name, phone,
  channel_type AS "channelType", channel_settings AS "channelSettings", channel_secrets AS "channelSecrets",
  transcription, transcription_secrets AS "transcriptionSecrets", status, status_detail AS "statusDetail",
  last_inbound_at AS "lastInboundAt", last_send_at AS "lastSendAt", silenced_at AS "silencedAt",
  alarm_after_hours AS "alarmAfterHours",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Neither the instance nor its workspace is being deleted. */
const ALIVE =
  'NOT ending AND EXISTS (SELECT FROM workspaces w WHERE w.id = instances.workspace_id AND NOT w.ending)';

/**
 * SQL for the version of an instance `i`, in milliseconds. It changes with everything that `findInstance` returns
 * except the times of its traffic. Null when the instance is being deleted.
 */
export const INSTANCE_VERSION = `CASE WHEN NOT i.ending
    AND EXISTS (SELECT FROM workspaces w WHERE w.id = i.workspace_id AND NOT w.ending)
  THEN (extract(epoch FROM i.updated_at) * 1000)::float8 END`;

/** Stores an instance, its secrets encrypted. */
export async function insertInstance(
  db: Queryable,
  ring: KeyRing,
  instance: NewInstance,
): Promise<InstanceRow> {
  const channel = split(ring, instance.channel, channelSecretsOf(instance.id));
  const transcription =
    instance.transcription && split(ring, instance.transcription, transcriptionSecretsOf(instance.id));
  const { rows } = await db.query<StoredInstance>(
    `INSERT INTO instances (id, workspace_id, name, phone, channel_type, channel_settings, channel_secrets,
       transcription, transcription_secrets, status, alarm_after_hours)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${COLUMNS}`,
    [
      instance.id,
      instance.workspaceId,
      instance.name,
      instance.phone,
      instance.channelType,
      channel.open,
      channel.secret,
      transcription?.open ?? null,
      transcription?.secret ?? null,
      instance.status,
      instance.alarmAfterHours ?? 0,
    ],
  );
  return one(ring, rows);
}

/** Undefined when there is none, or when it is being deleted. The caller checks whose it is. */
export async function findInstance(
  db: Queryable,
  ring: KeyRing,
  id: string,
): Promise<InstanceRow | undefined> {
  const { rows } = await db.query<StoredInstance>(
    `SELECT ${COLUMNS} FROM instances WHERE id = $1 AND ${ALIVE}`,
    [id],
  );
  return rows[0] && join(ring, rows[0]);
}

/** As `findInstance`, locked against a concurrent change until the transaction ends. */
export async function lockInstance(tx: Tx, ring: KeyRing, id: string): Promise<InstanceRow | undefined> {
  const { rows } = await tx.query<StoredInstance>(
    `SELECT ${COLUMNS} FROM instances WHERE id = $1 AND ${ALIVE} FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0] && join(ring, rows[0]);
}

/** The workspace of an instance. Undefined when there is none, or when it is being deleted. */
export async function findInstanceOwner(db: Queryable, id: string): Promise<string | undefined> {
  const { rows } = await db.query<{ workspaceId: string }>(
    `SELECT workspace_id AS "workspaceId" FROM instances WHERE id = $1 AND ${ALIVE}`,
    [id],
  );
  return rows[0]?.workspaceId;
}

/** The channel of an instance, and its own number or JID where the settings have one. Undefined when there is none. */
export async function findOwnNumber(
  db: Queryable,
  id: string,
): Promise<{ channelType: string; ownNumber: string | null } | undefined> {
  const { rows } = await db.query<{ channelType: string; ownNumber: string | null }>(
    `SELECT channel_type AS "channelType", coalesce(phone, channel_settings->>'display_phone_number',
       channel_settings->>'own_jid', channel_settings->>'own_id', channel_settings->>'from') AS "ownNumber"
      FROM instances WHERE id = $1 AND ${ALIVE}`,
    [id],
  );
  return rows[0];
}

/** The instances of a workspace, or only the one that the key is limited to, newest first. */
export async function listInstances(
  db: Queryable,
  ring: KeyRing,
  scope: { workspaceId: string; instanceId?: string },
  page: PageAfter,
): Promise<InstanceRow[]> {
  const { rows } = await db.query<StoredInstance>(
    `SELECT ${COLUMNS} FROM instances
     WHERE workspace_id = $1 AND ($2::text IS NULL OR id = $2) AND NOT ending AND ($3::text IS NULL
       OR (created_at, integration_id) < (SELECT created_at, integration_id FROM instances WHERE id = $3))
     ORDER BY created_at DESC, integration_id DESC LIMIT $4`,
    [scope.workspaceId, scope.instanceId ?? null, page.after ?? null, page.limit],
  );
  return rows.map((row) => join(ring, row));
}

/** Writes everything that PATCH may change. A changed status clears its detail. */
export async function updateInstance(
  tx: Tx,
  ring: KeyRing,
  id: string,
  change: InstanceChange,
): Promise<InstanceRow> {
  const channel = split(ring, change.channel, channelSecretsOf(id));
  const transcription = change.transcription && split(ring, change.transcription, transcriptionSecretsOf(id));
  const { rows } = await tx.query<StoredInstance>(
    `UPDATE instances SET name = $2, phone = $3, channel_settings = $4, channel_secrets = $5, transcription = $6,
       transcription_secrets = $7, status = $8, alarm_after_hours = $9, status_detail = CASE WHEN status = $8 THEN status_detail ELSE '' END,
       updated_at = greatest(now(), updated_at + interval '1 ms')
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [
      id,
      change.name,
      change.phone,
      channel.open,
      channel.secret,
      transcription?.open ?? null,
      transcription?.secret ?? null,
      change.status,
      change.alarmAfterHours,
    ],
  );
  return one(ring, rows);
}

function channelSecretsOf(row: string): SecretPlace {
  return { column: 'instances.channel_secrets', row };
}

function transcriptionSecretsOf(row: string): SecretPlace {
  return { column: 'instances.transcription_secrets', row };
}

function split(
  ring: KeyRing,
  { settings, secretMembers }: SplitSettings,
  place: SecretPlace,
): { open: string; secret: Buffer | null } {
  const entries = Object.entries(settings);
  const secrets = entries.filter(([name]) => secretMembers.includes(name));
  const open = entries.filter(([name]) => !secretMembers.includes(name));
  return {
    open: toJson(Object.fromEntries(open)),
    secret: secrets.length === 0 ? null : ring.encrypt(JSON.stringify(Object.fromEntries(secrets)), place),
  };
}

function join(ring: KeyRing, stored: StoredInstance): InstanceRow {
  const { channelSecrets, transcriptionSecrets, ...row } = stored;
  const transcription = row.transcription && {
    ...row.transcription,
    ...unlock(ring, transcriptionSecrets, transcriptionSecretsOf(row.id)),
  };
  return {
    ...row,
    transcription,
    channelSettings: { ...row.channelSettings, ...unlock(ring, channelSecrets, channelSecretsOf(row.id)) },
  };
}

function unlock(ring: KeyRing, blob: Buffer | null, place: SecretPlace): Record<string, unknown> {
  if (blob === null) return {};
  const secrets: Record<string, unknown> = JSON.parse(ring.decrypt(blob, place));
  return secrets;
}

function one(ring: KeyRing, rows: StoredInstance[]): InstanceRow {
  const [row] = rows;
  if (row === undefined) throw new Error('an instance was written without a row');
  return join(ring, row);
}
