import type { Queryable } from '../db.js';
import type { Actor, Place } from '../rows.js';
import type { ReadScope } from '../read-scope.js';

/** The changes that the audit notes, apart from those of sessions. */
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
  'key.previous_ended',
  'key.revoked',
  'token.rotated',
  'token.previous_ended',
  'client.rotated',
  'client.previous_ended',
  'subscription.created',
  'subscription.changed',
  'subscription.deleted',
  'delivery.retried',
  'console_link.created',
] as const;
/** One of `AUDIT_ACTIONS`. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** One change, and who made it. */
export interface NewAudit {
  workspaceId: string;
  instanceId: string | null;
  action: AuditAction;
  /** Id of what was changed; null when it is the instance itself. */
  targetId: string | null;
  actor: Actor;
  byAdmin: boolean;
}

/** A line of the audit: a change, or something that was done to a session. */
export interface AuditRow {
  at: Date;
  /** Orders lines of the same moment. */
  rowId: number;
  action: string;
  instanceId: string | null;
  targetId: string | null;
  sessionId: string | null;
  surface: Actor['surface'];
  keyId: string | null;
  /** The key's present name; null without a key, or when it was revoked. */
  keyName: string | null;
  byAdmin: boolean;
}

/** Stores one line. */
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

// Both kinds share one order: even row ids for changes, odd ones for events. Events that are in the audit already are
// left out, and so are starts, which a program may make by the thousand, but not those of a session that was there.
const LINES = (table: string, odd: 0 | 1) => `${table}.workspace_id = $1
  AND ($2::text IS NULL OR ${table}.instance_id = $2) AND ($3::timestamptz IS NULL
    OR (${table}.at <= $3 AND (${table}.at, ${table}.id * 2 + ${odd}) < ($3, $4::bigint)))
  ORDER BY ${table}.at DESC, ${table}.id DESC LIMIT $5`;

/** Who did what, newest first. */
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
           AND type NOT IN ('contact.muted', 'number.silenced') AND (type <> 'session.started' OR data ? 'again') AND ${LINES('e', 1)})
      ) AS l LEFT JOIN api_keys k ON k.id = l."keyId" AND k.workspace_id = $1
     ORDER BY l.at DESC, l."rowId" DESC LIMIT $5`,
    [
      ...[scope.workspaceId, scope.instanceId ?? null],
      ...[page.after?.at ?? null, page.after?.rowId ?? null, page.limit],
    ],
  );
  return rows;
}

/** Removes lines older than a year. Resolves to how many. */
export async function removeOldAudit(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(`DELETE FROM audit WHERE at < now() - interval '1 year'`);
  return rowCount ?? 0;
}
