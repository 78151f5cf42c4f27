import { describeError } from '../errors.js';
import { insertAudit } from '../store/accounts/audit.js';
import type { AuditAction, NewAudit } from '../store/accounts/audit.js';
import type { Queryable } from '../store/db.js';
import type { Actor } from '../store/rows.js';
import type { Answer } from './answer.js';

/** Who made a change. An administrator belongs to no workspace. */
export interface Auditor {
  workspaceId: string | undefined;
  actor: Actor;
  byAdmin: boolean;
}

/** Notes a change that was made. Never throws: the change stands and is answered as such. */
export type Audit = (entry: NewAudit) => Promise<void>;

/** Writes the audit to PostgreSQL; a failure is logged. */
export function createAudit(db: Queryable, log: { error(fields: object, message: string): void }): Audit {
  return async (entry) => {
    try {
      await insertAudit(db, entry);
    } catch (error) {
      log.error({ ...describeError(error), action: entry.action }, 'a change was not noted in the audit');
    }
  };
}

/**
 * The audit line for an answer; undefined when nothing was changed. The target is the id of what the answer shows as
 * just created, or the last parameter of the path.
 */
export function auditEntry(
  { action, path }: { action: AuditAction; path: string },
  auditor: Auditor,
  { answer, param }: { answer: Answer; param(name: string): string },
): NewAudit | undefined {
  if ('stream' in answer || answer.status >= 300) return undefined;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const made = answer.status === 201 ? idIn(answer.body) : undefined;
  const isOfInstance = path.includes('/instances/{') || path.includes('/instance/{');
  const [first, ...others] = names;
  const last = others.at(-1);
  const inInstances = path === '/instances' ? (made ?? null) : null;
  const workspaceId = auditor.workspaceId ?? (first === undefined ? undefined : param(first));
  if (workspaceId === undefined) return undefined;
  return {
    workspaceId,
    instanceId: isOfInstance && first !== undefined ? param(first) : inInstances,
    action,
    targetId:
      path === '/instances' ? null : (made ?? targetOf(last ?? (isOfInstance ? undefined : first), param)),
    actor: auditor.actor,
    byAdmin: auditor.byAdmin,
  };
}

function targetOf(name: string | undefined, param: (name: string) => string): string | null {
  return name === undefined ? null : param(name);
}

/** The id of what an answer shows. */
function idIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { id, typebot_id: typebotId } = body as Record<string, unknown>;
  const known = typebotId ?? id;
  return typeof known === 'string' ? known : undefined;
}
