import { AppError } from '../../errors.js';
import { provisionerAccess } from '../../http/access/access.js';
import { consoleSessionOf } from '../../http/access/auth.js';
import type { Provisioner } from '../../http/access/auth.js';
import { isUuid } from '../../http/access/instance-access.js';
import type { Queryable } from '../../store/db.js';
import { findWorkspace } from '../../store/accounts/workspaces.js';
import type { WorkspaceRow } from '../../store/rows.js';
import type { ProvisioningDeps } from './deps.js';

/** Only the administrator may manage workspaces. Throws AppError `forbidden`. */
export function requireAdmin(who: Provisioner): void {
  if (who.type !== 'admin') throw new AppError('forbidden', 'forbidden');
}

/**
 * A workspace's keys are managed by the administrator, or by one of its keys that is not limited to an instance. Throws
 * AppError `forbidden`, or `not_found` when the administrator names an unknown workspace.
 */
export async function requireKeyManager(
  db: Queryable,
  who: Provisioner,
  workspaceId: string,
): Promise<WorkspaceRow> {
  if (who.type === 'workspace') {
    const { principal } = who;
    const mayManage = principal.workspaceId === workspaceId && principal.instanceId === undefined;
    if (!mayManage) throw new AppError('forbidden', 'forbidden');
  }
  return requireWorkspace(db, workspaceId);
}

/** Throws AppError `not_found`, also for an id that is no UUID. */
export async function requireWorkspace(db: Queryable, id: string): Promise<WorkspaceRow> {
  const workspace = isUuid(id) ? await findWorkspace(db, id) : undefined;
  if (workspace === undefined) throw new AppError('not_found', 'workspace not found');
  return workspace;
}

/** Access and guard of the routes of a workspace's credentials. */
export function managersOnly(deps: ProvisioningDeps) {
  return {
    access: provisionerAccess(deps.auth),
    guard: async ({ who, param }: { who: Provisioner; param(name: 'id'): string }) => {
      const { id } = await requireKeyManager(deps.db, who, param('id'));
      return { workspaceId: id };
    },
  };
}

/** The id of the console session that asks, if it is one. */
export function askingSession(who: Provisioner): string | null {
  return who.type === 'workspace' ? consoleSessionOf(who.principal) : null;
}
