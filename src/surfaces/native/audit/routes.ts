import { AppError } from '../../../errors.js';
import { keyAccess } from '../../../http/access/access.js';
import { requireInstance } from '../../../http/access/instance-access.js';
import { decodeCursor, encodeCursor } from '../../../http/input/cursor.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { listAudit } from '../../../store/accounts/audit.js';
import type { AuditRow } from '../../../store/accounts/audit.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { auditQuerySchema, auditSchema } from './schema.js';

/** `GET /audit`: who did what. */
export function auditRoute({ auth, db }: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/audit',
    summary: 'Show who did what, newest first',
    description:
      'Changes are kept for a year; what was done to a session is kept as long as the session. Not included: what Parley does by itself, and sessions that were started anew through an API.',
    access: keyAccess(auth),
    query: auditQuerySchema,
    answers: { 200: { description: 'A page of it', schema: auditSchema }, ...nativeErrors(400, 403, 404) },
    handle: async ({ who, query: { limit, cursor, instance_id: wanted } }) => {
      if (wanted !== undefined) await requireInstance(db, who, wanted);
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new AppError('invalid_query', 'cursor is not one that a page gave');
      }
      const scope = { workspaceId: who.workspaceId, instanceId: wanted ?? who.instanceId };
      const found = await listAudit(db, scope, { limit: limit + 1, after });
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return reply(200, { entries: shown.map(toEntry), next_cursor: last ? encodeCursor(last) : null });
    },
  });
}

function toEntry(row: AuditRow) {
  return {
    at: row.at.toISOString(),
    action: row.action,
    instance_id: row.instanceId,
    target_id: row.targetId,
    session_id: row.sessionId,
    surface: row.surface,
    by: byWhat(row),
    key_id: row.keyId,
    key_name: row.keyName,
  };
}

function byWhat({ byAdmin, surface, keyId }: AuditRow): 'admin' | 'person' | 'client' | 'key' {
  if (byAdmin) return 'admin';
  if (surface === 'number') return 'person';
  return keyId === null ? 'client' : 'key';
}
