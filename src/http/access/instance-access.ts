import { AppError } from '../../errors.js';
import type { Queryable } from '../../store/db.js';
import { findInstanceOwner } from '../../store/accounts/instances.js';
import type { Principal } from './auth.js';

/**
 * Whether a principal may use an instance: `not_found` when there is none of that id, `forbidden` when it belongs to
 * somebody else.
 */
export async function instanceAccess(
  db: Queryable,
  principal: Principal,
  instanceId: string,
): Promise<'ok' | 'not_found' | 'forbidden'> {
  const owner = isInstanceId(instanceId) ? await findInstanceOwner(db, instanceId) : undefined;
  if (owner === undefined) return 'not_found';
  if (owner !== principal.workspaceId) return 'forbidden';
  return principal.instanceId === undefined || principal.instanceId === instanceId ? 'ok' : 'forbidden';
}

/** As `instanceAccess`; throws AppError `not_found` ("instance not found") or `forbidden`. */
export async function requireInstance(
  db: Queryable,
  principal: Principal,
  instanceId: string,
): Promise<void> {
  const access = await instanceAccess(db, principal, instanceId);
  if (access === 'not_found') throw new AppError('not_found', 'instance not found');
  if (access === 'forbidden') throw new AppError('forbidden', 'forbidden');
}

/** `VZ` and 26 upper-case letters or digits. */
export function isInstanceId(text: string): boolean {
  return /^VZ[A-Z0-9]{26}$/.test(text);
}

/** Whether the text can be the id of a row. Anything else is treated as an unknown id. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
