import type { Queryable } from '../db.js';
import type { Actor, Place } from '../rows.js';
import type { ReadScope } from '../sessions/session-reads.js';

/** What is noted of a change beside the sessions. */
export const AUDIT_ACTIONS = [
  'instance.created',
  'instance.changed',
  'instance.deleted',
  'number.silenced',
  'number.unsilenced',
  'contact.muted',
  'typebot.created',
  'typebot.changed',
  'typebot.deleted',
  'typebots.imported',
  'key.created',
  'key.rotated',
  'key.revoked',
  'subscription.created',
  'subscription.changed',
  'subscription.deleted',
  'delivery.retried',
  'console_link.created',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** One change, and who asked for it. */
export interface NewAudit {
  workspaceId: string;
  instanceId: string | null;
  action: AuditAction;
  /** Id of what was changed; null for the instance itself. */
  targetId: string | null;
  actor: Actor;
  byAdmin: boolean;
}

/** A line of the audit: a change, or a control of a session. */
export interface AuditRow {
  at: Date;
  /** Its place among those of the same moment. */
  rowId: number;
  action: string;
  instanceId: string | null;
  targetId: string | null;
  sessionId: string | null;
  surface: Actor['surface'];
  keyId: string | null;
  /** The key's present name; null once it is revoked. */
  keyName: string | null;
  byAdmin: boolean;
}

export async function insertAudit(db: Queryable, entry: NewAudit): Promise<void> {
  await db.query(
    `INSERT INTO audit (workspace_id, instance_id, action, target_id, surface, key_id, by_admin)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      ...[entry.workspaceId, entry.instanceId, entry.action, entry.targetId],
      ...[entry.actor.surface, entry.actor.keyId, entry.byAdmin],
    ],
  );
}

// Of both kinds one order: ids of the same moment take turns. What is noted as a change is not told twice, and what a
// program starts by the thousand is no control.
const LINES = (table: string, odd: 0 | 1) => `${table}.workspace_id = $1
  AND ($2::text IS NULL OR ${table}.instance_id = $2) AND ($3::timestamptz IS NULL
    OR (${table}.at <= $3 AND (${table}.at, ${table}.id * 2 + ${odd}) < ($3, $4::bigint)))
  ORDER BY ${table}.at DESC, ${table}.id DESC LIMIT $5`;

/** Who did what, the newest first. */
export async function listAudit(
  db: Queryable,
  scope: ReadScope,
  page: { limit: number; after?: Place },
): Promise<AuditRow[]> {
  const { rows } = await db.query<AuditRow>(
    `SELECT l.*, k.name AS "keyName" FROM (
       (SELECT at, id * 2 AS "rowId", action, instance_id AS "instanceId", target_id AS "targetId",
          NULL::uuid AS "sessionId", surface, key_id AS "keyId", by_admin AS "byAdmin"
         FROM audit WHERE ${LINES('audit', 0)})
       UNION ALL
       (SELECT at, id * 2 + 1, type, instance_id, NULL, session_id, data->>'surface', (data->>'key_id')::uuid, false
         FROM session_events e WHERE data ? 'surface'
           AND type NOT IN ('contact.muted', 'number.silenced', 'session.started') AND ${LINES('e', 1)})
      ) AS l LEFT JOIN api_keys k ON k.id = l."keyId" AND k.workspace_id = $1
     ORDER BY l.at DESC, l."rowId" DESC LIMIT $5`,
    [
      ...[scope.workspaceId, scope.instanceId ?? null],
      ...[page.after?.at ?? null, page.after?.rowId ?? null, page.limit],
    ],
  );
  return rows;
}

/** Removes what is older than a year. Resolves to how many lines went. */
export async function removeOldAudit(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(`DELETE FROM audit WHERE at < now() - interval '1 year'`);
  return rowCount ?? 0;
}
